"""CSV files of a user's own: every column, every alias, every fault with its line."""

from pathlib import Path

import pandas as pd
import pytest

from football.absences import AbsenceTables
from football.errors import SourceError
from football.sources.absence_csv import ALIASES, read_absence_csv
from tests.football.fakes import FakeRegistry

CLUBS = FakeRegistry(
    {("Arsenal", None): "eng-arsenal", ("Arsenal", "arg"): "arg-arsenal", ("Leeds", None): "eng-leeds"}
)


def read(tmp_path: Path, text: str, country: str | None = None) -> AbsenceTables:
    path = tmp_path / "mine.csv"
    path.write_text(text, "utf-8")
    return read_absence_csv(path, CLUBS, country=country)


def one(tmp_path: Path, text: str, country: str | None = None) -> dict[str, object]:
    (row,) = read(tmp_path, text, country).absences.to_dict("records")
    return {str(key): None if pd.isna(value) else value for key, value in row.items()}


def test_every_column_is_read(tmp_path: Path) -> None:
    header = "player,club,status,from,until,known_at,chance,importance"
    row = one(tmp_path, f"{header}\nAnn,Arsenal,doubtful,2025-09-27,2025-10-12,2025-09-28T12:00+02:00,0.25,0.9\n")

    assert row == {
        "club_id": "eng-arsenal",
        "player": "Ann",
        "status": "doubtful",
        "chance": 0.25,
        "absent_from": pd.Timestamp("2025-09-27"),
        "absent_until": pd.Timestamp("2025-10-12"),
        "known_at": pd.Timestamp("2025-09-28T10:00Z"),
        "superseded_at": None,
        "importance": 0.9,
        "minutes_rank": None,
        "source": "csv:mine.csv",
    }


def test_the_shape_of_injury_pages_is_read_as_it_is(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        "player_name,season_injured,injury,injured_since,injured_until,duration,games_missed,club\n"
        "Ann,2020-2021,Knock,2020-11-27,2020-11-28,1 days,,Arsenal\n",
    )

    assert row["status"] == "out"
    assert (row["absent_from"], row["absent_until"]) == (pd.Timestamp("2020-11-27"), pd.Timestamp("2020-11-28"))
    assert row["importance"] is None


def test_without_known_at_an_absence_is_known_at_the_end_of_its_first_day(tmp_path: Path) -> None:
    assert one(tmp_path, "player,club,from\nAnn,Arsenal,2025-09-27\n")["known_at"] == pd.Timestamp("2025-09-28T00:00Z")


@pytest.mark.parametrize(
    ("known_at", "moment"),
    [
        ("2025-09-27", "2025-09-28T00:00Z"),
        ("2025-09-27 18:30", "2025-09-27T18:30Z"),
        ("2025-09-27T18:30Z", "2025-09-27T18:30Z"),
        ("2025-09-27T18:30:05+05:00", "2025-09-27T13:30:05Z"),
    ],
)
def test_known_at_is_a_time_or_the_end_of_a_day(tmp_path: Path, known_at: str, moment: str) -> None:
    row = one(tmp_path, f"player,club,known_at\nAnn,Arsenal,{known_at}\n")

    assert row["known_at"] == pd.Timestamp(moment)
    assert row["absent_from"] is None


