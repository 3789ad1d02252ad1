from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import rmtree

import pytest

from football.errors import NoDataError
from football.facts import CLOSING, OPENING
from football.snapshots import Snapshot, SnapshotStore
from football.sources.download import DownloadOptions
from football.sources.football_data_download import FootballDataOptions
from football.sources.kept_files import kept_in
from football.sources.openfootball import REPOSITORIES
from football.sync import sync_matches
from football.sync_report import Conflict, Progress, ProgressCallback, SyncReport, UnresolvedName
from football.tables import SCHEDULED
from tests.football.fakes import FakeRegistry, row, write_files
from tests.football.small_files import OPENFOOTBALL, one_match
from tests.football.sources.server import ArchiveServer, serve

_HEADER = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,HS,AS,B365H,B365D,B365A,B365CH,B365CD,B365CA\n"
_BOTH = "E0,16/08/2025,england FC,england United,2,1,14,3,1.5,4,6.5,1.25,4.5,7\n"
_ALONE = "E0,17/08/2025,Luton,Derby,0,0,5,6,2,3.25,4,,,\n"
_SEASON = _HEADER + _BOTH + _ALONE
_COMING = "Div,Date,Time,HomeTeam,AwayTeam,B365H,B365D,B365A\nE0,23/08/2025,15:00,england United,england FC,2.5,3.5,3\n"
_ID = "2025-08-16_eng-england-fc_eng-england-united"


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
    return write_files(tmp_path / "data" / "football-data", {"E0_2526.csv": _SEASON, "fixtures.csv": _COMING})


@pytest.fixture
def server() -> Iterator[ArchiveServer]:
    with serve(ArchiveServer()) as running:
        for name, path in OPENFOOTBALL.items():
            running.offer(name, {path: one_match(name)})
        running.pages = {"mmz4281/2526/E0.csv": _SEASON, "fixtures.csv": _COMING}
        yield running


def _archives(server: ArchiveServer) -> DownloadOptions:
    return DownloadOptions(base_url=server.base_url, timeout_seconds=5.0, attempts=1, backoff_seconds=0.0)


def _pages(server: ArchiveServer) -> FootballDataOptions:
    return FootballDataOptions(server.base_url, first_season=2025, timeout_seconds=5.0, attempts=1, backoff_seconds=0.0)


def _of_the_site(status: int) -> dict[str, list[int]]:
    """Every file of football-data.co.uk answers with this status."""
    return {name: [status] * 50 for name in ("mmz4281", "new", "fixtures.csv", "new_league_fixtures.csv")}


def sync(
    store: SnapshotStore,
    openfootball: Path | DownloadOptions | None = None,
    football_data: Path | FootballDataOptions | None = None,
    progress: ProgressCallback | None = None,
    registry: FakeRegistry | None = None,
    *,
    keeping: bool = True,
) -> SyncReport:
    registry = registry or FakeRegistry()
    return sync_matches(
        registry,
        store,
        openfootball=openfootball,
        football_data=football_data,
        downloads=store.folder.parent / "downloads",
        today=date(2025, 8, 20),
        progress=progress,
        kept=kept_in(store.folder.parent / "parsed", registry.known.items()) if keeping else None,
    )


def test_a_folder_becomes_the_snapshot_in_use(folder: Path, store: SnapshotStore) -> None:
    steps: list[Progress] = []
    report = sync(store, folder, progress=steps.append)
    assert report.exit_code == 0
    assert report.played == len(REPOSITORIES) == len(steps)
    latest = store.latest()
    assert latest.id == report.snapshot_id
    assert latest.report == report
    assert len(latest.matches) == 9
    assert latest.odds.empty
    assert not (store.folder.parent / "downloads").exists()


