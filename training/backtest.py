"""Walk forward through the seasons: each match forecast by a model that knew only what came before it.

    python -m training.backtest --start 2021-07-01 --out predictions.parquet

Features are as of each match's start. On every 1 July (and on the start date) the trees, the calibration and the
references are fitted anew, on results known by then.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from football.competitions import load_competitions
from football.errors import AwaydayError, InvalidValueError, StoreError
from training.dataset import FIRST_DAY, Dataset, build_dataset, outcome_of
from training.fold import BASE_RATES, ELO, STRENGTH, run_fold
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
from training.split import walk_forward
from training.train import default_model_config, parse_day
from training.workspace import Progress, Workspace

Float = NDArray[np.float64]

SUFFIXES: Final = (".parquet", ".csv")
PREFIXES: Final[Mapping[str, str]] = {
    MODEL: "p",
    BASE_RATES: "base_rates",
    ELO: "elo",
    STRENGTH: "strength",
}
"""Beginnings of the probability columns of each forecast: `p_home`, `strength_draw`, ..."""

COLUMNS: Final = (
    "match_id",
    "season",
    "date",
    "kickoff_utc",
    "competition_id",
    "competition",
    "kind",
    "home_id",
    "away_id",
    "home",
    "away",
    "home_goals",
    "away_goals",
    *(f"{prefix}_{outcome}" for prefix in PREFIXES.values() for outcome in ("home", "draw", "away")),
)


@dataclass(frozen=True)
class BacktestConfig:
    """What to walk through.

    Args:
        workspace: where the matches are.
        start: first day to forecast.
        out: file for the predictions, `.parquet` or `.csv`; None to write none.
        first_day: matches before it are not trained on; they still feed ratings.
        model: hyper-parameters.
    """

    workspace: Workspace
    start: date
    out: Path | None = None
    first_day: date = FIRST_DAY
    model: ModelConfig = field(default_factory=lambda: default_model_config())


def run(config: BacktestConfig, progress: Progress = lambda _: None) -> pd.DataFrame:
    """`backtest` on the matches of a workspace, written to `config.out`; returns the table.

    Raises:
        NoDataError: there are no matches yet.
        InvalidValueError: a start outside the data, or a file that cannot be written; the latter shows first.
        StoreError: what is kept cannot be read, or the file cannot be written.
    """
    if config.out is not None:
        check_out(config.out)
    inputs = config.workspace.load(progress)
    progress("Building features")
    dataset = build_dataset(inputs, load_competitions(), config.first_day)
    table = backtest(dataset, config.start, config.model, progress)
    if config.out is not None:
        write_predictions(table, config.out)
        progress(f"{config.out}: {len(table):,} predictions")
    return table


def backtest(dataset: Dataset, start: date, config: ModelConfig, progress: Progress = lambda _: None) -> pd.DataFrame:
    """Forecasts of every match from `start` on, one row each, columns `COLUMNS`, in order of the matches' start.

    `season` runs from 1 July to 30 June; `home` and `away` are names as the source writes them; goals are those of 90
    minutes; `kickoff_utc` is null where only the day is known.

    Args:
        dataset: matches before and after `start`.
        start: first day to forecast.
        config: hyper-parameters of our model.
        progress: told of each season.

    Raises:
        InvalidValueError: there is nothing from `start` on, or nothing before it.
    """
    matches = dataset.matches
    tables = []
    for fold in walk_forward(matches["date"], matches["starts_at"], matches["known_at"], start):
        progress(f"{fold.season}: {fold.train.sum():,} matches to learn from, {fold.test.sum():,} to forecast")
        test = dataset.select(fold.test)
        train = dataset.select(fold.train & dataset.learnable)
        if not len(train):
            raise InvalidValueError("start", start.isoformat(), "a later day: no strengths are known before it")
        result = run_fold(train, test, fold.fitted_at, config)
        table = test.matches.rename(columns={"home_name": "home", "away_name": "away"}).assign(season=fold.season)
        for name, prefix in PREFIXES.items():
            for i, outcome in enumerate(("home", "draw", "away")):
                table[f"{prefix}_{outcome}"] = result.forecasts[name][:, i]
        tables.append(table[list(COLUMNS)])
    return pd.concat(tables, ignore_index=True)


def forecasts_of(table: pd.DataFrame) -> dict[str, Float]:
    """The forecasts of a backtest's table by name, shape (n, 3) each."""
    return {
        name: table[[f"{prefix}_{outcome}" for outcome in ("home", "draw", "away")]].to_numpy(np.float64)
        for name, prefix in PREFIXES.items()
    }


def check_out(out: Path) -> None:
    """Raise InvalidValueError unless predictions can be written to `out`; called before the work, not after it."""
    if out.suffix.lower() not in SUFFIXES:
        raise InvalidValueError("out", str(out), f"a file name that ends in {' or '.join(SUFFIXES)}")
    if out.is_dir() or not out.parent.is_dir():
        raise InvalidValueError("out", str(out), f"a file in a folder that exists; create {out.parent} first")


def write_predictions(table: pd.DataFrame, out: Path) -> None:
    """Write to Parquet or CSV by the file's suffix; the file is there whole or not at all."""
    check_out(out)
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        if out.suffix.lower() == ".csv":
            text = {
                "date": table["date"].dt.strftime("%Y-%m-%d"),
                "kickoff_utc": table["kickoff_utc"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            table.assign(**text).to_csv(partial, index=False)
        else:
            table.to_parquet(partial, index=False)
        partial.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        partial.unlink(missing_ok=True)


def print_scoreboard(table: pd.DataFrame, console: Console) -> None:
    """Scores overall, paired differences, and RPS by kind of competition and by season."""
    forecasts = forecasts_of(table)
    outcome, day = outcome_of(table["home_goals"], table["away_goals"]), table["date"].to_numpy()
    span = f"{table['date'].min():%Y-%m-%d} to {table['date'].max():%Y-%m-%d}"
    scores = score_table(forecasts, outcome, day)
    console.print(show_scores(scores, f"{len(table):,} matches, {span}"))
    console.print(show_calibration(scores))
    console.print(show_differences(difference_table(forecasts, outcome, day), "Awayday minus the others, paired"))
    for title, column in (("By kind of competition", "kind"), ("By season", "season")):
        console.print(show_groups(grouped_table(forecasts, outcome, day, table[column]), title))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.backtest", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where matches are kept")
    parser.add_argument("--start", metavar="DAY", default="2021-07-01", help="first day to forecast (2021-07-01)")
    parser.add_argument("--out", type=Path, help="file for the predictions, .parquet or .csv")
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        space = Workspace.from_environment(os.environ, home=options.home)
        config = BacktestConfig(space, parse_day("start", options.start), options.out)
        table = run(config, errors.print)
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    print_scoreboard(table, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
