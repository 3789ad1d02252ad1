"""The whole scoreboard of some forecasts: every table, as figures for MLflow, as JSON, and for people to read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from features.metrics import OUTCOMES, SCORES, Float, Int
from training.json_rows import plain
from training.market_board import MarketBoard
from training.score_printing import show_calibration, show_differences, show_draws, show_groups, show_scores
from training.scoreboard import (
    MODEL,
    difference_table,
    draw_table,
    grouped_table,
    score_table,
    segment_table,
    slug,
)
from training.segments import SEGMENTS, UEFA

FEWEST_MATCHES: Final = 50
"""Groups of fewer matches have no line of their own: chance alone would rule it."""

KIND: Final = "kind"
SEGMENT: Final = "segment"
TITLES: Final[Mapping[str, str]] = {
    KIND: "By kind of competition",
    SEGMENT: "Hard matches (a match may be in several lines)",
    "season": "By season",
    "competition": "By competition",
}
"""What matches are grouped by, in the order in which it is shown."""

MARKET_GROUPS: Final = ("season", "competition")


@dataclass(frozen=True)
class Board:
    """Tables of `training.scoreboard`, on the matches that every forecast answers.

    Args:
        model: the forecast that the others are compared with.
        scores: `score_table`.
        differences: `difference_table`; without rows if there is one forecast only.
        draws: `draw_table`.
        groups: `grouped_table` (or `segment_table`) by what is grouped, some of `TITLES`.
        market: the same forecasts beside the odds; None where there are none.
    """

    model: str
    scores: pd.DataFrame
    differences: pd.DataFrame
    draws: pd.DataFrame
    groups: Mapping[str, pd.DataFrame]
    market: MarketBoard | None = None

    @classmethod
    def of(
        cls,
        forecasts: Mapping[str, Float],
        outcome: Int,
        match_day: NDArray[Any],
        groups: pd.DataFrame,
        market: Mapping[str, Float] | None = None,
        model: str = MODEL,
    ) -> Self:
        """Judge forecasts.

        Args:
            forecasts: name to forecast of shape (n, 3), among them `model`.
            outcome: shape (n,), 0 home win, 1 draw, 2 away win.
            match_day: shape (n,), the calendar day of each match.
            groups: n rows; columns of labels, some of `TITLES`, and boolean ones, some of `SEGMENTS`.
            market: see `MarketBoard.of`.
            model: the forecast that the others are compared with.

        Raises:
            InvalidValueError: shapes that do not fit, no match that all answer, or rows that are no probabilities.
        """
        tables = {}
        for name in TITLES:
            if name in groups:
                fewest = 1 if name == KIND else FEWEST_MATCHES
                tables[name] = grouped_table(forecasts, outcome, match_day, groups[name], fewest)
            elif name == SEGMENT and not groups.columns.intersection(list(SEGMENTS)).empty:
                segments = groups[[segment for segment in SEGMENTS if segment in groups]]
                tables[name] = segment_table(forecasts, outcome, match_day, segments, FEWEST_MATCHES)
        by = groups[[name for name in MARKET_GROUPS if name in groups]]
        return cls(
            model=model,
            scores=score_table(forecasts, outcome, match_day),
            differences=difference_table(forecasts, outcome, match_day, model),
            draws=draw_table(forecasts, outcome, match_day, model),
            groups=tables,
            market=MarketBoard.of(forecasts, outcome, match_day, by, market or {}, model, FEWEST_MATCHES),
        )

    def metrics(self) -> dict[str, float]:
        """Every figure under a flat name: `rps`, `rps_se`, `strength_alone.rps`, `competition.eng-1.rps`, ...

        The model's names have no prefix; of groups its figures alone are told.
        """
        found = _figures(self.scores, self.model, "")
        for line in self.differences.to_dict("records"):
            for score in SCORES:
                name = f"difference.{slug(line['against'])}.{score}"
                found |= {name: float(line[score]), f"{name}_se": float(line[f"{score}_se"])}
        for line in self.draws.to_dict("records"):
            start = "draw." if line["forecast"] == self.model else f"draw.{slug(line['forecast'])}."
            columns = ("log_loss", "difference")
            found |= {f"{start}{column}{se}": float(line[f"{column}{se}"]) for column in columns for se in ("", "_se")}
        for kind, table in self.groups.items():
            for group, part in table[table["forecast"] == self.model].groupby("group"):
                found |= _figures(part, self.model, f"{kind}.{group}.")
        if self.market is not None:
            found |= self.market.metrics()
        # MLflow has no NaN: a standard error that does not exist is left out.
        return {name: value for name, value in found.items() if np.isfinite(value)}

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name: `scores`, `differences`, `draws`, `by_kind`, ..., `market`, `market_by_season`, ..."""
        found = {"scores": self.scores, "differences": self.differences, "draws": self.draws}
        found |= {f"by_{name}": table for name, table in self.groups.items()}
        return found | (self.market.tables() if self.market is not None else {})

    def to_json(self) -> str:
        """`{"model": ..., "tables": {name: [row, ...]}}`, null where there is no figure."""
        rows = {name: [plain(line) for line in table.to_dict("records")] for name, table in self.tables().items()}
        return json.dumps({"model": self.model, "tables": rows}, indent=1, ensure_ascii=False)

    def show(self, console: Console, title: str, *, full: bool = False) -> None:
        """Print scores, calibration, differences, draws, kinds and the market; with `full` every group, too."""
        console.print(show_scores(self.scores, title))
        console.print(show_calibration(self.scores))
        if len(self.differences):
            heading = f"{self.model[:1].upper()}{self.model[1:]} minus the others, paired match by match"
            console.print(show_differences(self.differences, heading, self.model))
        console.print(show_draws(self.draws, self.model))
        for name, table in self.groups.items():
            if name == KIND and not full:
                console.print(show_groups(self._kinds(), TITLES[name], names=SEGMENTS))
            elif len(table) and full:
                console.print(show_groups(table, TITLES[name], names=SEGMENTS))
        if self.market is not None:
            self.market.show(console, full=full)

    def _kinds(self) -> pd.DataFrame:
        """The kinds of competition, and below them UEFA's competitions with their qualifiers, where there are any."""
        tables = [self.groups[KIND]]
        if SEGMENT in self.groups:
            tables.append(self.groups[SEGMENT][self.groups[SEGMENT]["group"] == UEFA])
        return pd.concat([table for table in tables if len(table)], ignore_index=True)


def _figures(scores: pd.DataFrame, model: str, prefix: str) -> dict[str, float]:
    names = [*SCORES, "sharpness", *(f"calibration_{kind}" for kind in OUTCOMES)]
    columns = [*names, *(f"{name}_se" for name in names)]
    found: dict[str, float] = {}
    for line in scores.to_dict("records"):
        ours = line["forecast"] == model
        start = prefix if ours else f"{prefix}{slug(line['forecast'])}."
        found |= {f"{start}{column}": float(line[column]) for column in columns}
        if ours:
            found[f"{start}matches"] = float(line["matches"])
    return found
