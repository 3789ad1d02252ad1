import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from football.errors import SourceError
from football.sources.openfootball import REPOSITORIES, read_folder
from football.sync_report import Progress, SyncReport
from football.tables import validate_matches
from tests.football.fakes import FakeRegistry, row, table_of, write_files

_KAIRAT = """= UEFA Champions League 2025/26

» League, Matchday 2
  Tue Sep/30 2025
    18.45  FK Kairat (KAZ)         v Real Madrid CF (ESP)     0-5 (0-1)
» Round of 16
  Tue Mar/10
           N.N.                    v Real Madrid CF (ESP)
"""


def test_a_match_becomes_a_row_of_the_contract(tmp_path: Path) -> None:
    registry = FakeRegistry({("FK Kairat", "kaz"): "kaz-kairat"})
    matches, report = read_folder(write_files(tmp_path, {"champions-league/2025-26/cl.txt": _KAIRAT}), registry)
    validate_matches(matches)
    match = row(matches)
    assert match["match_id"] == "2025-09-30_kaz-kairat_esp-real-madrid-cf"
    assert match["competition_id"] == "champions-league"
    assert (match["season"], match["round"]) == ("2025-26", "League, Matchday 2")
    assert match["date"] == pd.Timestamp("2025-09-30")
    assert match["kickoff_utc"] == pd.Timestamp("2025-09-30T16:45Z")
    assert (match["home_name"], match["away_name"]) == ("FK Kairat (KAZ)", "Real Madrid CF (ESP)")
    assert (match["home_goals"], match["away_goals"]) == (0, 5)
    assert (match["home_goals_half_time"], match["away_goals_half_time"]) == (0, 1)
    assert pd.isna(match["home_goals_extra_time"])
    assert pd.isna(match["away_penalties"])
    assert match["neutral"] == False  # noqa: E712  (null must fail too)
    assert (match["source"], match["source_line"]) == ("openfootball", "champions-league/2025-26/cl.txt:5")
    repository = report.repository("champions-league")
    assert (repository.files, repository.match_lines, repository.played, repository.undecided) == (1, 2, 1, 1)
    assert [(name.name, name.country, name.matches) for name in report.unresolved] == [("Real Madrid CF", "esp", 1)]


def test_clubs_are_asked_for_in_their_country_once_each(tmp_path: Path) -> None:
    registry = FakeRegistry()
    files = {
        "england/2025-26/1-premierleague.txt": "Sat Aug/16\n A Club v B Club 1-0\n B Club v A Club 1-0\n",
        "south-america/copa-libertadores/2025_copal.txt": "Tue Feb/4\n C Club v D Club (URU) 1-0\n",
    }
    read_folder(write_files(tmp_path, files), registry)
    assert registry.asked == [("A Club", "eng"), ("B Club", "eng"), ("C Club", None), ("D Club", "uru")]


@pytest.mark.parametrize(
    ("path", "line", "kickoff"),
    [
        ("england/2025-26/1-premierleague.txt", "Sat Aug/16\n 15.00 A v B 1-0", "2025-08-16T14:00Z"),
        ("england/2025-26/1-premierleague.txt", "Sat Dec/20\n 15.00 A v B 1-0", "2025-12-20T15:00Z"),
        ("world/asia/kazakhstan/2023_kz1.txt", "Sat Mar/4\n 15.00 A v B 1-0", "2023-03-04T09:00Z"),  # still UTC+6
        ("world/asia/kazakhstan/2025_kz1.txt", "Sat Mar/1\n 15.00 A v B 1-0", "2025-03-01T10:00Z"),
        ("south-america/copa-libertadores/2012_copal.txt", "Fri Feb/3\n 00.00 A v B 1-0", "2012-02-03T02:00Z"),
        ("world/north-america/major-league-soccer/2005_mls.txt", "Sat Apr/2\n 23.00 A v B 1-0", "2005-04-03T04:00Z"),
        ("england/2025-26/facup.txt", "Sat Dec/20\n 15.00 UTC+3 A v B 1-0", "2025-12-20T12:00Z"),
    ],
)
def test_kick_offs_are_turned_to_utc_by_the_competition_s_zone(
    tmp_path: Path, path: str, line: str, kickoff: str
) -> None:
    assert row(table_of(tmp_path, path, line))["kickoff_utc"] == pd.Timestamp(kickoff)


def test_no_kick_off_stays_unknown(tmp_path: Path) -> None:
    matches = table_of(tmp_path, "england/2025-26/1-premierleague.txt", "Sat Aug/16\n A v B 1-0\n")
    assert matches["kickoff_utc"].isna().all()


def test_qualifying_rounds_inside_a_competition_s_file_are_qualifying(tmp_path: Path) -> None:
    text = "» Qual. Round 1\n Tue Jul/9\n A v B 1-0\n» Group A\n Tue Sep/17\n A v C 1-0\n"
    matches = table_of(tmp_path, "world/africa/champions-league/2024-25_cafcl.txt", text)
    assert list(matches["competition_id"]) == ["caf-champions-league-qualifying", "caf-champions-league"]


def test_a_league_s_play_offs_stay_in_the_league(tmp_path: Path) -> None:
    text = "» Playoffs, Qualifikation\n Tue Jul/9\n A v B 1-0\n"
    assert row(table_of(tmp_path, "europe/denmark/2024-25_dk1.txt", text))["competition_id"] == "den-1"


