"""How large effects are in played matches, each with its standard error: a plain regression beside the trees.

Trees shrink what they learn and tell of no error. Here each goal count is Poisson around the strength model's expected
goals, moved by the effects:

    log(home goals) = a(home, c) + b * total + d * edge + X beta
    log(away goals) = a(away, c) + b * total - d * edge - X beta

`total` and `edge` are half the sum and half the difference of the logs of both expected goals. The strength model has
already learned what effects do on average, as home advantage of a competition and as strength of a club that is often
short of rest; so effects have to be found from how matches differ within a competition, and from what clubs are used
to. Therefore every competition c has two intercepts, `b` and `d` are free (near 1), and beside each column of X stands
its mean over each club's earlier matches (with the memory of a strength), home club less away club. Earlier ones only:
a season's later matches depend on its results, through cups, and would bend the effect of rest.

Sources: Poisson fixed effects profiled out as in Hausman, Hall & Griliches (1984), Econometrica 52; means as regressors
after Mundlak (1978), Econometrica 46; errors clustered by match day as in `features.metrics`.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.jit import jit
from features.scores import outcome_probabilities
from football.errors import InvalidValueError, NoDataError
from serving.model import EXPECTED_GOALS
from training.dataset import Dataset

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Mask = NDArray[np.bool_]

UNITS: Final[Mapping[str, float]] = MappingProxyType({"home_travel_km": 1000.0, "away_travel_km": 1000.0})
"""What an effect is of, by column; 1 for the others."""

HALF_LIFE_DAYS: Final = 365.0
PRIOR_MATCHES: Final = 6.0
"""Memory and prior of what clubs are used to: about those of `features.goal_model`, whose prior on a club's strength
weighs as much as 16 goals."""

SAME: Final = 1e-9
RHO: Final = -0.05
STEP: Final = 0.01
MOST_STEPS: Final = 50
TOLERANCE: Final = 1e-9


def estimate_effects(
    dataset: Dataset, columns: Sequence[str], *, units: Mapping[str, float] = UNITS, within: str = "competition_id"
) -> pd.DataFrame:
    """The effect of one unit more of each column, all estimated together.

    Used are the matches of which all columns and the expected goals are known.

    Args:
        dataset: matches with their features and goals.
        columns: features; their effects are on the home side's edge, so what hurts the away side is positive.
        units: units by column, 1 where there is none.
        within: column of the matches whose groups have intercepts of their own.

    Returns:
        One row a column, in their order, indexed by it: `unit`, `matches`, then effect and standard error (`..._se`) as
        `log_goals` (the home side's goals are multiplied by its exponential, the away side's divided), `log_odds` (as
        `serving.model.OutcomeModel.correction` counts it: half the change of log(p_home / p_away)) and `home_points`
        (percentage points of the home win), both for the average match; `z` is effect over error.

    Raises:
        InvalidValueError: a column is not among the features, or cannot be told from the others.
        NoDataError: no match has all columns.
    """
    columns = list(columns)
    missing = [name for name in columns if name not in dataset.features]
    if missing or not columns:
        raise InvalidValueError("columns", missing or columns, "one or more columns of the features")
    unit = np.array([units.get(name, 1.0) for name in columns])
    goals = np.log(dataset.features[list(EXPECTED_GOALS)].to_numpy(np.float64))
    x = dataset.features[columns].to_numpy(np.float64) / unit
    used: Mask = np.isfinite(x).all(axis=1) & np.isfinite(goals).all(axis=1)
    if not used.any():
        raise NoDataError(f"No match has all of {', '.join(columns)}; leave out one, or bring absences or places")
    x, goals = x[used], goals[used]
    total, edge = goals.mean(axis=1), 0.5 * (goals[:, 0] - goals[:, 1])
    group = pd.factorize(dataset.matches[within][used])[0].astype(np.int64)
    day = np.unique(dataset.match_day[used], return_inverse=True)[1]

    # One row for each side's goals: those of all home sides, then of all away sides.
    count = dataset.matches[["home_goals", "away_goals"]].to_numpy(np.float64)[used].T.ravel()
    for name, varies in zip(columns, _varies(x, group), strict=True):
        if not varies:
            raise InvalidValueError("columns", name, "columns that vary between matches of a competition")
    usual = _usual(dataset.matches[used], x)
    both, sides = total[:, None], np.column_stack([edge, usual])
    both, sides = both[:, _varies(both, group)], np.column_stack([sides[:, _varies(sides, group)], x])
    design = np.column_stack([np.vstack([both, both]), np.vstack([sides, -sides])])
    intercept = np.concatenate([group, group + group.max() + 1])
    beta, covariance, rate = _fit(count, design, intercept, np.tile(day, 2), columns)

    k = len(columns)
    effect, error = beta[-k:], np.sqrt(np.diag(covariance)[-k:])
    log_odds, points = _on_the_scales_of_people(rate[: len(x)], rate[len(x) :])
    return pd.DataFrame(
        {
            "unit": unit,
            "matches": len(x),
            "log_goals": effect,
            "log_goals_se": error,
            "log_odds": log_odds * effect,
            "log_odds_se": log_odds * error,
            "home_points": points * effect,
            "home_points_se": points * error,
            "z": effect / error,
        },
        index=pd.Index(columns, name="column"),
    )


def _usual(matches: pd.DataFrame, x: Float) -> Float:
    """What clubs are used to: their means of the columns over earlier matches, home less away club, shape (n, k).

    A club's own column is the one of its home matches, and minus the one of its away matches.
    """
    n = len(matches)
    club, ids = pd.factorize(np.concatenate([matches["home_id"].to_numpy(object), matches["away_id"].to_numpy(object)]))
    day = matches["date"].to_numpy("datetime64[D]").astype(np.float64)
    return _differences(club[:n].astype(np.int64), club[n:].astype(np.int64), day, x, len(ids))


@jit
def _differences(home: Int, away: Int, day: Float, x: Float, clubs: int) -> Float:
    total = np.zeros((clubs, x.shape[1]))
    weight = np.zeros(clubs)
    last = np.zeros(clubs)
    out = np.empty(x.shape)
    for i in range(x.shape[0]):
        for club in (home[i], away[i]):
            kept = 0.5 ** ((day[i] - last[club]) / HALF_LIFE_DAYS)
            total[club] *= kept
            weight[club] *= kept
            last[club] = day[i]
        h, a = home[i], away[i]
        out[i] = total[h] / (weight[h] + PRIOR_MATCHES) - total[a] / (weight[a] + PRIOR_MATCHES)
        total[h] += x[i]
        total[a] -= x[i]
        weight[h] += 1.0
        weight[a] += 1.0
    return out


def _varies(columns: Float, group: Int) -> Mask:
    """Which columns are not constant within every group, shape (k,)."""
    size = np.bincount(group)
    middle = np.column_stack([np.bincount(group, column) / size for column in columns.T])[group]
    largest = np.abs(columns).max(axis=0)
    varies: Mask = np.abs(columns - middle).max(axis=0) > SAME * np.maximum(largest, SAME)
    return varies


def _fit(
    count: Float, design: Float, intercept: Int, cluster: Int, columns: Sequence[str]
) -> tuple[Float, Float, Float]:
    """Coefficients, their clustered covariance, and each row's expected count, by Newton's method.

    The intercepts are profiled out: each makes its group's expected counts sum to what was counted.
    """
    groups = int(intercept.max()) + 1
    counted = np.bincount(intercept, count, groups)
    beta = np.zeros(design.shape[1])
    for _ in range(MOST_STEPS):
        raw = np.exp(design @ beta)
        rate = raw * (counted / np.bincount(intercept, raw, groups))[intercept]
        share = np.maximum(np.bincount(intercept, rate, groups), 1e-300)
        middle = np.column_stack([np.bincount(intercept, rate * z, groups) / share for z in design.T])
        inner = design - middle[intercept]
        hessian = inner.T @ (rate[:, None] * inner)
        _check_identified(hessian, columns)
        step = np.linalg.solve(hessian, inner.T @ (count - rate))
        beta += step
        if np.abs(step).max() < TOLERANCE:
            break
    clusters = int(cluster.max()) + 1
    residual = count - rate
    score = np.column_stack([np.bincount(cluster, residual * z, clusters) for z in inner.T])
    bread = np.linalg.inv(hessian)
    covariance = clusters / max(clusters - 1, 1) * bread @ (score.T @ score) @ bread
    return beta, covariance, rate


def _check_identified(hessian: Float, columns: Sequence[str]) -> None:
    scale = np.sqrt(np.diag(hessian))
    if not scale.all() or np.linalg.eigvalsh(hessian / np.outer(scale, scale))[0] < SAME:
        raise InvalidValueError("columns", list(columns), "columns of which none follows from others or from strength")


def _on_the_scales_of_people(home: Float, away: Float) -> tuple[float, float]:
    """Log odds, and percentage points of the home win, for one log goal of edge, at the margin of the average match."""
    scored = (home > 0.0) & (away > 0.0)  # in a competition where one side never scored there are no odds to change
    home, away = home[scored], away[scored]
    up, down = (outcome_probabilities(home * np.exp(s), away * np.exp(-s), RHO) for s in (STEP, -STEP))
    log_odds = 0.5 * (np.log(up[:, 0] / up[:, 2]) - np.log(down[:, 0] / down[:, 2])).mean() / (2.0 * STEP)
    points = 100.0 * (up[:, 0] - down[:, 0]).mean() / (2.0 * STEP)
    return float(log_odds), float(points)
