"""Reference forecasts: what a model has to beat to be worth its trouble.

Each is fitted on training matches only and answers every match, so that all are judged on the same ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from features.scores import outcome_probabilities
from training.models import fit_rho

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Text = NDArray[np.object_]

PRIOR_MATCHES: Final = 100.0
"""How many matches at the overall rates a competition starts with."""


@dataclass(frozen=True)
class BaseRates:
    """How often each outcome came in a competition, shrunk to the overall rates by `PRIOR_MATCHES` matches."""

    overall: tuple[float, float, float]
    by_competition: Mapping[str, tuple[float, float, float]]

    @classmethod
    def fit(cls, competition_id: Text, outcome: Int, prior_matches: float = PRIOR_MATCHES) -> Self:
        """Count outcomes (n,) by competition id (n,)."""
        overall = np.bincount(outcome, minlength=3) / len(outcome)
        names, where = np.unique(competition_id.astype(str), return_inverse=True)
        counts = np.bincount(where * 3 + outcome, minlength=3 * len(names)).reshape(-1, 3)
        rates = (counts + prior_matches * overall) / (counts.sum(axis=1, keepdims=True) + prior_matches)
        return cls(_triple(overall), {name: _triple(rate) for name, rate in zip(names.tolist(), rates, strict=True)})

    def predict(self, competition_id: Text) -> Float:
        """Probabilities, shape (n, 3); an unseen competition gets the overall rates."""
        return np.array([self.by_competition.get(name, self.overall) for name in competition_id]).reshape(-1, 3)


@dataclass(frozen=True)
class OrderedLogit:
    """Proportional odds: P(away) = logistic(low - xb), P(away or draw) = logistic(high - xb).

    Source: McCullagh (1980), J. Royal Statistical Society B 42; on Elo ratings in football Hvattum & Arntzen (2010),
    International Journal of Forecasting 26.
    """

    low: float
    high: float
    slopes: tuple[float, ...]

    @classmethod
    def fit(cls, inputs: Float, outcome: Int) -> Self:
        """Maximum likelihood of outcomes (n,) given inputs (n, k); unknown inputs (NaN) count as 0."""
        x = np.nan_to_num(inputs)
        scale = np.where(x.std(axis=0) > 0.0, x.std(axis=0), 1.0)
        x = x / scale
        hits = np.eye(3)[outcome]

        def loss(theta: Float) -> tuple[float, Float]:
            low, width, slopes = theta[0], np.exp(theta[1]), theta[2:]
            edge = x @ slopes
            f_low, f_high = expit(low - edge), expit(low + width - edge)
            p = np.maximum(np.column_stack([1.0 - f_high, f_high - f_low, f_low]), 1e-12)
            d_low, d_high = f_low * (1.0 - f_low), f_high * (1.0 - f_high)
            by_low = (hits[:, 2] / p[:, 2] - hits[:, 1] / p[:, 1]) * d_low
            by_high = (hits[:, 1] / p[:, 1] - hits[:, 0] / p[:, 0]) * d_high
            gradient = np.concatenate(
                [[(by_low + by_high).mean(), by_high.mean() * width], -(by_low + by_high) @ x / len(x)]
            )
            return -float((hits * np.log(p)).sum() / len(x)), -gradient

        start = np.concatenate([[-1.0, 0.2], np.zeros(x.shape[1])])
        theta = minimize(loss, start, jac=True, method="BFGS").x
        slopes = theta[2:] / scale
        return cls(float(theta[0]), float(theta[0] + np.exp(theta[1])), tuple(float(slope) for slope in slopes))

    def predict(self, inputs: Float) -> Float:
        """Probabilities of home win, draw and away win, shape (n, 3), of inputs (n, k)."""
        edge = np.nan_to_num(inputs) @ np.array(self.slopes)
        away, not_home = expit(self.low - edge), expit(self.high - edge)
        return np.column_stack([1.0 - not_home, not_home - away, away])


@dataclass(frozen=True)
class StrengthAlone:
    """The strength model's expected goals with a Dixon-Coles dependence, and nothing on top."""

    rho: float

    @classmethod
    def fit(cls, home_expected_goals: Float, away_expected_goals: Float, outcome: Int) -> Self:
        """The likeliest dependence for outcomes (n,) given expected goals (n,)."""
        return cls(fit_rho(home_expected_goals, away_expected_goals, outcome, np.ones(len(outcome))))

    def predict(self, home_expected_goals: Float, away_expected_goals: Float) -> Float:
        """Probabilities, shape (n, 3)."""
        return outcome_probabilities(home_expected_goals, away_expected_goals, self.rho)


def _triple(values: Float) -> tuple[float, float, float]:
    home, draw, away = (float(value) for value in values)
    return home, draw, away
