"""Scoreboards: several forecasts judged on identical matches, overall and by group."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

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
    """The proper scores of a `score_table` for people to read: mean ± standard error, the best of each in bold."""
    shown = _table(title, "mean ± standard error, clustered by match day; lower is better")
    shown.add_column("forecast", no_wrap=True)
    for column in SCORES:
        shown.add_column(SCORE_TITLES[column], justify="right", no_wrap=True)
    for line in table.to_dict("records"):
        cells = []
        for column in SCORES:
            text = plus_minus(line[column], line[f"{column}_se"])
            cells.append(_marked(text, best=line[column] == table[column].min()))
        shown.add_row(str(line["forecast"]), *cells)
    return shown


def show_calibration(table: pd.DataFrame) -> Table:
    """The calibration errors of a `score_table` for people to read, and what chance alone would show."""
    shown = _table("Calibration error", "expected error over ten bins of equally many matches ± standard error")
    shown.add_column("forecast", no_wrap=True)
    for kind in OUTCOMES:
        shown.add_column(kind, justify="right", no_wrap=True)
    for line in table.to_dict("records"):
        names = [f"calibration_{kind}" for kind in OUTCOMES]
        shown.add_row(str(line["forecast"]), *(plus_minus(line[name], line[f"{name}_se"]) for name in names))
    floors = [f"{table[f'calibration_{kind}_floor'].iloc[0]:.4f}         " for kind in OUTCOMES]
    shown.add_row("(by chance alone)", *floors)
    return shown


def show_differences(table: pd.DataFrame, title: str) -> Table:
    """A `difference_table` for people to read."""
    shown = _table(title, "below zero: awayday is better")
    shown.add_column("against", no_wrap=True)
    for column in SCORES:
        shown.add_column(f"Δ {SCORE_TITLES[column]}", justify="right", no_wrap=True)
    for line in table.to_dict("records"):
        cells = (plus_minus(line[column], line[f"{column}_se"], signed=True) for column in SCORES)
        shown.add_row(str(line["against"]), *cells)
    return shown


def show_groups(table: pd.DataFrame, title: str, score: str = "rps") -> Table:
    """One score of a `grouped_table`: groups down, forecasts across, the first with its standard error."""
    shown = _table(title, f"{SCORE_TITLES[score]}; ± standard error by match day, about the same for the others")
    shown.add_column("", no_wrap=True)
    shown.add_column("matches", justify="right", no_wrap=True)
    names = list(dict.fromkeys(table["forecast"]))
    for name in names:
        shown.add_column(name, justify="right", no_wrap=name == names[0])
    for group, part in table.groupby("group", sort=False):
        lines = {line["forecast"]: line for line in part.to_dict("records")}
        cells = []
        for name in names:
            value = lines[name][score]
            text = plus_minus(value, lines[name][f"{score}_se"]) if name == names[0] else f"{value:.4f}"
            cells.append(_marked(text, best=value == part[score].min()))
        shown.add_row(str(group), f"{int(part['matches'].iloc[0]):,}", *cells)
    return shown


def _marked(text: str, *, best: bool) -> Text:
    # A styled text, not markup: the consoles that print tables take nothing for markup.
    return Text(text, style="bold" if best else "")


def _table(title: str, caption: str) -> Table:
    return Table(title=title, caption=caption, title_justify="left", caption_justify="left", box=SIMPLE_HEAD)


def plus_minus(mean: float, error: float, *, signed: bool = False) -> str:
    """`0.2034 ± 0.0006`; the mean alone where the error is unknown."""
    text = f"{mean:+.4f}" if signed else f"{mean:.4f}"
    return text if np.isnan(error) else f"{text} ± {error:.4f}"
