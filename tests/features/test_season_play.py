"""Scores and ties as they are drawn, against the distributions that they are drawn from."""

import numpy as np
import pytest

from features.scores import outcomes_of_grid, reweight_grid, score_grid
from features.season_play import EXTRA_TIME_SHARE, PENALTY_SLOPE, Games, play_matches, play_ties

SEASONS = 200_000
RHO = -0.08
PLAIN = -0.05
UNKNOWN = np.full((1, 4), -1)
OPEN = np.array([-1])


def distribution(home: float, away: float, weight: np.ndarray, rho: float) -> np.ndarray:
    """The distribution of a match's score by weights of home win, draw and away win, shape (21, 21)."""
    grid = score_grid(np.array([home]), np.array([away]), rho)
    outcomes = outcomes_of_grid(grid) * weight
    return np.asarray(reweight_grid(grid, outcomes / outcomes.sum())[0])


def test_scores_follow_the_served_distribution() -> None:
    outcomes = [0.50, 0.31, 0.19]
    games = Games.of(np.array([1.7]), np.array([0.9]), np.array([outcomes]), RHO)
    both, none = (np.array([0]), np.array([1])), (np.array([-1]), np.array([-1]))

    home, away = play_matches(np.random.default_rng(1), games, *both, none, np.zeros((SEASONS, 2)))

    drawn = np.histogram2d(home[:, 0], away[:, 0], bins=np.arange(-0.5, 21.0))[0] / SEASONS
    wanted = distribution(1.7, 0.9, games.weight[0], RHO)
    error = np.sqrt(wanted * (1.0 - wanted) / SEASONS)
    assert (np.abs(drawn - wanted) <= 5.0 * error + 1e-5).all()
    assert drawn[np.tril_indices(21, -1)].sum() == pytest.approx(0.50, abs=0.005)
    assert np.trace(drawn) == pytest.approx(0.31, abs=0.005)


def test_an_edge_moves_the_goals_of_both_sides() -> None:
    games = Games.of(np.array([1.4]), np.array([1.2]), score_outcomes(1.4, 1.2), 0.0)
    edge = np.tile([0.2, -0.1], (SEASONS, 1))

    home, away = play_matches(
        np.random.default_rng(2), games, np.array([0]), np.array([1]), (np.array([-1]), np.array([-1])), edge
    )

    assert home.mean() == pytest.approx(1.4 * np.exp(0.3), abs=0.02)
    assert away.mean() == pytest.approx(1.2 * np.exp(-0.3), abs=0.02)


def score_outcomes(home: float, away: float) -> np.ndarray:
    """Outcomes of the goals alone, shape (1, 3)."""
    grid = score_grid(np.array([home]), np.array([away]), 0.0)[0]
    return np.array([[np.tril(grid, -1).sum(), np.trace(grid), np.triu(grid, 1).sum()]])


def test_results_that_are_known_stay() -> None:
    games = Games.of(np.array([1.4, 1.4]), np.array([1.2, 1.2]), np.repeat(score_outcomes(1.4, 1.2), 2, axis=0), 0.0)
    known = np.array([3, -1]), np.array([0, -1])

    home, away = play_matches(
        np.random.default_rng(3), games, np.array([0, 1]), np.array([1, 0]), known, np.zeros((1_000, 2))
    )

    assert (home[:, 0] == 3).all()
    assert (away[:, 0] == 0).all()
    assert home[:, 1].std() > 0


def even_pairs(home: float, away: float) -> Games:
    """Two clubs, the home side of each with these expected goals."""
    return Games(np.full((2, 2), np.log(home)), np.full((2, 2), np.log(away)), np.ones((2, 2, 3)), 0.0)


def share_of_first(games: Games, legs: tuple[np.ndarray, np.ndarray], *, single: bool, away_goals: bool) -> float:
    first, second = np.zeros((SEASONS, 1), dtype=np.int64), np.ones((SEASONS, 1), dtype=np.int64)
    winners = play_ties(
        *(np.random.default_rng(4), games, first, second, legs, np.zeros((SEASONS, 2))),
        single=single,
        away_goals=away_goals,
    )
    return float(np.mean(winners == 0))


def shares(home: float, away: float) -> tuple[float, float, float]:
    """Win, draw and loss of two independent Poisson numbers of goals."""
    win, draw, loss = score_outcomes(home, away)[0].tolist()
    return win, draw, loss


def by_penalties(first: float, second: float) -> float:
    """Chance of the first club in a shoot-out, by both sides' expected goals in the last match."""
    return float(1.0 / (1.0 + np.exp(-PENALTY_SLOPE * 0.5 * np.log(first / second))))


def test_a_single_match_goes_to_extra_time_and_penalties() -> None:
    win, draw, _ = shares(1.6, 1.1)
    later, level, _ = shares(1.6 * EXTRA_TIME_SHARE, 1.1 * EXTRA_TIME_SHARE)
    wanted = win + draw * (later + level * by_penalties(1.6, 1.1))

    found = share_of_first(even_pairs(1.6, 1.1), (UNKNOWN, OPEN), single=True, away_goals=False)

    assert found == pytest.approx(wanted, abs=0.005)


def test_a_first_leg_that_is_known_counts() -> None:
    # The first club won 2-1 at home; away it has 1.1 expected goals to 1.6, and needs a draw.
    away_win, draw, _ = shares(1.1, 1.6)
    grid = score_grid(np.array([1.1]), np.array([1.6]), 0.0)[0]
    by_one = sum(grid[k, k + 1] for k in range(20))
    later, level, _ = shares(1.1 * EXTRA_TIME_SHARE, 1.6 * EXTRA_TIME_SHARE)
    wanted = away_win + draw + by_one * (later + level * by_penalties(1.1, 1.6))

    found = share_of_first(even_pairs(1.6, 1.1), (np.array([[2, 1, -1, -1]]), OPEN), single=False, away_goals=False)

    assert found == pytest.approx(wanted, abs=0.005)


def test_away_goals_decide_a_level_tie_and_count_in_extra_time() -> None:
    # After 2-1 at home the first club loses by one: 0-1 puts it out (1 away goal against it, none for it), 1-2 is
    # level in all, and any higher score puts it through. In extra time at 1-2 it goes through by a win or a draw
    # with goals; without any it is for penalties.
    away_win, draw, _ = shares(1.1, 1.6)
    grid = score_grid(np.array([1.1]), np.array([1.6]), 0.0)[0]
    higher = sum(grid[k, k + 1] for k in range(2, 20))
    late = score_grid(np.array([1.1 * EXTRA_TIME_SHARE]), np.array([1.6 * EXTRA_TIME_SHARE]), 0.0)[0]
    through = np.tril(late, -1).sum() + np.trace(late) - late[0, 0] + late[0, 0] * by_penalties(1.1, 1.6)
    wanted = away_win + draw + higher + grid[1, 2] * through

    found = share_of_first(even_pairs(1.6, 1.1), (np.array([[2, 1, -1, -1]]), OPEN), single=False, away_goals=True)

    assert found == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize(("winner", "share"), [(0, 1.0), (1, 0.0)])
def test_a_tie_that_is_decided_stays_so(winner: int, share: float) -> None:
    legs = np.array([[1, 1, 1, 1]]), np.array([winner])

    assert share_of_first(even_pairs(1.6, 1.1), legs, single=False, away_goals=False) == share
