"""Pictures of a backtest, as PNG files: reliability, RPS over time, by competition, and against the market."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from features.metrics import Float, Int, clustered_mean, paired_difference, ranked_probability_score
from training.board import Board
from training.dataset import outcome_of
from training.figures import new_figure, write_figure
from training.fold import DIXON_COLES, ELO, PI, STRENGTH
from training.market_board import CLOSING, MarketBoard
from training.plots import COLOURS, GREY, plot_reliability
from training.predictions import forecasts_of
from training.scoreboard import MODEL

OTHERS: Final = (ELO, PI, DIXON_COLES)
"""References that do not share our strength model."""

MOST_COMPETITIONS: Final = 30
FEWEST_A_QUARTER: Final = 300
"""Quarters with fewer matches are left out of the curves: chance alone would move them."""


def plot_board(table: pd.DataFrame, board: Board, folder: Path) -> None:
    """Draw every picture of a predictions table and its scoreboard into a folder."""
    forecasts = forecasts_of(table)
    outcome, day = outcome_of(table["home_goals"], table["away_goals"]), table["date"].to_numpy()
    shown = {name: forecasts[name] for name in (MODEL, STRENGTH)}
    plot_reliability(shown, outcome, folder / "reliability.png", "forecast matches")
    plot_rps_over_time(forecasts, outcome, table["date"], folder / "rps_over_time.png")
    rival = min(OTHERS, key=lambda name: float(ranked_probability_score(forecasts[name], outcome).mean()))
    pair = {name: forecasts[name] for name in (MODEL, rival)}
    plot_by_competition(pair, outcome, day, table["competition"].to_numpy(object), folder / "by_competition.png")
    if board.market is not None:
        plot_market(board.market, folder / "market.png")


def plot_rps_over_time(forecasts: Mapping[str, Float], outcome: Int, date: pd.Series, path: Path) -> None:
    """Mean RPS of each quarter; the first forecast with two standard errors.

    Args:
        forecasts: name to forecast (n, 3), ours first.
        outcome: shape (n,).
        date: n match days.
        path: PNG file to write.
    """
    scores = pd.DataFrame({name: ranked_probability_score(p, outcome) for name, p in forecasts.items()})
    quarter = pd.PeriodIndex(date, freq="Q")
    counts = pd.Series(quarter).value_counts()
    quarters = sorted(counts[counts >= min(FEWEST_A_QUARTER, counts.max())].index)
    means = scores.groupby(quarter).mean().loc[quarters]
    ours, *others = forecasts
    estimates = [
        clustered_mean(scores.loc[quarter == q, ours].to_numpy(), date[quarter == q].to_numpy()) for q in quarters
    ]
    spread = 2.0 * np.array([estimate.standard_error for estimate in estimates])
    when = [q.start_time + (q.end_time - q.start_time) / 2 for q in quarters]
    figure = new_figure(9.0, 4.6)
    axes = figure.add_subplot(1, 1, 1)
    for i, name in enumerate(forecasts):
        axes.plot(when, means[name], label=name, **_line(i))
    axes.fill_between(when, means[ours] - spread, means[ours] + spread, color=COLOURS[0], alpha=0.2, linewidth=0)
    ahead = int((means[ours] < means[others].min(axis=1)).sum()) if others else len(means)
    figure.suptitle(
        f"{ours[:1].upper()}{ours[1:]} is ahead of every other forecast in {ahead} of {len(means)} quarters"
    )
    axes.set_ylabel("mean RPS of the quarter (lower is better; band ± 2 s.e.)")
    axes.set_xlabel("date of the matches")
    figure.legend(frameon=False, loc="outside right upper")
    write_figure(figure, path)


def plot_by_competition(
    pair: Mapping[str, Float], outcome: Int, day: NDArray[Any], competition: NDArray[np.object_], path: Path
) -> None:
    """By how much the first of two forecasts is better where most matches are played, with two standard errors.

    Args:
        pair: name to forecast (n, 3) of two forecasts, ours first.
        outcome: shape (n,).
        day: shape (n,), match days.
        competition: shape (n,), names.
        path: PNG file to write.
    """
    (ours, forecast), (rival, other) = pair.items()
    largest = pd.Series(competition).value_counts().index[:MOST_COMPETITIONS]
    rows = []
    for name in largest:
        here = competition == name
        found = paired_difference(other[here], forecast[here], outcome[here], day[here])
        rows.append((f"{name} ({here.sum():,})", 1e4 * found.mean, 2e4 * found.standard_error))
    rows.sort(key=lambda row: row[1])
    figure = new_figure(8.0, 1.8 + 0.24 * max(len(rows), 4))
    axes = figure.add_subplot(1, 1, 1)
    _dots(axes, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    axes.axvline(0.0, color=GREY, linewidth=1, linestyle=":")
    better = sum(row[1] > 0.0 for row in rows)
    figure.suptitle(
        f"{ours[:1].upper()}{ours[1:]} beats {rival} in {better} of the {len(rows)} competitions with most matches"
    )
    axes.set_xlabel(f"RPS of {rival} less that of {ours}, in 0.0001\n(right of 0 {ours} is better; ± 2 s.e.)")
    write_figure(figure, path)


def plot_market(market: MarketBoard, path: Path) -> None:
    """How many per cent each forecast's RPS lies above that of the closing odds, and ours season by season."""
    ratios = market.ratios[market.ratios["forecast"] != CLOSING].sort_values("ratio", ascending=False)
    ours = market.ratios[market.ratios["forecast"] == market.model].to_dict("records")[0]
    matches = int(market.ratios["matches"].iloc[0])
    seasons = market.groups.get("season", pd.DataFrame())
    panels = [("all matches with closing odds", ratios["forecast"], ratios)]
    if len(seasons):
        seasons = seasons.iloc[::-1]
        panels.append((f"{market.model}, by season", seasons["group"], seasons))
    figure = new_figure(5.5 * len(panels), 1.8 + 0.4 * max(len(part) for _, _, part in panels))
    excess, spread = 100.0 * (ours["ratio"] - 1.0), 200.0 * ours["ratio_se"]
    figure.suptitle(
        f"{market.model[:1].upper()}{market.model[1:]}'s RPS is {abs(excess):.1f} ± {spread:.1f} % "
        f"{'above' if excess >= 0 else 'below'} that of the closing odds ({matches:,} matches)"
    )
    for number, (title, labels, part) in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), number)
        _dots(axes, list(labels), list(100.0 * (part["ratio"] - 1.0)), list(200.0 * part["ratio_se"]))
        axes.axvline(0.0, color=GREY, linewidth=1, linestyle=":")
        axes.set_title(title)
        axes.set_xlabel("RPS above the closing odds', % (± 2 s.e.)")
    write_figure(figure, path)


def _dots(axes: Axes, labels: Sequence[str], values: Sequence[float], errors: Sequence[float]) -> None:
    """Values with error bars, one line a label, the first at the bottom."""
    places = np.arange(len(labels))
    axes.errorbar(
        values, places, xerr=np.nan_to_num(errors), fmt="o", color=COLOURS[0], markersize=5, capsize=2, linewidth=1
    )
    axes.set_yticks(places, labels)


def _line(i: int) -> dict[str, Any]:
    """Colour, marker and width of the i-th curve; the first stands out."""
    return {
        "color": COLOURS[i % len(COLOURS)],
        "marker": "os^Dvx"[i % 6],
        "markersize": 4,
        "linewidth": 2.0 if i == 0 else 1.0,
    }
