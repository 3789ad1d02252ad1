from dataclasses import fields

import numpy as np
import pandas as pd
from hypothesis import given, settings

from features.clubstate import FORM, NO_DAY, RATINGS, RECENT, ClubState, club_states
from features.fixtures import Fixtures
from features.history import History
from features.table import feature_rows, rows_from_states
from tests.features import generated
from tests.features.world import CLUBS, COMPETITIONS, LONDON, MADRID, day, history, match, second, table


def state_of(built: History, club_id: str, as_of: str, on: str) -> ClubState:
    club = np.array([built.club_code.get(club_id, -1)])
    return club_states(built, club, np.array([second(as_of)]), np.array([day(on)]))


def equal(one: ClubState, other: ClubState) -> bool:
    return all(
        np.array_equal(getattr(one, f.name), getattr(other, f.name), equal_nan=getattr(one, f.name).dtype == np.float64)
        for f in fields(ClubState)
    )


SEASON = [
    match("2025-01-04 15:00", LONDON, MADRID, "3-1"),
    match("2025-01-11 15:00", MADRID, LONDON, "2-0"),
    match("2025-01-18 15:00", LONDON, MADRID, "1-1"),
    match("2025-01-25 15:00", MADRID, LONDON),
    match("2025-02-01 15:00", LONDON, MADRID),
    match("2025-02-08 15:00", LONDON, MADRID, "2-1"),
]


def test_the_last_results_are_letters_newest_last() -> None:
    built = history(*SEASON)
    assert state_of(built, LONDON, "2025-02-15", "2025-02-15").last_letters(0) == "WLDW"
    assert state_of(built, MADRID, "2025-01-20", "2025-01-20").last_letters(0) == "LWD"
    assert state_of(built, LONDON, "2025-01-04 17:59", "2025-01-05").last_letters(0) == ""


def test_a_state_says_since_when_results_are_unknown() -> None:
    state = state_of(history(*SEASON), LONDON, "2025-02-07", "2025-02-08")
    assert state.last_result_day.tolist() == [day("2025-01-18")]
    assert state.first_unknown_day.tolist() == [day("2025-01-25")]
    assert state.unknown_results.tolist() == [2]


def test_recent_matches_are_kept_newest_last() -> None:
    state = state_of(history(*SEASON), LONDON, "2025-01-20", "2025-01-20")
    expected = [day("2025-01-04"), day("2025-01-11"), day("2025-01-18")]
    assert state.recent_day[0].tolist() == [NO_DAY] * (RECENT - 3) + expected
    assert state.newest_day().tolist() == [day("2025-01-18")]


def test_of_more_matches_than_are_kept_the_newest_stay() -> None:
    rows = [match(f"2025-01-{d:02} 15:00", LONDON, MADRID, "1-0") for d in range(1, 21)]
    state = state_of(history(*rows), LONDON, "2025-02-01", "2025-02-01")
    assert state.recent_day[0].tolist() == [day(f"2025-01-{d:02}") for d in range(20 - RECENT + 1, 21)]


def test_the_data_tell_of_a_club_up_to_the_cut_or_its_last_published_match() -> None:
    later = match("2025-03-01 15:00", LONDON, "eng-york")
    built = history(*SEASON, later)
    assert state_of(built, LONDON, "2025-02-15", "2025-02-15").told_until_day.tolist() == [day("2025-03-01")]
    assert state_of(built, MADRID, "2025-02-15", "2025-02-15").told_until_day.tolist() == [day("2025-02-08")]


def test_an_unknown_club_has_an_empty_state() -> None:
    assert equal(state_of(history(*SEASON), "xxx-unheard-of", "2025-02-15", "2025-02-15"), ClubState.empty(1))


def test_taking_rows_keeps_their_order_and_fills_in_empty_states() -> None:
    built = history(*SEASON)
    both = club_states(built, np.array([0, 1]), np.full(2, second("2025-02-15")), np.full(2, day("2025-02-15")))
    taken = both.take(np.array([1, -1, 0]))
    assert equal(taken.take(np.array([2, 0])), both)
    assert equal(taken.take(np.array([1])), ClubState.empty(1))


def test_every_array_has_a_row_for_each_club() -> None:
    empty = ClubState.empty(3)
    assert {getattr(empty, f.name).shape[0] for f in fields(ClubState)} == {3}
    assert empty.form.shape == (3, len(FORM))
    assert empty.ratings.shape == (3, len(RATINGS))


@settings(max_examples=30, deadline=None)
@given(generated.tables)
def test_rows_from_stored_states_equal_those_from_the_history(matches: pd.DataFrame) -> None:
    """As the embedded model does it: one state a club at the cut, fixtures on the following days."""
    built = History.build(matches, CLUBS, COMPETITIONS)
    n = len(built.club_ids)
    if n < 2:
        return
    after = built.cut_day + 3
    stored = club_states(built, np.arange(n), np.full(n, built.cut_s), np.full(n, after))
    home, away = np.divmod(np.arange(n * n), n)
    moment = pd.Timestamp(built.cut_s, unit="s", tz="UTC")
    ids = np.array(built.club_ids, dtype=object)
    fixtures = table(
        [match(str(np.datetime64(after, "D")), str(ids[h]), str(ids[a])) for h, a in zip(home, away, strict=True)]
    ).assign(as_of=moment)
    encoded = Fixtures.of(fixtures, COMPETITIONS)
    places = (built.places_of(encoded.home_id), built.places_of(encoded.away_id))
    # States do not tell of first legs; that is the ties' part.
    rows = rows_from_states(encoded, stored.take(home), stored.take(away), *places, None, None, built.ties)
    assert rows.tobytes() == feature_rows(encoded, built, None, None).tobytes()


def test_ignored_results_leave_form_and_ratings_as_before_them_and_nothing_else() -> None:
    built = history(*SEASON)
    club, on = np.array([built.club_code[LONDON]]), np.array([day("2025-02-16")])
    moment = np.array([second("2025-02-15")])
    full = club_states(built, club, moment, on)
    assert full.last_letters(0) == "WLDW"
    for ignored, letters, as_of in ((1, "WLD", "2025-01-24"), (2, "WL", "2025-01-17"), (3, "W", "2025-01-10")):
        state = club_states(built, club, moment, on, np.array([ignored]))
        before = state_of(built, LONDON, as_of, as_of)
        assert state.last_letters(0) == letters
        np.testing.assert_array_equal(state.form, before.form)
        np.testing.assert_array_equal(state.ratings, before.ratings)
        for name in ("recent_day", "last_result_day", "unknown_results", "told_until_day", "last_league_day"):
            np.testing.assert_array_equal(getattr(state, name), getattr(full, name), err_msg=name)
    none_left = club_states(built, club, moment, on, np.array([9]))
    assert np.isnan(none_left.form).all()
    assert np.isnan(none_left.ratings).all()
    assert equal(club_states(built, club, moment, on, np.array([0])), full)
