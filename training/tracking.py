"""The only writer to MLflow: runs, and versions of the registered model.

`training.mlflow_store` says where and how MLflow is used, `training.pyfunc_files` what a registered model consists of.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Self

import pandas as pd

from football.errors import StoreError
from serving.champion import ALIAS, REGISTERED_NAME
from training.mlflow_store import check_server, default_uri, mlflow_at
from training.pyfunc_files import save_pyfunc

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

EXPERIMENT: Final = "awayday"
CHALLENGER: Final = "challenger"
"""Alias of the newest trained version; `training.promote` takes it away from one that becomes champion."""

VERSION_TAG: Final = "version"
"""Tag that holds the name of our own for a version."""

METRICS_A_CALL: Final = 1000
PARAMETERS_A_CALL: Final = 100
"""What an MLflow server takes in one request."""

LONGEST_PARAMETER: Final = 6000
"""Characters that MLflow keeps of a parameter."""

LONGEST_TAG: Final = 4000
"""Characters that we write of a tag: MLflow's stores keep 5,000 or more."""

LONGEST_NOTE: Final = 8000
LONGEST_DESCRIPTION: Final = 5000
"""Characters that MLflow's stores keep of what a run, and a version, say of themselves; SQLite would keep more."""


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
    """A version of the registered model: its number, the run that made it, and their tags."""

    version: str
    run_id: str
    tags: Mapping[str, str]


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
        with mlflow_at(uri):
            from mlflow import MlflowClient

            if uri.startswith("http"):
                check_server(uri)
            client = MlflowClient(tracking_uri=uri, registry_uri=uri)
            # Without a server MLflow would put artifacts below the working directory.
            location = (home / "mlartifacts").resolve().as_uri() if uri.startswith("sqlite:") else None
            return cls(uri, client, _experiment(client, location))

    def record(self, record: RunRecord) -> Registered:
        """Log a run, register its model, and make that the challenger.

        The alias moves last: a failure before leaves the previous challenger.

        Raises:
            StoreError: MLflow refuses or fails; the run is marked as failed.
        """
        with mlflow_at(self.uri):
            with self._run(record) as run_id:
                version = self._register(run_id, record)
            self._client.set_registered_model_alias(REGISTERED_NAME, CHALLENGER, version)
        return Registered(version, run_id, record.tags)

    def log(self, record: Record) -> str:
        """Log a run that leaves no model; returns its id.

        Raises:
            StoreError: MLflow refuses or fails; the run is marked as failed.
        """
        with mlflow_at(self.uri), self._run(record) as run_id:
            return run_id

    def champion(self) -> Registered | None:
        """The version that answers; None if there is none yet."""
        return self._find(lambda: self._client.get_model_version_by_alias(REGISTERED_NAME, ALIAS))

    def challenger(self) -> Registered | None:
        """The newest trained version that is not champion; None if there is none."""
        return self._find(lambda: self._client.get_model_version_by_alias(REGISTERED_NAME, CHALLENGER))

    def version(self, number: int) -> Registered | None:
        """A version by its number; None if there is none."""
        return self._find(lambda: self._client.get_model_version(REGISTERED_NAME, str(number)))

    def fetch(self, registered: Registered, artifact: str, folder: Path) -> Path:
        """Copy a file or folder of a version's run into `folder`; returns where it is.

        Raises:
            StoreError: the run does not have it, or it cannot be had.
        """
        found = self.fetch_of_run(registered.run_id, artifact, folder)
        if found is None:
            raise StoreError(f"{artifact}: not among the artifacts of run {registered.run_id} at {self.uri}")
        return found

    def runs(self, name: str, most: int = 100) -> list[str]:
        """The ids of the runs of a name that finished, those begun last first."""
        wanted = f"attributes.run_name = '{name}' and attributes.status = 'FINISHED'"
        newest = ["attributes.start_time DESC"]
        with mlflow_at(self.uri):
            found = self._client.search_runs([self._experiment_id], wanted, max_results=most, order_by=newest)
            return [str(run.info.run_id) for run in found]

    def newest_run(self, name: str) -> str | None:
        """The first of `runs`; None if there is none."""
        return next(iter(self.runs(name, 1)), None)

    def parameters(self, run_id: str) -> dict[str, str]:
        """What a run was done with, as MLflow keeps it."""
        with mlflow_at(self.uri):
            return dict(self._client.get_run(run_id).data.params)

    def add_file(self, registered: Registered, file: Path, folder: str) -> None:
        """Put a file into a folder of a version's run, in place of one of its name."""
        with mlflow_at(self.uri):
            self._client.log_artifact(registered.run_id, str(file), folder)

    def fetch_of_run(self, run_id: str, artifact: str, folder: Path) -> Path | None:
        """Copy a file or folder of a run into `folder`; returns where it is, None if the run does not have it."""
        with mlflow_at(self.uri):
            if artifact not in {found.path for found in self._client.list_artifacts(run_id)}:
                return None
            return Path(self._client.download_artifacts(run_id, artifact, str(folder)))

    def replace_tags(self, registered: Registered, prefix: str, tags: Mapping[str, str]) -> None:
        """Write tags to a version and to its run, in place of older ones that begin with `prefix`."""
        with mlflow_at(self.uri):
            run_id, number = registered.run_id, registered.version
            for name in self._client.get_run(run_id).data.tags:
                if name.startswith(prefix) and name not in tags:
                    self._client.delete_tag(run_id, name)
            for name in self._client.get_model_version(REGISTERED_NAME, number).tags:
                if name.startswith(prefix) and name not in tags:
                    self._client.delete_model_version_tag(REGISTERED_NAME, number, name)
            for name, value in _short(tags).items():
                self._client.set_tag(run_id, name, value)
                self._client.set_model_version_tag(REGISTERED_NAME, number, name, value)

    def make_champion(self, registered: Registered) -> None:
        """Move the alias that serving loads."""
        with mlflow_at(self.uri):
            self._client.set_registered_model_alias(REGISTERED_NAME, ALIAS, registered.version)

    def end_challenge(self, registered: Registered) -> None:
        """Take the alias of the challenger from a version, if it has it."""
        challenger = self.challenger()
        if challenger is not None and challenger.version == registered.version:
            with mlflow_at(self.uri):
                self._client.delete_registered_model_alias(REGISTERED_NAME, CHALLENGER)

    def start(self, name: str, tags: Mapping[str, str], parent: str | None = None) -> str:
        """Begin a run, below another with `parent`; returns its id."""
        nested = {} if parent is None else {"mlflow.parentRunId": parent}
        with mlflow_at(self.uri):
            run = self._client.create_run(self._experiment_id, run_name=name, tags={**tags, **nested})
            return str(run.info.run_id)

    def log_values(self, run_id: str, parameters: Mapping[str, object], metrics: Mapping[str, float]) -> None:
        """Add parameters and metrics to a run that was begun by `start`."""
        with mlflow_at(self.uri):
            self._log_figures(run_id, parameters, metrics)

    def end(self, run_id: str, status: Literal["FINISHED", "FAILED", "KILLED"]) -> None:
        """End a run that was begun by `start`."""
        with mlflow_at(self.uri):
            self._client.set_terminated(run_id, status)

    @contextmanager
    def _run(self, record: Record) -> Iterator[str]:
        """A run with all of a record but its model; finished at the end, or failed."""
        run_id = str(
            self._client.create_run(self._experiment_id, run_name=record.name, tags=_short(record.tags)).info.run_id
        )
        try:
            self._log(run_id, record)
            yield run_id
        except BaseException:
            self._client.set_terminated(run_id, "FAILED")
            raise
        self._client.set_terminated(run_id, "FINISHED")

    def _find(self, ask: Callable[[], "ModelVersion"]) -> Registered | None:
        from mlflow.exceptions import MlflowException
        from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST, ErrorCode

        absent = {ErrorCode.Name(code) for code in (INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST)}
        with mlflow_at(self.uri):
            try:
                found = ask()
            except MlflowException as error:
                if error.error_code in absent:  # an alias that is not there counts as an invalid one
                    return None
                raise
        return Registered(str(found.version), str(found.run_id), dict(found.tags))

    def _log_figures(self, run_id: str, parameters: Mapping[str, object], metrics: Mapping[str, float]) -> None:
        from mlflow.entities import Metric, Param

        now_ms = int(time.time() * 1000)
        figures = [Metric(name, float(value), now_ms, 0) for name, value in metrics.items()]
        settings = [Param(name, str(value)[:LONGEST_PARAMETER]) for name, value in parameters.items()]
        for i in range(0, len(settings), PARAMETERS_A_CALL):
            self._client.log_batch(run_id, params=settings[i : i + PARAMETERS_A_CALL])
        for i in range(0, len(figures), METRICS_A_CALL):
            self._client.log_batch(run_id, metrics=figures[i : i + METRICS_A_CALL])

    def _log(self, run_id: str, record: Record) -> None:
        self._log_figures(run_id, record.parameters, record.metrics)
        self._client.set_tag(run_id, "mlflow.note.content", _beginning(record.description, LONGEST_NOTE))
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
            tags=_short(record.tags),
            description=_beginning(record.description, LONGEST_DESCRIPTION),
        )
        return str(version.version)


def _short(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:LONGEST_TAG] for name, value in tags.items()}


def _beginning(text: str, most: int) -> str:
    """The text, or as many of its first lines as go into so many characters."""
    return text if len(text) <= most else text[: most - 1].rpartition("\n")[0] + "\n…"


def _experiment(client: "MlflowClient", location: str | None) -> str:
    """The id of our experiment, made if it is not there, or if another process makes it just now."""
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, ErrorCode

    if (experiment := client.get_experiment_by_name(EXPERIMENT)) is None:
        try:
            return str(client.create_experiment(EXPERIMENT, artifact_location=location))
        except MlflowException as error:
            if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
                raise
            if (experiment := client.get_experiment_by_name(EXPERIMENT)) is None:
                raise  # one that was deleted
    return str(experiment.experiment_id)
