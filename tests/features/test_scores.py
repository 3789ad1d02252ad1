"""Score grids and outcomes agree with each other and with sums done by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.scores import outcome_probabilities, outcomes_of_grid, reweight_grid, score_grid

goals = st.floats(min_value=0.05, max_value=6.0)
rhos = st.floats(min_value=-0.15, max_value=0.1)


def one(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([value])


def slow_score_probability(h: int, a: int, home: float, away: float, rho: float) -> float:
    """Dixon and Coles (1997), equations 4.1 and 4.2, not normalised."""
    tau = {(0, 0): 1 - home * away * rho, (0, 1): 1 + home * rho, (1, 0): 1 + away * rho, (1, 1): 1 - rho}
    poisson = math.exp(-home) * home**h / math.factorial(h) * math.exp(-away) * away**a / math.factorial(a)
    return max(tau.get((h, a), 1.0), 0.0) * poisson


def test_independent_scores_are_products_of_poisson_probabilities() -> None:
    grid = score_grid(one(1.5), one(1.0), 0.0)[0]
    assert grid[2, 1] == pytest.approx(1.5**2 / 2 * math.exp(-1.5) * math.exp(-1.0))


@given(goals, goals, rhos)
def test_grid_equals_the_formula_summed_slowly(home: float, away: float, rho: float) -> None:
    slow = np.array([[slow_score_probability(h, a, home, away, rho) for a in range(21)] for h in range(21)])
    np.testing.assert_allclose(score_grid(one(home), one(away), rho)[0], slow / slow.sum(), rtol=1e-9, atol=1e-15)


@given(goals, goals, rhos)
def test_outcomes_are_the_grid_summed(home: float, away: float, rho: float) -> None:
    expected = outcomes_of_grid(score_grid(one(home), one(away), rho))
    np.testing.assert_allclose(outcome_probabilities(one(home), one(away), rho), expected, atol=1e-12)


@given(goals, goals, rhos)
def test_swapping_the_sides_swaps_the_outcomes(home: float, away: float, rho: float) -> None:
    there = outcome_probabilities(one(home), one(away), rho)[0]
    back = outcome_probabilities(one(away), one(home), rho)[0]
    np.testing.assert_allclose(there, back[::-1], atol=1e-12)


@given(goals, goals, st.floats(min_value=0.1, max_value=1.0))
def test_more_home_goals_never_lower_the_home_win(home: float, away: float, more: float) -> None:
    less_likely = outcome_probabilities(one(home), one(away), -0.05)[0, 0]
    likelier = outcome_probabilities(one(home + more), one(away), -0.05)[0, 0]
    assert likelier > less_likely


def test_negative_rho_makes_draws_likelier() -> None:
    assert outcome_probabilities(one(1.2), one(1.1), -0.1)[0, 1] > outcome_probabilities(one(1.2), one(1.1), 0.0)[0, 1]


def test_unknown_goals_stay_unknown() -> None:
    assert np.isnan(outcome_probabilities(one(float("nan")), one(1.0), -0.05)).all()


@given(goals, goals, st.tuples(*[st.floats(min_value=0.01, max_value=1.0)] * 3))
def test_reweighted_grid_sums_to_the_given_outcomes(home: float, away: float, raw: tuple[float, float, float]) -> None:
    outcomes = np.array([raw]) / sum(raw)
    grid = reweight_grid(score_grid(one(home), one(away), -0.05), outcomes)
    np.testing.assert_allclose(outcomes_of_grid(grid), outcomes, atol=1e-12)
    assert grid.sum() == pytest.approx(1.0)
