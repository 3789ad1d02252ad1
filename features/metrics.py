"""How good is a forecast: proper scores, calibration and sharpness, each with its standard error.

A forecast is an array of shape (n, 3): the probabilities of home win, draw and away win, in that order, which is also
the order in which the ranked probability score ranks them. An outcome is 0, 1 or 2. Lower scores are better.

Matches of one day share weather, news and the state of the ratings, so errors are clustered by match day
(Liang & Zeger 1986): n correlated matches do not pass for n independent ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from football.errors import InvalidValueError

Float = NDArray[np.float64]
Int = NDArray[np.int64]

OUTCOMES: Final = ("home", "draw", "away")

SMALLEST_PROBABILITY: Final = 1e-15
"""Log loss takes no probability below this, so that one impossible result costs 34.5 and not infinity."""

BINS: Final = 10
"""Calibration bins. They hold equally many matches: draw probabilities nearly all lie between 0.15 and 0.35, where
bins of fixed width would put them in a handful, and equal counts give each bin the same noise."""


@dataclass(frozen=True)
class Estimate:
    """A mean and its standard error; the error is NaN where there are fewer than two match days."""

    mean: float
    standard_error: float


@dataclass(frozen=True)
class CalibrationError:
    """Expected calibration error of one outcome's probability.

    `noise_floor` is what a perfectly calibrated forecast would show on average for as many matches: an error
    near it says nothing against the forecast.
    """

    error: float
    standard_error: float
    noise_floor: float


@dataclass(frozen=True)
class Reliability:
    """Forecast against what happened in each bin; arrays of shape (bins,), empty bins left out.

    `standard_error` is that of the observed frequency if the forecast is right.
    """

    forecast: Float
    observed: Float
    standard_error: Float
    matches: Int


@dataclass(frozen=True)
class Scores:
    """All figures of one forecast on one set of matches; `calibration` by outcome, home, draw, away."""

    matches: int
    match_days: int
    rps: Estimate
    log_loss: Estimate
    brier: Estimate
    sharpness: Estimate
    calibration: tuple[CalibrationError, CalibrationError, CalibrationError]


def ranked_probability_score(forecast: Float, outcome: Int) -> Float:
    """RPS of each match, shape (n,), between 0 and 1: half the squared errors of the cumulative probabilities.

    Source: Epstein (1969), J. Applied Meteorology 8; for football Constantinou & Fenton (2012), J. Quantitative
    Analysis in Sports 8(1).
    """
    error = np.cumsum(forecast - _hits(outcome), axis=1)[:, :2]
    score: Float = 0.5 * (error**2).sum(axis=1)
    return score


def log_loss(forecast: Float, outcome: Int) -> Float:
    """Minus the natural logarithm of what the outcome was given, shape (n,), clipped at `SMALLEST_PROBABILITY`."""
    given = forecast[np.arange(len(outcome)), outcome]
    loss: Float = -np.log(np.maximum(given, SMALLEST_PROBABILITY))
    return loss


def brier_score(forecast: Float, outcome: Int) -> Float:
    """Sum of the three squared errors of each match, shape (n,), between 0 and 2 (Brier 1950)."""
    score: Float = ((forecast - _hits(outcome)) ** 2).sum(axis=1)
    return score


def entropy(forecast: Float) -> Float:
    """Entropy of each forecast in nats, shape (n,): 0 is certainty, log 3 is knowing nothing. Lower is sharper."""
    nats: Float = -(forecast * np.log(np.maximum(forecast, SMALLEST_PROBABILITY))).sum(axis=1)
    return nats


def draw_log_loss(forecast: Float, outcome: Int) -> Float:
    """Log loss of draw against no draw, shape (n,): what a forecast says of draws alone."""
    draw = forecast[:, 1]
    given = np.where(outcome == 1, draw, 1.0 - draw)
    loss: Float = -np.log(np.maximum(given, SMALLEST_PROBABILITY))
    return loss


SCORES: Final[Mapping[str, Callable[[Float, Int], Float]]] = {
    "rps": ranked_probability_score,
    "log_loss": log_loss,
    "brier": brier_score,
}
"""The proper scores by name."""


def clustered_mean(values: Float, match_day: NDArray[Any]) -> Estimate:
    """Mean of values of shape (n,) with its standard error clustered by match day.

    The error is sqrt(g / (g - 1) * sum over days of (sum of deviations)²) / n, with g the number of days.
    """
    mean = float(values.mean())
    days, day = np.unique(match_day, return_inverse=True)
    if len(days) < 2:
        return Estimate(mean, float("nan"))
    deviation = np.bincount(day.ravel(), values - mean, len(days))
    variance = len(days) / (len(days) - 1) * float(deviation @ deviation)
    return Estimate(mean, float(np.sqrt(variance)) / len(values))


def ratio_of_means(values: Float, others: Float, match_day: NDArray[Any]) -> Estimate:
    """Mean of `values` over mean of `others` on the same matches, shapes (n,), by the delta method.

    Its error is that of the mean of (value - ratio * other) / mean(others), clustered by match day.
    """
    below = float(others.mean())
    ratio = float(values.mean()) / below
    return Estimate(ratio, clustered_mean((values - ratio * others) / below, match_day).standard_error)


def reliability(probability: Float, happened: NDArray[np.bool_], bins: int = BINS) -> Reliability:
    """The reliability curve of one outcome's probabilities, shape (n,), in bins of equal counts.

    Equal probabilities share a bin, so bins are uneven where a forecast repeats itself.
    """
    _, where = np.unique(_bin(probability, bins), return_inverse=True)
    matches = np.bincount(where)
    return Reliability(
        forecast=np.bincount(where, probability) / matches,
        observed=np.bincount(where, happened) / matches,
        standard_error=np.sqrt(np.bincount(where, probability * (1.0 - probability))) / matches,
        matches=matches.astype(np.int64),
    )


def calibration_error(
    probability: Float, happened: NDArray[np.bool_], match_day: NDArray[Any], bins: int = BINS
) -> CalibrationError:
    """Expected calibration error: the mean over matches of |observed - forecast| of their bin.

    Args:
        probability: shape (n,), of one outcome.
        happened: shape (n,), whether it came.
        match_day: shape (n,), clusters for the standard error, which takes the sign of each bin as given.
        bins: bins of equal counts.

    Source: Naeini, Cooper & Hauskrecht (2015), AAAI, with quantile bins.
    """
    where = _bin(probability, bins)
    surplus = happened - probability
    in_bin = np.bincount(where, surplus, bins)
    signed = clustered_mean(surplus * np.sign(in_bin)[where], match_day)
    spread = np.sqrt(np.bincount(where, probability * (1.0 - probability), bins))
    floor = np.sqrt(2.0 / np.pi) * float(spread.sum()) / len(probability)
    return CalibrationError(signed.mean, signed.standard_error, floor)


def evaluate(forecast: Float, outcome: Int, match_day: NDArray[Any]) -> Scores:
    """Every figure of a forecast.

    Args:
        forecast: shape (n, 3), rows that sum to 1.
        outcome: shape (n,), 0 home win, 1 draw, 2 away win.
        match_day: shape (n,), the calendar day of each match, of any type.

    Raises:
        InvalidValueError: no matches, other shapes, or rows that are no probabilities.
    """
    check_forecast(forecast, outcome)
    hits = _hits(outcome).astype(bool)
    home, draw, away = (calibration_error(forecast[:, i], hits[:, i], match_day) for i in range(3))
    return Scores(
        matches=len(outcome),
        match_days=len(np.unique(match_day)),
        rps=clustered_mean(ranked_probability_score(forecast, outcome), match_day),
        log_loss=clustered_mean(log_loss(forecast, outcome), match_day),
        brier=clustered_mean(brier_score(forecast, outcome), match_day),
        sharpness=clustered_mean(entropy(forecast), match_day),
        calibration=(home, draw, away),
    )


def paired_difference(
    forecast: Float, other: Float, outcome: Int, match_day: NDArray[Any], score: str = "rps"
) -> Estimate:
    """Mean of `forecast`'s score minus `other`'s on the same matches: below zero, `forecast` is better.

    Raises:
        InvalidValueError: as `evaluate`, or an unknown score.
    """
    if score not in SCORES:
        raise InvalidValueError("score", score, f"one of {', '.join(SCORES)}")
    check_forecast(forecast, outcome)
    check_forecast(other, outcome)
    return clustered_mean(SCORES[score](forecast, outcome) - SCORES[score](other, outcome), match_day)


def check_forecast(forecast: Float, outcome: Int) -> None:
    """Raise InvalidValueError unless these are n > 0 forecasts of three probabilities and their outcomes."""
    if outcome.ndim != 1 or len(outcome) == 0:
        raise InvalidValueError("outcome", outcome.shape, "shape (n,) with at least one match")
    if forecast.shape != (len(outcome), 3):
        raise InvalidValueError(
            "forecast", forecast.shape, f"shape ({len(outcome)}, 3): home, draw, away of each match"
        )
    if not np.isin(outcome, (0, 1, 2)).all():
        found = outcome[~np.isin(outcome, (0, 1, 2))][0]
        raise InvalidValueError("outcome", found, "0 (home win), 1 (draw) or 2 (away win)")
    # A NaN fails both comparisons.
    right = (forecast >= 0.0).all(axis=1) & (np.abs(forecast.sum(axis=1) - 1.0) <= 1e-6)
    if not right.all():
        row = int(np.flatnonzero(~right)[0])
        raise InvalidValueError(
            "forecast", forecast[row].tolist(), f"three probabilities from 0 to 1 that sum to 1 (row {row})"
        )


def _hits(outcome: Int) -> Float:
    """Outcomes as rows of 0 and 1, shape (n, 3)."""
    return np.eye(3)[outcome]


def _bin(probability: Float, bins: int) -> Int:
    """The bin of each probability, 0 to bins - 1, by quantiles."""
    edges = np.quantile(probability, np.arange(1, bins) / bins)
    return np.searchsorted(edges, probability, side="right").astype(np.int64)
