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

from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]

GRID_GOALS: Final = 30
"""Most goals of a side that the grid holds. Beyond lies less than 1e-9 up to 8 expected goals and less than 1e-7 up to
10; it is shared out in proportion."""

SHOWN_GOALS: Final = 10
"""Most goals of a side in the grid that answers show; what lies beyond is told as one number."""

LIKELY_SCORES: Final = 10
LINES: Final = (0.5, 1.5, 2.5, 3.5, 4.5)
WIDEST_DIFFERENCE: Final = 5
"""Goal differences from here on are told together, on either side."""

DIFFERENCES: Final = tuple(range(-WIDEST_DIFFERENCE, WIDEST_DIFFERENCE + 1))

_SIZE: Final = GRID_GOALS + 1
_SHOWN: Final = SHOWN_GOALS + 1
_FIRST_OVER: Final = 2
_BOTH: Final = _FIRST_OVER + len(LINES)
_CLEAN: Final = _BOTH + 1
_BEYOND: Final = _CLEAN + 2
_FIRST_DIFFERENCE: Final = _BEYOND + 1
_FIGURES: Final = _FIRST_DIFFERENCE + len(DIFFERENCES)

_GOALS: Final = np.arange(_SIZE, dtype=np.float64)
_ONES: Final = np.ones(_SIZE)
_PART: Final = 1 - np.sign(np.subtract.outer(np.arange(_SIZE), np.arange(_SIZE)))
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
        if not _distributions.ready:
            return cls.uncompiled(home_goals, away_goals, rho, outcomes)
        goals = np.array([home_goals, away_goals])
        return cls.of_many(goals[:1], goals[1:], rho, np.array([outcomes]))[0]

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
        parts = sum(by_difference[_SIZE:]), by_difference[GRID_GOALS], sum(by_difference[GRID_GOALS - 1 :: -1])
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
        told += (of_win * p for p in by_difference[_SIZE:last])
        told.append(of_win * sum(by_difference[last:]))
        cells = grid.reshape(-1)
        least = np.partition(cells, _SIZE * _SIZE - LIKELY_SCORES)[-LIKELY_SCORES]
        at = (cells >= least).nonzero()[0]
        # Of equal chances the one with fewer home goals comes first, as `at` has them.
        likeliest = sorted(zip((-cells[at]).tolist(), at.tolist(), strict=True))[:LIKELY_SCORES]
        return cls._of_figures(grid, told, [(cell // _SIZE, cell % _SIZE, -p) for p, cell in likeliest])

    @classmethod
    def _of_figures(
        cls, grid: Float, told: list[float], likely_scores: list[tuple[int, int, float]]
    ) -> "ScoreDistribution":
        return cls(
            grid=grid,
            expected_goals=(told[0], told[1]),
            over=told[_FIRST_OVER:_BOTH],
            both_to_score=told[_BOTH],
            clean_sheets=(told[_CLEAN], told[_CLEAN + 1]),
            beyond=told[_BEYOND],
            differences=told[_FIRST_DIFFERENCE:],
            likely_scores=likely_scores,
        )

    @classmethod
    def of_many(cls, home_goals: Float, away_goals: Float, rho: float, outcomes: Float) -> "list[ScoreDistribution]":
        """The distributions of n matches.

        Args:
            home_goals, away_goals: expected goals, shape (n,), positive.
            rho: dependence of low scores, see `features.scores.score_grid`.
            outcomes: home win, draw, away win, shape (n, 3); each row sums to 1.
        """
        n = len(home_goals)
        grids = np.empty((n, _SIZE, _SIZE))
        figures = np.zeros((n, _FIGURES + LIKELY_SCORES))
        likely = np.empty((n, LIKELY_SCORES), dtype=np.int64)
        _distributions(home_goals, away_goals, rho, np.ascontiguousarray(outcomes), grids, figures, likely)
        return [
            cls._of_figures(
                grid,
                told[:_FIGURES],
                [(cell // _SIZE, cell % _SIZE, p) for cell, p in zip(cells, told[_FIGURES:], strict=True)],
            )
            for grid, told, cells in zip(grids, figures.tolist(), likely.tolist(), strict=True)
        ]

    def shown_grid(self) -> list[list[float]]:
        """The chance of each score up to `SHOWN_GOALS` a side, `[home goals][away goals]`."""
        shown: list[list[float]] = self.grid[: SHOWN_GOALS + 1, : SHOWN_GOALS + 1].tolist()
        return shown


@jit
def _distributions(
    home_goals: Float,
    away_goals: Float,
    rho: float,
    outcomes: Float,
    grids: Float,
    figures: Float,
    likely: Int,
) -> None:
    """Fill `grids`, `figures` (zeros before; last those of the likeliest scores) and `likely` (their cells), likeliest
    first."""
    away_chance, of_home, of_away = np.empty(_SIZE), np.empty(_SIZE), np.empty(_SIZE)
    of_total, of_difference = np.empty(2 * _SIZE), np.empty(2 * _SIZE)
    part = np.empty(3)
    for i in range(home_goals.shape[0]):
        home_rate, away_rate = home_goals[i], away_goals[i]
        grid, told, best = grids[i], figures[i], figures[i, _FIGURES:]
        p = math.exp(-away_rate)
        for a in range(_SIZE):
            away_chance[a] = p
            p *= away_rate / (a + 1)
        p = math.exp(-home_rate)
        for h in range(_SIZE):
            for a in range(_SIZE):
                grid[h, a] = p * away_chance[a]
            p *= home_rate / (h + 1)
        # Dixon and Coles's factors of the four lowest scores, as `features.scores.score_grid` has them.
        grid[0, 0] *= max(1.0 - home_rate * away_rate * rho, 0.0)
        grid[0, 1] *= max(1.0 + home_rate * rho, 0.0)
        grid[1, 0] *= max(1.0 + away_rate * rho, 0.0)
        grid[1, 1] *= max(1.0 - rho, 0.0)
        part[:] = 0.0
        for h in range(_SIZE):
            for a in range(h):
                part[0] += grid[h, a]
            part[1] += grid[h, h]
            for a in range(h + 1, _SIZE):
                part[2] += grid[h, a]
        for k in range(3):
            part[k] = outcomes[i, k] / part[k]
        of_home[:], of_away[:], of_total[:], of_difference[:], best[:] = 0.0, 0.0, 0.0, 0.0, -1.0
        for h in range(_SIZE):
            for a in range(_SIZE):
                p = grid[h, a] * part[0 if h > a else 1 if h == a else 2]
                grid[h, a] = p
                of_home[h] += p
                of_away[a] += p
                of_total[h + a] += p
                of_difference[h - a + _SIZE] += p
                # Insertion into the likeliest so far; of equal chances the one with fewer home goals stays ahead.
                if p > best[LIKELY_SCORES - 1]:
                    at = LIKELY_SCORES - 1
                    while at > 0 and p > best[at - 1]:
                        best[at] = best[at - 1]
                        likely[i, at] = likely[i, at - 1]
                        at -= 1
                    best[at] = p
                    likely[i, at] = h * _SIZE + a
        for k in range(_SIZE):
            told[0] += k * of_home[k]
            told[1] += k * of_away[k]
        for line in range(len(LINES)):
            for total in range(2 * _SIZE - 1, line, -1):
                told[_FIRST_OVER + line] += of_total[total]
            # Sums of a grid that sums to 1 but for rounding.
            told[_FIRST_OVER + line] = min(told[_FIRST_OVER + line], 1.0)
        told[_BOTH] = max(1.0 - of_home[0] - of_away[0] + grid[0, 0], 0.0)
        told[_CLEAN], told[_CLEAN + 1] = min(of_away[0], 1.0), min(of_home[0], 1.0)
        for h in range(_SIZE):
            for a in range(SHOWN_GOALS + 1 if h <= SHOWN_GOALS else 0, _SIZE):
                told[_BEYOND] += grid[h, a]
        for difference in range(-GRID_GOALS, _SIZE):
            pooled = min(max(difference, -WIDEST_DIFFERENCE), WIDEST_DIFFERENCE)
            told[_FIRST_DIFFERENCE + WIDEST_DIFFERENCE + pooled] += of_difference[difference + _SIZE]


def _poisson(rate: float) -> Float:
    """Poisson probabilities of 0 to `GRID_GOALS` goals."""
    p = math.exp(-rate)
    chances = [p]
    for goals in range(1, _SIZE):
        p *= rate / goals
        chances.append(p)
    return np.array(chances)
