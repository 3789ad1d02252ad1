"""What is wrong with a field: the value echoed safely, and in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from serving.field_errors import echo, field_error, shown, words_of
from serving.request_schemas import PredictionRequest

FIXTURE = {"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}


@pytest.mark.parametrize("value", [None, True, 0, -3, 2**53, 1.5, "Real", "", [1, 2], {"a": [None]}, []])
def test_plain_short_values_come_back_as_they_are(value: object) -> None:
    assert echo(value) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2**60, "an integer of 61 bits"),
        pytest.param(10**5000, "an integer of 16610 bits", id="huge"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ([0] * 67, "a list of 67"),
        ({"a": float("nan")}, "an object with 1 fields"),
        ({"a": "x" * 200}, "an object with 1 fields"),
        ("x" * 201, "x" * 200 + "…"),
    ],
)
def test_all_other_values_are_described(value: object, shown: str) -> None:
    assert echo(value) == shown


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text() | st.binary(), st.lists, max_leaves=5))
def test_an_echo_is_always_short_valid_json(value: object) -> None:
    assert len(json.dumps(echo(value), allow_nan=False)) < 2500


def test_a_description_stands_in_words_without_quotes() -> None:
    assert [shown(value) for value in ("Real", [1, "a"], float("nan"), [0] * 67)] == [
        '"Real"',
        '[1, "a"]',
        "nan",
        "a list of 67",
    ]


def test_fields_that_are_missing_are_told_together() -> None:
    with pytest.raises(ValidationError) as caught:
        PredictionRequest.model_validate({"home": 1})

    assert words_of([{**detail, "loc": ("body", *detail["loc"])} for detail in caught.value.errors()]) == (
        "away, kickoff: missing, and required; home: got 1, expected a string"
    )


def test_no_more_than_ten_are_told_one_by_one() -> None:
    with pytest.raises(ValidationError) as caught:
        PredictionRequest.model_validate(FIXTURE | {f"x{n}": n for n in range(12)})

    words = words_of([{**detail, "loc": ("body", *detail["loc"])} for detail in caught.value.errors()]).split("; ")
    assert (len(words), words[9], words[10]) == (11, "x9: got 9, expected no field of this name", "and 2 more")


def test_an_object_is_asked_for_by_its_fields_those_that_are_required_or_else_all() -> None:
    with pytest.raises(ValidationError) as caught:
        PredictionRequest.model_validate(
            FIXTURE | {"odds": 2, "scenario": {"rest_days": 7, "absences": {"home": {"back": ["Saka"]}}}}
        )

    found = [
        field_error({**detail, "loc": ("body", *detail["loc"])}, PredictionRequest) for detail in caught.value.errors()
    ]
    assert {error.field: error.expected for error in found} == {
        "odds": "a JSON object with home, draw, away",
        "scenario.rest_days": "a JSON object with some of home, away",
        "scenario.absences.home.back.0": "a JSON object with some of player, minutes_share, key_player",
    }
