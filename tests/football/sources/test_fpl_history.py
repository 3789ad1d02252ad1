"""Absences from collected answers: hand-made snapshots of a few players, and the real files."""

import time
from pathlib import Path

import pandas as pd
import pytest

from football.absences import AbsenceTables
from football.errors import SourceError
from football.sources.fpl_history import APPEARANCES_FILE, SNAPSHOTS_FILE, read_history
from tests.football.fakes import FakeRegistry

CLUBS = FakeRegistry({("Arsenal", "eng"): "eng-arsenal", ("Leeds", "eng"): "eng-leeds-united"})
HEADER = "season,snapshot_at,player_code,player,team,position,status,chance_of_playing_next_round,news,news_added"
WEEKS = ("2025-09-01T10:00:00Z", "2025-09-08T10:00:00Z", "2025-09-15T10:00:00Z", "2025-09-22T10:00:00Z")
OTHER = "99,Other,Arsenal,DF,i,0,Knee injury - Unknown return date"
"""A player out all the time, so that there is a snapshot every week."""


def line(week: int, text: str, news_added: str = "2025-08-30T10:00:00Z") -> str:
    return f"2025-26,{WEEKS[week]},{text},{news_added}"


def history(tmp_path: Path, *lines: str, appearances: tuple[str, ...] = ()) -> AbsenceTables:
    everyone = [*lines, *(line(week, OTHER) for week in range(len(WEEKS)))]
    (tmp_path / SNAPSHOTS_FILE).write_bytes(_gzip("\n".join([HEADER, *everyone, ""])))
    played = "\n".join(["season,kickoff_utc,team,player_code,minutes", *appearances, ""])
    (tmp_path / APPEARANCES_FILE).write_bytes(_gzip(played))
    return read_history(tmp_path, CLUBS)


def _gzip(text: str) -> bytes:
    import gzip

    return gzip.compress(text.encode())


def of(tables: AbsenceTables, player: str) -> list[tuple[str, str, str | None]]:
    """(status, known_at, superseded_at) as days of September."""
    rows = tables.absences[tables.absences["player"] == player]
    return [
        (
            row["status"],
            f"{row['known_at']:%d}",
            None if pd.isna(row["superseded_at"]) else f"{row['superseded_at']:%d}",
        )
        for row in rows.to_dict("records")
    ]


KNOCK = "1,Ann,Arsenal,MF,d,75,Knock - 75% chance of playing"
DOUBT = "1,Ann,Arsenal,MF,d,25,Knock - 25% chance of playing"
INJURY = "1,Ann,Arsenal,MF,i,0,Knee injury - Unknown return date"


def test_the_same_word_in_consecutive_snapshots_is_one_absence(tmp_path: Path) -> None:
    tables = history(tmp_path, line(0, INJURY), line(1, INJURY))

    assert of(tables, "Ann") == [("out", "01", "15")]


def test_a_player_listed_no_longer_is_available_from_the_next_snapshot_only(tmp_path: Path) -> None:
    tables = history(tmp_path, line(1, INJURY), line(3, INJURY))

    assert of(tables, "Ann") == [("out", "08", "15"), ("out", "22", None)]


def test_another_status_or_chance_supersedes_the_one_before(tmp_path: Path) -> None:
    tables = history(tmp_path, line(0, KNOCK), line(1, DOUBT), line(2, INJURY))

    assert of(tables, "Ann") == [("doubtful", "01", "08"), ("doubtful", "08", "15"), ("out", "15", "22")]
    assert list(tables.absences.loc[tables.absences["player"] == "Ann", "chance"]) == [0.75, 0.25, 0.0]


def test_the_date_of_the_news_dates_nothing_back(tmp_path: Path) -> None:
    tables = history(tmp_path, line(1, INJURY, news_added="2025-09-05T10:00:00Z"))

    assert of(tables, "Ann") == [("out", "08", "15")]


def test_a_line_with_the_status_available_ends_an_absence_and_is_none(tmp_path: Path) -> None:
    tables = history(tmp_path, line(0, KNOCK), line(1, "1,Ann,Arsenal,MF,a,75,"), line(2, "1,Ann,Arsenal,MF,a,75,"))

    assert of(tables, "Ann") == [("doubtful", "01", "08")]


def test_a_departure_ends_an_absence_and_is_none(tmp_path: Path) -> None:
    left = "1,Ann,Arsenal,MF,n,0,Joined Roma on loan until the end of the season on 7/9. - Expected back 01 Jul"

    assert of(history(tmp_path, line(0, KNOCK), line(1, left)), "Ann") == [("doubtful", "01", "08")]


def test_a_move_to_another_club_ends_the_absence_from_the_first(tmp_path: Path) -> None:
    tables = history(tmp_path, line(0, INJURY), line(1, INJURY.replace("Arsenal", "Leeds")))

    assert list(tables.absences.loc[tables.absences["player"] == "Ann", "club_id"]) == [
        "eng-arsenal",
        "eng-leeds-united",
    ]
    assert of(tables, "Ann") == [("out", "01", "08"), ("out", "08", "15")]


