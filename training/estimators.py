"""The estimators that can stand on the strength model, by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.errors import InvalidValueError
from training.alternatives import fit_histgb, fit_logit
from training.models import ModelConfig, fit_outcome_model

Float = NDArray[np.float64]
Int = NDArray[np.int64]


class Forecaster(Protocol):
    """Whatever tells probabilities from feature rows, such as `serving.model.OutcomeModel`."""

    def predict_proba(self, features: Float) -> Float:
        """Probabilities of home win, draw and away win, shape (n, 3), of rows in the columns that it was fitted on."""


Fit = Callable[[pd.DataFrame, Int, Float, ModelConfig], Forecaster]
"""Features, outcomes, ages in days and hyper-parameters to a forecaster; see `training.models.fit_outcome_model`."""

SERVED: Final = "xgboost"
"""The one that keeps the constraints and is stored in formats that serving loads; all others are for backtests."""

ESTIMATORS: Final[Mapping[str, Fit]] = MappingProxyType(
    {SERVED: fit_outcome_model, "histgb": fit_histgb, "logit": fit_logit}
)


def check_estimator(name: str) -> str:
    """The name; InvalidValueError unless it is one of `ESTIMATORS`."""
    if name not in ESTIMATORS:
        raise InvalidValueError("model", name, f"one of {', '.join(ESTIMATORS)}")
    return name


def check_served(name: str) -> None:
    """Raise InvalidValueError unless a model by this estimator can be registered and served."""
    if check_estimator(name) != SERVED:
        raise InvalidValueError(
            "model",
            name,
            f"{SERVED}: a model that answers keeps the constraints and is stored without pickle; "
            f"`awayday backtest --model {name}` judges this one",
        )
