"""From expected goals and calibrated outcomes to everything that is said of a match's goals.

One score grid stands behind it all: the strength model's, its home-win, draw and away-win parts scaled so that they
sum to the calibrated probabilities. Every figure of an answer is a sum over that grid, so all of them agree with each
other and with the outcomes to rounding. One walk over the grid makes them, the same for one match and for many.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from serving.match_kernels import (
    BEYOND,
    BOTH,
    CLEAN,
    FIRST_DIFFERENCE,
    FIRST_OVER,
    GRID_GOALS,
    LIKELY_SCORES,
    LINES,
    SHOWN_GOALS,
    SIZE,
    SPREAD,
    WIDEST_DIFFERENCE,
    spread,
)

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_SHOWN: Final = SHOWN_GOALS + 1
_GOALS: Final = np.arange(SIZE, dtype=np.float64)
_ONES: Final = np.ones(SIZE)
_PART: Final = 1 - np.sign(np.subtract.outer(np.arange(SIZE), np.arange(SIZE)))
"""Of each cell of the grid: 0 home win, 1 draw, 2 away win."""


class ScoreDistribution(NamedTuple):
    """The distribution of one match's score after 90 minutes; `grid[h, a]`, goals of home and away, sums to 1.

    `differences` go with `DIFFERENCES` (home goals less away goals; the outermost with all beyond them), `over` with
    `LINES`. `beyond` is the chance that a side scores more than `SHOWN_GOALS`.
    """

    grid: Float
    expected_goals: tuple[float, float]
    over: list[float]
    both_to_score: float
    clean_sheets: tuple[float, float]
    beyond: float
    differences: list[float]
    likely_scores: list[tuple[int, int, float]]

    @classmethod
    def of(
        cls, home_goals: float, away_goals: float, rho: float, outcomes: Sequence[float] | Float
    ) -> "ScoreDistribution":
        """The grid of expected goals, reweighted to outcome probabilities: home, draw, away."""
        if not spread.ready:
            return cls.uncompiled(home_goals, away_goals, rho, outcomes)
        return cls.compiled(home_goals, away_goals, rho, outcomes)

    @classmethod
    def compiled(
        cls, home_goals: float, away_goals: float, rho: float, outcomes: Sequence[float] | Float
    ) -> "ScoreDistribution":
        """As `of`, by the compiled kernel, for which it waits."""
        grid, told, likely = np.empty((SIZE, SIZE)), np.empty(SPREAD + LIKELY_SCORES), np.empty(LIKELY_SCORES, np.int64)
        spread(home_goals, away_goals, rho, np.array(outcomes), grid, told, likely)
        figures = told.tolist()
        likely_scores = [(c // SIZE, c % SIZE, p) for c, p in zip(likely.tolist(), figures[SPREAD:], strict=True)]
        return cls._of_figures(grid, figures[:SPREAD], likely_scores)

    @classmethod
    def uncompiled(
        cls, home_goals: float, away_goals: float, rho: float, outcomes: Sequence[float] | Float
    ) -> "ScoreDistribution":
        """As `of` to 1e-12, without the compiled kernel: arrays for the grid, plain numbers for what is short."""
        home, away = _poisson(home_goals), _poisson(away_goals)
        grid = np.multiply.outer(home, away)
        # Dixon and Coles's factors of the four lowest scores, and by how much they move the differences.
        by_difference = np.correlate(home, away, "full").tolist()
        for (h, a), factor in (
            ((0, 0), 1.0 - home_goals * away_goals * rho),
            ((0, 1), 1.0 + home_goals * rho),
            ((1, 0), 1.0 + away_goals * rho),
            ((1, 1), 1.0 - rho),
        ):
            before = float(grid[h, a])
            grid[h, a] = after = before * max(factor, 0.0)
            by_difference[GRID_GOALS + h - a] += after - before
        parts = sum(by_difference[SIZE:]), by_difference[GRID_GOALS], sum(by_difference[GRID_GOALS - 1 :: -1])
        of_win, of_draw, of_defeat = (float(p) / part for p, part in zip(outcomes, parts, strict=True))
        grid *= np.array((of_win, of_draw, of_defeat)).take(_PART)
        of_home, of_away = grid @ _ONES, _ONES @ grid
        low = grid[: len(LINES), : len(LINES)].tolist()
        nil_home, nil_away = float(of_home[0]), float(of_away[0])
        told = [float(of_home @ _GOALS), float(of_away @ _GOALS)]
        at_most = 0.0
        for total in range(len(LINES)):
            at_most += sum(low[h][total - h] for h in range(total + 1))
            told.append(min(max(1.0 - at_most, 0.0), 1.0))
        told += (max(1.0 - nil_home - nil_away + low[0][0], 0.0), min(nil_away, 1.0), min(nil_home, 1.0))
        told.append(max(1.0 - float(_ONES[:_SHOWN] @ grid[:_SHOWN, :_SHOWN] @ _ONES[:_SHOWN]), 0.0))
        first, last = GRID_GOALS - WIDEST_DIFFERENCE, GRID_GOALS + WIDEST_DIFFERENCE
        told.append(of_defeat * sum(by_difference[: first + 1]))
        told += (of_defeat * p for p in by_difference[first + 1 : GRID_GOALS])
        told.append(of_draw * by_difference[GRID_GOALS])
        told += (of_win * p for p in by_difference[SIZE:last])
        told.append(of_win * sum(by_difference[last:]))
        cells = grid.reshape(-1)
        least = np.partition(cells, SIZE * SIZE - LIKELY_SCORES)[-LIKELY_SCORES]
        at = (cells >= least).nonzero()[0]
        # Of equal chances the one with fewer home goals comes first, as `at` has them.
        likeliest = sorted(zip((-cells[at]).tolist(), at.tolist(), strict=True))[:LIKELY_SCORES]
        return cls._of_figures(grid, told, [(cell // SIZE, cell % SIZE, -p) for p, cell in likeliest])

    @classmethod
    def _of_figures(
        cls, grid: Float, told: list[float], likely_scores: list[tuple[int, int, float]]
    ) -> "ScoreDistribution":
        return cls(
            grid=grid,
            expected_goals=(told[0], told[1]),
            over=told[FIRST_OVER:BOTH],
            both_to_score=told[BOTH],
            clean_sheets=(told[CLEAN], told[CLEAN + 1]),
            beyond=told[BEYOND],
            differences=told[FIRST_DIFFERENCE:],
            likely_scores=likely_scores,
        )

    def shown_grid(self) -> list[list[float]]:
        """The chance of each score up to `SHOWN_GOALS` a side, `[home goals][away goals]`."""
        shown: list[list[float]] = self.grid[: SHOWN_GOALS + 1, : SHOWN_GOALS + 1].tolist()
        return shown


def _poisson(rate: float) -> Float:
    """Poisson probabilities of 0 to `GRID_GOALS` goals."""
    p = math.exp(-rate)
    chances = [p]
    for goals in range(1, SIZE):
        p *= rate / goals
        chances.append(p)
    return np.array(chances)
