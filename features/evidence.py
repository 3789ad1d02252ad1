"""What else is known of past matches: shots on target and the odds before them, as evidence for *later* matches.

Both give a filter (`features.strength_filter`) of their own, beside the ratings from goals: shots tell sooner than
goals who plays well, but shrink differences between clubs, as the better ones also shoot better; the market knew of
line-ups, transfers and money. A match's own odds and shots become known with its result and never touch its own
forecast.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.goal_model import Float, Int
from features.jit import jit
from features.strength_filter import Evidence, FilterConfig
from features.strength_problem import Problem

SHOTS_WEIGHT: Final = 3.0
"""Shots on target of a match tell as much of its sides as the goals of three; tuned on matches before July 2021."""

ODDS_FILTER: Final = FilterConfig(club_strength_a_day=1.27e-4, edge_variance=0.003)
"""The market sees a club change sooner than goals show it; tuned on matches before July 2021."""

GOALS_A_SHOT: Final = 0.3
PRIOR_SHOTS: Final = 50.0
SHOTS_FADE: Final = 0.5 ** (1.0 / 380.0)
"""A competition's goals per shot on target start at this, as if 50 shots had been seen, and halve their memory every
380 matches."""


def shots_evidence(problem: Problem, shots: Float) -> Evidence | None:
    """Shots on target for goals where they are known; None where they are known of no match.

    Args:
        problem: n results.
        shots: of their sides, shape (n, 2), see `MatchFacts`.
    """
    told: NDArray[np.bool_] = np.isfinite(shots.sum(axis=1))
    if not told.any():
        return None
    rate = _goals_a_shot(problem.competition, problem.home_goals + problem.away_goals, shots.sum(axis=1))
    goals = Evidence.goals(problem)
    return Evidence(
        home_goals=np.where(told, rate * shots[:, 0], goals.home_goals),
        away_goals=np.where(told, rate * shots[:, 1], goals.away_goals),
        weight=np.where(told, SHOTS_WEIGHT, 1.0),
        edge=goals.edge,
        told=told,
    )


def odds_evidence(problem: Problem, edge: Float) -> Evidence | None:
    """Goals, and the edge that the odds implied; None where they are known of no match.

    Args:
        problem: n results.
        edge: shape (n,), see `MatchFacts`.
    """
    told: NDArray[np.bool_] = np.isfinite(edge)
    if not told.any():
        return None
    goals = Evidence.goals(problem)
    return Evidence(goals.home_goals, goals.away_goals, goals.weight, edge, told)


@jit
def _goals_a_shot(competition: Int, goals: Float, shots: Float) -> Float:
    """Goals per shot on target in each match's competition as known before it, shape (n,)."""
    count = competition.max() + 1 if competition.shape[0] else 0
    scored = np.full(count, GOALS_A_SHOT * PRIOR_SHOTS)
    taken = np.full(count, PRIOR_SHOTS)
    rate = np.empty(competition.shape[0])
    for i in range(competition.shape[0]):
        c = competition[i]
        rate[i] = scored[c] / taken[c]
        if not np.isnan(shots[i]):
            scored[c] = scored[c] * SHOTS_FADE + goals[i]
            taken[c] = taken[c] * SHOTS_FADE + shots[i]
    return rate
