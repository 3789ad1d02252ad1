"""The judgement of a model on held-out matches: newer than all it learned from, with the references beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from training.dataset import Dataset
from training.evaluate import OUTCOMES, SCORES, Int
from training.fold import run_fold
from training.models import ModelConfig
from training.scoreboard import (
    MODEL,
    difference_table,
    grouped_table,
    score_table,
    show_calibration,
    show_differences,
    show_groups,
    show_scores,
)
from training.split import Split, split_by_time

Float = NDArray[np.float64]

FEWEST_MATCHES: Final = 50
"""Competitions with fewer held-out matches have no line of their own: chance alone would rule it."""


@dataclass(frozen=True)
class Judgement:
    """Figures of all forecasts on the held-out matches, as tables of `training.scoreboard`.

    `matches` are the held-out matches (`MATCH_COLUMNS`), row by row those of `outcome` and of each forecast.
    """

    split: Split
    train_matches: int
    matches: pd.DataFrame
    outcome: Int
    forecasts: Mapping[str, Float]
    scores: pd.DataFrame
    differences: pd.DataFrame
    by_kind: pd.DataFrame
    by_competition: pd.DataFrame

    def metrics(self) -> dict[str, float]:
        """Every figure under a flat name: `rps`, `rps_se`, `strength_alone.rps`, `competition.eng-1.rps`, ..."""
        found: dict[str, float] = {"train_matches": float(self.train_matches)}
        found |= _figures(self.scores, "")
        for line in self.differences.to_dict("records"):
            for score in SCORES:
                name = f"difference.{_slug(line['against'])}.{score}"
                found |= {name: float(line[score]), f"{name}_se": float(line[f"{score}_se"])}
        for prefix, table in (("kind", self.by_kind), ("competition", self.by_competition)):
            for group, part in table[table["forecast"] == MODEL].groupby("group"):
                found |= _figures(part, f"{prefix}.{group}.")
        # MLflow has no NaN: a standard error that does not exist is left out.
        return {name: value for name, value in found.items() if np.isfinite(value)}

    def show(self, console: Console) -> None:
        """Print scores, paired differences, and RPS by kind of competition."""
        matches = int(self.scores["matches"].iloc[0])
        title = f"{matches:,} held-out matches from {self.split.test_from:%Y-%m-%d} on"
        console.print(show_scores(self.scores, title))
        console.print(show_calibration(self.scores))
        console.print(show_differences(self.differences, "Awayday minus the others, paired match by match"))
        console.print(show_groups(self.by_kind, "By kind of competition"))


def judge(dataset: Dataset, test_from: date, gap_days: int, config: ModelConfig) -> Judgement:
    """Fit on what ends `gap_days` before `test_from`, and judge on every match from that day on.

    Raises:
        InvalidValueError: one side of the split has no matches.
    """
    dataset = dataset.select(dataset.learnable)
    split = split_by_time(dataset.matches["date"], test_from, gap_days)
    train, test = dataset.select(split.train), dataset.select(split.test)
    at = datetime.combine(test_from, datetime.min.time(), tzinfo=dataset.cut.tzinfo)
    forecasts = run_fold(train, test, at, config).forecasts
    outcome, day = test.outcome, test.match_day
    competition = test.matches["competition_id"]
    return Judgement(
        split=split,
        train_matches=len(train),
        matches=test.matches,
        outcome=outcome,
        forecasts=forecasts,
        scores=score_table(forecasts, outcome, day),
        differences=difference_table(forecasts, outcome, day),
        by_kind=grouped_table(forecasts, outcome, day, test.matches["kind"]),
        by_competition=grouped_table(forecasts, outcome, day, competition, FEWEST_MATCHES),
    )


def _figures(scores: pd.DataFrame, prefix: str) -> dict[str, float]:
    names = [*SCORES, "sharpness", *(f"calibration_{kind}" for kind in OUTCOMES)]
    columns = [*names, *(f"{name}_se" for name in names)]
    found: dict[str, float] = {}
    for line in scores.to_dict("records"):
        ours = line["forecast"] == MODEL
        start = prefix if ours else f"{prefix}{_slug(line['forecast'])}."
        found |= {f"{start}{column}": float(line[column]) for column in columns}
        if ours:
            found[f"{start}matches"] = float(line["matches"])
    return found


def _slug(name: object) -> str:
    """`Elo, ordered logit` as `elo_ordered_logit`."""
    return "_".join(str(name).lower().replace(",", " ").split())
