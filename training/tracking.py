"""The only writer to MLflow: runs, and versions of the registered model.

MLflow takes two seconds to import and reads the environment as it does, so it is imported when a tracker is opened.
"""

import logging
import os
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import pandas as pd

from football.errors import StoreError
from serving.champion import ALIAS, REGISTERED_NAME

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT: Final = "awayday"
PROBABILITIES: Final = ("p_home", "p_draw", "p_away")
MODEL_SCRIPT: Final = Path(__file__).with_name("pyfunc_model.py")
MODEL_PACKAGES: Final = ("numpy", "pandas", "xgboost-cpu")

METRICS_A_CALL: Final = 1000
PARAMETERS_A_CALL: Final = 100
"""What an MLflow server takes in one request."""

LONGEST_PARAMETER: Final = 6000
"""Characters that MLflow keeps of a parameter."""


@dataclass(frozen=True)
class Record:
    """What any run leaves behind.

    Args:
        name: name of the run.
        parameters: what it was done with.
        metrics: figures by name.
        tags: facts to search by.
        files: folder whose content becomes the run's artifacts.
        description: what it says of itself, Markdown.
    """

    name: str
    parameters: Mapping[str, object]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    files: Path
    description: str


@dataclass(frozen=True)
class RunRecord(Record):
    """What a training run leaves behind; its description is the model card.

    Args:
        model: folder that `OutcomeModel.save` wrote.
        example: a few rows of features, columns in the model's order.
    """

    model: Path
    example: pd.DataFrame


@dataclass(frozen=True)
class Registered:
    """A version of the registered model."""

    version: str
    run_id: str
    promoted: bool


