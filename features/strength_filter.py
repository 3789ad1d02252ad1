"""Club strengths as a filter sees them: one pass over all results, each club with what is known and how surely.

The same levels as in `features.goal_model` (club, league, country, home advantage), but each drifts as a random walk
and carries a variance. A result moves every level that it involves in proportion to that level's variance: a club
after a long break moves much, a league of many matches little. Poisson scores enter by their gradient and Fisher
information, one scalar update for the edge of home over away and one for the total of goals (an extended Kalman
filter with the covariances between levels left out).

Sources: Fahrmeir (1992), "Posterior mode estimation by extended Kalman filtering for multivariate dynamic generalized
linear models", J. American Statistical Association 87; for ratings Glickman (1999), Applied Statistics 48.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.filter_kernel import pass_over
from features.goal_model import Float, Int
from features.strength import League, ResultTable, StrengthHistory
from features.strength_problem import Problem

FIRST_RESULT_S: Final = 899_251_200
"""1 July 1998: results before it are left out; a club's level has forgotten them by the first checkpoint."""


@dataclass(frozen=True)
class FilterConfig:
    """Hyper-parameters in log goals: variances at first sight, and what they gain a day.

    Tuned on matches before July 2021 (log loss of the mean with the goal model, European competitions counting three
    times: they tell how leagues stand to each other, and are few). `entry` is where a club starts in a league, against
    its level; `tier_slope` how much lower a tier stands than the one above it, `other_level` what is below the lowest;
    `long_break_days` without a match add `break_variance`, a change of league `move_variance`. `edge_variance` is that
    of an edge which others saw (see `Evidence`).
    """

    club_strength: float = 0.01171
    club_strength_a_day: float = 3.179e-05
    club_openness: float = 0.01446
    club_openness_a_day: float = 1.427e-06
    reversion_days: float = 9551.0
    league_strength: float = 0.00208
    other_strength: float = 0.01105
    league_openness: float = 0.02746
    country_strength: float = 0.01379
    advantage: float = 0.1485
    advantage_a_day: float = 1.514e-06
    mean: float = 0.25
    home_advantage: float = 0.6
    mean_step: float = 0.001498
    entry: float = -0.5513
    tier_slope: float = 0.1714
    other_level: float = -0.1224
    move_variance: float = 0.0109
    long_break_days: float = 45.0
    break_variance: float = 0.003785
    edge_variance: float = 0.01


@dataclass(frozen=True)
class Evidence:
    """What else is known of each result, n rows as the results.

    `home_goals`, `away_goals`: goals or what stands for them, such as the worth of the shots; `weight`: how many
    matches' goals they tell as much as; `edge`: log supremacy (half the difference of log expected goals, home less
    away) as seen by others before the match, NaN where nobody did; `told`: the rows that count as
    known in this way.
    """

    home_goals: Float
    away_goals: Float
    weight: Float
    edge: Float
    told: NDArray[np.bool_]

    @classmethod
    def goals(cls, results: ResultTable | Problem) -> "Evidence":
        """Goals and nothing else."""
        n = len(results.home_goals)
        return cls(
            results.home_goals.astype(np.float64),
            results.away_goals.astype(np.float64),
            np.ones(n),
            np.full(n, np.nan),
            np.ones(n, dtype=np.bool_),
        )


def filter_strengths(
    results: ResultTable,
    leagues: Sequence[League],
    checkpoints_s: Int,
    config: FilterConfig | None = None,
    evidence: Evidence | None = None,
) -> StrengthHistory:
    """Strengths at every checkpoint from the results known by then.

    Args:
        results: all known results, in order of `known_at_s`.
        leagues: every competition of `results`.
        checkpoints_s: ascending moments, seconds since 1970 (UTC).
        config: hyper-parameters.
        evidence: what else is known of the results; None for their goals alone.

    Returns:
        The same clubs, leagues and competitions in the same order as `strength_fit.fit_strength_history` gives;
        `information` is the number of a club's matches that told (see `Evidence`), halved every
        `filter_kernel.EVIDENCE_HALF_LIFE_DAYS`; 0 for a club without.
    """
    return filter_problem(Problem.encode(results, leagues), checkpoints_s, config, evidence)


