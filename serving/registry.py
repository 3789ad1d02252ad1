"""The champion of an MLflow registry: fetched once a version, and kept for when the registry cannot be reached.

    <home>/models/mlflow-<version>-<run>/    its bundle
    <home>/models/FETCHED                    the one fetched last

MLflow is imported here only, and only when one of these functions is called.
"""

import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from football.errors import StoreError
from serving.champion import ALIAS, ARTIFACT, FOLDER, REGISTERED_NAME
from serving.manifest import is_whole
from serving.pointers import point, pointed_at

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

FETCHED: Final = "FETCHED"

T = TypeVar("T")


def fetch_champion(home: Path, tracking_uri: str) -> Path:
    """Folder of the champion of an MLflow registry, downloaded once a version.

    Raises:
        StoreError: MLflow is not installed or not reachable, or has no champion of ours.
    """
    return _with_mlflow(tracking_uri, lambda: _fetch(home, tracking_uri))


def last_fetched(home: Path) -> Path | None:
    """Folder of the champion last fetched; None if there is none. StoreError if it is gone."""
    return pointed_at(home / FOLDER / FETCHED, "it is fetched again once the registry can be reached")


def registered_mark(tracking_uri: str) -> tuple[str, str]:
    """Version and run of the champion of an MLflow registry; StoreError as above."""

    def ask() -> tuple[str, str]:
        from mlflow import MlflowClient

        version = _registered(MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri))
        return str(version.version), str(version.run_id)

    return _with_mlflow(tracking_uri, ask)


def _with_mlflow(tracking_uri: str, ask: Callable[[], T]) -> T:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    # By default a registry that is down is tried for minutes, and there is a next best model to answer meanwhile.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    try:
        with warnings.catch_warnings():
            # MLflow's own code warns as it is imported and used; that is for its authors, not for our users.
            warnings.simplefilter("ignore")
            from mlflow.exceptions import MlflowException

            try:
                return ask()
            except (MlflowException, OSError) as error:
                message = f"The champion cannot be fetched from the registry {tracking_uri}: {error}"
                raise StoreError(message) from error
    except ImportError as error:
        raise StoreError(
            f"The registry {tracking_uri} needs MLflow, which is not installed: pip install 'awayday[training]'"
        ) from error


def _registered(client: "MlflowClient") -> "ModelVersion":
    return client.get_model_version_by_alias(REGISTERED_NAME, ALIAS)


def _fetch(home: Path, tracking_uri: str) -> Path:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
    version = _registered(client)
    folder = home / FOLDER / f"mlflow-{version.version}-{version.run_id}"
    if not is_whole(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Not named by the process's number: replicas in containers that share the folder have the same one.
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as partial:
            client.download_artifacts(str(version.run_id), ARTIFACT, partial)
            _put(Path(partial) / ARTIFACT, folder)
    _remember(home / FOLDER / FETCHED, folder.name)
    return folder


def _put(fetched: Path, folder: Path) -> None:
    try:
        fetched.rename(folder)
    except OSError:
        if is_whole(folder):
            return  # another replica was faster
        folder.rename(fetched.with_name("damaged"))
        fetched.rename(folder)


def _remember(pointer: Path, name: str) -> None:
    try:
        known = pointed_at(pointer, "")
    except StoreError:
        known = None
    if known is None or known.name != name:
        point(pointer, name)
