from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from serving.fields import parse_moment
from serving.request_schemas import PredictionRequest


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-09-30T16:45:00Z", datetime(2025, 9, 30, 16, 45, tzinfo=UTC)),
        ("2025-09-30T16:45Z", datetime(2025, 9, 30, 16, 45, tzinfo=UTC)),
        ("2025-09-30 21:45:00+05:00", datetime(2025, 9, 30, 16, 45, tzinfo=UTC)),
        ("2025-09-30t16:45:00.250z", datetime(2025, 9, 30, 16, 45, 0, 250_000, tzinfo=UTC)),
        ("2100-12-31T23:59:59Z", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("1888-01-01T00:00:00Z", datetime(1888, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_with_its_zone_is_read_as_utc(written: str, moment: datetime) -> None:
    assert parse_moment(written) == moment
    assert parse_moment(written).tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2025-09-30T16:45:00", "moment_without_zone"),
        (datetime(2025, 9, 30, 16, 45), "moment_without_zone"),  # noqa: DTZ001 - the missing zone is the point
        ("2025-09-30", "moment_shape"),
        ("1759250700", "moment_shape"),
        ("tomorrow", "moment_shape"),
        ("٢٠٢٥-09-30T16:45:00Z", "moment_shape"),
        ("2025-02-30T16:45:00Z", "moment_impossible"),
        ("2025-09-30T24:45:00Z", "moment_impossible"),
        (1759250700, "moment_type"),
        (True, "moment_type"),
        (None, "moment_type"),
        (["2025-09-30T16:45:00Z"], "moment_type"),
        ("1887-12-31T23:59:59Z", "moment_range"),
        ("1800-01-01T00:00:00Z", "moment_range"),
        ("2200-01-01T00:00:00Z", "moment_range"),
        ("0001-01-01T00:00:00+14:00", "moment_range"),
        ("9999-12-31T23:59:59-14:00", "moment_range"),
        ("2100-12-31T23:59:59-02:00", "moment_range"),
    ],
)
def test_anything_but_a_moment_with_a_zone_in_range_is_refused(value: object, kind: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        parse_moment(value)
    assert refused.value.type == kind


@given(
    st.datetimes(datetime(1889, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 - the zone comes from the next line
    st.integers(-23 * 60, 23 * 60),
)
def test_every_moment_survives_writing_and_reading(local: datetime, offset_minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    assert parse_moment(moment.isoformat()) == moment


def test_names_are_trimmed_and_limited() -> None:
    asked = {"home": "  Kairat ", "away": "Real Madrid", "kickoff": "2025-09-30T16:45:00Z"}
    assert PredictionRequest.model_validate(asked).home == "Kairat"
    with pytest.raises(ValidationError, match="at most 120"):
        PredictionRequest.model_validate(asked | {"away": "x" * 121})
    with pytest.raises(ValidationError, match="at least 1"):
        PredictionRequest.model_validate(asked | {"away": "   "})


def test_neutral_is_a_boolean_and_nothing_like_one() -> None:
    asked = {"home": "Kairat", "away": "Real Madrid", "kickoff": "2025-09-30T16:45:00Z"}
    assert PredictionRequest.model_validate(asked | {"neutral": True}).neutral is True
    for value in (1, "true", "yes", 0.0):
        with pytest.raises(ValidationError, match="valid boolean"):
            PredictionRequest.model_validate(asked | {"neutral": value})
