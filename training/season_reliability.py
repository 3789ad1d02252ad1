"""How often what simulated seasons called likely happened: tables and a picture.

All functions take the table of `training.season_backtest.forecast`: a row a club and event, with its `chance`, the same
`fixed` (strengths taken as exactly known), and whether it `happened`.
"""

import json
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from football.formats import TITLE
from training.figures import new_figure, write_figure

LEAST_CHANCE: Final = 5e-5
"""What happened in none of 10,000 seasons is not impossible, nor certain what happened in all: log loss takes chances
as at least this far from both."""

EDGES: Final = (0.0, 0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Bins of chances: fine at the ends, where most clubs are."""

EVENTS: Final = (TITLE, "champions-league", "relegated", "top-8", "top-24", "top-2")
"""What is shown, in order; other bands are in the file."""

TITLES: Final = {
    TITLE: "wins the title",
    "champions-league": "reaches the Champions League places",
    "relegated": "is relegated",
    "top-8": "top 8 of a league phase",
    "top-24": "top 24 of a league phase",
    "top-2": "first two of a group",
}


def reliability(table: pd.DataFrame, column: str = "chance") -> pd.DataFrame:
    """By event and bin of chances: how many, their mean chance, the share that happened, and its standard error.

    The standard error is what chances of this size would give if all were independent; within a season they are not
    (one club's title is another's loss), which makes it a little too large if anything.
    """
    bins = np.clip(np.searchsorted(EDGES, table[column].to_numpy(), side="right") - 1, 0, len(EDGES) - 2)
    told = table.assign(bin=bins, variance=table[column] * (1.0 - table[column]))
    grouped = told.groupby(["event", "bin"])
    found = grouped.agg(
        n=("happened", "size"),
        mean_chance=(column, "mean"),
        share=("happened", "mean"),
        variance=("variance", "sum"),
    ).reset_index()
    found["standard_error"] = np.sqrt(found.pop("variance")) / found["n"]
    found["from"], found["to"] = np.array(EDGES)[found["bin"]], np.array(EDGES)[found["bin"] + 1]
    return found[["event", "from", "to", "n", "mean_chance", "share", "standard_error"]]


def losses(table: pd.DataFrame) -> pd.DataFrame:
    """By event: Brier score and log loss a club, and how much lower they are than without uncertainty of strengths.

    The differences' standard errors are clustered by season of a competition.
    """
    happened = table["happened"].to_numpy(dtype=np.float64)
    scores = {}
    for name in ("chance", "fixed"):
        p = np.clip(table[name].to_numpy(), LEAST_CHANCE, 1.0 - LEAST_CHANCE)
        scores[name] = (p - happened) ** 2, -np.log(np.where(happened == 1.0, p, 1.0 - p))
    told = table.assign(
        brier=scores["chance"][0],
        log_loss=scores["chance"][1],
        gain=scores["fixed"][1] - scores["chance"][1],
    )
    found = []
    for event, rows in told.groupby("event"):
        by_season = rows.groupby(["competition_id", "season"])["gain"].agg(["sum", "size"])
        mean = float(rows["gain"].mean())
        spread = by_season["sum"] - mean * by_season["size"]
        found.append(
            {
                "event": event,
                "seasons": len(by_season),
                "clubs": len(rows),
                "brier": float(rows["brier"].mean()),
                "log_loss": float(rows["log_loss"].mean()),
                "gain": mean,
                "gain_standard_error": float(np.sqrt((spread**2).sum()) / len(rows)),
            }
        )
    return pd.DataFrame(found)


SHOWN: Final = (TITLE, "relegated", "top-8")
"""What the page tells."""


def save_for_page(table: pd.DataFrame, path: Path) -> None:
    """Write as JSON what the page shows (`serving/web/seasons.json`): reliability and losses of the events `SHOWN`."""
    summary = {row["event"]: row for row in losses(table).to_dict("records")}
    bins = reliability(table)
    events = [
        {
            "event": event,
            "seasons": summary[event]["seasons"],
            "clubs": summary[event]["clubs"],
            "brier": round(summary[event]["brier"], 4),
            "log_loss": round(summary[event]["log_loss"], 4),
            "bins": [
                {
                    "forecast": round(row["mean_chance"], 5),
                    "observed": round(row["share"], 5),
                    "standard_error": round(row["standard_error"], 5),
                    "count": row["n"],
                }
                for row in bins[bins["event"] == event].to_dict("records")
            ],
        }
        for event in SHOWN
        if event in summary
    ]
    told = {
        "first": str(table["season"].min()),
        "last": str(table["season"].max()),
        "seasons": int(table.groupby(["competition_id", "season"]).ngroups),
        "events": events,
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def show(table: pd.DataFrame, console: Console) -> None:
    """Print both tables for `EVENTS`."""
    summary = Table(title="By event", title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in ("event", "seasons", "clubs", "Brier", "log loss", "gain by uncertain strengths", "±"):
        summary.add_column(name, justify="left" if name == "event" else "right")
    told = {row["event"]: row for row in losses(table).to_dict("records")}
    for event in EVENTS:
        if event in told:
            row = told[event]
            figures = [f"{row[name]:.4f}" for name in ("brier", "log_loss", "gain", "gain_standard_error")]
            summary.add_row(event, f"{row['seasons']}", f"{row['clubs']:,}", *figures)
    console.print(summary)
    bins = reliability(table)
    for event in EVENTS:
        rows = bins[bins["event"] == event]
        if rows.empty:
            continue
        shown = Table(title=f"\n{event}", title_justify="left", box=None, header_style="bold", pad_edge=False)
        for name in ("chance", "clubs", "mean chance", "happened", "± if right"):
            shown.add_column(name, justify="right")
        for row in rows.to_dict("records"):
            shown.add_row(
                f"{100 * row['from']:.0f} to {100 * row['to']:.0f} %",
                f"{row['n']:,}",
                *(f"{100 * row[name]:.1f} %" for name in ("mean_chance", "share", "standard_error")),
            )
        console.print(shown)


def plot(table: pd.DataFrame, path: Path) -> None:
    """Reliability of each event of `EVENTS` that there is, with two standard errors, as a PNG file."""
    bins = reliability(table)
    events = [event for event in EVENTS if (bins["event"] == event).any()]
    figure = new_figure(4.0 * min(len(events), 3), 3.8 * -(-len(events) // 3))
    for number, event in enumerate(events, start=1):
        rows = bins[bins["event"] == event]
        axes = figure.add_subplot(-(-len(events) // 3), min(len(events), 3), number)
        axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
        share, around = rows["share"], 2 * rows["standard_error"]
        ends = [np.minimum(around, share), np.minimum(around, 1.0 - share)]  # no share is below 0 or above 1
        axes.errorbar(rows["mean_chance"], share, ends, fmt="o", markersize=4)
        axes.set_title(f"{TITLES.get(event, event)} ({int(rows['n'].sum()):,} clubs)")
        axes.set_xlabel("chance from the middle of the season")
        axes.set_ylabel("share that happened")
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.03)
    write_figure(figure, path)
