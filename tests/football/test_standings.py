"""League tables, against tables worked out by hand and a slow oracle."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from football import standings as s
from football.errors import InvalidValueError
from football.standings import CRITERIA, Result, standings
from tests.football.table_oracle import ranked

GOALS_FIRST = (s.GOAL_DIFFERENCE, s.GOALS_FOR)
DIRECT_FIRST = (s.DIRECT_POINTS, s.DIRECT_GOAL_DIFFERENCE, s.GOAL_DIFFERENCE, s.GOALS_FOR)
UEFA_GROUPS = (s.DIRECT_POINTS, s.DIRECT_GOAL_DIFFERENCE, s.DIRECT_GOALS_FOR, s.GOAL_DIFFERENCE, s.GOALS_FOR)


def results(*lines: str) -> list[Result]:
    """`a 2-1 b` each."""
    made = []
    for line in lines:
        home, score, away = line.split()
        goals = score.split("-")
        made.append(Result(home, away, int(goals[0]), int(goals[1])))
    return made


def order(played: Sequence[Result], criteria: Sequence[str], *, again: bool = False) -> str:
    clubs = {club for result in played for club in (result.home, result.away)}
    return "".join(line.club for line in standings(clubs, played, criteria, again=again))


def test_a_line_counts_everything() -> None:
    first, second, third = standings("abc", results("a 2-1 b", "b 0-0 a", "a 0-3 b"), GOALS_FIRST)

    assert first == s.Standing("b", 1, 3, 1, 1, 1, 4, 2, 4, shared=False)
    assert second == s.Standing("a", 2, 3, 1, 1, 1, 2, 4, 4, shared=False)
    assert third == s.Standing("c", 3, 0, 0, 0, 0, 0, 0, 0, shared=False)


def test_goal_difference_and_the_direct_matches_may_tell_the_opposite() -> None:
    # a and b have 6 points each; a won both matches between them, b beat c 5-0 twice and a lost to c 0-1 twice.
    played = results("a 1-0 b", "b 0-1 a", "a 0-1 c", "c 1-0 a", "b 5-0 c", "c 0-5 b")
    assert order(played, GOALS_FIRST) == "bac"  # 10:2, 2:2, 2:10
    assert order(played, DIRECT_FIRST) == "bac"  # all three are level, so that the direct matches are all of them

    # Against d both win, so that they are level with each other alone.
    more = [*played, *results("a 1-0 d", "b 1-0 d", "d 0-0 c")]
    assert order(more, GOALS_FIRST).startswith("ba")
    assert order(more, DIRECT_FIRST).startswith("ab")


def test_direct_matches_count_among_all_clubs_that_are_level() -> None:
    # a, b and c have 7 points each, and each won one of the three direct matches, with goals of 1:2, 1:1 and 2:1.
    played = results("a 1-0 b", "c 2-0 a", "b 1-0 c", "a 1-0 d", "a 0-0 e", "b 1-0 d", "b 0-0 e", "c 1-0 d", "c 0-0 e")

    assert order(played, DIRECT_FIRST).startswith("cba")


def test_uefa_applies_the_direct_criteria_again_to_those_left_level() -> None:
    # a, b and c have 9 points. Among the three b and c have 7 points, 2:1 goals, a has 3 points. Of their own two
    # matches c won 1-0, the other was 0-0; over all matches b has scored more.
    played = results(
        *("b 0-1 c", "c 0-0 b", "b 1-0 a", "a 0-1 b", "c 1-0 a", "a 1-0 c"),
        *("a 1-0 d", "d 0-1 a", "b 5-5 d", "d 5-5 b", "c 0-0 d", "d 0-0 c"),
    )

    points = {line.club: line.points for line in standings("abcd", played, UEFA_GROUPS)}
    assert points == {"a": 9, "b": 9, "c": 9, "d": 4}
    assert order(played, UEFA_GROUPS) == "bcad"
    assert order(played, UEFA_GROUPS, again=True) == "cbad"


def test_opponents_decide_where_the_rules_say_so() -> None:
    # a and b have each won 1-0 away and at home; a's opponents have taken more points since.
    played = results("a 1-0 c", "d 0-1 a", "b 1-0 e", "f 0-1 b", "c 1-0 e", "d 1-0 f")

    assert order(played, (s.OPPONENTS_POINTS,))[:2] == "ab"
    assert not standings("abcdef", played, (s.OPPONENTS_POINTS,))[0].shared


def test_clubs_that_nothing_tells_apart_share_their_place() -> None:
    lines = standings("ab", results("a 1-1 b", "b 1-1 a"), CRITERIA)

    assert [line.shared for line in lines] == [True, True]
    assert [line.position for line in lines] == [1, 2]


def test_an_unknown_criterion_names_those_there_are() -> None:
    with pytest.raises(InvalidValueError, match="criteria: got 'fair-play', expected one of goal-difference"):
        standings("ab", [], ("fair-play",))


def test_a_result_of_another_club_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="results: got 'c', expected clubs of the table alone"):
        standings("ab", results("a 1-0 c"), GOALS_FIRST)


@st.composite
def seasons(draw: st.DrawFn) -> tuple[str, list[Result]]:
    clubs = "abcde"[: draw(st.integers(2, 5))]
    pairs = [(h, a) for h in clubs for a in clubs if h != a]
    goals = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=len(pairs), max_size=len(pairs)))
    return clubs, [Result(h, a, *score) for (h, a), score in zip(pairs, goals, strict=True)]


@settings(max_examples=150, deadline=None)
@given(
    seasons(),
    st.sampled_from([GOALS_FIRST, DIRECT_FIRST, UEFA_GROUPS, CRITERIA, (*CRITERIA[:5], *CRITERIA[9:])]),
    st.booleans(),
)
def test_it_equals_the_oracle(season: tuple[str, list[Result]], criteria: tuple[str, ...], again: bool) -> None:
    clubs, played = season
    wanted = ranked(clubs, played, criteria, again=again)
    found = [line.club for line in standings(clubs, played, criteria, again=again)]

    for level in wanted:
        assert set(found[: len(level)]) == level
        found = found[len(level) :]
