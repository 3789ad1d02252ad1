"""The backtest of a model's method: found among the runs, and put into its bundle, from where the service shows it.

A backtest is that of a model if both were made with the same settings. Whichever comes first, the backtest or the
champion, the other brings them together.
"""

import tempfile
from pathlib import Path
from typing import Final

from serving.backtest_record import BacktestRecord
from serving.bundle import BACKTEST_FILE, put_backtest
from serving.champion import ARTIFACT, bundles_of, point_again
from serving.manifest import FILE
from training.backtest_record import record_of
from training.predictions import read_predictions
from training.tracking import VERSION_TAG, Registered, Tracker

RUN_NAME: Final = "backtest"
"""Name of a backtest's runs in MLflow."""

PREDICTIONS: Final = "predictions.parquet"
"""The file among their artifacts that has every forecast."""

SETTINGS: Final = "model."
"""How the parameters of a run begin that say how its models are made."""

_OF_THE_MACHINE: Final = ("model.threads", "model.monotone")
"""Those that change nothing, or are written in another way; what is monotone follows from the features."""


def record_for(tracker: Tracker, registered: Registered) -> BacktestRecord | None:
    """The record of the newest backtest of models made as this one was; None if there is none.

    Raises:
        StoreError: MLflow, or what it keeps, cannot be read.
    """
    for run_id in tracker.runs(RUN_NAME):
        if not _alike(tracker, registered.run_id, run_id):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = tracker.fetch_of_run(run_id, PREDICTIONS, Path(folder))
            if path is not None:
                return record_of(read_predictions(path))
    return None


def show_with_champion(home: Path, tracker: Tracker, run_id: str, record: BacktestRecord) -> Registered | None:
    """Put the record of a backtest's run into the champion's bundle, in the registry and under `home`.

    Returns the champion; None if there is none, or it was made with other settings.

    Raises:
        StoreError: MLflow cannot be used, or a bundle cannot be written.
    """
    champion = tracker.champion()
    if champion is None or not _alike(tracker, champion.run_id, run_id):
        return None
    register(tracker, champion, record)
    for folder in bundles_of(home, champion.tags.get(VERSION_TAG, "")):
        put_backtest(folder, record)
    point_again(home)
    return champion


def register(tracker: Tracker, registered: Registered, record: BacktestRecord) -> None:
    """Put a record into the bundle that the registry has of a version; StoreError if MLflow or the bundle fails."""
    with tempfile.TemporaryDirectory() as name:
        bundle = tracker.fetch(registered, ARTIFACT, Path(name))
        put_backtest(bundle, record)
        # The manifest last: until then it does not know the record, and the bundle is whole as it was.
        for file in (BACKTEST_FILE, FILE):
            tracker.add_file(registered, bundle / file, ARTIFACT)


def _alike(tracker: Tracker, first: str, second: str) -> bool:
    """Whether the models of two runs were made with the same settings; not if a run tells of none."""
    settings = _settings(tracker, first)
    return bool(settings) and settings == _settings(tracker, second)


def _settings(tracker: Tracker, run_id: str) -> dict[str, str]:
    told = tracker.parameters(run_id)
    return {name: told[name] for name in told if name.startswith(SETTINGS) and name not in _OF_THE_MACHINE}
