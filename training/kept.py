"""What commands have found out before, for those who only want to look: a file that was named, or the newest run.

A backtest takes minutes and a measurement of effects an hour. Both leave their tables in files (`--out`) and in MLflow;
notebooks read them there. Where there is neither, the answer is None, and a small slice has to do.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from football.errors import InvalidValueError, StoreError
from training import effects
from training.champion_record import PREDICTIONS
from training.champion_record import RUN_NAME as BACKTEST
from training.mlflow_store import DATABASE
from training.predictions import read_predictions
from training.tracking import Tracker
from training.workspace import Workspace


@dataclass(frozen=True)
class Kept:
    """Tables by name, and a few words on where they are from."""

    tables: Mapping[str, pd.DataFrame]
    source: str


def kept_effects(space: Workspace, file: Path | None = None) -> Kept | None:
    """Tables `ablation` and `counterfactual` of `awayday effects`, as far as they are there; None if neither is.

    Args:
        space: whose runs to look through.
        file: what `--out` was given; None for the newest run.

    Raises:
        InvalidValueError: a file is named, and it is not there.
        StoreError: a file or MLflow cannot be read.
    """
    if file is not None:
        both = effects.files_of(file, effects.PARTS)
        found = {part: _read(path) for part, path in both.items() if path.is_file()}
        if not found:
            expected = f"what `awayday effects --out` was given; {both[effects.ABLATION].name} is not there"
            raise InvalidValueError("effects", file.name, expected)
        return Kept(found, "awayday effects")
    return _newest(space, effects.RUN_NAME, {part: f"{part}.csv" for part in effects.PARTS})


def kept_predictions(space: Workspace, file: Path | None = None) -> Kept | None:
    """Table `predictions` of `awayday backtest`; None if there is none.

    Args:
        space: whose runs to look through.
        file: what `--out` was given; None for the newest run.

    Raises:
        InvalidValueError: the file is no table of predictions.
        StoreError: the file or MLflow cannot be read.
    """
    if file is not None:
        return Kept({"predictions": read_predictions(file)}, "awayday backtest")
    return _newest(space, BACKTEST, {"predictions": PREDICTIONS})


def _newest(space: Workspace, name: str, artifacts: Mapping[str, str]) -> Kept | None:
    if space.tracking_uri is None and not (space.home / DATABASE).exists():
        return None  # asking would make one
    tracker = Tracker.open(space.home, space.tracking_uri)
    run_id = tracker.newest_run(name)
    if run_id is None:
        return None
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for table, artifact in artifacts.items():
            path = tracker.fetch_of_run(run_id, artifact, Path(folder))
            if path is not None:
                found[table] = read_predictions(path) if artifact == PREDICTIONS else _read(path)
    return Kept(found, f"the newest run of awayday {name} in MLflow") if found else None


def _read(path: Path) -> pd.DataFrame:
    """A table that `training.effects.write_table` wrote."""
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".csv": pd.read_csv,
        ".json": pd.read_json,
        ".parquet": pd.read_parquet,
    }
    try:
        return readers[path.suffix.lower()](path)
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(
            f"{path}: cannot be read ({error}); `awayday effects --out FILE` writes such a file"
        ) from error
