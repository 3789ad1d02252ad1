"""Scoreboards: several forecasts judged on identical matches, overall and by group."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.metrics import (
    OUTCOMES,
    SCORES,
    Estimate,
    Float,
    Int,
    clustered_mean,
    draw_log_loss,
    evaluate,
    paired_difference,
    ratio_of_means,
)
from football.errors import InvalidValueError

MODEL: Final = "awayday"
"""Name of our own forecast among others."""

SCORE_TITLES: Final = {"rps": "RPS", "log_loss": "log loss", "brier": "Brier"}


def common_rows(forecasts: Mapping[str, Float]) -> NDArray[np.bool_]:
    """Rows that every forecast has an answer to, shape (n,): those that a fair comparison is made on."""
    if not forecasts:
        raise InvalidValueError("forecasts", "none", "at least one forecast")
    complete = [np.isfinite(forecast).all(axis=1) for forecast in forecasts.values()]
    rows: NDArray[np.bool_] = np.logical_and.reduce(complete)
    return rows


def score_table(forecasts: Mapping[str, Float], outcome: Int, match_day: NDArray[Any]) -> pd.DataFrame:
    """All figures of each forecast, one row each, on the rows that all of them have.

    Columns: `forecast`, `matches`, `match_days`, each score of `SCORES` and `sharpness` with its `_se`, and for each
    outcome `calibration_<outcome>` with `_se` and `_floor` (what chance alone would show).

    Args:
        forecasts: name to forecast, each of shape (n, 3).
        outcome: shape (n,), 0 home win, 1 draw, 2 away win.
        match_day: shape (n,), the calendar day of each match.
    """
    rows = common_rows(forecasts)
    table = []
    for name, forecast in forecasts.items():
        scores = evaluate(forecast[rows], outcome[rows], match_day[rows])
        line: dict[str, object] = {"forecast": name, "matches": scores.matches, "match_days": scores.match_days}
        for column in (*SCORES, "sharpness"):
            estimate = getattr(scores, column)
            line |= {column: estimate.mean, f"{column}_se": estimate.standard_error}
        for kind, found in zip(OUTCOMES, scores.calibration, strict=True):
            column = f"calibration_{kind}"
            line |= {column: found.error, f"{column}_se": found.standard_error, f"{column}_floor": found.noise_floor}
        table.append(line)
    return pd.DataFrame(table)


def difference_table(
    forecasts: Mapping[str, Float], outcome: Int, match_day: NDArray[Any], model: str = MODEL
) -> pd.DataFrame:
    """`model`'s scores minus each other forecast's, paired match by match; below zero, `model` is better.

    Columns: `against`, `matches`, and each score of `SCORES` with its `_se`.
    """
    if model not in forecasts:
        raise InvalidValueError("model", model, f"one of {', '.join(forecasts)}")
    rows = common_rows(forecasts)
    table = []
    for name, forecast in forecasts.items():
        if name == model:
            continue
        line: dict[str, object] = {"against": name, "matches": int(rows.sum())}
        for score in SCORES:
            found = paired_difference(forecasts[model][rows], forecast[rows], outcome[rows], match_day[rows], score)
            line |= {score: found.mean, f"{score}_se": found.standard_error}
        table.append(line)
    return pd.DataFrame(table)


def grouped_table(
    forecasts: Mapping[str, Float],
    outcome: Int,
    match_day: NDArray[Any],
    group: Sequence[str] | NDArray[Any] | pd.Series,
    min_matches: int = 1,
) -> pd.DataFrame:
    """`score_table` of each group of matches, with the column `group` in front, groups in sorted order.

    Groups with fewer than `min_matches` common rows are left out.
    """
    rows = common_rows(forecasts)
    labels = np.asarray(group)
    tables = []
    for name in np.unique(labels[rows]):
        chosen = rows & (labels == name)
        if chosen.sum() < min_matches:
            continue
        part = {label: forecast[chosen] for label, forecast in forecasts.items()}
        table = score_table(part, outcome[chosen], match_day[chosen])
        table.insert(0, "group", str(name))
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["group", "forecast"])


def segment_table(
    forecasts: Mapping[str, Float],
    outcome: Int,
    match_day: NDArray[Any],
    segments: pd.DataFrame,
    min_matches: int = 1,
) -> pd.DataFrame:
    """`grouped_table` of groups that may overlap: one for each boolean column of `segments`, in their order."""
    tables = []
    for name in segments:
        inside = segments[name].to_numpy(bool)
        part = {label: forecast[inside] for label, forecast in forecasts.items()}
        group = np.full(int(inside.sum()), str(name), dtype=object)
        tables.append(grouped_table(part, outcome[inside], match_day[inside], group, min_matches))
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=["group", "forecast"])


def draw_table(
    forecasts: Mapping[str, Float], outcome: Int, match_day: NDArray[Any], model: str = MODEL
) -> pd.DataFrame:
    """Draws on their own, one row a forecast, on the rows that all of them have.

    Columns: `forecast`, `matches`, `forecast_share` (mean probability of a draw), `observed_share` with `_se`,
    `log_loss` of draw against no draw with `_se`, and `difference`, `model`'s log loss minus this one's, with `_se`
    (NaN for `model` itself).
    """
    if model not in forecasts:
        raise InvalidValueError("model", model, f"one of {', '.join(forecasts)}")
    rows = common_rows(forecasts)
    outcome, day = outcome[rows], match_day[rows]
    losses = {name: draw_log_loss(forecast[rows], outcome) for name, forecast in forecasts.items()}
    observed = clustered_mean((outcome == 1).astype(np.float64), day)
    nothing = Estimate(float("nan"), float("nan"))
    table = []
    for name, loss in losses.items():
        found = nothing if name == model else clustered_mean(losses[model] - loss, day)
        line: dict[str, object] = {"forecast": name, "matches": len(outcome)}
        line |= {"forecast_share": float(forecasts[name][rows, 1].mean())}
        line |= _with_error("observed_share", observed) | _with_error("log_loss", clustered_mean(loss, day))
        table.append(line | _with_error("difference", found))
    return pd.DataFrame(table)


def ratio_table(forecasts: Mapping[str, Float], outcome: Int, match_day: NDArray[Any], against: str) -> pd.DataFrame:
    """Each forecast beside one of them, such as the closing odds, on the rows that all of them have.

    Columns: `forecast`, `matches`, `match_days`, `rps` with `_se`; `ratio`, of its RPS to that of `against`, with `_se`
    (delta method, clustered by match day); and for each score of `SCORES` its `difference_<score>` to `against` with
    `_se`: above zero, `against` is better.
    """
    if against not in forecasts:
        raise InvalidValueError("against", against, f"one of {', '.join(forecasts)}")
    rows = common_rows(forecasts)
    outcome, day = outcome[rows], match_day[rows]
    scores = {
        name: {score: rule(forecast[rows], outcome) for score, rule in SCORES.items()}
        for name, forecast in forecasts.items()
    }
    table = []
    for name, of_name in scores.items():
        line: dict[str, object] = {"forecast": name, "matches": len(outcome), "match_days": len(np.unique(day))}
        line |= _with_error("rps", clustered_mean(of_name["rps"], day))
        line |= _with_error("ratio", ratio_of_means(of_name["rps"], scores[against]["rps"], day))
        for score in SCORES:
            difference = clustered_mean(of_name[score] - scores[against][score], day)
            line |= _with_error(f"difference_{score}", difference)
        table.append(line)
    return pd.DataFrame(table)


def plus_minus(mean: float, error: float, *, signed: bool = False, digits: int = 4) -> str:
    """`0.2034 ± 0.0006`; the mean alone where the error is unknown."""
    text = f"{mean:+.{digits}f}" if signed else f"{mean:.{digits}f}"
    return text if np.isnan(error) else f"{text} ± {error:.{digits}f}"


def _with_error(name: str, found: Estimate) -> dict[str, object]:
    return {name: found.mean, f"{name}_se": found.standard_error}


def slug(name: object) -> str:
    """`Elo, ordered logit` as `elo_ordered_logit`: a forecast's name among metrics."""
    return "_".join(re.findall(r"\w+", str(name).lower()))