def test_two_sources_become_one_table_with_statistics_and_odds(folder: Path, site: Path, store: SnapshotStore) -> None:
    steps: list[Progress] = []
    report = sync(store, folder, site, steps.append)
    assert report.exit_code == 0
    assert steps[-1] == Progress("football-data", "read", 2, 2, "files")
    latest = store.latest()
    assert latest.report == report
    assert len(latest.matches) == 11
    both = row(latest.matches, match_id=_ID)
    assert (both["source"], both["home_goals"], both["home_goals_half_time"]) == ("openfootball+football-data", 2, 1)
    assert latest.statistics[["match_id", "home_shots", "away_shots"]].to_numpy().tolist() == [
        [_ID, 14, 3],
        ["2025-08-17_eng-luton_eng-derby", 5, 6],
    ]
    odds = latest.odds[latest.odds["match_id"] == _ID].set_index("phase")["home"]
    assert (odds[OPENING], odds[CLOSING]) == (1.5, 1.25)
    assert latest.conflicts.empty
    told = report.football_data
    assert told is not None
    assert (told.files, told.played, told.fixtures, told.statistics, told.odds) == (2, 2, 1, 2, 4)
    assert (told.merged, told.alone) == (1, 2)
    assert report.folders == {"openfootball": str(folder), "football-data": str(site)}


def test_a_coming_match_has_its_odds(folder: Path, site: Path, store: SnapshotStore) -> None:
    sync(store, folder, site)
    latest = store.latest()
    coming = row(latest.matches, status=SCHEDULED)
    assert coming["match_id"] == "2025-08-23_eng-england-united_eng-england-fc"
    odds = latest.odds[latest.odds["match_id"] == coming["match_id"]]
    assert odds[["phase", "home", "draw", "away"]].to_numpy().tolist() == [[OPENING, 2.5, 3.5, 3.0]]


def test_disagreements_are_counted_and_those_on_scores_listed(folder: Path, site: Path, store: SnapshotStore) -> None:
    (site / "E0_2526.csv").write_text(_SEASON.replace("United,2,1", "United,2,2"))
    told = sync(store, folder, site).football_data
    assert told is not None
    assert told.disagreements == {"score": 1}
    assert told.conflicts == (Conflict(_ID, "england/2025-26/1-premierleague.txt:2: 2-1", "E0_2526.csv:2: 2-2"),)
    assert row(store.latest().matches, match_id=_ID)["away_goals"] == 1
    assert store.latest().conflicts["secondary"].to_list() == ["2-2"]


def test_a_name_that_the_schedule_tells_is_no_second_club(tmp_path: Path, store: SnapshotStore) -> None:
    days = [f"{day:02d}" for day in range(1, 6)]
    lines = "".join(f"Fri Aug/{day} 2025\n Forest v Club{day} 1-0\n" for day in days)
    rows = "".join(f"E0,{day}/08/2025,Nottm,Club{day},1,0\n" for day in days)
    write_files(tmp_path / "data", {f"england/{OPENFOOTBALL['england'][:7]}/1-premierleague.txt": lines})
    header = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\n"
    write_files(tmp_path / "site", {"E0_2526.csv": header + rows + "E0,09/08/2025,Pub,Club01,1,0\n"})
    registry = FakeRegistry({(f"Club{day}", "eng"): f"eng-club{day}" for day in days})
    told = sync(store, tmp_path / "data", tmp_path / "site", registry=registry).football_data
    assert told is not None
    assert told.recognised == {"Nottm (eng)": "eng-forest"}
    assert told.unresolved == (UnresolvedName("Pub", "eng", 1),)
    assert len(store.latest().matches) == 6


def test_fetched_files_give_the_same_matches_as_folders(
    folder: Path, site: Path, server: ArchiveServer, store: SnapshotStore
) -> None:
    given = sync(store, folder)
    fetched = sync(SnapshotStore(store.folder.parent / "other"), _archives(server))
    assert fetched.exit_code == 0
    assert fetched.snapshot_id == given.snapshot_id
    sync(store, folder, site)
    given_odds = store.latest().odds
    report = sync(store, _archives(server), _pages(server))
    assert report.exit_code == 0
    assert len(store.latest().matches) == 11
    assert store.latest().odds.equals(given_odds)


