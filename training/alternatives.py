"""Other estimators on the same base, to judge the trees by: scikit-learn's boosting, and a plain multinomial logit.

Both start from what `training.models` fits below the trees: the strength model's log probabilities, moved by earlier
shots and odds. Neither can be given them as an offset, so they read them as two more columns, the log odds of home and
of away against the draw. Both read the same features as the trees, and are calibrated likewise on the newest matches.

On 2016/17 to 2020/21 the logit's RPS was 0.00034 +- 0.00007 above the trees', about that of the base alone; the
boosting's, on the last three of these seasons, 0.00013 +- 0.00008 above.

They are for backtests. Neither is stored in a format that serving may load, and the logit keeps no constraints.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from serving.model import Calibration, OutcomeModel
from training.models import ModelConfig, fit_calibration, fit_outcome_model

Float = NDArray[np.float64]
Int = NDArray[np.int64]

HISTGB_LEAF: Final = 200
"""Fewest matches of a leaf."""

LOGIT_C: Final = 0.01
"""Inverse strength of the logit's prior on weights of standardised columns."""

LEAST_PROBABILITY: Final = 1e-3


class Fitted(Protocol):
    """An estimator's answer."""

    def predict_proba(self, inputs: Float) -> Float:
        """Probabilities of home win, draw and away win, shape (n, 3), for `Alternative.inputs`."""


@dataclass(frozen=True)
class Alternative:
    """A fitted estimator on top of the strength model; answers as `serving.model.OutcomeModel` does."""

    base: OutcomeModel
    fitted: Fitted
    calibration: Calibration

    def predict_proba(self, features: Float) -> Float:
        """Probabilities of home win, draw and away win after 90 minutes, shape (n, 3); see `OutcomeModel`."""
        return self.calibration.apply(np.log(self.fitted.predict_proba(inputs_of(self.base, features))))


def inputs_of(base: OutcomeModel, features: Float) -> Float:
    """Log odds of home and of away against the draw, then the features that trees may read; shape (n, 2 + k)."""
    logs = base.base_log_probability(features)
    columns = [base.feature_names.index(name) for name in base.shift_features]
    return np.column_stack([logs[:, 0] - logs[:, 1], logs[:, 2] - logs[:, 1], features[:, columns]])


@dataclass(frozen=True)
class BoostedPair:
    """Home win or not, and away win or not, each boosted by scikit-learn; the draw is the rest.

    Its classifier takes monotone constraints for two classes only. Home and away keep theirs, but for the sharing out
    where both together exceed certainty; a calibration on top may bend them.
    """

    home: Callable[[Float], Float]
    away: Callable[[Float], Float]

    @classmethod
    def fit(cls, inputs: Float, outcome: Int, weight: Float, directions: Int, config: ModelConfig) -> Self:
        """Fit both; `directions` (k,) are +1 where a column may only help the home side, -1 where only the away."""
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        # The binning refuses a column without any value.
        kept = np.isfinite(inputs).any(axis=0)

        def one(result: int, sign: int) -> Callable[[Float], Float]:
            classifier = HistGradientBoostingClassifier(
                learning_rate=config.learning_rate,
                max_iter=config.rounds,
                max_depth=config.max_depth,
                min_samples_leaf=HISTGB_LEAF,
                l2_regularization=config.reg_lambda,
                max_features=config.colsample_bytree,
                monotonic_cst=(sign * directions[kept]).tolist(),
                early_stopping=False,
                random_state=config.seed,
            )
            with threadpool_limits(config.threads):
                booster = classifier.fit(inputs[:, kept], outcome == result, sample_weight=weight)
            return lambda rows: booster.predict_proba(rows[:, kept])[:, 1]

        return cls(one(0, 1), one(2, -1))

    def predict_proba(self, inputs: Float) -> Float:
        """Probabilities of home win, draw and away win, shape (n, 3)."""
        home, away = self.home(inputs), self.away(inputs)
        draw = np.maximum(1.0 - home - away, LEAST_PROBABILITY)
        shares: Float = np.column_stack([home, draw, away])
        normalised: Float = shares / shares.sum(axis=1, keepdims=True)
        return normalised


@dataclass(frozen=True)
class Logit:
    """A multinomial logit of standardised columns; an unknown value counts as the mean, with a flag of its own."""

    mean: Float
    scale: Float
    flagged: NDArray[np.bool_]
    answer: Callable[[Float], Float]

    @classmethod
    def fit(cls, inputs: Float, outcome: Int, weight: Float) -> Self:
        """Fit by maximum likelihood with a weak prior (ridge); every outcome must occur."""
        from sklearn.linear_model import LogisticRegression

        known = np.isfinite(inputs)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, inputs, 0.0).sum(axis=0) / count
        scale = np.sqrt((np.where(known, inputs - mean, 0.0) ** 2).sum(axis=0) / count)
        scale[scale == 0.0] = 1.0
        flagged: NDArray[np.bool_] = np.logical_not(known.all(axis=0))
        unfitted = cls(mean, scale, flagged, lambda rows: rows)
        estimator = LogisticRegression(C=LOGIT_C, max_iter=1_000)
        estimator.fit(unfitted.standardised(inputs), outcome, sample_weight=weight)
        return replace(unfitted, answer=estimator.predict_proba)

    def standardised(self, inputs: Float) -> Float:
        """Columns of mean 0 and deviation 1 where known, 0 where not, then the flags; shape (n, k + flags)."""
        columns = np.nan_to_num((inputs - self.mean) / self.scale, nan=0.0)
        return np.column_stack([columns, np.isnan(inputs[:, self.flagged])])

    def predict_proba(self, inputs: Float) -> Float:
        """Probabilities of home win, draw and away win, shape (n, 3)."""
        return self.answer(self.standardised(inputs))


def fit_histgb(features: pd.DataFrame, outcome: Int, age_days: Float, config: ModelConfig) -> Alternative:
    """scikit-learn's histogram gradient boosting in place of the trees; arguments as of `fit_outcome_model`."""

    def fit(inputs: Float, result: Int, weight: Float, base: OutcomeModel) -> Fitted:
        # More log odds of home, or less of away, never help the away side.
        directions = [1, -1, *(config.monotone.get(name, 0) for name in base.shift_features)]
        return BoostedPair.fit(inputs, result, weight, np.array(directions), config)

    return _alternative(features, outcome, age_days, config, fit)


def fit_logit(features: pd.DataFrame, outcome: Int, age_days: Float, config: ModelConfig) -> Alternative:
    """A plain multinomial logit in place of the trees; arguments as of `fit_outcome_model`."""
    return _alternative(
        features, outcome, age_days, config, lambda inputs, result, weight, _: Logit.fit(inputs, result, weight)
    )


def _alternative(
    features: pd.DataFrame,
    outcome: Int,
    age_days: Float,
    config: ModelConfig,
    fit: Callable[[Float, Int, Float, OutcomeModel], Fitted],
) -> Alternative:
    """Calibrated on the newest matches with a fit that has not seen them, then fitted on all, as the trees are."""
    # No round of boosting: what is left is the base.
    base = fit_outcome_model(features, outcome, age_days, replace(config, rounds=0))
    inputs = inputs_of(base, features.to_numpy(np.float64))
    weight = np.exp2(-age_days / config.half_life_days)
    split = len(features) - round(config.calibration_share * len(features))
    early = fit(inputs[:split], outcome[:split], weight[:split], base)
    told = np.log(early.predict_proba(inputs[split:]))
    calibration = fit_calibration(told, outcome[split:], weight[split:])
    return Alternative(base, fit(inputs, outcome, weight, base), calibration)
