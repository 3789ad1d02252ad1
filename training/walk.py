"""The tuning window, and the losses of hyper-parameters walked forward through it.

Nothing from `TUNING_END` on is touched: those are the matches on which the model is reported.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.metrics import Float, ranked_probability_score
from football.errors import InvalidValueError
from training.dataset import Dataset
from training.fold import fit
from training.models import ModelConfig
from training.search_space import Value, with_parameters
from training.split import walk_forward

TUNING_END: Final = date(2021, 7, 1)
FIRST_FOLD: Final = date(2016, 7, 1)
"""Five seasons, 2016-17 to 2020-21, after eleven to learn from."""


@dataclass(frozen=True)
class FoldLoss:
    """RPS of each match of a season, shape (n,), by a model fitted on what was known when it began."""

    season: str
    rps: Float


class Walk:
    """Walks a dataset forward again and again, each time with other parameters.

    Args:
        dataset: matches of the tuning window and before.
        base: what the parameters do not say.
        start: first day to forecast.

    Raises:
        InvalidValueError: a match on or after `TUNING_END`, or no matches on either side of `start`.
    """

    def __init__(self, dataset: Dataset, base: ModelConfig, start: date = FIRST_FOLD) -> None:
        matches = dataset.matches
        if len(matches) and matches["date"].max() >= pd.Timestamp(TUNING_END):
            newest = f"matches up to {matches['date'].max():%Y-%m-%d}"
            raise InvalidValueError("dataset", newest, f"none from {TUNING_END} on: later ones are for the report")
        self.base = base
        self._dataset = dataset.select(dataset.learnable)
        matches = self._dataset.matches
        self._folds = list(walk_forward(matches["date"], matches["starts_at"], matches["known_at"], start))

    @property
    def seasons(self) -> list[str]:
        """The seasons that are forecast."""
        return [fold.season for fold in self._folds]

    @property
    def learnt(self) -> int:
        """Matches to learn from, over all seasons."""
        return sum(int(fold.train.sum()) for fold in self._folds)

    @property
    def match_day(self) -> NDArray[Any]:
        """Days of the matches that are forecast, in the order of their losses."""
        return np.concatenate([self._dataset.match_day[fold.test] for fold in self._folds])

    def __call__(self, parameters: Mapping[str, Value]) -> Iterator[FoldLoss]:
        """The losses, season by season, so that a hopeless walk may be left early."""
        # By one thread, as sums by several depend on how many they are.
        config = replace(with_parameters(self.base, parameters), threads=1)
        for fold in self._folds:
            test = self._dataset.select(fold.test)
            model = fit(self._dataset.select(fold.train), fold.fitted_at, config)
            forecast = model.predict_proba(test.features.to_numpy(np.float64))
            yield FoldLoss(fold.season, ranked_probability_score(forecast, test.outcome))


def tuning_window(dataset: Dataset, until: date = TUNING_END) -> Dataset:
    """The matches before a day, by default all that may be tuned on.

    Raises:
        InvalidValueError: a later day than `TUNING_END`.
    """
    check_until(until)
    return dataset.select((dataset.matches["date"] < pd.Timestamp(until)).to_numpy(bool))


def check_until(until: date) -> None:
    """Raise InvalidValueError unless a window may end on this day."""
    if until > TUNING_END:
        raise InvalidValueError(
            "until", until.isoformat(), f"{TUNING_END} or earlier: later matches are for the report"
        )
