"""Simulated seasons, against exact enumeration and what must hold in every season."""

from collections.abc import Sequence
from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.season_plan import SeasonPlan, plan_season
from features.season_play import Games
from features.season_simulator import PART, SeasonCounts, SeasonGames, simulate_part, simulate_seasons
from football.competitions import get_competition
from football.formats import Format, format_of
from football.standings import CRITERIA, Result
from tests.features.season_tables import CLUBS, RULES, league_phase, round_robin, season
from tests.features.test_season_plan import EUROPE, LATE, PLAY_OFF, SIXTEEN, two_legs
from tests.features.test_season_play import PLAIN, distribution
from tests.football.table_oracle import ranked

THREE = CLUBS[:3]
DIRECT = Format("league", 3, (*CRITERIA[5:7], *CRITERIA[:2]), False, (), (), "final", False, False, "test")


def plan_of(scores: Sequence[str | None], rules: Format, clubs: Sequence[str] = CLUBS) -> SeasonPlan:
    return plan_season(season(round_robin(clubs, scores=scores)), "eng-1", "2024-25", rules, "Europe/London", LATE)


def games_of(plan: SeasonPlan, rng: np.random.Generator, sd: float = 0.0) -> SeasonGames:
    """Made-up chances of all matches, and of all pairs."""
    n, m = len(plan.clubs), len(plan.home)

    def some(k: int) -> Games:
        outcomes = rng.dirichlet([12.0, 8.0, 9.0], size=k)
        return Games.of(rng.uniform(0.7, 1.8, k), rng.uniform(0.6, 1.5, k), outcomes, PLAIN)

    pairs = some(n * n)
    square = Games(pairs.log_home.reshape(n, n), pairs.log_away.reshape(n, n), pairs.weight.reshape(n, n, 3), pairs.rho)
    return SeasonGames(some(m), square, square, np.full(n, sd))


def test_places_are_those_of_exact_enumeration() -> None:
    # Two matches are left in a league of three; every pair of their scores up to 9 goals is gone through.
    plan = plan_of(["1-0", "1-1", "0-0", "2-1"], DIRECT, THREE)
    games = games_of(plan, np.random.default_rng(5))
    grids = []
    for i in (4, 5):
        home, away = np.exp(games.matches.log_home[i]), np.exp(games.matches.log_away[i])
        grids.append(distribution(home, away, games.matches.weight[i], PLAIN)[:10, :10])
    wanted = np.zeros((3, 3))
    for first, second in product(np.ndindex(10, 10), repeat=2):
        chance = grids[0][first] * grids[1][second]
        goals = [*zip(plan.home_goals[:4].tolist(), plan.away_goals[:4].tolist(), strict=True), first, second]
        results = [
            Result(plan.clubs[h], plan.clubs[a], *score)
            for h, a, score in zip(plan.home.tolist(), plan.away.tolist(), goals, strict=True)
        ]
        place = 0
        for level in ranked(plan.clubs, results, DIRECT.criteria):
            for club in level:
                wanted[plan.clubs.index(club), place : place + len(level)] += chance / len(level)
            place += len(level)

    found = simulate_seasons(plan, games, 100_000, seed=1)

    error = np.sqrt(wanted * (1.0 - wanted) / 100_000)
    assert (np.abs(found.places / 100_000 - wanted) <= 4.5 * error + 2e-4).all()


def test_uncertain_strengths_widen_what_may_happen() -> None:
    plan = plan_of([], RULES)
    games = games_of(plan, np.random.default_rng(6))
    loose = SeasonGames(games.matches, None, None, np.full(4, 0.4))

    certain, uncertain = (simulate_seasons(plan, g, 20_000, seed=2) for g in (games, loose))

    # The favourite's first place and its last one: less of the one, more of the other.
    best = int(np.argmax(certain.places[:, 0]))
    assert uncertain.places[best, 3] > certain.places[best, 3]
    assert certain.points.sum() == pytest.approx(uncertain.points.sum(), rel=0.05)


