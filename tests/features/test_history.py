from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from features.club_log import AWAY, HOME, NEUTRAL
from features.encoding import days_of, moments, seconds_of
from features.history import History
from football.errors import InvalidValueError
from tests.features.world import (
    ALMATY,
    CLUBS,
    COMPETITIONS,
    LONDON,
    MADRID,
    NOWHERE,
    day,
    history,
    match,
    second,
    table,
)


def entries_of(built: History, club_id: str) -> slice:
    club = built.club_code[club_id]
    return slice(int(built.log.offsets[club]), int(built.log.offsets[club + 1]))


def moment(text: str, kickoff: str | None, zone: str) -> tuple[int, int]:
    starts, known = moments(np.array([day(text)]), np.array([np.nan if kickoff is None else second(kickoff)]), [zone])
    return int(starts[0]), int(known[0])


def test_a_result_is_known_three_hours_after_a_known_kickoff() -> None:
    expected = (second("2025-09-30 16:45"), second("2025-09-30 19:45"))
    assert moment("2025-09-30", "2025-09-30 16:45", "Europe/Paris") == expected


def test_a_match_of_which_only_the_day_is_known_lasts_from_local_midnight_to_the_next() -> None:
    # Almaty: five hours ahead of UTC since 1 March 2024, six before.
    assert moment("2025-09-30", None, "Asia/Almaty") == (second("2025-09-29 19:00"), second("2025-09-30 19:00"))
    assert moment("2023-09-30", None, "Asia/Almaty") == (second("2023-09-29 18:00"), second("2023-09-30 18:00"))


def test_a_day_on_which_clocks_change_has_23_or_25_hours() -> None:
    spring, autumn = moment("2025-03-30", None, "Europe/London"), moment("2025-10-26", None, "Europe/London")
    assert spring[1] - spring[0] == 23 * 3600
    assert autumn[1] - autumn[0] == 25 * 3600


def test_moments_of_many_matches_equal_those_of_each() -> None:
    days = np.array([day("2025-03-30"), day("1950-01-01"), day("2025-03-30"), day("2025-07-01")])
    kickoffs = np.array([np.nan, np.nan, second("2025-03-30 12:00"), np.nan])
    zones = ["Europe/London", "Asia/Almaty", "Europe/London", "Europe/London"]
    starts, known = moments(days, kickoffs, zones)
    for i in range(4):
        one = moments(days[i : i + 1], kickoffs[i : i + 1], zones[i : i + 1])
        assert (starts[i], known[i]) == (one[0][0], one[1][0])


def test_seconds_of_reads_nulls_and_python_datetimes() -> None:
    moments_given = pd.Series([None, datetime(1970, 1, 2, tzinfo=UTC)], dtype=object)
    assert np.array_equal(seconds_of(moments_given), [np.nan, 86_400.0], equal_nan=True)
    assert np.isnan(seconds_of(pd.Series([None, None], dtype=object))).all()
    assert np.array_equal(days_of(pd.Series(pd.to_datetime(["1969-12-31", "1970-01-02"]))), [-1, 1])


def test_each_club_has_its_matches_in_the_order_in_which_they_became_known() -> None:
    built = history(
        match("2025-03-09", LONDON, MADRID, "0-3"),
        match("2025-03-01 15:00", LONDON, "eng-york", "2-1"),
        match("2025-03-05 20:00", MADRID, LONDON, "1-1", competition="champions-league"),
    )
    log, entries = built.log, entries_of(built, LONDON)
    assert log.day[entries].tolist() == [day("2025-03-01"), day("2025-03-05"), day("2025-03-09")]
    assert log.goals_for[entries].tolist() == [2.0, 1.0, 0.0]
    assert log.goals_against[entries].tolist() == [1.0, 1.0, 3.0]
    assert log.ground[entries].tolist() == [HOME, AWAY, HOME]
    assert log.results[entries].tolist() == [1, 2, 3]
    assert log.league[entries].tolist() == [True, False, True]
    assert [built.club_ids[c] for c in log.opponent[entries]] == ["eng-york", MADRID, MADRID]
    assert log.km[entries][0] == log.km[entries][2] == 0.0
    assert log.km[entries][1] == pytest.approx(1245, abs=15)  # London to Madrid


