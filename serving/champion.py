"""Which bundle to serve: the registered champion, kept as folders under AWAYDAY_HOME, or the embedded default.

    <home>/models/<version>/     a bundle, never changed once there
    <home>/models/CHAMPION       the version that is champion; replaced in one step

So serving the champion of the local registry needs no MLflow; only a registry elsewhere does, and it is imported then.
"""

import os
import shutil
import warnings
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from football.errors import StoreError
from serving.bundle import Bundle

FOLDER: Final = "models"
POINTER: Final = "CHAMPION"
REGISTERED_NAME: Final = "awayday"
ALIAS: Final = "champion"
ARTIFACT: Final = "bundle"
"""Folder of the bundle among the artifacts of the run that made the model."""


def publish(home: Path, bundle: Bundle) -> Path:
    """Keep a bundle under `home` and make it the local champion; returns its folder.

    A kill at any moment leaves the old champion or the new one.
    """
    models = home / FOLDER
    folder = models / bundle.manifest.version
    bundle.save(folder)
    partial = models / f".{POINTER}.{os.getpid()}"
    with partial.open("w", encoding="utf-8") as file:
        file.write(bundle.manifest.version + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(models / POINTER)
    return folder


def local_champion(home: Path) -> Path | None:
    """Folder of the champion kept under `home`; None if there is none. StoreError if the pointer leads nowhere."""
    pointer = home / FOLDER / POINTER
    try:
        version = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{pointer}: cannot be read ({error})") from error
    folder = pointer.parent / version
    if not version or Path(version).name != version or not folder.is_dir():
        raise StoreError(f"{pointer}: names the model {version!r}, which is not there; run `awayday promote`")
    return folder


def fetch_champion(home: Path, tracking_uri: str) -> Path:
    """Folder of the champion of an MLflow registry, downloaded once a version.

    Raises:
        StoreError: MLflow is not installed or not reachable, or has no champion of ours.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    try:
        with warnings.catch_warnings():
            # MLflow's own code warns as it is imported and used; that is for its authors, not for our users.
            warnings.simplefilter("ignore")
            return _fetch(home, tracking_uri)
    except ImportError as error:
        raise StoreError(
            f"The registry {tracking_uri} needs MLflow, which is not installed: pip install 'awayday[training]'"
        ) from error


def _fetch(home: Path, tracking_uri: str) -> Path:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    try:
        client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
        version = client.get_model_version_by_alias(REGISTERED_NAME, ALIAS)
        folder = home / FOLDER / f"mlflow-{version.version}-{version.run_id}"
        if not folder.is_dir():
            partial = folder.with_name(f".{folder.name}.{os.getpid()}")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            client.download_artifacts(str(version.run_id), ARTIFACT, str(partial))
            (partial / ARTIFACT).rename(folder)
            partial.rmdir()
    except (MlflowException, OSError) as error:
        raise StoreError(f"The champion cannot be fetched from the registry {tracking_uri}: {error}") from error
    return folder


def load_embedded() -> Bundle:
    """The default model that comes with Awayday; StoreError if it is damaged."""
    with as_file(files("serving") / "bundled") as folder:
        return Bundle.load(folder)