def test_a_passed_day_of_return_starts_a_new_entry_without_one(tmp_path: Path) -> None:
    injury = "1,Ann,Arsenal,MF,i,0,Knee injury - Expected back 12 Sep"
    tables = history(tmp_path, line(0, injury), line(1, injury), line(2, injury))

    absences = tables.absences[tables.absences["player"] == "Ann"]
    assert of(tables, "Ann") == [("out", "01", "15"), ("out", "15", "22")]
    assert absences["absent_until"].iloc[0] == pd.Timestamp("2025-09-11")
    assert pd.isna(absences["absent_until"].iloc[1])


def test_importance_counts_matches_finished_by_then(tmp_path: Path) -> None:
    tables = history(
        tmp_path,
        line(0, INJURY),
        line(2, INJURY),
        appearances=(
            "2025-26,2025-08-30T14:00:00Z,Arsenal,1,90",
            "2025-26,2025-08-30T14:00:00Z,Arsenal,2,900",
            "2025-26,2025-09-13T14:00:00Z,Arsenal,1,0",
            "2025-26,2025-09-13T14:00:00Z,Arsenal,2,990",
        ),
    )

    ann = tables.absences[tables.absences["player"] == "Ann"]
    assert list(ann["importance"]) == pytest.approx([1.0, 0.5])
    assert list(ann["minutes_rank"]) == [2, 2]


def test_who_is_not_available_counts_only_with_recent_minutes(tmp_path: Path) -> None:
    ineligible = "{0},{1},Arsenal,MF,n,0,Ineligible to face his parent club on 3/9. - Expected back 05 Sep"
    tables = history(
        tmp_path,
        line(0, ineligible.format(1, "Ann")),
        line(0, ineligible.format(2, "Ben")),
        appearances=("2025-26,2025-08-30T14:00:00Z,Arsenal,1,90",),
    )

    assert of(tables, "Ann") == [("out", "01", "08")]
    assert of(tables, "Ben") == []


def test_coverage_runs_from_first_to_last_snapshot_of_each_club_of_the_season(tmp_path: Path) -> None:
    tables = history(tmp_path, appearances=("2025-26,2025-08-30T14:00:00Z,Leeds,1,90",))

    assert [(row.club_id, str(row.watched_from), str(row.watched_until)) for row in tables.coverage.itertuples()] == [
        ("eng-arsenal", "2025-09-01 10:00:00+00:00", "2025-09-22 10:00:00+00:00"),
        ("eng-leeds-united", "2025-09-01 10:00:00+00:00", "2025-09-22 10:00:00+00:00"),
    ]  # Leeds lists nobody: nobody is out there, which is known


def test_unknown_clubs_are_named(tmp_path: Path) -> None:
    tables = history(tmp_path, line(0, INJURY.replace("Arsenal", "Nowhere")))

    assert tables.unresolved == ("Nowhere",)
    assert of(tables, "Ann") == []


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"availability_snapshots\.csv\.gz: is not there"):
        read_history(tmp_path, CLUBS)


def test_a_file_that_is_not_compressed_is_refused(tmp_path: Path) -> None:
    (tmp_path / SNAPSHOTS_FILE).write_text(HEADER)

    with pytest.raises(SourceError, match="cannot be read"):
        read_history(tmp_path, CLUBS)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / SNAPSHOTS_FILE).write_bytes(_gzip("season,player\n2025-26,Ann\n"))

    with pytest.raises(SourceError, match=r"cannot be read: .*snapshot_at"):
        read_history(tmp_path, CLUBS)


def test_a_time_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=rf"{SNAPSHOTS_FILE}:2: snapshot_at is 'soon', expected a time such as"):
        history(tmp_path, f"2025-26,soon,{INJURY},2025-08-30T10:00:00Z")


@pytest.fixture(scope="module")
def real(shared_data: Path) -> tuple[AbsenceTables, float]:
    from football.clubs import load_registry

    registry = load_registry()
    began = time.perf_counter()
    tables = read_history(shared_data / "fpl", registry)
    return tables, time.perf_counter() - began


@pytest.mark.full_data
def test_the_real_files_name_known_clubs_only_and_are_read_in_seconds(real: tuple[AbsenceTables, float]) -> None:
    tables, seconds = real

    assert tables.unresolved == ()
    assert tables.coverage["club_id"].nunique() == 30
    assert 11_000 < len(tables.absences) < 12_500
    assert seconds < 15  # about 2 on an idle machine


@pytest.mark.full_data
def test_in_the_real_files_a_player_has_one_standing_word_at_a_time(real: tuple[AbsenceTables, float]) -> None:
    absences = real[0].absences.sort_values(["club_id", "player", "known_at"])
    same = (absences["player"] == absences["player"].shift()) & (absences["club_id"] == absences["club_id"].shift())

    assert (absences["superseded_at"].dropna() > absences.loc[absences["superseded_at"].notna(), "known_at"]).all()
    assert (absences["superseded_at"].shift()[same] <= absences["known_at"][same]).all()


@pytest.mark.full_data
def test_salah_at_the_cup_of_nations_is_out_of_liverpools_match_and_a_key_player(
    real: tuple[AbsenceTables, float],
) -> None:
    absences, kickoff = real[0].absences, pd.Timestamp("2024-01-21T16:30Z")
    salah = absences[
        (absences["player"] == "Mohamed Salah")
        & (absences["known_at"] <= kickoff)
        & (absences["superseded_at"] > kickoff)
    ]

    (row,) = salah.to_dict("records")
    assert (row["club_id"], row["status"]) == ("eng-liverpool", "out")
    assert row["importance"] > 0.9
    assert row["minutes_rank"] <= 3
