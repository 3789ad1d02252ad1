"""Encoded matches that change are those that one would encode anew."""

from dataclasses import fields
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.encoding import COUNTED, EncodedTable
from features.history import History
from features.match_facts import MatchFacts
from features.strength_problem import RESULT_COLUMNS, Problem
from tests.features.world import ALMATY, CLUBS, COMPETITIONS, LONDON, MADRID, NOWHERE, QUITO, Row, day, match, table

DAYS = tuple(f"2024-{month:02d}-{number:02d}" for month in (3, 8, 11) for number in (2, 9, 16, 23))
GAMES = tuple(permutations((LONDON, MADRID, ALMATY, QUITO, "eng-york", NOWHERE), 2))


def encode(rows: list[Row]) -> EncodedTable:
    return EncodedTable.of(table(rows), COMPETITIONS)


def drawn_match(drawn: tuple[str, tuple[str, str], str | None, str, bool]) -> Row:
    when, (home, away), score, competition, timed = drawn
    return match(f"{when} 19:00" if timed else when, home, away, score, competition=competition)


rows_of_a_season = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(GAMES),
        st.sampled_from(("2-1", "0-0", None)),
        st.sampled_from(("eng-1", "esp-1", "champions-league")),
        st.booleans(),
    ).map(drawn_match),
    unique_by=lambda row: str(row["match_id"]),
    max_size=14,
)


@settings(deadline=None)
@given(rows_of_a_season, rows_of_a_season, rows_of_a_season)
def test_a_table_with_some_matches_replaced_is_the_one_encoded_together(
    stay: list[Row], gone: list[Row], come: list[Row]
) -> None:
    taken = {row["match_id"] for row in stay}
    gone = [row for row in gone if row["match_id"] not in taken]
    come = [row for row in come if row["match_id"] not in taken]
    before = encode([*stay, *gone])
    left = {row["match_id"] for row in gone}
    mask = np.array([name in left for name in before.match_ids(np.arange(len(before)))], dtype=np.bool_)
    changed, origin = before.changed(mask, encode(come))
    wanted = encode([*stay, *come])
    for field in fields(EncodedTable):
        if field.name != "match_id":
            np.testing.assert_array_equal(getattr(changed, field.name), getattr(wanted, field.name), err_msg=field.name)
    assert changed.match_ids(np.arange(len(changed))).tolist() == wanted.match_ids(np.arange(len(wanted))).tolist()
    old = before.match_ids(np.maximum(origin, 0)) if len(before) else np.array([], object)
    for row, name in enumerate(wanted.match_ids(np.arange(len(wanted))).tolist()):
        assert (name not in taken) if origin[row] < 0 else (old[row] == name)


def test_a_match_is_encoded_with_what_is_known_of_it() -> None:
    found = encode(
        [
            match("2024-08-10 16:00", MADRID, LONDON, "1-3", competition="champions-league", round_name="Final"),
            match("2024-03-02", LONDON, MADRID, status="abandoned", neutral=None),
            match("2024-03-02", "eng-york", LONDON, status="postponed"),
        ]
    )
    assert found.club_ids == (LONDON, MADRID)
    assert [COUNTED[code] for code in found.status.tolist()] == ["abandoned", "played"]
    assert (found.home.tolist(), found.away.tolist(), found.competition.tolist()) == ([0, 1], [1, 0], [1, 0])
    assert found.day.tolist() == [day("2024-03-02"), day("2024-08-10")]
    assert np.isnan(found.kickoff_s).tolist() == [True, False]
    assert found.known_s[1] - found.starts_s[1] == 3 * 3600
    assert np.isnan(found.home_goals[0])
    assert (found.home_goals[1], found.away_goals[1], found.knock_out[1]) == (1.0, 3.0, 1.0)
    assert found.seasons == ("2024-25",)
    assert found.match_ids(np.array([1])).tolist() == [f"2024-08-10_{MADRID}_{LONDON}"]


@settings(deadline=None)
@given(rows_of_a_season)
def test_the_results_of_a_table_are_the_same_problem_as_by_their_ids(rows: list[Row]) -> None:
    history = History.build(table(rows), CLUBS, COMPETITIONS)
    ours, by_ids = Problem.of(history.table, history.leagues), Problem.encode(history.results, history.leagues)
    for field in fields(Problem):
        np.testing.assert_array_equal(getattr(ours, field.name), getattr(by_ids, field.name), err_msg=field.name)


def problem(*rows: Row) -> Problem:
    history = History.build(table(rows), CLUBS, COMPETITIONS)
    return Problem.of(history.table, history.leagues)


FIRST, SECOND, THIRD = (match(f"2024-03-0{n} 15:00", LONDON, "eng-york", "1-0") for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("others", "known"),
    [
        ((FIRST, SECOND, THIRD), None),
        ((FIRST, SECOND), "2024-03-03 18:00"),
        ((FIRST, match("2024-03-02 15:00", LONDON, "eng-york", "2-0"), THIRD), "2024-03-02 18:00"),
        ((FIRST, match("2024-03-02 12:00", LONDON, "eng-york", "1-0"), THIRD), "2024-03-02 15:00"),
        ((FIRST, SECOND, match("2024-03-03 15:00", LONDON, MADRID, "1-0")), "1970-01-01 00:00"),
    ],
    ids=["none", "one more", "another score", "another time", "another club"],
)
def test_the_first_difference_is_when_the_first_result_that_differs_was_known(
    others: tuple[Row, ...], known: str | None
) -> None:
    one, other = problem(FIRST, SECOND, THIRD), problem(*others)
    wanted = None if known is None else int(np.datetime64(known, "s").astype(np.int64))
    assert one.first_difference(other) == other.first_difference(one) == wanted
    assert set(RESULT_COLUMNS) <= {field.name for field in fields(Problem)}


def test_the_first_difference_of_facts_is_the_first_result_of_which_something_else_is_known() -> None:
    shots, edge = np.array([[3.0, 1.0], [np.nan, np.nan], [4.0, 4.0]]), np.array([np.nan, 0.2, 0.3])
    facts = MatchFacts(shots, edge)
    assert facts.first_difference(MatchFacts(shots.copy(), edge.copy())) is None
    assert facts.first_difference(MatchFacts(shots[:2], edge[:2])) is None
    assert facts.first_difference(MatchFacts(shots, np.array([np.nan, 0.2, np.nan]))) == 2
    assert facts.first_difference(MatchFacts(np.where(np.isnan(shots), 0.0, shots), edge)) == 1
