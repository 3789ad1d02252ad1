"""The judgement of a model on held-out matches: newer than all it learned from, with the references beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from features.metrics import Int
from training.board import Board
from training.dataset import Dataset
from training.dixon_coles import walk_dixon_coles
from training.fold import run_fold, with_dixon_coles
from training.models import ModelConfig
from training.progress import Progress
from training.split import Split, split_by_time

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """Figures of all forecasts on the held-out matches.

    `matches` are the held-out matches (`MATCH_COLUMNS`), row by row those of `outcome` and of each forecast.
    """

    split: Split
    train_matches: int
    matches: pd.DataFrame
    outcome: Int
    forecasts: Mapping[str, Float]
    board: Board

    @property
    def scores(self) -> pd.DataFrame:
        """`training.scoreboard.score_table` of all forecasts."""
        return self.board.scores

    @property
    def differences(self) -> pd.DataFrame:
        """`difference_table` of our model against the others."""
        return self.board.differences

    @property
    def by_kind(self) -> pd.DataFrame:
        """`grouped_table` by kind of competition."""
        return self.board.groups["kind"]

    @property
    def by_competition(self) -> pd.DataFrame:
        """`grouped_table` by competition."""
        return self.board.groups["competition"]

    def metrics(self) -> dict[str, float]:
        """`Board.metrics` and the number of matches trained on."""
        return {"train_matches": float(self.train_matches), **self.board.metrics()}

    def show(self, console: Console) -> None:
        """Print the short form of the scoreboard."""
        matches = int(self.scores["matches"].iloc[0])
        self.board.show(console, f"{matches:,} held-out matches from {self.split.test_from:%Y-%m-%d} on")


def judge(
    dataset: Dataset,
    test_from: date,
    gap_days: int,
    config: ModelConfig,
    progress: Progress = lambda _: None,
) -> Judgement:
    """Fit on what ends `gap_days` before `test_from`, and judge on every match from that day on.

    Raises:
        InvalidValueError: one side of the split has no matches.
    """
    dataset = dataset.select(dataset.learnable)
    split = split_by_time(dataset.matches["date"], test_from, gap_days)
    train, test = dataset.select(split.train), dataset.select(split.test)
    at = datetime.combine(test_from, datetime.min.time(), tzinfo=dataset.cut.tzinfo)
    walked = walk_dixon_coles(dataset.matches, test.matches["starts_at"].iloc[0], progress=progress)
    progress(f"Fitting on {len(train):,} matches, judging on {len(test):,}")
    forecasts = with_dixon_coles(run_fold(train, test, at, config).forecasts, walked[split.test])
    groups = test.matches[["kind"]].assign(competition=test.matches["competition_id"])
    return Judgement(
        split=split,
        train_matches=len(train),
        matches=test.matches,
        outcome=test.outcome,
        forecasts=forecasts,
        board=Board.of(forecasts, test.outcome, test.match_day, groups),
    )
