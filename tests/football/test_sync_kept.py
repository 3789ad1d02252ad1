"""Syncs that read what changed, and do nothing where nothing did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from football.snapshots import Snapshot, SnapshotStore
from football.sources.kept_files import kept_in
from football.sync import sync_matches
from football.sync_report import SyncReport
from tests.football.fakes import FakeRegistry
from tests.football.small_files import OPENFOOTBALL, one_match
from tests.football.sources.server import ArchiveServer
from tests.football.syncing import archives, pages, sync


def told(store: SnapshotStore) -> list[object]:
    """What the snapshot in use says, and its report of what was read."""
    latest = store.latest()
    tables = [t.to_csv() for t in (latest.matches, latest.statistics, latest.odds, latest.conflicts)]
    return [latest.id, *tables, replace(latest.report, folders={}, contents={})]


def test_after_any_change_of_files_a_sync_says_what_one_of_all_files_says(
    folder: Path, site: Path, store: SnapshotStore
) -> None:
    england = folder / "openfootball" / "england" / OPENFOOTBALL["england"]
    italy = folder / "openfootball" / "italy" / OPENFOOTBALL["italy"]

    def add(path: Path, text: str) -> None:
        path.write_text(path.read_text() + text)

    changes: list[Callable[[], object]] = [
        lambda: None,
        lambda: add(england, " 17.30 C v D 0-0\n what is this 1-2\n N.N. v E\n"),
        lambda: add(site / "E0_2526.csv", "E0,18/08/2025,C,D,0,1,1,2,2,3,4,2,3,x\n"),
        lambda: (site / "fixtures.csv").unlink(),
        lambda: italy.write_text(one_match("italia")),
        lambda: italy.with_name("2-serieb.txt").write_text(one_match("serie b")),
        lambda: add(england, " 17.30 C v D 0-1\n"),
        lambda: italy.write_text(""),
        lambda: england.write_text(england.read_text().replace(" 17.30 C v D 0-0\n", "")),
    ]
    seen: set[str] = set()
    for change in changes:
        change()
        sync(store, folder, site)
        anew = SnapshotStore(folder.parent / f"anew-{len(seen)}" / "home")
        sync(anew, folder, site, keeping=False)
        assert told(store) == told(anew)
        seen.add(store.latest().id)
    assert len(seen) > 6


def test_files_that_say_the_same_are_no_work_and_the_report_says_what_failed_now(
    server: ArchiveServer, store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sync(store, archives(server), pages(server))
    taken_up: list[Snapshot] = []

    def combine(*_: object) -> None:
        raise AssertionError("put together again")

    monkeypatch.setattr("football.sync.combine", combine)
    server.failures |= {"italy": [503], "fixtures.csv": [500]}
    again = sync_again(store, server, taken_up)
    assert (again.exit_code, again.snapshot_id) == (1, first.snapshot_id)
    assert [failure[:6] for failure in again.all_failures] == ["http:/", "italy:"]
    assert store.latest().report == again
    assert [snapshot.id for snapshot in taken_up] == [first.snapshot_id]
    assert sync_again(store, server, taken_up) == first


def sync_again(store: SnapshotStore, server: ArchiveServer, taken_up: list[Snapshot]) -> SyncReport:
    return sync_matches(
        FakeRegistry(),
        store,
        openfootball=archives(server),
        football_data=pages(server),
        downloads=store.folder.parent / "downloads",
        today=date(2025, 8, 20),
        before_use=taken_up.append,
        kept=kept_in(store.folder.parent / "parsed", []),
    )


def test_a_damaged_snapshot_is_mended_though_nothing_is_new(folder: Path, site: Path, store: SnapshotStore) -> None:
    sync(store, folder, site)
    before = told(store)
    (store.latest().folder / "matches" / "2025.parquet").write_bytes(b"nothing")
    sync(store, folder, site)
    assert told(store) == before


def test_a_file_that_cannot_be_read_is_told_each_time(folder: Path, site: Path, store: SnapshotStore) -> None:
    (site / "E1_2526.csv").write_text("no,header\n1,2\n")
    reports = [sync(store, folder, site) for _ in range(2)]
    assert reports[0] == reports[1]
    assert "E1_2526.csv" in reports[1].all_failures[0]


def test_a_file_of_no_known_competition_is_told_though_no_match_is_new(folder: Path, store: SnapshotStore) -> None:
    first = sync(store, folder)
    strange = folder / "openfootball" / "england" / "2025-26" / "9-pub.txt"
    strange.write_text("Sat Aug/16\n A v B 1-0\n")
    again = sync(store, folder)
    assert again.snapshot_id == first.snapshot_id
    (question,) = again.repository("england").questions
    assert (question.file, question.reason) == (
        "england/2025-26/9-pub.txt",
        "no competition known for this file; not read",
    )
    strange.unlink()
    assert sync(store, folder) == first