def test_postponed_cancelled_and_awarded_matches_have_no_entry() -> None:
    built = history(
        match("2025-03-01 15:00", LONDON, MADRID, "2-1"),
        match("2025-03-02 15:00", LONDON, MADRID, status="postponed"),
        match("2025-03-03 15:00", LONDON, MADRID, status="cancelled"),
        match("2025-03-04 15:00", LONDON, MADRID, "3-0", status="awarded"),
        match("2025-03-05 15:00", LONDON, MADRID, status="abandoned"),
        match("2025-03-06 15:00", LONDON, MADRID),
    )
    log, entries = built.log, entries_of(built, LONDON)
    assert log.day[entries].tolist() == [day("2025-03-01"), day("2025-03-05"), day("2025-03-06")]
    assert log.result_due[entries].tolist() == [True, False, True]
    assert len(built.results.home_goals) == 1


def test_the_cut_is_the_newest_known_result() -> None:
    built = history(
        match("2025-03-01 15:00", LONDON, MADRID, "2-1"),
        match("2025-02-01 15:00", LONDON, MADRID, "2-1"),
        match("2025-03-06 15:00", LONDON, MADRID),
    )
    assert built.cut_s == second("2025-03-01 18:00")
    assert built.cut_day == day("2025-03-01")


def test_league_matches_and_all_matches_after_the_cut_are_published() -> None:
    built = history(
        match("2025-02-01 15:00", LONDON, MADRID, "2-1", competition="champions-league"),
        match("2025-03-01 15:00", LONDON, MADRID, "2-1"),
        match("2025-03-09 15:00", LONDON, MADRID, competition="champions-league"),
    )
    assert built.log.published[entries_of(built, LONDON)].tolist() == [False, True, True]
    assert built.log.league[entries_of(built, LONDON)].tolist() == [False, True, False]


def test_on_neutral_or_unknown_ground_the_way_is_unknown() -> None:
    built = history(
        match("2025-03-01 15:00", LONDON, MADRID, "2-1", neutral=True),
        match("2025-03-05 15:00", LONDON, MADRID, "2-1", neutral=None),
    )
    for club_id in (LONDON, MADRID):
        assert np.isnan(built.log.km[entries_of(built, club_id)]).all()
    assert built.log.ground[entries_of(built, LONDON)].tolist() == [NEUTRAL, HOME]


def test_a_club_without_a_place_travels_unknown_km_but_stays_at_home_for_home_matches() -> None:
    built = history(
        match("2025-03-01 15:00", LONDON, NOWHERE, "2-1"), match("2025-03-05 15:00", NOWHERE, LONDON, "2-1")
    )
    assert np.array_equal(built.log.km[entries_of(built, NOWHERE)], [np.nan, 0.0], equal_nan=True)
    assert np.array_equal(built.log.km[entries_of(built, LONDON)], [0.0, np.nan], equal_nan=True)


def test_the_order_of_the_table_does_not_matter() -> None:
    rows = [
        match("2025-03-01 15:00", LONDON, "eng-york", "2-1"),
        match("2025-03-01 15:00", MADRID, NOWHERE, "0-0"),
        match("2025-03-01", ALMATY, "ecu-quito", "4-0", competition="kaz-1"),
        match("2025-03-08 15:00", "eng-york", MADRID, "1-2"),
    ]
    one, other = history(*rows), history(*rows[::-1])
    for name in ("offsets", "day", "known_s", "goals_for", "km", "elo", "pi_home", "pi_away", "opponent"):
        assert np.array_equal(getattr(one.log, name), getattr(other.log, name), equal_nan=True), name


def test_building_leaves_the_table_as_it_is() -> None:
    given = table([match("2025-03-01 15:00", LONDON, MADRID, "2-1")])
    before = given.copy(deep=True)
    History.build(given, CLUBS, COMPETITIONS)
    pd.testing.assert_frame_equal(given, before)


def test_an_unknown_competition_is_refused_by_name() -> None:
    given = table([match("2025-03-01 15:00", LONDON, MADRID, "2-1", competition="atlantis-1")])
    with pytest.raises(InvalidValueError, match="competition_id: got 'atlantis-1'"):
        History.build(given, CLUBS, COMPETITIONS)


def test_a_history_without_matches_is_empty() -> None:
    built = history()
    assert built.club_ids == ()
    assert len(built.log.day) == 0
    assert built.cut_s == 0


def test_places_are_found_for_clubs_that_only_the_registry_has() -> None:
    built = history(match("2025-03-01 15:00", LONDON, MADRID, "2-1"))
    places = built.places_of(np.array([ALMATY, "xxx-unheard-of"], dtype=object))
    assert np.array_equal(places.latitude, [43.25, np.nan], equal_nan=True)
    assert ALMATY not in built.club_code
