"""From expected goals and calibrated outcomes to everything that is said of a match's goals.

One score grid stands behind it all: the strength model's, its home-win, draw and away-win parts scaled so that they
sum to the calibrated probabilities. Every figure of an answer is a sum over that grid.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.scores import reweight_grid, score_grid

Float = NDArray[np.float64]

LIKELY_SCORES: Final = 10
LINES: Final = (2.5,)


@dataclass(frozen=True)
class ScoreDistribution:
    """Probability of each score; `grid[h, a]` sums to 1."""

    grid: Float

    @classmethod
    def of(cls, home_goals: float, away_goals: float, rho: float, outcomes: Float) -> "ScoreDistribution":
        """The grid of expected goals, reweighted to outcome probabilities of shape (3,): home, draw, away."""
        grid = score_grid(np.array([home_goals]), np.array([away_goals]), rho)
        weighted = reweight_grid(grid, outcomes[None, :])[0]
        return cls(weighted / weighted.sum())

    def expected_goals(self) -> tuple[float, float]:
        """Mean goals of the home and the away side."""
        goals = np.arange(self.grid.shape[0])
        return float(self.grid.sum(axis=1) @ goals), float(self.grid.sum(axis=0) @ goals)

    def likely_scores(self) -> list[tuple[int, int, float]]:
        """The likeliest scores as (home goals, away goals, probability), likeliest first."""
        flat = self.grid.ravel()
        # A stable sort of the negated grid: equal chances come with fewer goals first, the same on every machine.
        best = np.argsort(-flat, kind="stable")[:LIKELY_SCORES]
        width = self.grid.shape[1]
        return [(int(i) // width, int(i) % width, float(flat[i])) for i in best]

    def over(self, line: float) -> float:
        """Chance of more goals in all than `line`."""
        goals = np.add.outer(np.arange(self.grid.shape[0]), np.arange(self.grid.shape[1]))
        return float(self.grid[goals > line].sum())

    def both_to_score(self) -> float:
        """Chance that both sides score."""
        return float(self.grid[1:, 1:].sum())
