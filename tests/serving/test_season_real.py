"""Real seasons by the rules: who won, and by what."""

import numpy as np
import pytest

from features.season_plan import SeasonPlan, plan_season
from football.competitions import get_competition
from football.formats import format_of
from tests.serving.real import RealWorld

pytestmark = pytest.mark.full_data

LATE = int(np.datetime64("2026-02-01", "s").astype(np.int64))


def plan(world: RealWorld, competition_id: str, season: str) -> SeasonPlan:
    competition = get_competition(competition_id)
    table = world.matches
    rows = table[(table["competition_id"] == competition_id) & (table["season"] == season)]
    return plan_season(rows, competition_id, season, format_of(competition, season), competition.time_zone, LATE)


def test_goal_difference_gave_manchester_city_the_league_of_2012(real_world: RealWorld) -> None:
    first, second = plan(real_world, "eng-1", "2011-12").table[0][:2]

    assert (first.club, second.club) == ("eng-manchester-city", "eng-manchester-united")
    assert (first.points, second.points) == (89, 89)
    assert (first.goals_for, first.goals_against) == (93, 29)


def test_an_away_goal_in_the_direct_matches_sent_tottenham_on(real_world: RealWorld) -> None:
    # Inter won 2-1 at home and lost 0-1 away.
    tables = plan(real_world, "champions-league", "2018-19").table
    group = next(table for table in tables if any(line.club == "esp-barcelona" for line in table))

    assert [(line.club, line.points) for line in group[1:3]] == [("eng-tottenham-hotspur", 8), ("ita-inter", 8)]
    assert group[1].goals_for - group[1].goals_against == group[2].goals_for - group[2].goals_against


@pytest.mark.parametrize(
    ("season", "winner"),
    [
        ("2014-15", "esp-barcelona"),
        ("2015-16", "esp-real-madrid"),
        ("2016-17", "esp-real-madrid"),
        ("2017-18", "esp-real-madrid"),
        ("2018-19", "eng-liverpool"),
        ("2019-20", "ger-bayern-munchen"),
        ("2020-21", "eng-chelsea"),
        ("2021-22", "esp-real-madrid"),
        ("2022-23", "eng-manchester-city"),
        ("2023-24", "esp-real-madrid"),
        ("2024-25", "fra-paris-saint-germain"),
    ],
)
def test_the_ties_lead_to_who_won_the_champions_league(real_world: RealWorld, season: str, winner: str) -> None:
    found = plan(real_world, "champions-league", season)
    final = found.drawn[-1][0]

    assert found.decided
    assert found.clubs[final.second if final.winner else final.first] == winner
    # Winners of a round are those who play the next.
    for before, after in zip(found.drawn, found.drawn[1:], strict=False):
        through = {tie.second if tie.winner else tie.first for tie in before}
        assert through <= {club for tie in after for club in (tie.first, tie.second)}


def test_the_league_phase_of_2025_is_ranked_as_it_was(real_world: RealWorld) -> None:
    table = plan(real_world, "champions-league", "2024-25").table[0]

    assert [line.club for line in table[:8]] == [
        *("eng-liverpool", "esp-barcelona", "eng-arsenal", "ita-inter", "esp-atletico-madrid"),
        *("ger-bayer-leverkusen", "fra-lille", "eng-aston-villa"),
    ]
    assert [line.points for line in table[:8]] == [21, 19, 19, 19, 18, 16, 16, 16]
    assert not any(line.shared for line in table)
