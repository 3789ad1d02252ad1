"""The registry's champion, fetched by replicas that share a home folder."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from serving.bundle import Bundle
from serving.registry import fetch_champion, last_fetched
from tests.serving.synthetic import world

URI = "http://127.0.0.1:9"


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """A registry whose champion is version 3; what is in the list happens in the middle of the next downloads."""
    first: list[Callable[[], None]] = []

    class Client:
        def __init__(self, **_: str) -> None:
            pass

        def get_model_version_by_alias(self, *_: str) -> SimpleNamespace:
            return SimpleNamespace(version="3", run_id="r")

        def download_artifacts(self, _: str, artifact: str, folder: str) -> None:
            (Path(folder) / artifact).mkdir()
            if first:
                first.pop(0)()
            manifest = world().bundle.manifest.model_copy(update={"version": "v3"})
            replace(world().bundle, manifest=manifest).save(Path(folder) / artifact)

    # In place of MLflow, which takes seconds to load.
    mlflow, exceptions = ModuleType("mlflow"), ModuleType("mlflow.exceptions")
    mlflow.MlflowClient = Client  # type: ignore[attr-defined]
    exceptions.MlflowException = RuntimeError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    monkeypatch.setitem(sys.modules, "mlflow.exceptions", exceptions)
    return first


def version(folder: Path) -> str:
    return Bundle.load(folder).manifest.version


def test_a_replica_that_was_faster_is_no_hindrance(tmp_path: Path, downloads: list[Callable[[], None]]) -> None:
    faster: list[Path] = []
    downloads.append(lambda: faster.append(fetch_champion(tmp_path, URI)))

    folder = fetch_champion(tmp_path, URI)

    assert faster == [folder]
    assert version(folder) == "v3"
    assert last_fetched(tmp_path) == folder
    assert {path.name for path in folder.parent.iterdir()} == {"mlflow-3-r", "FETCHED"}, "nothing is left behind"


def test_a_damaged_one_is_fetched_again(tmp_path: Path, downloads: list[Callable[[], None]]) -> None:
    folder = fetch_champion(tmp_path, URI)
    (folder / "strength.npz").write_bytes(b"")

    assert fetch_champion(tmp_path, URI) == folder
    assert version(folder) == "v3"
    assert {path.name for path in folder.parent.iterdir()} == {"mlflow-3-r", "FETCHED"}


def test_one_that_is_whole_is_not_fetched_again(tmp_path: Path, downloads: list[Callable[[], None]]) -> None:
    fetch_champion(tmp_path, URI)
    downloads.append(lambda: pytest.fail("fetched again"))

    fetch_champion(tmp_path, URI)