def test_one_repository_failing_leaves_the_rest_and_its_previous_copy(
    server: ArchiveServer, store: SnapshotStore
) -> None:
    first = sync(store, _archives(server))
    server.offer("italy", {OPENFOOTBALL["italy"]: one_match("italia")}, etag='"2"')
    server.failures["england"] = [503]
    second = sync(store, _archives(server))
    assert second.exit_code == 1
    (failure,) = second.all_failures
    assert failure.startswith("england: ")
    assert "503" in failure
    assert second.snapshot_id not in (None, first.snapshot_id)
    homes = set(store.latest().matches["home_name"])
    assert {"england FC", "italia FC"} <= homes


def test_a_first_sync_stores_what_it_can_get(server: ArchiveServer, store: SnapshotStore) -> None:
    server.failures["england"] = [404]
    report = sync(store, _archives(server))
    assert report.exit_code == 1
    assert len(store.latest().matches) == 8


def test_a_snapshot_that_would_lose_a_repository_is_not_written(
    folder: Path, server: ArchiveServer, store: SnapshotStore
) -> None:
    kept = sync(store, folder).snapshot_id
    server.failures["england"] = [404]
    report = sync(store, _archives(server))
    assert report.exit_code == 1
    assert report.snapshot_id is None
    assert report.failures == [
        "no snapshot written: england could not be read and the snapshot in use has it; it stays in use"
    ]
    assert store.latest().id == kept


def test_without_any_source_the_previous_snapshot_stays(
    folder: Path, server: ArchiveServer, store: SnapshotStore
) -> None:
    kept = sync(store, folder).snapshot_id
    server.archives.clear()
    server.failures = _of_the_site(500)
    report = sync(store, _archives(server), _pages(server))
    assert (report.exit_code, report.snapshot_id) == (1, None)
    assert [failure[:28] for failure in report.failures] == [
        "nothing could be fetched: ht",
        "nothing could be fetched fro",
    ]
    nowhere = sync(store, store.folder.parent)
    assert "holds none of the openfootball repositories" in nowhere.failures[0]
    assert store.latest().id == kept
    assert store.latest().report.exit_code == 0


@pytest.mark.parametrize("asked", ["openfootball", "football-data"])
def test_a_source_that_is_not_asked_for_is_read_again_where_it_was(
    folder: Path, site: Path, store: SnapshotStore, asked: str
) -> None:
    first = sync(store, folder, site)
    again = sync(store, folder) if asked == "openfootball" else sync(store, football_data=site)
    assert again.exit_code == 0
    assert again.snapshot_id == first.snapshot_id
    assert again.folders == first.folders
    file = folder / "openfootball" / "england" / OPENFOOTBALL["england"]
    file.write_text(file.read_text() + " 17.30 C v D 0-0\n")
    (site / "E0_2526.csv").write_text(_HEADER + _BOTH + _ALONE.replace(",5,6,", ",7,8,"))
    sync(store, folder) if asked == "openfootball" else sync(store, football_data=site)
    assert len(store.latest().matches) == 12
    assert store.latest().statistics["home_shots"].to_list() == [14, 7]


@pytest.mark.parametrize("asked", ["openfootball", "football-data"])
def test_the_last_download_of_the_other_source_is_read_again(
    server: ArchiveServer, store: SnapshotStore, asked: str
) -> None:
    first = sync(store, _archives(server), _pages(server))
    server.requests.clear()
    if asked == "openfootball":
        assert sync(store, _archives(server)).snapshot_id == first.snapshot_id
        assert not server.requests["fixtures.csv", 200]
    else:
        assert sync(store, football_data=_pages(server)).snapshot_id == first.snapshot_id
        assert not server.requests["england", 304]