def test_a_season_that_is_over_is_certain() -> None:
    scores = ["3-0", "2-0", "1-0", "0-1", "2-0", "1-0", "0-2", "0-1", "1-0", "0-3", "0-1", "1-1"]
    plan = plan_of(scores, RULES)

    found = simulate_seasons(plan, games_of(plan, np.random.default_rng(7), sd=0.3), 100, seed=3)

    assert found.places[:, :].max(axis=1).tolist() == [100] * 4
    assert {
        club: (int(np.argmax(found.places[i])) + 1, int(found.points[i]) // 100) for i, club in enumerate(plan.clubs)
    } == {line.club: (line.position, line.points) for line in plan.table[0]}


def test_the_same_seed_gives_the_same_seasons_in_parts_or_not() -> None:
    plan = plan_of(["1-0", "0-2"], RULES)
    games = games_of(plan, np.random.default_rng(8), sd=0.2)

    whole = simulate_seasons(plan, games, PART + 100, seed=9)
    parts = simulate_part(plan, games, 100, 9, 1) + simulate_part(plan, games, PART, 9, 0)

    assert same_counts(whole, parts)
    assert same_counts(whole, simulate_seasons(plan, games, PART + 100, seed=9))
    assert not same_counts(whole, simulate_seasons(plan, games, PART + 100, seed=10))


def same_counts(one: SeasonCounts, other: SeasonCounts) -> bool:
    return one.seasons == other.seasons and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("places", "points", "reached")
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["0-0", "1-0", "2-2", "0-3", None]), max_size=12),
    st.floats(0.0, 0.6),
    st.integers(0, 2**32 - 1),
)
def test_in_every_season_each_place_has_one_club_and_points_are_conserved(
    scores: list[str | None], sd: float, seed: int
) -> None:
    plan = plan_of(scores, RULES)

    found = simulate_seasons(plan, games_of(plan, np.random.default_rng(seed), sd), 50, seed)

    assert found.places.sum(axis=0).tolist() == [50] * 4
    assert found.places.sum(axis=1).tolist() == [50] * 4
    # A match gives out 2 points or 3; of those that are known it is certain which.
    least = sum(2 if h == a else 3 for h, a in known_scores(plan)) + 2 * plan.left
    assert 50 * least <= int(found.points.sum()) <= 50 * (least + plan.left)


def known_scores(plan: SeasonPlan) -> list[tuple[int, int]]:
    goals = zip(plan.home_goals.tolist(), plan.away_goals.tolist(), strict=True)
    return [score for score in goals if score[0] >= 0]


def league_phase_plan(played: int, *ties: tuple[str, list[dict[str, object]]]) -> SeasonPlan:
    rows, rounds = league_phase(SIXTEEN, played), ["League phase"] * 144
    for name, legs in ties:
        rows += legs
        rounds += [name] * len(legs)
    return plan_season(season(rows, rounds), "champions-league", "2024-25", EUROPE, "Europe/Paris", LATE)


def test_a_league_phase_leads_to_one_title_through_rounds_of_the_right_size() -> None:
    plan = league_phase_plan(60)

    found = simulate_seasons(plan, games_of(plan, np.random.default_rng(11), sd=0.1), 300, seed=4)

    assert found.reached.sum(axis=0).tolist() == [16 * 300, 16 * 300, 8 * 300, 4 * 300, 2 * 300, 300]
    # The play-off is for places 9 to 24, and the first eight are in the round of 16.
    assert (found.reached[:, 0] == found.places[:, 8:24].sum(axis=1)).all()
    assert (found.reached[:, 1] >= found.places[:, :8].sum(axis=1)).all()
    assert (np.diff(found.reached[:, 1:], axis=1) <= 0).all()


def test_ties_that_are_drawn_are_kept_and_tell_who_stood_higher() -> None:
    # All home sides won, so that the table leaves all clubs level; the draw tells who was where.
    plan = league_phase_plan(144, ("Playoffs", two_legs(date(2025, 2, 18), PLAY_OFF, ("1-0", "0-0"))))
    assert len(plan.drawn) == 1

    found = simulate_seasons(plan, games_of(plan, np.random.default_rng(12)), 200, seed=5)

    # The sides at home in the first legs won.
    assert found.reached[8:16, 1].tolist() == [200] * 8
    assert found.reached[16:24, 1].tolist() == [0] * 8
    assert found.places[:8, :8].sum() == 8 * 200
    assert found.places[16:24, 8:16].sum() == 8 * 200


def test_groups_lead_to_a_round_of_16_of_their_first_two() -> None:
    rules = format_of(get_competition("champions-league"), "2022-23")
    # Thirty-two clubs of as many countries.
    clubs = [f"c{i:02}-club" for i in range(32)]
    rows = [row for g in range(8) for row in round_robin(clubs[4 * g : 4 * g + 4])]
    plan = plan_season(season(rows, ["Group A"] * 96), "champions-league", "2022-23", rules, "Europe/Paris", LATE)

    found = simulate_seasons(plan, games_of(plan, np.random.default_rng(13), sd=0.2), 300, seed=6)

    assert found.places.shape == (32, 4)
    assert (found.reached[:, 0] == found.places[:, :2].sum(axis=1)).all()
    assert found.reached.sum(axis=0).tolist() == [16 * 300, 8 * 300, 4 * 300, 2 * 300, 300]
