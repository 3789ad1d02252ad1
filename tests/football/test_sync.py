from collections.abc import Iterator
from pathlib import Path

import pytest

from football.errors import DownloadError, NoDataError, SourceError
from football.snapshots import SnapshotStore
from football.sources.download import DownloadOptions
from football.sources.openfootball import REPOSITORIES
from football.sync import Progress, sync_openfootball
from tests.football.fakes import FakeRegistry, write_files
from tests.football.sources.server import ArchiveServer, serve

_FILES = {
    "austria": "2025-26/1-bundesliga.txt",
    "champions-league": "2025-26/cl.txt",
    "deutschland": "2025-26/1-bundesliga.txt",
    "england": "2025-26/1-premierleague.txt",
    "espana": "2025-26/1-liga.txt",
    "europe": "france/2025-26_fr1.txt",
    "italy": "2025-26/1-seriea.txt",
    "south-america": "ecuador/2025_ec1.txt",
    "world": "asia/kazakhstan/2025_kz1.txt",
}
_MATCH = "Sat Aug/16 2025\n 15.00 {0} FC v {0} United 2-1 (1-0)\n"


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {f"{name}/{path}": _MATCH.format(name) for name, path in _FILES.items()}
    return write_files(tmp_path / "data" / "openfootball", texts).parent


@pytest.fixture
def server() -> Iterator[ArchiveServer]:
    with serve(ArchiveServer()) as running:
        for name, path in _FILES.items():
            running.offer(name, {path: _MATCH.format(name)})
        yield running


def _options(server: ArchiveServer) -> DownloadOptions:
    return DownloadOptions(base_url=server.base_url, timeout_seconds=5.0, attempts=1, backoff_seconds=0.0)


def test_a_folder_becomes_the_snapshot_in_use(folder: Path, store: SnapshotStore, tmp_path: Path) -> None:
    steps: list[Progress] = []
    report = sync_openfootball(folder, FakeRegistry(), store, downloads=tmp_path / "none", progress=steps.append)
    assert report.exit_code == 0
    assert report.played == len(REPOSITORIES) == len(steps)
    latest = store.latest()
    assert latest.id == report.snapshot_id
    assert latest.report == report
    assert len(latest.matches) == 9
    assert not (tmp_path / "none").exists()


def test_fetched_archives_give_the_same_snapshot_as_the_folder(
    folder: Path, server: ArchiveServer, store: SnapshotStore, tmp_path: Path
) -> None:
    given = sync_openfootball(folder, FakeRegistry(), store, downloads=tmp_path)
    fetched = sync_openfootball(_options(server), FakeRegistry(), store, downloads=tmp_path / "downloads")
    assert fetched.exit_code == 0
    assert fetched.snapshot_id == given.snapshot_id


def test_one_repository_failing_leaves_the_rest_and_its_previous_copy(
    server: ArchiveServer, store: SnapshotStore, tmp_path: Path
) -> None:
    first = sync_openfootball(_options(server), FakeRegistry(), store, downloads=tmp_path / "downloads")
    server.offer("italy", {_FILES["italy"]: _MATCH.format("italia")}, etag='"2"')
    server.failures["england"] = [503]
    second = sync_openfootball(_options(server), FakeRegistry(), store, downloads=tmp_path / "downloads")
    assert second.exit_code == 1
    (failure,) = second.all_failures
    assert failure.startswith("england: ")
    assert "503" in failure
    assert second.snapshot_id not in (None, first.snapshot_id)
    homes = set(store.latest().matches["home_name"])
    assert {"england FC", "italia FC"} <= homes


def test_a_first_sync_stores_what_it_can_get(server: ArchiveServer, store: SnapshotStore, tmp_path: Path) -> None:
    server.failures["england"] = [404]
    report = sync_openfootball(_options(server), FakeRegistry(), store, downloads=tmp_path / "downloads")
    assert report.exit_code == 1
    assert len(store.latest().matches) == 8


def test_a_snapshot_that_would_lose_a_repository_is_not_written(
    folder: Path, server: ArchiveServer, store: SnapshotStore, tmp_path: Path
) -> None:
    kept = sync_openfootball(folder, FakeRegistry(), store, downloads=tmp_path).snapshot_id
    server.failures["england"] = [404]
    report = sync_openfootball(_options(server), FakeRegistry(), store, downloads=tmp_path / "downloads")
    assert report.exit_code == 1
    assert report.snapshot_id is None
    assert report.failures == [
        "no snapshot written: england could not be read and the snapshot in use has it; it stays in use"
    ]
    assert store.latest().id == kept


def test_without_any_source_the_previous_snapshot_stays(
    folder: Path, server: ArchiveServer, store: SnapshotStore, tmp_path: Path
) -> None:
    kept = sync_openfootball(folder, FakeRegistry(), store, downloads=tmp_path).snapshot_id
    server.archives.clear()
    with pytest.raises(DownloadError, match="nothing could be fetched"):
        sync_openfootball(_options(server), FakeRegistry(), store, downloads=tmp_path / "downloads")
    with pytest.raises(SourceError, match="holds none of the openfootball repositories"):
        sync_openfootball(tmp_path / "home", FakeRegistry(), store, downloads=tmp_path)
    assert store.latest().id == kept


def test_files_without_a_played_match_make_no_snapshot(tmp_path: Path, store: SnapshotStore) -> None:
    write_files(tmp_path / "data", {"england/2025-26/facup.txt": "Sat Aug/16\n A v B\n"})
    with pytest.raises(NoDataError, match="no played match"):
        sync_openfootball(tmp_path / "data", FakeRegistry(), store, downloads=tmp_path)
