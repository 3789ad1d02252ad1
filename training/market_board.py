"""Forecasts beside the odds: the scoreboard on the matches that have closing odds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from features.metrics import Float, Int
from training.score_printing import show_ratio_groups, show_ratios
from training.scoreboard import common_rows, ratio_table, slug

CLOSING: Final = "closing odds"
OPENING: Final = "opening odds"


@dataclass(frozen=True)
class MarketBoard:
    """Tables against the closing odds, each on matches that all of its forecasts answer.

    Args:
        model: the forecast of which `groups` tell.
        ratios: `ratio_table` of all forecasts; of the opening odds too, where every match has them.
        opening: `ratio_table` of the model and both odds on the matches with both, where that is not all of them; else
            None.
        groups: by what is grouped, `ratio_table` of the model with the column `group` in front.
    """

    model: str
    ratios: pd.DataFrame
    opening: pd.DataFrame | None
    groups: Mapping[str, pd.DataFrame]

    @classmethod
    def of(
        cls,
        forecasts: Mapping[str, Float],
        outcome: Int,
        match_day: NDArray[Any],
        groups: pd.DataFrame,
        market: Mapping[str, Float],
        model: str,
        fewest_matches: int = 1,
    ) -> Self | None:
        """Compare with the odds; None if no match that all forecasts answer has closing odds.

        Args:
            forecasts: name to forecast of shape (n, 3), among them `model`.
            outcome: shape (n,), 0 home win, 1 draw, 2 away win.
            match_day: shape (n,), the calendar day of each match.
            groups: n rows, a column of labels by what is grouped.
            market: `CLOSING` and perhaps `OPENING` to probabilities of shape (n, 3), NaN where there are no odds.
            model: see `MarketBoard`.
            fewest_matches: groups of fewer matches are left out.
        """
        if CLOSING not in market:
            return None
        priced = common_rows({**forecasts, CLOSING: market[CLOSING]})
        if not priced.any():
            return None
        opened = priced & common_rows({OPENING: market.get(OPENING, np.full_like(market[CLOSING], np.nan))})
        always = np.array_equal(opened, priced)
        pair = {model: forecasts[model], CLOSING: market[CLOSING]}

        def ratios(of: Mapping[str, Float], rows: NDArray[np.bool_]) -> pd.DataFrame:
            part = {name: forecast[rows] for name, forecast in of.items()}
            return ratio_table(part, outcome[rows], match_day[rows], CLOSING)

        def grouped(labels: NDArray[Any]) -> pd.DataFrame:
            tables = []
            for label in np.unique(labels[priced]):
                rows: NDArray[np.bool_] = priced & (labels == label)
                if rows.sum() >= fewest_matches:
                    tables.append(ratios(pair, rows).iloc[:1].assign(group=str(label)))
            return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["group", "forecast"])

        return cls(
            model=model,
            ratios=ratios({**forecasts, **(market if always else {CLOSING: market[CLOSING]})}, priced),
            opening=ratios({**pair, OPENING: market[OPENING]}, opened) if opened.any() and not always else None,
            groups={str(name): grouped(groups[name].to_numpy(object)) for name in groups},
        )

    def metrics(self) -> dict[str, float]:
        """Figures under flat names: `market.ratio` of the model, `market.elo_ordered_logit.ratio`, ..."""
        found = {"market.matches": float(self.ratios["matches"].iloc[0])}
        columns = ("rps", "ratio", "difference_rps", "difference_log_loss", "difference_brier")
        for line in self.ratios.to_dict("records"):
            start = "market." if line["forecast"] == self.model else f"market.{slug(line['forecast'])}."
            found |= {f"{start}{name}{se}": float(line[f"{name}{se}"]) for name in columns for se in ("", "_se")}
        for kind, table in self.groups.items():
            for line in table.to_dict("records"):
                start = f"market.{kind}.{line['group']}."
                found |= {f"{start}{name}": float(line[name]) for name in ("matches", "ratio", "ratio_se")}
        return found

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name: `market`, `market_opening`, `market_by_season`, ..."""
        found = {"market": self.ratios}
        if self.opening is not None:
            found["market_opening"] = self.opening
        return found | {f"market_by_{name}": table for name, table in self.groups.items()}

    def show(self, console: Console, *, full: bool = True) -> None:
        """Print the ratios, and with `full` those of the opening odds and of groups."""
        title = f"Against the market: {int(self.ratios['matches'].iloc[0]):,} matches with closing odds"
        console.print(show_ratios(self.ratios, title, CLOSING))
        if not full:
            return
        if self.opening is not None:
            matches = int(self.opening["matches"].iloc[0])
            console.print(show_ratios(self.opening, f"{matches:,} matches with opening and closing odds", CLOSING))
        for name, table in self.groups.items():
            if len(table):
                console.print(show_ratio_groups(table, f"Against the market, by {name}", self.model))
