"""The chances of many fixtures at once: what compact answers and scenarios show.

The figures are those of `serving.distribution`, summed without laying out a grid: within home wins, draws and away wins
the strength model's scores keep their proportions, so each figure is a mean over these three parts, weighted by the
calibrated outcomes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.jit import jit
from serving.match_kernels import GRID_GOALS
from serving.model import OutcomeModel

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_GOALS: Final = GRID_GOALS
CHANCES: Final = (
    *("home_win", "draw", "away_win"),
    *("home_expected_goals", "away_expected_goals", "over_2_5", "both_to_score"),
)
"""Names of the columns of `Chances.outcomes` and `Chances.figures`."""


@dataclass(frozen=True)
class Chances:
    """Of n fixtures: `outcomes` (n, 3) home win, draw, away win; `figures` (n, 4), see `CHANCES`.

    Where expected goals are not known everything is NaN.
    """

    outcomes: Float
    figures: Float

    def __len__(self) -> int:
        return len(self.outcomes)

    @classmethod
    def of(cls, model: OutcomeModel, features: Float) -> Self:
        """The chances of feature rows in the model's order, shape (n, len(feature_names))."""
        home, away = model.expected_goals(features)
        known = np.isfinite(home) & np.isfinite(away)
        outcomes = np.full((len(features), 3), np.nan)
        figures = np.full((len(features), 4), np.nan)
        if known.any():
            outcomes[known] = model.predict_proba(features[known])
            figures[known] = outcome_means(home[known], away[known], model.rho, outcomes[known])
        return cls(outcomes, figures)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Several of them in one, in order."""
        return cls(
            np.concatenate([np.empty((0, 3)), *(part.outcomes for part in parts)]),
            np.concatenate([np.empty((0, 4)), *(part.figures for part in parts)]),
        )

    def take(self, rows: Int) -> Self:
        """Some of them."""
        return type(self)(self.outcomes[rows], self.figures[rows])

    def columns(self) -> list[list[float]]:
        """A list for each name of `CHANCES`."""
        return [*self.outcomes.T.tolist(), *self.figures.T.tolist()]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where there is an answer, shape (n,)."""
        return np.isfinite(self.outcomes[:, 0])


def outcome_means(home_goals: Float, away_goals: Float, rho: float, outcomes: Float) -> Float:
    """Mean goals of home and away, chance of over 2.5 goals and of both sides scoring, shape (n, 4).

    Args:
        home_goals, away_goals: expected goals of the strength model, shape (n,).
        rho: dependence of low scores, see `features.scores.score_grid`.
        outcomes: calibrated chances of home win, draw, away win, shape (n, 3).
    """
    out = np.empty((len(home_goals), 4))
    _outcome_means(home_goals, away_goals, rho, np.ascontiguousarray(outcomes), out)
    return out


@jit
def _outcome_means(home_goals: Float, away_goals: Float, rho: float, outcomes: Float, out: Float) -> None:
    size = _GOALS + 1
    home, away = np.empty(size), np.empty(size)
    # Rows: home wins, draws, away wins; columns: mass, home goals, away goals, over 2.5, both score.
    part = np.empty((3, 5))
    for i in range(home_goals.shape[0]):
        home_rate, away_rate = home_goals[i], away_goals[i]
        home[0], away[0] = math.exp(-home_rate), math.exp(-away_rate)
        for k in range(1, size):
            home[k] = home[k - 1] * home_rate / k
            away[k] = away[k - 1] * away_rate / k
        part[:] = 0.0
        # Chances of fewer goals than k of the other side, and their sum of goals.
        fewer_away, goals_away = 0.0, 0.0
        fewer_home, goals_home = 0.0, 0.0
        for k in range(size):
            part[0, 0] += home[k] * fewer_away
            part[0, 1] += home[k] * fewer_away * k
            part[0, 2] += home[k] * goals_away
            part[1, 0] += home[k] * away[k]
            part[1, 1] += home[k] * away[k] * k
            part[2, 0] += away[k] * fewer_home
            part[2, 2] += away[k] * fewer_home * k
            part[2, 1] += away[k] * goals_home
            fewer_away += away[k]
            goals_away += away[k] * k
            fewer_home += home[k]
            goals_home += home[k] * k
        # Dixon and Coles's factors, less 1, of the four scores that they touch.
        nil_nil = max(1.0 - home_rate * away_rate * rho, 0.0) - 1.0
        nil_one = max(1.0 + home_rate * rho, 0.0) - 1.0
        one_nil = max(1.0 + away_rate * rho, 0.0) - 1.0
        one_one = max(1.0 - rho, 0.0) - 1.0
        part[0, 0] += home[1] * away[0] * one_nil
        part[0, 1] += home[1] * away[0] * one_nil
        part[2, 0] += home[0] * away[1] * nil_one
        part[2, 2] += home[0] * away[1] * nil_one
        part[1, 0] += home[0] * away[0] * nil_nil + home[1] * away[1] * one_one
        part[1, 1] += home[1] * away[1] * one_one
        part[1, 2] = part[1, 1]
        # Over 2.5 and both to score are what the other scores leave.
        part[0, 3] = part[0, 0] - home[1] * away[0] * (1.0 + one_nil) - home[2] * away[0]
        part[1, 3] = part[1, 0] - home[0] * away[0] * (1.0 + nil_nil) - home[1] * away[1] * (1.0 + one_one)
        part[2, 3] = part[2, 0] - home[0] * away[1] * (1.0 + nil_one) - home[0] * away[2]
        part[0, 4] = part[0, 0] - away[0] * (fewer_home - home[0]) - home[1] * away[0] * one_nil
        part[1, 4] = part[1, 0] - home[0] * away[0] * (1.0 + nil_nil)
        part[2, 4] = part[2, 0] - home[0] * (fewer_away - away[0]) - home[0] * away[1] * nil_one
        for figure in range(4):
            total = 0.0
            for outcome in range(3):
                total += outcomes[i, outcome] * part[outcome, figure + 1] / part[outcome, 0]
            out[i, figure] = total
        out[i, 2] = min(max(out[i, 2], 0.0), 1.0)
        out[i, 3] = min(max(out[i, 3], 0.0), 1.0)
