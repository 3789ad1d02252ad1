"""Where each figure and text of an answer stands: the one place that lays it out, as dicts and as JSON."""

from copy import deepcopy
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

import orjson

from features.table import FEATURES
from serving.answer_shape import Answer, ModelNameShape
from serving.backdrop import Backdrop
from serving.columns import ColumnPlan
from serving.distribution import DIFFERENCES, LIKELY_SCORES, LINES, WIDEST_DIFFERENCE
from serving.mould import OPTIONS, Mould
from serving.question import Question
from serving.uncertainty import LEVEL

_FIGURES: Final = 18 + 3 * LIKELY_SCORES + 2 * len(LINES) + 3 + len(DIFFERENCES) + 6
_TEXTS: Final = 10
_NULL: Final = b"null"


class Told(NamedTuple):
    """What is told of a match, before it is laid out.

    `outcomes` are the chances of home win, draw and away win. `numbers` are figures, flags and moments in the order of
    the answer, `row` is the feature row (NaN unknown) and `features` what is told of it, as JSON. `extras` are what an
    answer has where it is asked for, else None: score grid, chances to go through, market, explanation.
    """

    question: Question
    outcomes: tuple[float, float, float]
    numbers: list[Any]
    row: list[float]
    features: bytes
    backdrop: Backdrop
    extras: list[Any]


class Layout:
    """Lays out what `serving.assembly` tells.

    Args:
        cut: moment of the newest result in the data, UTC.
        model: which model answers.
    """

    def __init__(self, cut: datetime, model: ModelNameShape) -> None:
        self._cut = cut
        self._model = model
        self._plan = ColumnPlan.standard()

    def answer(self, told: Told) -> Answer:
        """As plain dicts."""
        # The backdrop is everybody's.
        texts = deepcopy(told.backdrop.texts)
        features = self._plan.grouped(told.row, *told.backdrop.last_results)
        return self._laid_out(told.numbers, [*texts, features, *told.extras])

    def json(self, told: Told) -> bytes:
        """The JSON of `answer`, without the dicts."""
        extras = [_NULL if extra is None else orjson.dumps(extra, option=OPTIONS) for extra in told.extras]
        return self._mould.fill(told.numbers, [*told.backdrop.written, told.features, *extras])

    def features_json(self, row: list[float], last_results: tuple[str | None, str | None]) -> bytes:
        """What is told of a feature row, as JSON."""
        return self._mould_of_features.fill(row, [orjson.dumps(each) for each in last_results])

    def _laid_out(self, numbers: list[Any], texts: list[Any]) -> Answer:
        n = iter(numbers).__next__
        home, away, competition, confidence, warnings, features, grid, through, market, reasons = texts
        # Values of a dict are evaluated in the order in which they stand.
        return {
            "home": home,
            "away": away,
            "competition": competition,
            "competition_inferred": n(),
            "neutral": n(),
            "kickoff": n(),
            "as_of": n(),
            "probabilities": {"home_win": n(), "draw": n(), "away_win": n()},
            "intervals": {
                "level": LEVEL,
                "home_win": {"low": n(), "high": n()},
                "draw": {"low": n(), "high": n()},
                "away_win": {"low": n(), "high": n()},
            },
            "confidence": confidence,
            "double_chance": {"home_or_draw": n(), "home_or_away": n(), "draw_or_away": n()},
            "expected_goals": {"home": n(), "away": n()},
            "likely_scores": [{"home_goals": n(), "away_goals": n(), "probability": n()} for _ in range(LIKELY_SCORES)],
            "score_grid": grid,
            "over_under": [{"line": line, "over": n(), "under": n()} for line in LINES],
            "both_to_score": n(),
            "clean_sheets": {"home": n(), "away": n()},
            "goal_difference": [
                {"difference": d, "or_beyond": abs(d) == WIDEST_DIFFERENCE, "probability": n()} for d in DIFFERENCES
            ],
            "go_through": through,
            "market": market,
            "explanation": reasons,
            "features": features,
            "freshness": {
                "home": {"newest_result": n(), "age_days": n(), "fixtures_without_result": n()},
                "away": {"newest_result": n(), "age_days": n(), "fixtures_without_result": n()},
            },
            "data_cut": self._cut,
            "model": self._model,
            "warnings": warnings,
            "what_if": None,
        }

    @cached_property
    def _mould(self) -> Mould:
        return Mould.of(self._laid_out, _FIGURES, _TEXTS)

    @cached_property
    def _mould_of_features(self) -> Mould:
        return Mould.of(lambda row, last: self._plan.grouped(row, *last), len(FEATURES), 2)
