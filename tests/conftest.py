"""Shared fixtures; tests marked `full_data` are deselected where the real match files are absent."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mlflow_server import MlflowServer, mlflow_server
from tests.postgresql import REQUIRED, Cluster, binaries, running_cluster

_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[2] / "shared" / "data"


def _shared_data_folder() -> Path | None:
    folder = Path(os.environ.get("AWAYDAY_SHARED_DATA") or _BESIDE_THE_PROJECT)
    return folder if (folder / "openfootball").is_dir() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _shared_data_folder() is not None:
        return
    needing = [item for item in items if item.get_closest_marker("full_data") is not None]
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real match files (`AWAYDAY_SHARED_DATA`, or `../shared/data`); for tests marked `full_data`."""
    folder = _shared_data_folder()
    if folder is None:
        pytest.fail("a test that takes `shared_data` has to carry the marker `full_data`")
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL of the tests' own; skips where none is installed, unless `AWAYDAY_TEST_POSTGRESQL=required`."""
    tools = binaries()
    if tools is None:
        missing = "PostgreSQL is not installed (on Debian and Ubuntu: apt install postgresql)"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    with running_cluster(tools) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def tracking_server(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    """An MLflow server over PostgreSQL with a folder of artifacts."""
    database_url = postgresql.new_database().replace("postgresql:", "postgresql+psycopg:")
    with mlflow_server(database_url, tmp_path_factory.mktemp("artifacts")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, once of either kind: what SQL does has to be the same on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'awayday.db'}"
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.new_database()
