"""Durations of the command line."""

from datetime import timedelta

import pytest

from awayday.watching.durations import parse_duration
from football.errors import InvalidValueError


@pytest.mark.parametrize(
    ("text", "minutes"), [("1m", 1), ("30m", 30), ("6h", 360), ("1d", 1440), (" 12H ", 720), ("365d", 525_600)]
)
def test_minutes_hours_and_days_are_read(text: str, minutes: int) -> None:
    assert parse_duration("every", text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "6", "h", "0m", "-6h", "6 h", "1.5h", "30s", "366d", "9999999d", "６h", "6h30m"])
def test_anything_else_is_refused_and_told_what_was_expected(text: str) -> None:
    with pytest.raises(InvalidValueError, match=r"every.*minutes, hours or days such as 30m, 6h or 1d, from 1m to"):
        parse_duration("every", text)