def filter_problem(
    problem: Problem,
    checkpoints_s: Int,
    config: FilterConfig | None = None,
    evidence: Evidence | None = None,
    since: int = 0,
) -> StrengthHistory:
    """`filter_strengths` of encoded results; of the checkpoints only those from the one with number `since` on."""
    config = config or FilterConfig()
    first = int(np.searchsorted(problem.known_at_s, FIRST_RESULT_S))
    tier = problem.tiers(np.arange(len(problem.competition_ids)))
    level, level_variance = -config.tier_slope * tier, np.full(len(tier), config.league_strength)
    level[problem.other_league] += config.other_level
    level_variance[problem.other_league] = config.other_strength
    seen = evidence or Evidence.goals(problem)
    rows = len(checkpoints_s) - since
    shape = (rows, len(problem.club_ids))
    strength, openness, information = (np.zeros(shape, dtype=np.float32) for _ in range(3))
    league_strength, league_openness = (np.zeros((rows, len(tier))) for _ in range(2))
    home_advantage = np.zeros((rows, len(problem.competition_ids)))
    means = np.zeros((rows, 2))
    pass_over(
        problem.home[first:],
        problem.away[first:],
        problem.competition[first:],
        problem.neutral[first:],
        seen.home_goals[first:],
        seen.away_goals[first:],
        seen.weight[first:],
        seen.edge[first:],
        seen.told[first:],
        problem.known_at_s[first:],
        np.asarray(checkpoints_s, dtype=np.int64),
        since,
        problem.competition_league,
        problem.club_country,
        problem.other_league,
        problem.league_country,
        level,
        level_variance,
        config.club_strength,
        config.club_strength_a_day,
        config.club_openness,
        config.club_openness_a_day,
        config.reversion_days,
        config.league_openness,
        config.country_strength,
        config.advantage,
        config.advantage_a_day,
        config.mean,
        config.home_advantage,
        config.mean_step,
        config.entry,
        config.move_variance,
        config.long_break_days,
        config.break_variance,
        config.edge_variance,
        strength,
        openness,
        information,
        league_strength,
        league_openness,
        home_advantage,
        means,
    )
    return StrengthHistory(
        checkpoints_s=np.asarray(checkpoints_s[since:], dtype=np.int64),
        club_ids=problem.club_ids,
        league_ids=problem.league_ids,
        competition_ids=problem.competition_ids,
        strength=strength,
        openness=openness,
        information=information,
        league_strength=league_strength,
        league_openness=league_openness,
        home_advantage=home_advantage,
        home_advantage_mean=means[:, 1].copy(),
        mean=means[:, 0].copy(),
        prior_information=1.0,
    )


def mean_of(fitted: StrengthHistory, filtered: StrengthHistory) -> StrengthHistory:
    """The mean of both in log goals; what is known of a club is told as `fitted` has it.

    Expected goals of the mean are the geometric means of both models' expected goals, as they are linear in the levels.
    """

    def single(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        return (0.5 * (a.astype(np.float64) + b)).astype(np.float32)

    return replace(
        fitted,
        strength=single(fitted.strength, filtered.strength),
        openness=single(fitted.openness, filtered.openness),
        league_strength=0.5 * (fitted.league_strength + filtered.league_strength),
        league_openness=0.5 * (fitted.league_openness + filtered.league_openness),
        home_advantage=0.5 * (fitted.home_advantage + filtered.home_advantage),
        home_advantage_mean=0.5 * (fitted.home_advantage_mean + filtered.home_advantage_mean),
        mean=0.5 * (fitted.mean + filtered.mean),
    )
