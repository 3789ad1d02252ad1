import math

import pytest

from features.table import build_features
from tests.features.world import ALMATY, COMPETITIONS, LONDON, MADRID, Row, history, match, table

YORK = "eng-york"


def features(*rows: Row, fixture: Row, as_of: str | None = None) -> dict[str, float]:
    asked = table([fixture])
    if as_of:
        asked = asked.assign(as_of=[as_of]).astype({"as_of": "datetime64[us, UTC]"})
    found = build_features(asked, history(*rows), None, None, COMPETITIONS)
    return {str(name): float(value) for name, value in found.iloc[0].items()}


def on(when: str, score: str | None = "1-0", **given: object) -> Row:
    return match(when, LONDON, YORK, score, **given)  # type: ignore[arg-type]


FIXTURE = match("2025-09-30 16:45", LONDON, MADRID, competition="champions-league")

# A match of others, so that the data reach up to the fixture.
ELSEWHERE = match("2025-09-29 15:00", ALMATY, YORK, "1-0", competition="kaz-1")


def test_rest_is_the_difference_of_calendar_days() -> None:
    # Saturday to Tuesday, whatever the hours: three days.
    assert features(on("2025-09-27 20:00"), fixture=FIXTURE)["home_rest_days"] == 3
    assert features(on("2025-09-27"), fixture=FIXTURE)["home_rest_days"] == 3


def test_rest_is_from_the_last_match_of_any_competition() -> None:
    found = features(on("2025-09-20 15:00"), on("2025-09-26 15:00", competition="eng-cup"), fixture=FIXTURE)
    assert found["home_rest_days"] == 4


def test_rest_counts_a_match_whose_result_is_unknown() -> None:
    found = features(on("2025-09-20 15:00"), on("2025-09-27 15:00", None), fixture=FIXTURE)
    assert found["home_rest_days"] == 3
    assert math.isnan(found["home_extra_time_last"])


def test_rest_is_unknown_for_a_first_match() -> None:
    found = features(on("2025-09-27 15:00"), fixture=FIXTURE)
    for name in ("rest_days", "rest_days_capped", "matches_last_30_days", "extra_time_last", "after_long_break"):
        assert math.isnan(found[f"away_{name}"]), name
    assert math.isnan(found["rest_days_difference"])


def test_matches_of_late_are_counted_within_so_many_days() -> None:
    days = ["2025-08-30", "2025-08-31", "2025-09-15", "2025-09-16", "2025-09-22", "2025-09-23", "2025-09-27"]
    found = features(*(on(f"{day} 12:00") for day in days), fixture=FIXTURE)  # 31, 30, 15, 14, 8, 7 and 3 days before
    assert found["home_matches_last_7_days"] == 2
    assert found["home_matches_last_14_days"] == 4
    assert found["home_matches_last_30_days"] == 6


def test_more_than_seven_days_of_rest_are_no_more_rest() -> None:
    rested = match("2025-09-10 15:00", MADRID, YORK, "0-0", competition="esp-1")
    found = features(on("2025-09-27 15:00"), rested, fixture=FIXTURE)
    assert (found["home_rest_days_capped"], found["away_rest_days_capped"]) == (3, 7)
    assert found["away_rest_days"] == 20
    assert found["rest_days_difference"] == -4


@pytest.mark.parametrize(("last", "flag"), [("2025-09-03 15:00", 0.0), ("2025-09-02 15:00", 1.0)])
def test_a_long_break_is_28_days(last: str, flag: float) -> None:
    assert features(on(last), ELSEWHERE, fixture=FIXTURE)["home_after_long_break"] == flag
    assert features(on(last), on("2025-09-29 12:00"), fixture=FIXTURE)["home_after_long_break"] == 0.0


def test_extra_time_last_time_out() -> None:
    long = on("2025-09-24 19:00", "1-1", competition="eng-cup", extra_time=True)
    league = on("2025-09-20 15:00")
    assert features(league, long, fixture=FIXTURE)["home_extra_time_last"] == 1.0
    assert features(league, long, on("2025-09-27 15:00"), fixture=FIXTURE)["home_extra_time_last"] == 0.0


def test_a_gap_of_more_than_200_days_is_unknown_rest() -> None:
    assert features(on("2025-03-14 15:00"), ELSEWHERE, fixture=FIXTURE)["home_rest_days"] == 200
    found = features(on("2025-03-13 15:00"), ELSEWHERE, fixture=FIXTURE)
    for name in ("rest_days", "rest_days_capped", "matches_last_30_days", "travel_km_last_30_days"):
        assert math.isnan(found[f"home_{name}"]), name


def test_rest_is_unknown_for_a_club_whose_league_the_data_lack() -> None:
    abroad = match("2025-09-16 19:00", MADRID, ALMATY, "1-0", competition="champions-league")
    assert math.isnan(features(on("2025-09-27 15:00"), abroad, fixture=FIXTURE)["away_rest_days"])
    league = match("2025-03-20 19:00", MADRID, ALMATY, "1-0", competition="esp-1")
    assert features(on("2025-09-27 15:00"), abroad, league, fixture=FIXTURE)["away_rest_days"] == 14


def test_beyond_the_data_rest_is_unknown_after_seven_days_of_grace() -> None:
    ends = match("2025-09-23 15:00", YORK, ALMATY, "1-0")
    assert features(on("2025-09-01 15:00"), ends, fixture=FIXTURE)["home_rest_days"] == 29
    too_late = match("2025-10-01 15:00", LONDON, MADRID)
    assert math.isnan(features(on("2025-09-01 15:00"), ends, fixture=too_late)["home_rest_days"])


def test_beyond_the_newest_result_a_schedule_still_tells_of_rest() -> None:
    rows = [on("2025-09-01 15:00"), on("2025-09-26 15:00", None)]
    later = match("2025-10-03 15:00", LONDON, MADRID)
    assert features(*rows, fixture=later)["home_rest_days"] == 7
    assert math.isnan(features(*rows, fixture=match("2025-10-04 15:00", LONDON, MADRID))["home_rest_days"])
    # The fixture itself is in the schedule: so the data tell of the club up to that day.
    known = match("2025-10-04 15:00", LONDON, MADRID)
    assert features(*rows, known, fixture=known)["home_rest_days"] == 8


def test_a_published_league_match_between_as_of_and_the_fixture_counts_and_its_result_does_not() -> None:
    rows = [on("2025-09-20 15:00"), on("2025-09-27 15:00", "5-0"), on("2025-10-04 15:00")]
    found = features(*rows, fixture=FIXTURE, as_of="2025-09-25")
    assert found["home_rest_days"] == 3
    assert found["home_days_since_result"] == 10
    assert math.isnan(found["home_extra_time_last"])


def test_a_cup_match_between_as_of_and_the_fixture_was_not_known_of() -> None:
    rows = [on("2025-09-20 15:00"), on("2025-09-27 15:00", "5-0", competition="eng-cup"), on("2025-10-04 15:00")]
    assert features(*rows, fixture=FIXTURE, as_of="2025-09-25")["home_rest_days"] == 10
    assert features(*rows, fixture=FIXTURE)["home_rest_days"] == 3


def test_an_earlier_match_on_the_same_day_is_form_but_not_rest() -> None:
    morning = match("2025-09-30 08:00", "eng-york", LONDON, "0-3")
    found = features(on("2025-09-27 15:00"), morning, fixture=FIXTURE)
    assert found["home_last_margin"] == 3
    assert found["home_rest_days"] == 3
    assert found["home_matches_last_7_days"] == 1
    assert found["home_travel_km_last_30_days"] == 0.0
