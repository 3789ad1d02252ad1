import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.distribution import ScoreDistribution

GOALS = st.floats(0.05, 6.0)
WEIGHTS = st.tuples(*(st.floats(0.01, 1.0) for _ in range(3)))


def outcomes_of(weights: tuple[float, float, float]) -> np.ndarray:
    return np.array(weights) / sum(weights)


@given(GOALS, GOALS, st.floats(-0.15, 0.05), WEIGHTS)
def test_every_figure_agrees_with_the_given_outcomes_to_1e_9(
    home: float, away: float, rho: float, weights: tuple[float, float, float]
) -> None:
    outcomes = outcomes_of(weights)
    scores = ScoreDistribution.of(home, away, rho, outcomes)
    grid = scores.grid
    assert grid.min() >= 0.0
    assert abs(grid.sum() - 1.0) < 1e-9
    won = sum(grid[h, a] for h in range(len(grid)) for a in range(len(grid)) if h > a)
    drawn = sum(grid[k, k] for k in range(len(grid)))
    assert won == pytest.approx(outcomes[0], abs=1e-9)
    assert drawn == pytest.approx(outcomes[1], abs=1e-9)
    low = sum(grid[h, a] for h in range(3) for a in range(3) if h + a <= 2)
    assert scores.over(2.5) == pytest.approx(1.0 - low, abs=1e-9)
    scoreless = grid[0, :].sum() + grid[:, 0].sum() - grid[0, 0]
    assert scores.both_to_score() == pytest.approx(1.0 - scoreless, abs=1e-9)
    mean_home = sum(h * grid[h, a] for h in range(len(grid)) for a in range(len(grid)))
    assert scores.expected_goals()[0] == pytest.approx(mean_home, abs=1e-9)


def test_likely_scores_come_likeliest_first() -> None:
    scores = ScoreDistribution.of(1.4, 1.1, 0.0, np.array([0.44, 0.27, 0.29])).likely_scores()
    assert len(scores) == 10
    chances = [chance for _, _, chance in scores]
    assert chances == sorted(chances, reverse=True)
    assert scores[0][:2] == (1, 1)


def test_unchanged_outcomes_leave_the_poisson_grid_as_it_is() -> None:
    # Independent Poisson with means 1 and 1: P(0-0) = exp(-2); its own outcomes change nothing.
    drawn = 0.30850832255367103  # exp(-2) * I0(2), the Skellam distribution at 0
    outcomes = np.array([(1 - drawn) / 2, drawn, (1 - drawn) / 2])
    scores = ScoreDistribution.of(1.0, 1.0, 0.0, outcomes)
    assert scores.grid[0, 0] == pytest.approx(np.exp(-2.0), abs=1e-9)
    assert scores.expected_goals() == pytest.approx((1.0, 1.0), abs=1e-9)
