"""Score tables for people to read, at a terminal of 80 columns or more."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from features.metrics import OUTCOMES, SCORES
from training.scoreboard import MODEL, SCORE_TITLES, plus_minus

MOST_ACROSS: Final = 4
"""Forecasts that a table of groups has room for."""


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


def show_differences(table: pd.DataFrame, title: str, model: str = MODEL) -> Table:
    """A `difference_table` for people to read."""
    shown = _table(title, f"below zero: {model} is better")
    shown.add_column("against", no_wrap=True)
    for column in SCORES:
        shown.add_column(f"Δ {SCORE_TITLES[column]}", justify="right", no_wrap=True)
    for line in table.to_dict("records"):
        cells = (plus_minus(line[column], line[f"{column}_se"], signed=True) for column in SCORES)
        shown.add_row(str(line["against"]), *cells)
    return shown


def show_draws(table: pd.DataFrame, model: str = MODEL) -> Table:
    """A `draw_table` for people to read."""
    first = table.iloc[0]
    observed = plus_minus(100.0 * first["observed_share"], 100.0 * first["observed_share_se"], digits=2)
    shown = _table(
        f"Draws against the rest: {observed} % of matches were drawn",
        f"log loss of draw or no draw; Δ below zero: {model} is better",
    )
    shown.add_column("forecast", no_wrap=True)
    for title in ("forecast %", "log loss", "Δ log loss"):
        shown.add_column(title, justify="right", no_wrap=True)
    for line in table.to_dict("records"):
        loss = plus_minus(line["log_loss"], line["log_loss_se"])
        known = not np.isnan(line["difference"])
        shown.add_row(
            str(line["forecast"]),
            f"{100.0 * line['forecast_share']:.2f}",
            _marked(loss, best=line["log_loss"] == table["log_loss"].min()),
            plus_minus(line["difference"], line["difference_se"], signed=True) if known else "",
        )
    return shown


def show_ratios(table: pd.DataFrame, title: str, against: str) -> Table:
    """A `ratio_table` for people to read."""
    shown = _table(title, f"on identical matches; ratio above 1, Δ above zero: {against} are better")
    shown.add_column("forecast", no_wrap=True)
    for column in ("RPS", "ratio", "Δ RPS"):
        shown.add_column(column, justify="right", no_wrap=True)
    for line in table.to_dict("records"):
        cells = [_marked(f"{line['rps']:.4f}", best=line["rps"] == table["rps"].min())]
        if line["forecast"] != against:
            difference = plus_minus(line["difference_rps"], line["difference_rps_se"], signed=True)
            cells += [Text(plus_minus(line["ratio"], line["ratio_se"])), Text(difference)]
        shown.add_row(str(line["forecast"]), *cells)
    return shown


def show_ratio_groups(table: pd.DataFrame, title: str, model: str = MODEL) -> Table:
    """One forecast's ratio in each group: a `ratio_table` of each group with the column `group` in front."""
    shown = _table(title, f"RPS of {model} over that of the closing odds")
    shown.add_column("", no_wrap=True)
    for column in ("matches", "RPS", "ratio"):
        shown.add_column(column, justify="right", no_wrap=True)
    for line in table[table["forecast"] == model].to_dict("records"):
        ratio = plus_minus(line["ratio"], line["ratio_se"])
        shown.add_row(str(line["group"]), f"{line['matches']:,}", f"{line['rps']:.4f}", ratio)
    return shown


def show_groups(table: pd.DataFrame, title: str, score: str = "rps", names: Mapping[str, str] | None = None) -> Table:
    """One score of a `grouped_table`: groups down, forecasts across, the first with its standard error.

    Args:
        table: of at least one group.
        title: above the table.
        score: one of `SCORES`.
        names: what groups are called, where not by their label.
    """
    shown = _table(title, f"{SCORE_TITLES[score]}; ± standard error by match day, about the same for the others")
    shown.add_column("", no_wrap=True)
    shown.add_column("matches", justify="right", no_wrap=True)
    forecasts = list(dict.fromkeys(table["forecast"]))
    if len(forecasts) > MOST_ACROSS:  # the first, and those that by their scores come nearest to it
        means = table.groupby("forecast")[score].mean()
        nearest = set(means[forecasts[1:]].nsmallest(MOST_ACROSS - 1).index)
        forecasts = [name for name in forecasts if name == forecasts[0] or name in nearest]
    for name in forecasts:
        shown.add_column(name, justify="right", no_wrap=name == forecasts[0])
    for group, part in table.groupby("group", sort=False):
        lines = {line["forecast"]: line for line in part.to_dict("records")}
        cells = []
        for name in forecasts:
            value = lines[name][score]
            text = plus_minus(value, lines[name][f"{score}_se"]) if name == forecasts[0] else f"{value:.4f}"
            cells.append(_marked(text, best=value == part[score].min()))
        label = (names or {}).get(str(group), str(group))
        shown.add_row(label, f"{int(part['matches'].iloc[0]):,}", *cells)
    return shown


def _marked(text: str, *, best: bool) -> Text:
    # A styled text, not markup: the consoles that print tables take nothing for markup.
    return Text(text, style="bold" if best else "")


def _table(title: str, caption: str) -> Table:
    return Table(title=title, caption=caption, title_justify="left", caption_justify="left", box=SIMPLE_HEAD)
