"""Shared fixtures; tests marked `full_data` are deselected where the real match files are absent."""

import os
from pathlib import Path

import pytest

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
