"""Walk forward through the seasons: each match forecast by a model that knew only what came before it.

    python -m training.backtest --start 2021-07-01 --out predictions.parquet

Features are as of each match's start. On every 1 July (and on the start date) the trees, the calibration and the
references are fitted anew, on results known by then.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from features.metrics import OUTCOMES
from football.competitions import load_competitions
from football.errors import AwaydayError, InvalidValueError
from football.snapshots import SnapshotStore
from training.backtest_plots import plot_board
from training.backtest_record import record_of
from training.board import Board
from training.champion_record import PREDICTIONS, RUN_NAME, show_with_champion
from training.compute import HERE, Compute, Workers, add_options
from training.dataset import FIRST_DAY, Dataset, build_dataset
from training.dixon_coles import stretches_from, walk_stretch
from training.estimators import ESTIMATORS, SERVED
from training.fold import DIXON_COLES, REFERENCES, WORTH_PROCESSES, run_fold, with_dixon_coles
from training.models import ModelConfig
from training.predictions import (
    FORECAST_COLUMNS,
    PREFIXES,
    board_of,
    check_out,
    title_of,
    with_context,
    write_predictions,
)
from training.progress import Progress, Step, in_lines
from training.scoreboard import MODEL
from training.split import Fold, walk_forward
from training.tracking import Record, Tracker
from training.train import default_model_config, model_config, parse_day
from training.variants import lacking
from training.workspace import Workspace


@dataclass(frozen=True)
class BacktestConfig:
    """What to walk through.

    Args:
        workspace: where the matches are.
        start: first day to forecast.
        out: file for the predictions, `.parquet` or `.csv`; None to write none.
        track: whether to keep the figures, predictions and plots in MLflow.
        first_day: matches before it are not trained on; they still feed ratings.
        model: hyper-parameters.
        compute: where seasons are fitted and forecast.
    """

    workspace: Workspace
    start: date
    out: Path | None = None
    track: bool = True
    first_day: date = FIRST_DAY
    model: ModelConfig = field(default_factory=lambda: default_model_config())
    compute: Compute = field(default_factory=Compute)


@dataclass(frozen=True)
class BacktestResult:
    """The predictions, columns `training.predictions.COLUMNS`; their scoreboard; the id of the run in MLflow."""

    table: pd.DataFrame
    board: Board
    run_id: str | None

    def show(self, console: Console, *, full: bool = False) -> None:
        """Print the tables of the short form, or all of them."""
        self.board.show(console, title_of(self.table), full=full)


def run(config: BacktestConfig, progress: Progress = lambda _: None) -> BacktestResult:
    """`backtest` on the matches of a workspace, judged, written to `config.out` and kept in MLflow.

    Raises:
        NoDataError: there are no matches yet.
        InvalidValueError: a start outside the data, or a file that cannot be written; the latter shows first.
        StoreError: what is kept cannot be read, the file cannot be written, or MLflow cannot be used, which shows
            before the work begins.
        ClusterError: the cluster cannot be used, or was lost.
    """
    if config.out is not None:
        check_out(config.out)
    space = config.workspace
    SnapshotStore(space.home).latest()  # without matches not even a database of runs is made
    tracker = Tracker.open(space.home, space.tracking_uri) if config.track else None
    with config.compute.connect() as workers:
        inputs = space.load(progress)
        progress("Building features")
        dataset = build_dataset(inputs, load_competitions(), config.first_day, progress)
        table = backtest(dataset, config.start, config.model, progress, workers)
    table = with_context(table, inputs.snapshot.matches, inputs.snapshot.odds)
    if config.out is not None:
        write_predictions(table, config.out)
        progress(f"{config.out}: {len(table):,} predictions")
    progress("Judging")
    board = board_of(table)
    run_id = None
    if tracker is not None:
        progress(f"Logging to {tracker.uri}")
        run_id = record(table, board, config, dataset, tracker)
        champion = show_with_champion(space.home, tracker, run_id, record_of(table))
        if champion is not None:
            progress(f"The service shows it with the champion, version {champion.version}")
    return BacktestResult(table, board, run_id)


def backtest(
    dataset: Dataset,
    start: date,
    config: ModelConfig,
    progress: Progress = lambda _: None,
    workers: Workers = HERE,
) -> pd.DataFrame:
    """Forecasts of every match from `start` on, one row each, columns `FORECAST_COLUMNS`, in order of their start.

    `season` runs from 1 July to 30 June; `home` and `away` are names as the source writes them; goals are those of 90
    minutes; `kickoff_utc` is null where only the day is known.

    Args:
        dataset: matches before and after `start`.
        start: first day to forecast.
        config: hyper-parameters of our model; its `threads` do not count, every season is fitted by one.
        progress: told of each part of the work that has ended: a season, or a stretch of weeks of Dixon and Coles.
        workers: who fits; the forecasts are the same, bit for bit.

    Raises:
        InvalidValueError: there is nothing from `start` on, or nothing before it.
        ClusterError: the cluster was lost.
    """
    walk = _Walk.of(dataset, start, replace(config, threads=1))
    forecasts = {name: np.full((len(dataset), 3), np.nan) for name in (MODEL, *REFERENCES)}
    # The newest season takes longest.
    parts = [*reversed(walk.folds), *walk.stretches]
    words = f"Forecasting {len(walk.folds)} seasons, {sum(int(fold.test.sum()) for fold in walk.folds):,} matches"
    progress(Step(f"{words}: 0 of {len(parts)} parts", 0, len(parts)))

    def ended(done: int) -> None:
        progress(Step(f"{words}: {done} of {len(parts)} parts", done, len(parts)))

    learnt = sum(int(fold.train.sum()) for fold in walk.folds)
    published = workers.publish(walk, worth=learnt >= WORTH_PROCESSES)
    for part in published.results(_forecast, range(len(parts)), ended):
        for name, (rows, forecast) in part.items():
            forecasts[name][rows] = forecast
    tables = []
    for fold in walk.folds:
        table = dataset.select(fold.test).matches.rename(columns={"home_name": "home", "away_name": "away"})
        table = table.assign(season=fold.season)
        of_fold = {name: forecast[fold.test] for name, forecast in forecasts.items()}
        for name, forecast in with_dixon_coles(of_fold, of_fold[DIXON_COLES]).items():
            for i, outcome in enumerate(OUTCOMES):
                table[f"{PREFIXES[name]}_{outcome}"] = forecast[:, i]
        tables.append(table[list(FORECAST_COLUMNS)])
    return pd.concat(tables, ignore_index=True)


@dataclass(frozen=True)
class _Walk:
    """What all parts of a backtest read: parts are the folds, newest first, then the stretches of Dixon and Coles."""

    dataset: Dataset
    folds: tuple[Fold, ...]
    begins: pd.Timestamp
    stretches: tuple[NDArray[np.int64], ...]
    config: ModelConfig

    @classmethod
    def of(cls, dataset: Dataset, start: date, config: ModelConfig) -> Self:
        matches = dataset.matches
        begins = min([pd.Timestamp(start, tz="UTC"), *matches["starts_at"][matches["date"] >= pd.Timestamp(start)]])
        folds = tuple(walk_forward(matches["date"], matches["starts_at"], matches["known_at"], start))
        if not (folds[0].train & dataset.learnable).any():
            raise InvalidValueError("start", start.isoformat(), "a later day: no strengths are known before it")
        return cls(dataset, folds, begins, tuple(stretches_from(matches, begins)), config)


def _forecast(walk: _Walk, part: int) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """A task: forecasts of one part by name, each as rows, shape (k,), and their forecasts, shape (k, 3)."""
    dataset, seasons = walk.dataset, len(walk.folds)
    if part >= seasons:
        return {DIXON_COLES: walk_stretch(dataset.matches, walk.begins, walk.stretches[part - seasons])}
    fold = walk.folds[seasons - 1 - part]
    train = dataset.select(fold.train & dataset.learnable)
    found = run_fold(train, dataset.select(fold.test), fold.fitted_at, walk.config).forecasts
    return {name: (np.flatnonzero(fold.test), forecast) for name, forecast in found.items()}


def record(table: pd.DataFrame, board: Board, config: BacktestConfig, dataset: Dataset, tracker: Tracker) -> str:
    """Keep the figures, the tables, the predictions and plots in MLflow, as a run `backtest`; returns its id.

    Raises:
        StoreError: MLflow refuses or fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_predictions(table, folder / PREDICTIONS)
        (folder / "scoreboard.json").write_text(board.to_json(), encoding="utf-8")
        for title, part in board.tables().items():
            part.to_csv(folder / f"{title}.csv", index=False)
        plot_board(table, board, folder)
        return tracker.log(
            Record(
                name=RUN_NAME,
                parameters={
                    **{f"model.{key}": value for key, value in asdict(config.model).items()},
                    "without": ", ".join(lacking(config.model)) or "nothing",
                    "start": config.start,
                    "first_day": config.first_day,
                    "matches": len(table),
                },
                metrics=board.metrics(),
                tags={"snapshot": dataset.snapshot, "data_cut": dataset.cut.isoformat()},
                files=folder,
                description=f"Walk-forward forecasts of {title_of(table)}.",
            )
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.backtest", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where matches are kept")
    parser.add_argument("--start", metavar="DAY", default="2021-07-01", help="first day to forecast (2021-07-01)")
    parser.add_argument("--out", type=Path, help="file for the predictions, .parquet or .csv")
    parser.add_argument("--parameters", type=Path, metavar="FILE", help="hyper-parameters that a search has found")
    parser.add_argument(
        "--without", action="append", default=[], metavar="FAMILY", help="leave a family of features out; repeatable"
    )
    parser.add_argument("--model", default=SERVED, metavar="NAME", help=f"estimator, one of {', '.join(ESTIMATORS)}")
    parser.add_argument("--full", action="store_true", help="print every group")
    parser.add_argument("--no-track", action="store_true", help="keep nothing in MLflow")
    add_options(parser)
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        space = Workspace.from_environment(os.environ, home=options.home)
        model = model_config(options.parameters, options.without, options.model)
        start = parse_day("start", options.start)
        compute = Compute.of(options)
        config = BacktestConfig(space, start, options.out, track=not options.no_track, model=model, compute=compute)
        result = run(config, in_lines(errors.print))
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    result.show(Console(), full=options.full)
    return 0


if __name__ == "__main__":
    sys.exit(main())
