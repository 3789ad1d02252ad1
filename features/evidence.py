"""What else is known of past matches: shots on target and the odds before them, as evidence for *later* matches.

Both give a filter (`features.strength_filter`) of their own, beside the ratings from goals: shots tell sooner than
goals who plays well, but shrink differences between clubs, as the better ones also shoot better; the market knew of
line-ups, transfers and money. A match's own odds and shots become known with its result and never touch its own
forecast.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.goal_model import Float, Int
from features.jit import jit
from features.scores import implied_edge
from features.strength import ResultTable
from features.strength_filter import Evidence, FilterConfig
from football.margin import OUTCOMES
from football.market import closing_probabilities

SHOTS_WEIGHT: Final = 3.0
"""Shots on target of a match tell as much of its sides as the goals of three; tuned on matches before July 2021."""

ODDS_FILTER: Final = FilterConfig(club_strength_a_day=1.27e-4, edge_variance=0.003)
"""The market sees a club change sooner than goals show it; tuned on matches before July 2021."""

GOALS_A_SHOT: Final = 0.3
PRIOR_SHOTS: Final = 50.0
SHOTS_FADE: Final = 0.5 ** (1.0 / 380.0)
"""A competition's goals per shot on target start at this, as if 50 shots had been seen, and halve their memory every
380 matches."""


def shots_evidence(results: ResultTable, statistics: pd.DataFrame) -> Evidence | None:
    """Shots on target for goals where they are known; None where they are known of no match.

    Args:
        results: n known results in order of time.
        statistics: STATISTICS table (`football.facts`).
    """
    columns = ["home_shots_on_target", "away_shots_on_target"]
    shots = statistics.set_index("match_id")[columns].dropna().astype(np.float64).reindex(results.match_id).to_numpy()
    told = np.isfinite(shots).all(axis=1)
    if not told.any():
        return None
    competition = np.unique(results.competition_id.astype(str), return_inverse=True)[1].astype(np.int64)
    rate = _goals_a_shot(competition, results.home_goals + results.away_goals, shots.sum(axis=1))
    goals = Evidence.goals(results)
    return Evidence(
        home_goals=np.where(told, rate * shots[:, 0], goals.home_goals),
        away_goals=np.where(told, rate * shots[:, 1], goals.away_goals),
        weight=np.where(told, SHOTS_WEIGHT, 1.0),
        edge=goals.edge,
        told=told,
    )


def odds_evidence(results: ResultTable, odds: pd.DataFrame, rho: float) -> Evidence | None:
    """Goals, and the edge that the closing odds implied (opening ones where there are no others); None without odds.

    Args:
        results: n known results.
        odds: ODDS table (`football.facts`).
        rho: dependence of low scores, see `features.scores`.
    """
    if odds.empty:
        return None
    market = closing_probabilities(odds)[list(OUTCOMES)].reindex(results.match_id).to_numpy(np.float64)
    edge = implied_edge(market, rho)
    told: NDArray[np.bool_] = np.isfinite(edge)
    if not told.any():
        return None
    goals = Evidence.goals(results)
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
