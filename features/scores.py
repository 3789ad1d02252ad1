"""From expected goals to scores and outcomes: one distribution for everything that is said of a match.

The joint distribution of home and away goals is a product of two Poisson distributions, with the
low scores adjusted by the dependence parameter rho of Dixon and Coles, "Modelling association football
scores and inefficiencies in the football betting market", Applied Statistics 46 (1997).
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MAX_GOALS: Final = 20
"""The grid's last row and column; what lies beyond is folded in by normalising (2e-9 at 4 expected goals, 8e-8 at 5,
1e-4 at 8)."""

NEWTON_STEPS: Final = 60
SMALL: Final = 1e-4
SAME_PROBABILITY: Final = 1e-9
NEAR_PROBABILITY: Final = 0.02
"""How near expected goals must come to outcomes that none have exactly: odds of draws are not quite those of goals."""

_GOALS: Final = np.arange(MAX_GOALS + 1)
_LOG_FACTORIALS: Final = np.array([math.lgamma(goals + 1.0) for goals in range(MAX_GOALS + 1)])

HOME, DRAW, AWAY = 0, 1, 2
"""Columns of every outcome array, in the order in which the ranked probability score ranks them."""


def score_grid(home_expected_goals: Array, away_expected_goals: Array, rho: float) -> Array:
    """Probability of each score after 90 minutes.

    Args:
        home_expected_goals: shape (n,), goals, positive.
        away_expected_goals: shape (n,), goals, positive.
        rho: dependence of low scores; negative makes 0-0 and 1-1 likelier than independence would.

    Returns:
        shape (n, 21, 21), `[i, h, a]` the probability of h home goals and a away goals; each grid sums to 1.
    """
    home, away = _goal_probabilities(home_expected_goals), _goal_probabilities(away_expected_goals)
    grid: Array = home[:, :, None] * away[:, None, :]
    for (h, a), factor in _low_score_factors(home_expected_goals, away_expected_goals, rho).items():
        grid[:, h, a] *= factor
    grid /= grid.sum(axis=(1, 2), keepdims=True)
    return grid


def _goal_probabilities(expected_goals: Array) -> Array:
    """Poisson probabilities of 0 to MAX_GOALS goals, shape (n, MAX_GOALS + 1)."""
    rate = np.asarray(expected_goals, dtype=np.float64)[:, None]
    probabilities: Array = np.exp(_GOALS * np.log(rate) - rate - _LOG_FACTORIALS)
    return probabilities


def _low_score_factors(home: Array, away: Array, rho: float) -> dict[tuple[int, int], Array]:
    """Dixon and Coles's tau of the four scores that it touches, never negative."""
    return {
        (0, 0): np.maximum(1.0 - home * away * rho, 0.0),
        (0, 1): np.maximum(1.0 + home * rho, 0.0),
        (1, 0): np.maximum(1.0 + away * rho, 0.0),
        (1, 1): np.full_like(home, max(1.0 - rho, 0.0)),
    }


def outcomes_of_grid(grid: Array) -> Array:
    """Probability of home win, draw and away win, shape (n, 3), of score grids of shape (n, k, k)."""
    draw = np.trace(grid, axis1=1, axis2=2)
    home = np.tril(grid, -1).sum(axis=(1, 2))
    away = np.triu(grid, 1).sum(axis=(1, 2))
    return np.column_stack([home, draw, away])


def outcome_probabilities(home_expected_goals: Array, away_expected_goals: Array, rho: float) -> Array:
    """Probability of home win, draw and away win, shape (n, 3), as `outcomes_of_grid(score_grid(...))` gives it.

    It sums without laying out the grids. Rows with unknown (NaN) goals stay NaN.
    """
    home, away = _goal_probabilities(home_expected_goals), _goal_probabilities(away_expected_goals)
    fewer_away = np.cumsum(away, axis=1) - away
    fewer_home = np.cumsum(home, axis=1) - home
    outcomes = np.column_stack(
        [(home * fewer_away).sum(axis=1), (home * away).sum(axis=1), (away * fewer_home).sum(axis=1)]
    )
    for (h, a), factor in _low_score_factors(home_expected_goals, away_expected_goals, rho).items():
        column = DRAW if h == a else HOME if h > a else AWAY
        outcomes[:, column] += home[:, h] * away[:, a] * (factor - 1.0)
    shares: Array = outcomes / outcomes.sum(axis=1, keepdims=True)
    return shares


