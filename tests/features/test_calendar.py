import numpy as np
import pytest

from features.calendar import local_day, midnight_s, noon_offset_hours, unique_pairs
from tests.features.world import day, second


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        ("Europe/Madrid", "2025-09-30", 2.0),
        ("Europe/Madrid", "2025-10-26", 1.0),  # the clocks went back that morning
        ("Asia/Almaty", "2024-02-29", 6.0),
        ("Asia/Almaty", "2024-03-01", 5.0),
        ("Asia/Kolkata", "2025-09-30", 5.5),
        ("UTC", "1888-09-08", 0.0),
    ],
)
def test_offsets_follow_the_clocks_of_the_day(zone: str, on: str, hours: float) -> None:
    assert noon_offset_hours(zone, day(on)) == hours


def test_a_day_begins_at_local_midnight() -> None:
    assert midnight_s("Asia/Almaty", day("2025-09-30")) == second("2025-09-29 19:00")
    assert midnight_s("UTC", 0) == 0


def test_a_midnight_that_the_clocks_skip_is_the_moment_they_do() -> None:
    # Brazil, 4 November 2018: from 23:59:59 to 01:00, at 03:00 UTC.
    assert midnight_s("America/Sao_Paulo", day("2018-11-04")) == second("2018-11-04 03:00")


def test_a_moment_is_on_the_calendar_day_of_the_zone() -> None:
    moment = second("2025-09-29 19:30")
    assert local_day(moment, "Asia/Almaty") == day("2025-09-30")
    assert local_day(moment, "Europe/London") == day("2025-09-29")


def test_unique_pairs_tell_the_pair_of_each_row() -> None:
    zone, on = np.array([1, 0, 1, 1]), np.array([5, -7, 5, 6])
    pair_zone, pair_day, inverse = unique_pairs(zone, on)
    assert len(pair_zone) == 3
    assert np.array_equal(pair_zone[inverse], zone)
    assert np.array_equal(pair_day[inverse], on)
