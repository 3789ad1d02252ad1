from collections.abc import Iterator
from pathlib import Path

import pytest

from football.snapshots import SnapshotStore
from tests.football.fakes import write_files
from tests.football.small_files import OPENFOOTBALL, one_match
from tests.football.sources.server import ArchiveServer, serve
from tests.football.syncing import COMING, SEASON


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A match in each repository of openfootball."""
    texts = {f"{name}/{path}": one_match(name) for name, path in OPENFOOTBALL.items()}
    return write_files(tmp_path / "data" / "openfootball", texts).parent


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Files of football-data.co.uk: a match that openfootball tells too, one that it does not, and one to come."""
    return write_files(tmp_path / "data" / "football-data", {"E0_2526.csv": SEASON, "fixtures.csv": COMING})


@pytest.fixture
def server() -> Iterator[ArchiveServer]:
    with serve(ArchiveServer()) as running:
        for name, path in OPENFOOTBALL.items():
            running.offer(name, {path: one_match(name)})
        running.pages = {"mmz4281/2526/E0.csv": SEASON, "fixtures.csv": COMING}
        yield running
