"""A season as of a moment."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from features.season_plan import SeasonPlan, plan_season
from football.competitions import get_competition
from football.errors import InvalidValueError
from football.formats import Format, format_of
from tests.features.season_tables import CLUBS, RULES, league_phase, round_robin, season
from tests.features.world import Row, match, second

SCORES = ("1-0", "2-0", "3-0", "0-0", "1-1")
LATE = second("2030-01-01 00:00")
EUROPE = format_of(get_competition("champions-league"), "2024-25")
SIXTEEN = tuple(f"c{i:02}-club" for i in range(36))


def plan(matches: pd.DataFrame, as_of_s: int = LATE, rules: Format = RULES) -> SeasonPlan:
    return plan_season(matches, "eng-1", "2024-25", rules, "Europe/London", as_of_s)


def test_results_count_from_when_they_were_known() -> None:
    matches = season(round_robin(scores=SCORES))

    # The third match is played on 5 August, without a time of day: known when the day is over in London.
    before, after = (plan(matches, second(f"2024-08-05 {time}")) for time in ("22:59", "23:00"))

    assert before.played.tolist() == [True, True] + [False] * 10
    assert after.played.tolist() == [True, True, True] + [False] * 9
    assert after.left == 9
    assert after.clubs == CLUBS
    assert next((line.club, line.points) for line in after.table[0]) == ("eng-a", 9)


def test_nothing_later_changes_a_plan() -> None:
    as_of_s = second("2024-08-05 12:00")
    known = plan(season(round_robin(scores=SCORES)), as_of_s)
    otherwise = plan(season(round_robin(scores=(*SCORES[:2], "0-9", "5-0", "0-4", "2-2"))), as_of_s)

    assert known.home_goals.tolist() == otherwise.home_goals.tolist()
    assert known.away_goals.tolist() == otherwise.away_goals.tolist()
    assert known.table == otherwise.table
    assert known.drawn == otherwise.drawn == ()


def test_play_offs_are_no_part_of_a_league() -> None:
    rows = [*round_robin(), match("2025-05-30", "eng-a", "eng-b", "1-0")]

    found = plan(season(rows, [*["Matchday 1"] * 12, "Playoffs"]))

    assert len(found.home) == 12


def test_an_abandoned_match_that_was_played_again_is_one_fixture() -> None:
    rows = round_robin(scores=["1-0"])
    rows[1] = match("2024-08-04", "eng-a", "eng-c", status="abandoned")
    rows.append(match("2024-12-01", "eng-a", "eng-c", "4-0"))

    found = plan(season(rows))

    assert found.left == 10
    assert sorted(found.home_goals.tolist())[-2:] == [1, 4]


def test_a_season_that_lacks_fixtures_is_refused() -> None:
    with pytest.raises(
        InvalidValueError, match="season: got '2024-25', expected one with all its fixtures in the data"
    ):
        plan(season(round_robin()[:-1]))


def test_a_season_that_was_cut_short_is_refused() -> None:
    rows = round_robin(scores=SCORES)
    for row in rows[5:]:
        row["status"] = "cancelled"

    with pytest.raises(InvalidValueError, match="these are 5 fixtures of 4 clubs"):
        plan(season(rows))


def test_groups_are_the_clubs_that_meet() -> None:
    others = ("eng-s", "eng-t", "eng-u", "eng-v")
    rows = [*round_robin(others), *round_robin(scores=SCORES)]
    rules = replace(RULES, shape="groups", bands=())

    found = plan(season(rows, ["Group, Matchday 1"] * 24), rules=rules)

    assert found.clubs == (*CLUBS, *others)
    assert found.group.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [len(table) for table in found.table] == [4, 4]


def europe(*ties: tuple[str, list[Row]], played: int = 144) -> pd.DataFrame:
    """A league phase from 17 September to 7 February and rounds after it."""
    rows, rounds = league_phase(SIXTEEN, played), ["League phase"] * 144
    for name, legs in ties:
        rows += legs
        rounds += [name] * len(legs)
    return season(rows, rounds)


def two_legs(day: date, pairs: list[tuple[int, int]], scores: tuple[str | None, str | None]) -> list[Row]:
    return [
        match((day + timedelta(days=7 * leg)).isoformat(), SIXTEEN[home], SIXTEEN[away], scores[leg], competition="cl")
        for one, two in pairs
        for leg, (home, away) in enumerate(((one, two), (two, one)))
    ]


PLAY_OFF = [(i, i + 8) for i in range(8, 16)]


def test_a_round_is_drawn_a_week_before_it_at_the_earliest() -> None:
    matches = europe(("Playoffs", two_legs(date(2025, 2, 18), PLAY_OFF, ("1-0", "1-1"))))

    before, after = (plan(matches, second(f"2025-02-{day} 12:00"), EUROPE) for day in (10, 11))

    assert before.left == after.left == 0
    assert before.drawn == ()
    assert next((tie.first, tie.second, tie.goals, tie.winner) for tie in after.drawn[0]) == (
        8,
        16,
        (-1, -1, -1, -1),
        -1,
    )


def test_a_first_leg_counts_once_known_and_the_tie_once_over() -> None:
    matches = europe(("Playoffs", two_legs(date(2025, 2, 18), PLAY_OFF, ("1-0", "1-1"))))

    between, after = (plan(matches, second(f"2025-02-{day} 12:00"), EUROPE) for day in (20, 27))

    assert {(tie.goals, tie.winner) for tie in between.drawn[0]} == {((1, 0, -1, -1), -1)}
    assert {(tie.goals, tie.winner) for tie in after.drawn[0]} == {((1, 0, 1, 1), 0)}


def test_a_round_is_not_drawn_before_the_one_before_is_decided() -> None:
    pairs = [(i, i + 8) for i in range(8)]
    matches = europe(
        ("Playoffs", two_legs(date(2025, 2, 18), PLAY_OFF, ("1-0", "1-1"))),
        ("Round of 16", two_legs(date(2025, 2, 27), pairs, ("0-0", "1-0"))),
    )

    before, after = (plan(matches, second(f"2025-02-{day} 12:00"), EUROPE) for day in (25, 26))

    assert (len(before.drawn), len(after.drawn)) == (1, 2)


@pytest.mark.parametrize(
    ("scores", "later", "away_goals", "winner"),
    [
        (("2-1", "1-0"), {}, False, -1),
        (("2-1", "1-0"), {}, True, 1),
        (("1-0", "2-1"), {}, True, 0),
        (("2-1", "1-0"), {"home_goals_extra_time": 1, "away_goals_extra_time": 1}, False, 0),
        (("2-1", "1-0"), {"home_penalties": 5, "away_penalties": 4}, False, 1),
        (("2-1", "1-0"), {"home_penalties": 3, "away_penalties": 4}, False, 0),
    ],
)
def test_who_went_through(scores: tuple[str, str], later: Row, away_goals: bool, winner: int) -> None:
    legs = two_legs(date(2025, 2, 18), PLAY_OFF, scores)
    for row in legs[1::2]:
        row.update(later)

    found = plan(europe(("Playoffs", legs)), LATE, replace(EUROPE, away_goals=away_goals))

    assert {tie.winner for tie in found.drawn[0]} == {winner}
