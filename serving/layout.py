"""Where each figure and text of an answer stands: the one place that lays it out, as dicts and as JSON."""

from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

import orjson

from features.table import FEATURES
from serving.answer_shape import Answer, ModelNameShape
from serving.backdrop import Backdrop
from serving.columns import ColumnPlan
from serving.match_kernels import DIFFERENCES, LIKELY_SCORES, LINES, WIDEST_DIFFERENCE
from serving.mould import OPTIONS, Mould
from serving.uncertainty import LEVEL

_FIGURES: Final = 18 + 3 * LIKELY_SCORES + 2 * len(LINES) + 3 + len(DIFFERENCES) + 6
_AS_OF: Final = 3
"""Which of the figures is the moment that changes from one asking to the next."""

_EXTRAS: Final = 4
_TEXTS: Final = 5 + 2 + _EXTRAS
_NULL: Final = b"null"


class Told(NamedTuple):
    """What is told of a match, before it is laid out.

    `outcomes` are the chances of home win, draw and away win. `numbers` are figures, flags and moments in the order of
    the answer, `row` is the feature row (NaN unknown). `extras` are what an answer has where it is asked for, else
    None: score grid, chances to go through, market, explanation.
    """

    outcomes: tuple[float, float, float]
    numbers: list[Any]
    row: list[float]
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
        texts = [orjson.loads(text) for text in told.backdrop.texts]
        features = self._plan.grouped(told.row, *told.backdrop.last_results)
        return self._laid_out(told.numbers, [*texts, features, *told.extras])

    def json(self, told: Told) -> bytes:
        """The JSON of `answer`, without the dicts."""
        return self._mould.fill(*_values(told))

    def json_around_as_of(self, told: Told) -> tuple[bytes, bytes]:
        """The same before and after the moment `as_of`."""
        return self._mould.fill_around(_AS_OF, *_values(told))

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
        def document(numbers: list[Any], texts: list[Any]) -> Answer:
            features = self._plan.grouped(numbers[_FIGURES:], *texts[5:7])
            return self._laid_out(numbers[:_FIGURES], [*texts[:5], features, *texts[7:]])

        return Mould.of(document, _FIGURES + len(FEATURES), _TEXTS)


def _values(told: Told) -> tuple[list[Any], list[bytes]]:
    last_results = [orjson.dumps(each) for each in told.backdrop.last_results]
    extras = [_NULL if extra is None else orjson.dumps(extra, option=OPTIONS) for extra in told.extras]
    return [*told.numbers, *told.row], [*told.backdrop.texts, *last_results, *extras]