def test_other_folders_and_files_are_left_out_and_unknown_files_are_told(tmp_path: Path) -> None:
    match = "Sat Aug/16\n A v B 1-0\n"
    files = {
        "england/2025-26/squads/arsenal.txt": match,
        "england/2025-26/.conf.txt": match,
        "austria/2025-26/1-bundesliga.conf.txt": match,
        "deutschland/2025-26/1-bundesliga-full.txt": match,
        "world/asia/atlantis/2025_xx1.txt": match,
        "england/1-premierleague.txt": match,
    }
    with pytest.raises(SourceError, match="holds none of the openfootball repositories"):
        read_folder(tmp_path, FakeRegistry())
    matches, report = read_folder(write_files(tmp_path, files), FakeRegistry())
    assert matches.empty
    assert [str(q) for r in report.repositories for q in r.questions] == [
        "england/1-premierleague.txt:0: 1-premierleague.txt (no competition known for this file; not read)",
        "world/asia/atlantis/2025_xx1.txt:0: 2025_xx1.txt (no competition known for this file; not read)",
    ]


def test_missing_repositories_and_unreadable_files_are_failures_and_the_rest_is_read(tmp_path: Path) -> None:
    write_files(tmp_path, {"england/2025-26/1-premierleague.txt": "Sat Aug/16\n A v B 1-0\n"})
    broken = tmp_path / "england/2025-26/facup.txt"
    broken.write_bytes(b"Sat Aug/16\n K\xf6ln v B 1-0\n")
    matches, report = read_folder(tmp_path, FakeRegistry())
    assert len(matches) == 1
    assert report.exit_code == 1
    assert len([r for r in report.repositories if r.failures]) == len(REPOSITORIES)
    assert report.repository("england").failures[0].startswith("england/2025-26/facup.txt: cannot be read")


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    steps: list[Progress] = []
    text = "Sat Aug/16\n A v B 1-0\n"
    files = {"openfootball/england/2025-26/facup.txt": text, "openfootball/england/2025-26/eflcup.txt": text}
    read_folder(write_files(tmp_path, files), FakeRegistry(), steps.append)
    assert steps == [Progress("england", "read", 1, 2), Progress("england", "read", 2, 2)]


@pytest.fixture(scope="module")
def real(request: pytest.FixtureRequest) -> tuple[pd.DataFrame, SyncReport]:
    return read_folder(request.getfixturevalue("shared_data"), FakeRegistry())


@pytest.mark.full_data
def test_all_real_files_are_read_and_nearly_every_match_line(real: tuple[pd.DataFrame, SyncReport]) -> None:
    matches, report = real
    assert report.exit_code == 0
    match_lines = sum(r.match_lines for r in report.repositories)
    unread = report.not_understood
    assert match_lines > 215_000
    assert len(unread) < match_lines / 1000
    assert report.played > 205_000
    assert matches["match_id"].is_unique
    others = sum(r.other + r.undecided for r in report.repositories)
    assert match_lines == report.played + report.fixtures + others + report.duplicates_removed + len(unread)


@pytest.mark.full_data
def test_no_match_of_a_real_file_is_lost(shared_data: Path, real: tuple[pd.DataFrame, SyncReport]) -> None:
    """An independent count: every line with a score or ` v ` in it, comments aside."""
    match_line = re.compile(r"^\s(?!\s*NP?[FN]L - ).*(\s\d+-\d+\s|\s\d+-\d+$|\sv\s|\s-\s)")  # NNL, NPFL: banners
    counted: Counter[str] = Counter()
    for path in (shared_data / "openfootball").rglob("*.txt"):
        relative = path.relative_to(shared_data / "openfootball").as_posix()
        if relative.startswith("clubs/") or "/squads/" in relative or path.name == ".conf.txt":
            continue
        lines = path.read_text("utf-8").splitlines()
        counted[relative.split("/")[0]] += sum(bool(match_line.match(line.split("#")[0])) for line in lines)
    assert counted == {r.name: r.match_lines for r in real[1].repositories}


@pytest.mark.full_data
def test_the_match_that_started_it(real: tuple[pd.DataFrame, SyncReport]) -> None:
    match = row(real[0], home_name="FK Kairat (KAZ)", away_name="Real Madrid CF (ESP)")
    assert match["kickoff_utc"] == pd.Timestamp("2025-09-30T16:45Z")
    assert (match["home_goals"], match["away_goals"]) == (0, 5)
    assert (match["home_goals_half_time"], match["away_goals_half_time"]) == (0, 1)


@pytest.mark.full_data
@pytest.mark.parametrize(("division", "competition"), [("E0", "eng-1"), ("SP1", "esp-1")])
def test_results_agree_with_an_independent_source(
    shared_data: Path, real: tuple[pd.DataFrame, SyncReport], division: str, competition: str
) -> None:
    """Days and 90-minute scores of 2012/13 to 2022/23 against football-data.co.uk, season by season."""
    league = real[0][real[0]["competition_id"] == competition]
    for start in range(2012, 2023):
        season = league[league["season"] == f"{start}-{(start + 1) % 100}"]
        other = pd.read_csv(
            shared_data / "football-data" / f"{division}_{start % 100}{(start + 1) % 100}.csv", encoding="latin-1"
        ).dropna(subset="HomeTeam")
        days = pd.to_datetime(other["Date"], dayfirst=True, format="mixed")
        theirs = Counter(zip(days, other["FTHG"].astype(int), other["FTAG"].astype(int), strict=True))
        ours = Counter(zip(season["date"], season["home_goals"], season["away_goals"], strict=True))
        assert len(season) == 380
        assert ours == theirs
