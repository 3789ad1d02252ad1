from pathlib import Path
from shutil import rmtree

import pytest

from football.errors import NoDataError
from football.facts import CLOSING, OPENING
from football.snapshots import SnapshotStore
from football.sources.openfootball import REPOSITORIES
from football.sync_report import Conflict, Progress, UnresolvedName
from football.tables import SCHEDULED
from tests.football.fakes import FakeRegistry, row, write_files
from tests.football.small_files import OPENFOOTBALL, one_match
from tests.football.sources.server import ArchiveServer
from tests.football.syncing import ALONE, BOTH, HEADER, ID, SEASON, archives, of_the_site, pages, sync


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
    both = row(latest.matches, match_id=ID)
    assert (both["source"], both["home_goals"], both["home_goals_half_time"]) == ("openfootball+football-data", 2, 1)
    assert latest.statistics[["match_id", "home_shots", "away_shots"]].to_numpy().tolist() == [
        [ID, 14, 3],
        ["2025-08-17_eng-luton_eng-derby", 5, 6],
    ]
    odds = latest.odds[latest.odds["match_id"] == ID].set_index("phase")["home"]
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
    (site / "E0_2526.csv").write_text(SEASON.replace("United,2,1", "United,2,2"))
    told = sync(store, folder, site).football_data
    assert told is not None
    assert told.disagreements == {"score": 1}
    assert told.conflicts == (Conflict(ID, "england/2025-26/1-premierleague.txt:2: 2-1", "E0_2526.csv:2: 2-2"),)
    assert row(store.latest().matches, match_id=ID)["away_goals"] == 1
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
    fetched = sync(SnapshotStore(store.folder.parent / "other"), archives(server))
    assert fetched.exit_code == 0
    assert fetched.snapshot_id == given.snapshot_id
    sync(store, folder, site)
    given_odds = store.latest().odds
    report = sync(store, archives(server), pages(server))
    assert report.exit_code == 0
    assert len(store.latest().matches) == 11
    assert store.latest().odds.equals(given_odds)


def test_one_repository_failing_leaves_the_rest_and_its_previous_copy(
    server: ArchiveServer, store: SnapshotStore
) -> None:
    first = sync(store, archives(server))
    server.offer("italy", {OPENFOOTBALL["italy"]: one_match("italia")}, etag='"2"')
    server.failures["england"] = [503]
    second = sync(store, archives(server))
    assert second.exit_code == 1
    (failure,) = second.all_failures
    assert failure.startswith("england: ")
    assert "503" in failure
    assert second.snapshot_id not in (None, first.snapshot_id)
    homes = set(store.latest().matches["home_name"])
    assert {"england FC", "italia FC"} <= homes


def test_a_first_sync_stores_what_it_can_get(server: ArchiveServer, store: SnapshotStore) -> None:
    server.failures["england"] = [404]
    report = sync(store, archives(server))
    assert report.exit_code == 1
    assert len(store.latest().matches) == 8


def test_a_snapshot_that_would_lose_a_repository_is_not_written(
    folder: Path, server: ArchiveServer, store: SnapshotStore
) -> None:
    kept = sync(store, folder).snapshot_id
    server.failures["england"] = [404]
    report = sync(store, archives(server))
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
    server.failures = of_the_site(500)
    report = sync(store, archives(server), pages(server))
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
    (site / "E0_2526.csv").write_text(HEADER + BOTH + ALONE.replace(",5,6,", ",7,8,"))
    sync(store, folder) if asked == "openfootball" else sync(store, football_data=site)
    assert len(store.latest().matches) == 12
    assert store.latest().statistics["home_shots"].to_list() == [14, 7]


@pytest.mark.parametrize("asked", ["openfootball", "football-data"])
def test_the_last_download_of_the_other_source_is_read_again(
    server: ArchiveServer, store: SnapshotStore, asked: str
) -> None:
    first = sync(store, archives(server), pages(server))
    server.requests.clear()
    if asked == "openfootball":
        assert sync(store, archives(server)).snapshot_id == first.snapshot_id
        assert not server.requests["fixtures.csv", 200]
    else:
        assert sync(store, football_data=pages(server)).snapshot_id == first.snapshot_id
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
    sync(store, archives(server), pages(server))
    if failing == "openfootball":
        server.archives.clear()
        server.pages["mmz4281/2526/E0.csv"] = SEASON.replace("Derby,0,0", "Derby,3,0")
    else:
        server.failures = of_the_site(500)
        server.offer("italy", {OPENFOOTBALL["italy"]: one_match("italia")}, etag='"2"')
    report = sync(store, archives(server), pages(server))
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
    first = sync(store, archives(server), pages(server))
    server.failures["fixtures.csv"] = [500]
    report = sync(store, archives(server), pages(server))
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