@pytest.mark.parametrize("asked", ["openfootball", "football-data"])
def test_if_the_other_sources_files_are_gone_the_snapshot_stays(
    folder: Path, site: Path, store: SnapshotStore, asked: str
) -> None:
    kept = sync(store, folder, site).snapshot_id
    rmtree(site if asked == "openfootball" else folder / "openfootball")
    report = sync(store, folder) if asked == "openfootball" else sync(store, football_data=site)
    assert (report.exit_code, report.snapshot_id) == (1, None)
    other = "football-data" if asked == "openfootball" else "openfootball"
    assert report.failures[0].startswith(f"{other}, read again where it was last time: ")
    assert report.failures[1].startswith("no snapshot written: ")
    assert store.latest().id == kept


@pytest.mark.parametrize("failing", ["openfootball", "football-data"])
def test_a_source_that_fails_keeps_its_matches_and_the_other_goes_on(
    server: ArchiveServer, store: SnapshotStore, failing: str
) -> None:
    sync(store, _archives(server), _pages(server))
    if failing == "openfootball":
        server.archives.clear()
        server.pages["mmz4281/2526/E0.csv"] = _SEASON.replace("Derby,0,0", "Derby,3,0")
    else:
        server.failures = _of_the_site(500)
        server.offer("italy", {OPENFOOTBALL["italy"]: one_match("italia")}, etag='"2"')
    report = sync(store, _archives(server), _pages(server))
    assert report.exit_code == 1
    assert len(report.failures) == 1
    assert report.failures[0].startswith("nothing could be fetched")
    matches = store.latest().matches
    assert len(matches) == 11
    if failing == "openfootball":
        assert row(matches, home_name="Luton")["home_goals"] == 3
    else:
        assert row(matches, home_name="italia FC")["home_goals"] == 2


def test_a_file_of_the_site_that_fails_is_told_and_its_copy_read(server: ArchiveServer, store: SnapshotStore) -> None:
    first = sync(store, _archives(server), _pages(server))
    server.failures["fixtures.csv"] = [500]
    report = sync(store, _archives(server), _pages(server))
    assert report.exit_code == 1
    (failure,) = report.all_failures
    assert "fixtures.csv: the server answered 500" in failure
    assert report.snapshot_id == first.snapshot_id


def test_football_data_alone_makes_a_snapshot_where_there_was_none(site: Path, store: SnapshotStore) -> None:
    report = sync(store, football_data=site)
    assert report.exit_code == 0
    assert len(store.latest().matches) == 3
    assert report.football_data is not None
    assert (report.football_data.merged, report.football_data.alone) == (0, 3)


def test_files_without_a_played_match_make_no_snapshot(tmp_path: Path, store: SnapshotStore) -> None:
    write_files(tmp_path / "data", {"england/2025-26/facup.txt": "Sat Aug/16\n A v B\n"})
    with pytest.raises(NoDataError, match="no played match"):
        sync(store, tmp_path / "data")


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
    first = sync(store, _archives(server), _pages(server))
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
        openfootball=_archives(server),
        football_data=_pages(server),
        downloads=store.folder.parent / "downloads",
        today=date(2025, 8, 20),
        before_use=taken_up.append,
        kept=kept_in(store.folder.parent / "parsed", []),
    )


def test_a_damaged_snapshot_is_mended_though_nothing_is_new(folder: Path, site: Path, store: SnapshotStore) -> None:
    sync(store, folder, site)
    before = told(store)
    (store.latest().folder / "matches.parquet").write_bytes(b"nothing")
    sync(store, folder, site)
    assert told(store) == before


def test_a_file_that_cannot_be_read_is_told_each_time(folder: Path, site: Path, store: SnapshotStore) -> None:
    (site / "E1_2526.csv").write_text("no,header\n1,2\n")
    reports = [sync(store, folder, site) for _ in range(2)]
    assert reports[0] == reports[1]
    assert "E1_2526.csv" in reports[1].all_failures[0]
