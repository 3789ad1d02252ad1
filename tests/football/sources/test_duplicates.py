from pathlib import Path

import pandas as pd

from football.sources.openfootball import read_folder
from football.sync_report import SyncReport
from tests.football.fakes import FakeRegistry, row, write_files

_LEAGUE = "europe/russia/2019-20_ru1.txt"
_SECOND = "europe/russia/2019-20_ru2.txt"


def _read(root: Path, files: dict[str, str]) -> tuple[pd.DataFrame, SyncReport]:
    return read_folder(write_files(root, files), FakeRegistry())


def test_a_match_told_in_two_files_is_one_row_the_richer_one(tmp_path: Path) -> None:
    matches, report = _read(
        tmp_path,
        {_LEAGUE: "Sat Jul/13 2019\n A v B 3-2\n", _SECOND: "» Playoffs\nSat Jul/13 2019\n 19.00 A v B 3-2 (1-0)\n"},
    )
    assert row(matches)["source_line"] == f"{_SECOND}:3"
    assert report.repository("europe").duplicates_removed == 1
    assert report.repository("europe").conflicts == []


def test_equally_rich_rows_leave_the_first(tmp_path: Path) -> None:
    text = "Sat Jul/13 2019\n A v B 3-2\n"
    matches, _ = _read(tmp_path, {_LEAGUE: text, _SECOND: text})
    assert row(matches)["source_line"] == f"{_LEAGUE}:2"


def test_the_same_day_with_another_score_is_a_conflict_and_told(tmp_path: Path) -> None:
    text = "Sat Jul/13 2019\n A v B 3-2 (1-0)\n A v B 3-1\n"
    matches, report = _read(tmp_path, {_LEAGUE: text})
    assert row(matches)["away_goals"] == 2
    (conflict,) = report.repository("europe").conflicts
    assert conflict.match_id == "2019-07-13_rus-a_rus-b"
    assert (conflict.kept, conflict.dropped) == (f"{_LEAGUE}:2: 2019-07-13 3-2", f"{_LEAGUE}:3: 2019-07-13 3-1")


def test_a_match_under_two_neighbouring_dates_is_one(tmp_path: Path) -> None:
    text = "Sat Jul/13 2019\n A v B\nSun Jul/14\n A v B 3-2\n"
    matches, report = _read(tmp_path, {_LEAGUE: text})
    assert row(matches)["date"] == pd.Timestamp("2019-07-14")
    assert report.repository("europe").duplicates_removed == 1


def test_neighbouring_dates_in_two_competitions_are_two_matches(tmp_path: Path) -> None:
    files = {_LEAGUE: "Sat Jul/13 2019\n A v B 3-2\n", _SECOND: "Sun Jul/14 2019\n A v B 3-2\n"}
    assert len(_read(tmp_path, files)[0]) == 2


def test_a_match_called_off_or_broken_off_and_its_replay_are_both_kept(tmp_path: Path) -> None:
    text = "Sat Jul/13 2019\n A v B [postponed]\n C v D [abandoned]\nSun Jul/14\n A v B 3-2\n C v D 0-0\n"
    matches, _ = _read(tmp_path, {_LEAGUE: text})
    assert list(matches["status"]) == ["postponed", "abandoned", "played", "played"]


def test_return_matches_and_later_meetings_are_no_duplicates(tmp_path: Path) -> None:
    text = "Sat Jul/13 2019\n A v B 3-2\nSun Jul/14\n B v A 3-2\nWed Jul/17\n A v B 3-2\n"
    assert len(_read(tmp_path, {_LEAGUE: text})[0]) == 3