class Tracker:
    """A connection to MLflow and our experiment there."""

    def __init__(self, uri: str, client: "MlflowClient", experiment_id: str) -> None:
        self.uri = uri
        self._client = client
        self._experiment_id = experiment_id

    @classmethod
    def open(cls, home: Path, uri: str | None = None) -> Self:
        """Connect, and create what is missing; a fault shows here, before a model is trained.

        Args:
            home: AWAYDAY_HOME, where runs are kept unless `uri` says otherwise.
            uri: tracking server or database; None for `default_uri(home)`.

        Raises:
            StoreError: the server or database cannot be used.
        """
        local = uri is None
        uri = uri or default_uri(home)
        if local:
            home.mkdir(parents=True, exist_ok=True)
        with _mlflow_at(uri):
            from mlflow import MlflowClient

            client = MlflowClient(tracking_uri=uri, registry_uri=uri)
            experiment = client.get_experiment_by_name(EXPERIMENT)
            if experiment is not None:
                return cls(uri, client, str(experiment.experiment_id))
            # Without a server MLflow would put artifacts below the working directory.
            location = (home / "mlartifacts").resolve().as_uri() if uri.startswith("sqlite:") else None
            return cls(uri, client, str(client.create_experiment(EXPERIMENT, artifact_location=location)))

    def record(self, record: RunRecord, *, promote: bool) -> Registered:
        """Log a run, register its model, and with `promote` make that the champion.

        The alias moves last: a failure before leaves the previous champion.

        Raises:
            StoreError: MLflow refuses or fails; the run is marked as failed.
        """
        with _mlflow_at(self.uri):
            with self._run(record) as run_id:
                version = self._register(run_id, record)
            if promote:
                self._client.set_registered_model_alias(REGISTERED_NAME, ALIAS, version)
        return Registered(version, run_id, promote)

    def log(self, record: Record) -> str:
        """Log a run that leaves no model; returns its id.

        Raises:
            StoreError: MLflow refuses or fails; the run is marked as failed.
        """
        with _mlflow_at(self.uri), self._run(record) as run_id:
            return run_id

    @contextmanager
    def _run(self, record: Record) -> Iterator[str]:
        """A run with all of a record but its model; finished at the end, or failed."""
        run_id = str(
            self._client.create_run(self._experiment_id, run_name=record.name, tags=dict(record.tags)).info.run_id
        )
        try:
            self._log(run_id, record)
            yield run_id
        except BaseException:
            self._client.set_terminated(run_id, "FAILED")
            raise
        self._client.set_terminated(run_id, "FINISHED")

    def _log(self, run_id: str, record: Record) -> None:
        from mlflow.entities import Metric, Param

        now_ms = int(time.time() * 1000)
        metrics = [Metric(name, float(value), now_ms, 0) for name, value in record.metrics.items()]
        parameters = [Param(name, str(value)[:LONGEST_PARAMETER]) for name, value in record.parameters.items()]
        for i in range(0, len(parameters), PARAMETERS_A_CALL):
            self._client.log_batch(run_id, params=parameters[i : i + PARAMETERS_A_CALL])
        for i in range(0, len(metrics), METRICS_A_CALL):
            self._client.log_batch(run_id, metrics=metrics[i : i + METRICS_A_CALL])
        self._client.set_tag(run_id, "mlflow.note.content", record.description)
        self._client.log_artifacts(run_id, str(record.files))

    def _register(self, run_id: str, record: RunRecord) -> str:
        """Log the model and register it; returns the version. Unlike `log_model` it minds no run that is active."""
        from mlflow.entities import LoggedModelOutput
        from mlflow.exceptions import MlflowException
        from mlflow.models import Model

        logged = self._client.create_logged_model(self._experiment_id, name=REGISTERED_NAME, source_run_id=run_id)
        with tempfile.TemporaryDirectory() as folder:
            described = Model(run_id=run_id, model_uuid=logged.model_id, model_id=logged.model_id)
            save_pyfunc(Path(folder) / "model", record.model, record.example, described)
            self._client.log_model_artifacts(logged.model_id, str(Path(folder) / "model"))
        self._client.finalize_logged_model(logged.model_id, "READY")
        self._client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, 0)])
        try:
            self._client.get_registered_model(REGISTERED_NAME)
        except MlflowException:
            self._client.create_registered_model(
                REGISTERED_NAME, description="Probabilities of home win, draw and away win after 90 minutes."
            )
        version = self._client.create_model_version(
            REGISTERED_NAME,
            f"models:/{logged.model_id}",
            run_id=run_id,
            model_id=logged.model_id,
            tags=dict(record.tags),
            description=record.description,
        )
        return str(version.version)


def default_uri(home: Path) -> str:
    """Where runs are kept by default: SQLite under AWAYDAY_HOME."""
    return f"sqlite:///{(home / 'mlflow.db').resolve()}"


def save_pyfunc(folder: Path, model: Path, example: pd.DataFrame, described: object = None) -> None:
    """Write the MLflow model: our script, the model's native files, signature, example and requirements.

    Args:
        folder: to be created.
        model: folder that `OutcomeModel.save` wrote.
        example: a few rows of features, columns in the model's order.
        described: an `mlflow.models.Model` to fill in, or None.
    """
    from mlflow.models import ModelSignature
    from mlflow.pyfunc import save_model
    from mlflow.types import ColSpec, Schema

    save_model(
        path=str(folder),
        python_model=str(MODEL_SCRIPT),
        artifacts={"model": str(model)},
        signature=ModelSignature(
            inputs=Schema([ColSpec("double", name) for name in example.columns]),
            outputs=Schema([ColSpec("double", name) for name in PROBABILITIES]),
        ),
        input_example=example,
        # Given, not inferred: inference loads the model in a process of its own and takes seconds.
        pip_requirements=[f"{name}=={installed(name)}" for name in ("mlflow", *MODEL_PACKAGES)],
        mlflow_model=described,
    )


@contextmanager
def _mlflow_at(uri: str) -> Iterator[None]:
    """MLflow at `uri`, without telemetry, its chatter and the warnings of its own code; its errors as ours.

    A client alone is not enough: the registry resolves models by MLflow's global tracking URI, which is put back.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
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