def one_outcome_probabilities(home_expected_goals: float, away_expected_goals: float, rho: float) -> list[float]:
    """`outcome_probabilities` of one match in plain numbers: home win, draw, away win."""
    h = p = math.exp(-home_expected_goals)
    a = q = math.exp(-away_expected_goals)
    h_below = a_below = home = away = 0.0
    draw = p * q
    for goals in range(1, MAX_GOALS + 1):
        h_below += p
        a_below += q
        p *= home_expected_goals / goals
        q *= away_expected_goals / goals
        home += p * a_below
        draw += p * q
        away += q * h_below
    nil_nil = max(1.0 - home_expected_goals * away_expected_goals * rho, 0.0) - 1.0
    draw += h * a * (nil_nil + home_expected_goals * away_expected_goals * (max(1.0 - rho, 0.0) - 1.0))
    away += h * a * away_expected_goals * (max(1.0 + home_expected_goals * rho, 0.0) - 1.0)
    home += h * a * home_expected_goals * (max(1.0 + away_expected_goals * rho, 0.0) - 1.0)
    whole = home + draw + away
    return [home / whole, draw / whole, away / whole]


def implied_edge(outcomes: Array, rho: float) -> Array:
    """Log supremacy that outcome probabilities imply: half the difference of log expected goals, home less away.

    Args:
        outcomes: shape (n, 3), home win, draw, away win; NaN where unknown.
        rho: dependence of low scores, see `score_grid`.

    Returns:
        shape (n,), such that some expected goals with this edge have these outcomes; NaN where outcomes are unknown or
        no expected goals between 0.05 and 12 have them.
    """
    result = np.full(len(outcomes), np.nan)
    rows = np.flatnonzero(np.isfinite(outcomes).all(axis=1))
    if not len(rows):
        return result
    wanted = np.column_stack([outcomes[rows, HOME] - outcomes[rows, AWAY], outcomes[rows, DRAW]])
    edge, total = np.zeros(len(rows)), np.full(len(rows), 0.3)

    def told(edge: Array, total: Array) -> Array:
        found = outcome_probabilities(np.exp(total + edge), np.exp(total - edge), rho)
        return np.column_stack([found[:, HOME] - found[:, AWAY], found[:, DRAW]])

    # Newton's method in two unknowns with small steps; a few dozen suffice from any start. Each row goes on until it is
    # there itself: what comes out of it does not depend on the others.
    going = np.arange(len(rows))
    for _ in range(NEWTON_STEPS):
        here = told(edge[going], total[going])
        missing = wanted[going] - here
        far = np.abs(missing).max(axis=1) >= SAME_PROBABILITY
        going, here, missing = going[far], here[far], missing[far]
        if not len(going):
            break
        by_edge = (told(edge[going] + SMALL, total[going]) - here) / SMALL
        by_total = (told(edge[going], total[going] + SMALL) - here) / SMALL
        determinant = by_edge[:, 0] * by_total[:, 1] - by_total[:, 0] * by_edge[:, 1]
        edge_step = (by_total[:, 1] * missing[:, 0] - by_total[:, 0] * missing[:, 1]) / determinant
        total_step = (by_edge[:, 0] * missing[:, 1] - by_edge[:, 1] * missing[:, 0]) / determinant
        edge[going] = np.clip(edge[going] + np.clip(edge_step, -0.3, 0.3), -2.5, 2.5)
        total[going] = np.clip(total[going] + np.clip(total_step, -0.3, 0.3), -0.6, 1.2)
    near = np.abs(wanted - told(edge, total)).max(axis=1) < NEAR_PROBABILITY
    result[rows] = np.where(near, edge, np.nan)
    return result


def reweight_grid(grid: Array, outcomes: Array) -> Array:
    """Scale the home-win, draw and away-win parts of each score grid so that they sum to given outcomes.

    Args:
        grid: shape (n, k, k), every outcome with a positive share.
        outcomes: shape (n, 3), each row sums to 1.

    Returns:
        shape (n, k, k); `outcomes_of_grid` of it equals `outcomes` to rounding.
    """
    factors = np.asarray(outcomes, dtype=np.float64) / outcomes_of_grid(grid)
    size = grid.shape[1]
    difference = np.subtract.outer(np.arange(size), np.arange(size))
    part = np.where(difference > 0, HOME, np.where(difference == 0, DRAW, AWAY))
    return grid * factors[:, part]