@pytest.mark.parametrize(("field", "alias"), [(field, alias) for field in ALIASES for alias in ALIASES[field]])
def test_every_alias_names_its_column(tmp_path: Path, field: str, alias: str) -> None:
    cells = {
        "player": "Ann",
        "club": "Arsenal",
        "country": "arg",
        "status": "Suspended",
        "from": "2025-09-01",
        "until": "2025-09-20",
        "known_at": "2025-08-30T08:00Z",
        "chance": "0.5",
        "importance": "0.75",
    }
    plain = one(tmp_path, ",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert plain["club_id"] == "arg-arsenal"

    header = ",".join(alias.upper().replace("_", " ") if name == field else name for name in cells)
    assert one(tmp_path, header + "\n" + ",".join(cells.values()) + "\n") == plain


def test_semicolons_quotes_blank_lines_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    tables = read(
        tmp_path, '\ufeffplayer;club;from\r\n"Smith; Ann";Arsenal;2025-09-27\r\n\r\n;;\r\nBen;Leeds;2025-09-28\r\n'
    )

    assert list(tables.absences["player"]) == ["Smith; Ann", "Ben"]


def test_the_country_tells_namesakes_apart(tmp_path: Path) -> None:
    assert one(tmp_path, "player,club,from\nAnn,Arsenal,2025-09-27\n", country="arg")["club_id"] == "arg-arsenal"
    assert one(tmp_path, "player,club,from,country\nAnn,Arsenal,2025-09-27,ARG\n")["club_id"] == "arg-arsenal"


def test_a_club_is_watched_while_the_file_has_absences_of_it(tmp_path: Path) -> None:
    tables = read(
        tmp_path,
        "player,club,from,until\n"
        "Ann,Arsenal,2025-01-01,2025-01-09\n"  # known from the 2nd to the end of the 9th
        "Ben,Arsenal,2025-03-10,2025-03-12\n"  # known on the 11th, 60 days after the end of the 9th
        "Cem,Arsenal,2025-05-12,\n"  # known on 13 May, 61 days after the end of 12 March
        "Dan,Leeds,2025-05-12,2025-05-12\n",
    )

    assert [
        (row.club_id, f"{row.watched_from:%m-%d}", f"{row.watched_until:%m-%d}") for row in tables.coverage.itertuples()
    ] == [
        ("eng-arsenal", "01-02", "03-13"),
        ("eng-arsenal", "05-13", "05-13"),
        ("eng-leeds", "05-13", "05-13"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("player,club\nAnn,Arsenal\n", 1, r"no column from or known_at \(also understood: absent_from, since"),
        ("player,from\nAnn,2025-09-27\n", 1, "no column club"),
        ("", 1, "no column player"),
        ("player,name,club,from\n", 1, "all mean player; keep one"),
        ("player,club,from\n,Arsenal,2025-09-27\n", 2, "player is empty"),
        ("player,club,from\nAnn,,2025-09-27\n", 2, "club is empty"),
        ("player,club,from\nAnn,Arsenal,27.9.2025\n", 2, "from is '27.9.2025', expected a day such as 2025-09-28"),
        ("player,club,from\nAnn,Arsenal\n", 2, "both from and known_at are empty"),
        ("player,club,from,until\nAnn,Arsenal,2025-09-27,2025-09-26\n", 2, "until is '2025-09-26', expected no day"),
        ("player,club,known_at\nAnn,Arsenal,soon\n", 2, "known_at is 'soon', expected a time"),
        ("player,club,from,status\nAnn,Arsenal,2025-09-27,ill\n", 2, "status is 'ill', expected out, doubtful or"),
        ("player,club,from,importance\nAnn,Arsenal,2025-09-27,90\n", 2, "importance is '90', expected a number"),
        ("player,club,from,chance\nAnn,Arsenal,2025-09-27,nan\n", 2, "chance is 'nan', expected a number from 0 to 1"),
        ('player,club,from\n"Ann,Arsenal,2025-09-27\n', 2, "is not well-formed CSV"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(SourceError, match=rf"mine\.csv:{line}: .*{reason}"):
        read(tmp_path, text)


def test_all_faulty_lines_are_named_at_once(tmp_path: Path) -> None:
    text = "player,club,from\n,Arsenal,2025-09-27\nBen,Arsenal,2025-09-27\nCem,Leeds,27 Sep\n"

    with pytest.raises(SourceError, match=r"mine\.csv:2: player is empty; 1 more: line 4: from is '27 Sep'"):
        read(tmp_path, text)


def test_all_clubs_that_are_not_found_are_named_at_once(tmp_path: Path) -> None:
    clubs = ("Nowhere", "Arsenal", "Elsewhere", "Nowhere")
    text = "\n".join(["player,club,from", *(f"Ann,{club},2025-09-27" for club in clubs)])

    with pytest.raises(
        SourceError, match=r":2: clubs not in the registry: 'Nowhere' \(line 2\), 'Elsewhere' \(line 4\);"
    ):
        read(tmp_path, text)


def test_a_file_of_a_header_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no line beyond the header"):
        read(tmp_path, "player,club,from\n")


def test_what_is_no_text_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(b"player,club,from\n\xff\xfe\n")

    with pytest.raises(SourceError, match="cannot be read as a UTF-8 text file"):
        read_absence_csv(tmp_path / "mine.csv", CLUBS)
    with pytest.raises(SourceError, match=r"none\.csv: cannot be read"):
        read_absence_csv(tmp_path / "none.csv", CLUBS)


@pytest.mark.full_data
def test_a_list_of_3900_injuries_names_its_two_impossible_lines_and_is_read_without_them(
    shared_data: Path, tmp_path: Path
) -> None:
    from football.clubs import load_registry

    original = shared_data / "injuries" / "premier_league_injuries.csv"
    with pytest.raises(SourceError, match=r"csv:286: until is '2020-12-10'.*; 1 more: line 2653"):
        read_absence_csv(original, load_registry(), country="eng")

    lines = original.read_text("utf-8").splitlines()
    cleaned = tmp_path / "cleaned.csv"
    cleaned.write_text("\n".join(text for number, text in enumerate(lines, 1) if number not in (286, 2653)), "utf-8")
    tables = read_absence_csv(cleaned, load_registry(), country="eng")
    assert len(tables.absences) == 3903
    assert tables.coverage["club_id"].nunique() == 31
