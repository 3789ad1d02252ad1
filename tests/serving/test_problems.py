"""Values from requests, echoed safely."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.problems import echo


@pytest.mark.parametrize("value", [None, True, 0, -3, 2**53, 1.5, "Real", ""])
def test_plain_short_values_come_back_as_they_are(value: object) -> None:
    assert echo(value) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2**60, "an integer of 61 bits"),
        pytest.param(10**5000, "an integer of 16610 bits", id="huge"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "an object with 1 fields"),
        ("x" * 201, "x" * 200 + "…"),
    ],
)
def test_all_other_values_are_described(value: object, shown: str) -> None:
    assert echo(value) == shown


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text() | st.binary(), st.lists, max_leaves=5))
def test_an_echo_is_always_short_valid_json(value: object) -> None:
    assert len(json.dumps(echo(value), allow_nan=False)) < 2500
