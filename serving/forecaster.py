"""From a feature row to the figures of an answer: compiled where that is ready, else step by step, equal to 1e-12."""

import math
from array import array
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from features.table import FEATURES
from serving import match_kernels as kernels
from serving.distribution import ScoreDistribution
from serving.model import ABROAD, EXPECTED_GOALS, OutcomeModel, evidence_columns
from serving.trees import FlatTrees
from serving.uncertainty import half_width, one_interval

Float = NDArray[np.float64]
Int = NDArray[np.int64]

Outcomes = tuple[float, float, float]

_HOME_GOALS: Final = slice(kernels.LIKELY, kernels.OVER_UNDER, 3)
_AWAY_GOALS: Final = slice(kernels.LIKELY + 1, kernels.OVER_UNDER, 3)


class Figures(NamedTuple):
    """What a feature row comes to.

    `outcomes` are the chances of home win, draw and away win, NaN where the row knows no expected goals; `goals` the
    model's expected goals of home and away; `told` all figures in the order of the answer, from `probabilities` to
    `goal_difference`.
    """

    outcomes: Outcomes
    goals: tuple[float, float]
    told: list[float]


class Forecaster:
    """Works out the figures of one match at a time.

    Args:
        model: its features are among `FEATURES`.
    """

    def __init__(self, model: OutcomeModel) -> None:
        self._model = model
        self._pick = itemgetter(*(FEATURES.index(name) for name in model.feature_names))
        self._packed = _Packed.of(model)

    def figures(self, row: list[float], edge_variance: float, total_variance: float) -> Figures:
        """The figures of a row in the order of `FEATURES`.

        Args:
            row: NaN unknown.
            edge_variance, total_variance: what is not known of the clubs, see `serving.uncertainty`.
        """
        if self._packed is None or not kernels.forecast.ready:
            return self.in_plain_steps(row, edge_variance, total_variance)
        told, (home_goals, away_goals), cells = self._packed.forecast(
            np.frombuffer(array("d", row)), edge_variance, total_variance
        )
        home_win, draw, away_win = told[: kernels.INTERVALS]
        if home_win != home_win:
            return _NOTHING
        told[_HOME_GOALS] = [cell // kernels.SIZE for cell in cells]
        told[_AWAY_GOALS] = [cell % kernels.SIZE for cell in cells]
        return Figures((home_win, draw, away_win), (home_goals, away_goals), told)

    def in_plain_steps(self, row: list[float], edge_variance: float, total_variance: float) -> Figures:
        """`figures` without the compiler."""
        forecast = self._model.predict_one(self._pick(row))
        goals, outcomes = forecast[:2], forecast[2:]
        home_win, draw, away_win = outcomes
        if math.isnan(home_win):
            return _NOTHING
        rho, slope = self._model.rho, self._model.calibration.slope
        scores = ScoreDistribution.of(*goals, rho, outcomes)
        told = [
            *outcomes,
            *one_interval(outcomes, goals, rho, slope, edge_variance, total_variance),
            home_win + draw,
            home_win + away_win,
            draw + away_win,
            *scores.expected_goals,
        ]
        for score in scores.likely_scores:
            told += score
        for over in scores.over:
            told += (over, 1.0 - over)
        told += (scores.both_to_score, *scores.clean_sheets, *scores.differences)
        return Figures(outcomes, goals, told)


_NOTHING: Final = Figures((math.nan, math.nan, math.nan), (math.nan, math.nan), [])


@dataclass(frozen=True, eq=False)
class _Packed:
    """A model as `kernels.forecast` takes it."""

    places: Int
    numbers: Float
    own: Float
    weights: Float
    columns: Int
    trees: FlatTrees

    @classmethod
    def of(cls, model: OutcomeModel) -> Self | None:
        """A model; None of one whose trees have no bit masks."""
        if model.shift is not None and model.shift.trees is None:
            return None
        sources = sorted({name for blend in model.blends for name in blend.sources})
        own, weights = np.full(1 << len(sources), np.nan), np.zeros((1 << len(sources), len(sources)))
        for blend in model.blends:
            bits = sum(1 << sources.index(name) for name in blend.sources)
            own[bits] = blend.own
            for name, weight in zip(blend.sources, blend.weights, strict=True):
                weights[bits, sources.index(name)] = weight
        goals = [FEATURES.index(column) for column in EXPECTED_GOALS]
        abroad = FEATURES.index(ABROAD) if ABROAD in model.feature_names else -1
        evidence = [FEATURES.index(column) for name in sources for column in evidence_columns(name)]
        trees = None if model.shift is None else model.shift.trees
        names = () if trees is None else model.shift_features
        return cls(
            places=np.array([*goals, abroad, *evidence], dtype=np.int64),
            numbers=np.array([model.rho, model.calibration.slope, *model.calibration.intercept, model.abroad_share]),
            own=own,
            weights=weights,
            columns=np.array([FEATURES.index(name) for name in names], dtype=np.int64),
            trees=FlatTrees.none() if trees is None else trees.flat(),
        )

    def forecast(
        self, row: Float, edge_variance: float, total_variance: float
    ) -> tuple[list[float], list[float], list[int]]:
        """What `kernels.forecast` tells, expected goals, and the cells of the likeliest scores."""
        out, goals, likely = np.empty(kernels.FORECAST), np.empty(2), np.empty(kernels.LIKELY_SCORES, dtype=np.int64)
        kernels.forecast(
            row,
            self.places,
            self.numbers,
            self.own,
            self.weights,
            self.columns,
            self.trees.starts,
            self.trees.cuts,
            self.trees.kept,
            self.trees.leaf,
            half_width(edge_variance),
            half_width(total_variance),
            out,
            goals,
            likely,
        )
        return out.tolist(), goals.tolist(), likely.tolist()


def compile_kernels() -> None:
    """Have the kernels of one match compiled, or read from the cache; ImportError without numba."""
    places, of_source = np.array([0, 1, -1, 0, 1]), np.zeros((2, 1))
    model = _Packed(places, np.ones(6), np.full(2, np.nan), of_source, np.zeros(0, np.int64), FlatTrees.none())
    model.forecast(np.ones(2), 1.0, 1.0)
    ScoreDistribution.compiled(1.0, 1.0, 0.0, (0.4, 0.3, 0.3))
    kernels.interval(np.full(3, 1.0 / 3.0), 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, np.empty(6))
