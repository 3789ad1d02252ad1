"""One fold: fit our model and the references on training matches, forecast the test matches with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from serving.model import EXPECTED_GOALS, OutcomeModel
from training.dataset import Dataset
from training.estimators import ESTIMATORS, Forecaster, check_estimator
from training.models import ModelConfig, fit_outcome_model
from training.references import BaseRates, OrderedLogit, StrengthAlone
from training.scoreboard import MODEL

Float = NDArray[np.float64]

BASE_RATES: Final = "base rates"
ELO: Final = "Elo, ordered logit"
PI: Final = "pi, ordered logit"
DIXON_COLES: Final = "Dixon & Coles"
STRENGTH: Final = "strength alone"
REFERENCES: Final = (BASE_RATES, ELO, PI, DIXON_COLES, STRENGTH)
"""The reference forecasts in the order in which they are shown."""

ELO_COLUMNS: Final = ("home_elo", "away_elo")
PI_COLUMN: Final = "pi_difference"

WORTH_PROCESSES: Final = 200_000
"""Matches to learn from, over all folds (and trials), above which processes of this machine are worth their start."""


@dataclass(frozen=True)
class FoldResult:
    """The fitted model, and each forecast of the test matches by name, shape (n, 3), ours first."""

    model: Forecaster
    forecasts: Mapping[str, Float]


def fit(train: Dataset, at: datetime, config: ModelConfig) -> OutcomeModel:
    """Our model of training matches, weighted by their age at the moment `at`: the one that serving loads."""
    return fit_outcome_model(train.features, train.outcome, train.age_days(at), config)


def fit_any(train: Dataset, at: datetime, config: ModelConfig) -> Forecaster:
    """As `fit`, by whichever estimator `config` names."""
    return ESTIMATORS[check_estimator(config.estimator)](train.features, train.outcome, train.age_days(at), config)


def run_fold(train: Dataset, test: Dataset, at: datetime, config: ModelConfig) -> FoldResult:
    """Fit everything on `train` as of the moment `at`, and forecast `test`.

    Both hold features as of each match's start, so a test match knows every result before it; only what is *fitted*
    (trees, calibration, rates, slopes) stays as it was at `at`.
    """
    model = fit_any(train, at, config)
    return FoldResult(
        model, {MODEL: model.predict_proba(test.features.to_numpy(np.float64)), **references(train, test)}
    )


def references(train: Dataset, test: Dataset) -> dict[str, Float]:
    """The reference forecasts of `test` that are fitted on `train` once."""
    rates = BaseRates.fit(train.column("competition_id"), train.outcome)
    elo = OrderedLogit.fit(_elo_inputs(train), train.outcome)
    pi = OrderedLogit.fit(_pi_inputs(train), train.outcome)
    strength = StrengthAlone.fit(*_expected_goals(train), train.outcome)
    return {
        BASE_RATES: rates.predict(test.column("competition_id")),
        ELO: elo.predict(_elo_inputs(test)),
        PI: pi.predict(_pi_inputs(test)),
        STRENGTH: strength.predict(*_expected_goals(test)),
    }


def with_dixon_coles(forecasts: Mapping[str, Float], walked: Float) -> dict[str, Float]:
    """A fold's forecasts and the plain Dixon-Coles, ours first and the references in the order of `REFERENCES`.

    Args:
        forecasts: `FoldResult.forecasts`.
        walked: shape (n, 3), rows of `walk_dixon_coles`. Where it has no answer, as for clubs with hardly a match,
            Dixon and Coles say nothing either, and the base rates stand in.
    """
    filled = np.where(np.isfinite(walked), walked, forecasts[BASE_RATES])
    all_of_them = {**forecasts, DIXON_COLES: filled}
    return {name: all_of_them[name] for name in (MODEL, *REFERENCES)}


def _expected_goals(dataset: Dataset) -> tuple[Float, Float]:
    home, away = (dataset.features[name].to_numpy(np.float64) for name in EXPECTED_GOALS)
    return home, away


def _elo_inputs(dataset: Dataset) -> Float:
    """The difference of the ratings, and whether the ground is neutral, shape (n, 2)."""
    home, away = (dataset.features[name].to_numpy(np.float64) for name in ELO_COLUMNS)
    return np.column_stack([home - away, _neutral(dataset)])


def _pi_inputs(dataset: Dataset) -> Float:
    """The difference of the pi-ratings, and whether the ground is neutral, shape (n, 2)."""
    return np.column_stack([dataset.features[PI_COLUMN].to_numpy(np.float64), _neutral(dataset)])


def _neutral(dataset: Dataset) -> Float:
    return dataset.matches["neutral"].fillna(False).to_numpy(np.float64)
