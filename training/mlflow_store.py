"""MLflow as we use it: where runs are kept by default, and what surrounds every call.

MLflow takes two seconds to import and reads the environment as it does, so it is imported when it is first used.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from football.errors import StoreError

DATABASE: Final = "mlflow.db"
"""File under AWAYDAY_HOME that keeps the runs by default."""


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
            yield
        except (MlflowException, OSError) as error:
            reason = str(error).strip().splitlines()[0]
            raise StoreError(
                f"MLflow at {uri}: {reason}; check MLFLOW_TRACKING_URI, or unset it to keep runs under AWAYDAY_HOME"
            ) from error
        finally:
            mlflow.set_tracking_uri(before)  # type: ignore[arg-type]  # None unsets it
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
