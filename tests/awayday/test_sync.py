"""`awayday sync`, from small folders of files and with the network stood in for."""

from pathlib import Path

import pytest

from football.database import Database
from football.errors import DownloadError
from football.snapshots import SnapshotStore
from football.sources.fpl_history import APPEARANCES_FILE
from tests.awayday.command import CommandLine
from tests.awayday.source_files import write_source_files
from tests.football.small_files import OPENFOOTBALL, one_match


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Each repository with a match, and collected answers with one injured player."""
    data = tmp_path / "data"
    write_source_files(data)
    return data


@pytest.fixture
def site(folder: Path) -> Path:
    """Files of football-data.co.uk: one match that openfootball tells too, with another score, and one it does not."""
    files = folder / "football-data"
    files.mkdir()
    (files / "E0_2526.csv").write_text(
        "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,HS,AS,B365H,B365D,B365A,New\n"
        "E0,16/08/2025,england FC,england United,2,2,14,3,1.5,4,6.5,\n"
        "E0,17/08/2025,Arsenal,Chelsea,0,0,5,6,2,none,4,7\n"
    )
    return files


@pytest.fixture
def absences_csv(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("player,club,from,until\nBen,Arsenal,2025-09-01,2025-09-20\n")
    return path


def players(awayday: CommandLine) -> list[str]:
    with Database(f"sqlite:///{awayday.home / 'awayday.db'}") as database:
        return list(database.absences()["player"])


def test_a_folder_is_stored_and_the_report_printed(awayday: CommandLine, folder: Path) -> None:
    outcome = awayday("sync", "--from", str(folder))

    assert (outcome.code, outcome.err) == (0, "")
    snapshot = SnapshotStore(awayday.home).latest()
    assert len(snapshot.matches) == 9
    assert players(awayday) == ["Ann"]
    lines = [line.split() for line in outcome.out.splitlines()]
    assert ["matches", "files", "played", "fixtures", "other", "duplicates", "not", "understood"] in lines
    assert ["kazakhstan"] not in lines
    assert ["world", "1", "1", "0", "0", "0", "0"] in lines
    assert ["all", "9", "9", "0", "0", "0", "0"] in lines
    assert "club names not in the registry" in outcome.out
    assert "austria United (aut): 1" in outcome.out
    assert f"Snapshot {snapshot.id}; the whole report is in {snapshot.folder / 'report.json'}" in outcome.out
    assert "Absences (fpl): 1 read, 1 new, 1 clubs watched" in outcome.out


def test_both_sources_of_matches_are_stored_and_told(awayday: CommandLine, folder: Path, site: Path) -> None:
    outcome = awayday("sync", "--from", str(folder))

    assert (outcome.code, outcome.err) == (0, "")
    snapshot = SnapshotStore(awayday.home).latest()
    assert (len(snapshot.matches), len(snapshot.statistics), len(snapshot.odds)) == (10, 2, 2)
    lines = [line.split() for line in outcome.out.splitlines()]
    heads = ["files", "played", "fixtures", "statistics", "odds", "in", "both", "only", "here", "duplicates"]
    assert ["football-data.co.uk", *heads] in lines
    assert ["all", "1", "2", "0", "2", "2", "1", "1", "0"] in lines
    where = snapshot.folder / "conflicts.parquet"
    assert f"disagreements with openfootball, which was kept: score 1; all are in {where}\n" in outcome.out
    line = f"england/{OPENFOOTBALL['england']}:2"
    assert f"  {line}: 2-1 was kept, E0_2526.csv:2: 2-2 dropped\n" in outcome.out
    assert "  E0_2526.csv:3: B365D 'none' is no odds; left out\n" in outcome.out
    assert "  New: 1 files\n" in outcome.out
    assert "football-data.co.uk's club names not in the registry" in outcome.out
    assert "  england FC (eng): 1\n" in outcome.out


def test_only_one_source_of_matches_keeps_the_other(awayday: CommandLine, folder: Path, site: Path) -> None:
    awayday("sync", "--from", str(folder))
    for only in ("openfootball", "football-data"):
        outcome = awayday("sync", "--from", str(folder), "--only", only)

        assert (outcome.code, outcome.err) == (0, "")
        assert len(SnapshotStore(awayday.home).latest().odds) == 2

    (site / "E0_2526.csv").unlink()
    outcome = awayday("sync", "--from", str(folder), "--only", "openfootball")

    assert outcome.code == 1
    assert outcome.err.splitlines() == [
        "error: football-data, read again where it was last time: no files of football-data.co.uk (such as "
        f"2223/E0.csv or E0_2223.csv) in {site}",
        "error: no snapshot written: football-data could not be read and the snapshot in use has it; it stays in use",
    ]
    assert len(SnapshotStore(awayday.home).latest().odds) == 2


def test_football_data_asked_for_by_name_must_be_there(awayday: CommandLine, folder: Path, site: Path) -> None:
    assert awayday("sync", "--from", str(site), "--only", "football-data").code == 0

    outcome = awayday("sync", "--from", str(folder / "fpl"), "--only", "football-data")

    assert outcome.code == 1
    assert outcome.err.startswith("error: no files of football-data.co.uk")
    assert len(SnapshotStore(awayday.home).latest().matches) == 2


def test_a_faulty_file_is_named_and_the_others_are_read(awayday: CommandLine, folder: Path, site: Path) -> None:
    for season in range(10, 40):
        (site / f"SP1_{season}{season + 1}.csv").write_text("<html>Sorry</html>")

    outcome = awayday("sync", "--from", str(folder))

    assert outcome.code == 1
    errors = outcome.err.splitlines()
    assert errors[0].startswith("error: SP1_1011.csv:1: header lacks Div or Country")
    assert errors[20:] == ["error: and 10 more"]
    assert len(SnapshotStore(awayday.home).latest().odds) == 2


def test_a_second_sync_of_the_same_changes_nothing(awayday: CommandLine, folder: Path) -> None:
    awayday("sync", "--from", str(folder))
    first = SnapshotStore(awayday.home).latest().id

    outcome = awayday("sync", "--from", str(folder))

    assert outcome.code == 0
    assert SnapshotStore(awayday.home).latest().id == first
    assert players(awayday) == ["Ann"]
    assert "Absences (fpl): 1 read, 0 new" in outcome.out


def test_lines_that_are_not_understood_are_named_with_file_and_line(awayday: CommandLine, folder: Path) -> None:
    file = folder / "openfootball" / "italy" / OPENFOOTBALL["italy"]
    file.write_text(one_match("italy") + " Roma [b] v Lazio 1-0 2-0\n" * 12, "utf-8")

    outcome = awayday("sync", "--from", str(folder), "--only", "openfootball")

    assert outcome.code == 0
    assert "12 lines not understood:" in outcome.out
    assert f"  italy/{OPENFOOTBALL['italy']}:3: " in outcome.out
    assert f"  italy/{OPENFOOTBALL['italy']}:12: " in outcome.out
    assert f"  italy/{OPENFOOTBALL['italy']}:13: " not in outcome.out
    assert "Roma [b] v Lazio" in outcome.out
    assert "  …\n" in outcome.out


def test_a_repository_that_is_missing_is_code_1_and_the_rest_is_stored(awayday: CommandLine, folder: Path) -> None:
    (folder / "openfootball" / "italy" / OPENFOOTBALL["italy"]).unlink()
    (folder / "openfootball" / "italy" / "2025-26").rmdir()
    (folder / "openfootball" / "italy").rmdir()

    outcome = awayday("sync", "--from", str(folder))

    assert outcome.code == 1
    assert outcome.err.startswith("error: italy: ")
    assert len(SnapshotStore(awayday.home).latest().matches) == 8
    assert players(awayday) == ["Ann"]


def test_a_folder_without_matches_still_gives_its_absences(awayday: CommandLine, folder: Path) -> None:
    (folder / "openfootball").rename(folder / "elsewhere")

    outcome = awayday("sync", "--from", str(folder))

    assert outcome.code == 1
    assert outcome.err.startswith(f"error: {folder}: holds none of the openfootball repositories")
    assert players(awayday) == ["Ann"]


def test_broken_absences_leave_those_stored_before_and_the_matches(awayday: CommandLine, folder: Path) -> None:
    awayday("sync", "--from", str(folder))
    (folder / "fpl" / APPEARANCES_FILE).write_text("not compressed")

    outcome = awayday("sync", "--from", str(folder))

    assert outcome.code == 1
    assert f"error: {folder / 'fpl' / APPEARANCES_FILE}: cannot be read" in outcome.err
    assert players(awayday) == ["Ann"]


def test_only_names_what_is_synced(awayday: CommandLine, folder: Path) -> None:
    assert awayday("sync", "--from", str(folder), "--only", "fpl").code == 0

    assert players(awayday) == ["Ann"]
    assert not (awayday.home / "snapshots").exists()


def test_absences_asked_for_by_name_must_be_there(awayday: CommandLine, folder: Path, tmp_path: Path) -> None:
    (folder / "fpl").rename(tmp_path / "elsewhere")

    assert awayday("sync", "--from", str(folder)).code == 0
    outcome = awayday("sync", "--from", str(folder), "--only", "fpl")

    assert outcome.code == 1
    assert outcome.err == f"error: {folder / 'fpl'}: holds no collected Fantasy Premier League answers\n"


def test_a_csv_of_ones_own_is_added(awayday: CommandLine, folder: Path, absences_csv: Path) -> None:
    arguments = ("--from", str(folder), "--absences", str(absences_csv), "--country", "eng")

    outcome = awayday("sync", *arguments)

    assert outcome.code == 0
    assert players(awayday) == ["Ann", "Ben"]
    assert "Absences (csv:mine.csv): 1 read, 1 new, 1 clubs watched" in outcome.out


def test_a_fault_in_a_csv_is_named_and_the_rest_is_stored(
    awayday: CommandLine, folder: Path, absences_csv: Path
) -> None:
    absences_csv.write_text("player,club,from\nBen,Arsenal,soon\n")

    outcome = awayday("sync", "--from", str(folder), "--absences", str(absences_csv), "--country", "eng")

    assert outcome.code == 1
    assert outcome.err == (f"error: {absences_csv}:2: from is 'soon', expected a day such as 2025-09-28, or nothing\n")
    assert players(awayday) == ["Ann"]


def test_without_a_network_all_sources_say_so_and_nothing_is_lost(
    awayday: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    awayday("sync", "--from", str(folder))

    def dead(*_: object, **__: object) -> None:
        raise DownloadError("nothing could be fetched: no connection")

    monkeypatch.setattr("football.sync.download_openfootball", dead)
    monkeypatch.setattr("football.sync.download_football_data", dead)
    monkeypatch.setattr("football.absence_sync.fetch_bootstrap", dead)

    outcome = awayday("sync")

    assert outcome.code == 1
    assert outcome.err == "error: nothing could be fetched: no connection\n" * 3
    assert len(SnapshotStore(awayday.home).latest().matches) == 9
    assert players(awayday) == ["Ann"]


def test_progress_is_shown_on_a_terminal_only(
    awayday: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert awayday("sync", "--from", str(folder)).err == ""

    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "world" in awayday("sync", "--from", str(folder)).err
