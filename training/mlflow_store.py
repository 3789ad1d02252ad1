"""MLflow as we use it: where runs are kept by default, and what surrounds every call.

MLflow takes two seconds to import and reads the environment as it does, so it is imported when it is first used.
A database that is not there yet it makes when it is first opened, and two processes that do so at once would fail.
"""

import logging
import os
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import httpx
from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from football.errors import StoreError

DATABASE: Final = "mlflow.db"
"""File under AWAYDAY_HOME that keeps the runs by default."""

ANSWER_S: Final = 10.0
"""How long a server has to answer at first."""

MAKING_S: Final = 120.0
"""How long to wait for another process that makes a database; it takes seconds."""


def default_uri(home: Path) -> str:
    """Where runs are kept by default: SQLite under AWAYDAY_HOME."""
    return f"sqlite:///{(home / DATABASE).resolve()}"


@contextmanager
def mlflow_at(uri: str) -> Iterator[None]:
    """MLflow at `uri`, without telemetry, its chatter and the warnings of its own code; its errors as ours.

    A client alone is not enough: the registry resolves models by MLflow's global tracking URI, which is put back.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # our results go there
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow
        from mlflow.exceptions import MlflowException

        before = os.environ.get("MLFLOW_TRACKING_URI")  # MLflow mirrors the global one there
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            mlflow.set_tracking_uri(uri)
            _make(uri)
            yield
        except (MlflowException, SQLAlchemyError, CommandError, OSError) as error:
            reason = str(error).strip().splitlines()[0]
            raise StoreError(
                f"MLflow at {uri}: {reason}; check MLFLOW_TRACKING_URI, or unset it to keep runs under AWAYDAY_HOME"
            ) from error
        finally:
            mlflow.set_tracking_uri(before)  # type: ignore[arg-type]  # None unsets it
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def check_server(uri: str) -> None:
    """Raise OSError if nobody answers at the address of a server: MLflow itself would try for minutes."""
    try:
        httpx.get(uri, timeout=ANSWER_S)
    except httpx.TransportError as error:
        raise OSError(f"no server answers ({error})") from error
    except httpx.InvalidURL as error:
        raise OSError(f"no address of a server ({error})") from error


def _make(uri: str) -> None:
    """Have an SQLite database made, if it is not there yet or is being made, by one process at a time."""
    file = make_url(uri).database if uri.startswith("sqlite:") else None
    if not file or file == ":memory:" or _is_made(Path(file)):
        return
    from mlflow import MlflowClient

    with _one_at_a_time(Path(f"{file}.lock")):
        MlflowClient(tracking_uri=uri, registry_uri=uri).search_experiments(max_results=1)


def _is_made(file: Path) -> bool:
    """Whether a database has its first experiment, the last thing that MLflow makes."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM experiments").fetchone() is not None
    except sqlite3.Error:
        return False


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait until no other process is within. SQLite's own lock on an empty file: everywhere, and let go at any end."""
    try:
        with closing(sqlite3.connect(lock, timeout=MAKING_S, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.Error as error:
        raise OSError(f"{lock}: {error}") from error
