"""Scoreboards: several forecasts judged on identical matches, overall and by group."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.table import Table

from football.errors import InvalidValueError
from training.evaluate import OUTCOMES, SCORES, Float, Int, evaluate, paired_difference

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


def show_scores(table: pd.DataFrame, title: str) -> Table:
    """A `score_table` for people to read: mean ± standard error, the best of each score in bold."""
    shown = Table(
        title=title,
        caption="mean ± standard error by match day; lower is better; calibration error: expected, ten bins",
        title_justify="left",
        caption_justify="left",
    )
    shown.add_column("forecast")
    for column in SCORES:
        shown.add_column(SCORE_TITLES[column], justify="right")
    shown.add_column("calibration error: home", justify="right")
    shown.add_column("draw", justify="right")
    shown.add_column("away", justify="right")
    for _, line in table.iterrows():
        cells = [str(line["forecast"])]
        for column in (*SCORES, *(f"calibration_{kind}" for kind in OUTCOMES)):
            text = plus_minus(line[column], line[f"{column}_se"])
            best = column in SCORES and line[column] == table[column].min()
            cells.append(f"[bold]{text}[/bold]" if best else text)
        shown.add_row(*cells)
    return shown


def show_differences(table: pd.DataFrame, title: str) -> Table:
    """A `difference_table` for people to read."""
    shown = Table(title=title, caption="below zero: awayday is better", title_justify="left", caption_justify="left")
    shown.add_column("against")
    for column in SCORES:
        shown.add_column(f"Δ {SCORE_TITLES[column]}", justify="right")
    for _, line in table.iterrows():
        cells = (plus_minus(line[column], line[f"{column}_se"], signed=True) for column in SCORES)
        shown.add_row(str(line["against"]), *cells)
    return shown


def show_groups(table: pd.DataFrame, title: str, score: str = "rps") -> Table:
    """One score of a `grouped_table`: groups down, forecasts across, the best of each group in bold."""
    shown = Table(
        title=title,
        caption=f"{SCORE_TITLES[score]}, mean ± standard error by match day",
        title_justify="left",
        caption_justify="left",
    )
    shown.add_column("")
    shown.add_column("matches", justify="right")
    names = list(dict.fromkeys(table["forecast"]))
    for name in names:
        shown.add_column(name, justify="right")
    for group, part in table.groupby("group", sort=False):
        cells = []
        for name in names:
            line = part[part["forecast"] == name].iloc[0]
            text = plus_minus(line[score], line[f"{score}_se"])
            cells.append(f"[bold]{text}[/bold]" if line[score] == part[score].min() else text)
        shown.add_row(str(group), f"{int(part['matches'].iloc[0]):,}", *cells)
    return shown


def plus_minus(mean: float, error: float, *, signed: bool = False) -> str:
    """`0.2034 ± 0.0006`; the mean alone where the error is unknown."""
    text = f"{mean:+.4f}" if signed else f"{mean:.4f}"
    return text if np.isnan(error) else f"{text} ± {error:.4f}"
