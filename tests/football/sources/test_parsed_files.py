"""What a file said is kept by its content, and is the same as reading it."""

from pathlib import Path

import pytest

from football.sources import parsed_files
from football.sources.football_txt import ParsedFile, parse_football_txt
from football.sources.football_txt_dates import Season
from football.sources.parsed_files import ParsedFiles

TEXT = """= Cup 2025/26

» Round of 16 | First leg
Tue Sep/16 2025
  18.45 UTC+2  FK Kairat (KAZ)  v  Real Madrid (ESP)  2-2 a.e.t. (1-1, 0-1), 4-3 pen.
  Ajax 0-3 Benfica  [awarded]
  N.N. v Celtic
  what is this 1-2
Mon Sep/17 2025
  Porto v Lille
"""
SEASON = Season("2025-26", 2025, 2026)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "home" / "parsed"


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def no_reader(text: str, season: Season) -> ParsedFile:
    raise AssertionError(f"read again: {season.name}, {text[:20]}")


def test_the_same_text_is_read_once_and_says_the_same(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parse_football_txt(TEXT, SEASON)
    assert expected.matches[0].score.penalties == (4, 3), "there is something to keep"
    assert expected.unread
    assert expected.questions
    assert ParsedFiles(kept).parsed(TEXT, SEASON) == expected

    monkeypatch.setattr(parsed_files, "parse_football_txt", no_reader)
    assert ParsedFiles(kept).parsed(TEXT, SEASON) == expected


@pytest.mark.parametrize(
    ("text", "season"), [(TEXT + "\n", SEASON), (TEXT, Season("2024-25", 2024, 2025)), ("", SEASON)]
)
def test_another_text_or_season_is_another_file(kept: Path, text: str, season: Season) -> None:
    files = ParsedFiles(kept)
    files.parsed(TEXT, SEASON)

    assert files.parsed(text, season) == parse_football_txt(text, season)
    assert len(entries(kept)) == 2


def test_a_change_of_the_reader_reads_everything_anew(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ParsedFiles(kept).parsed(TEXT, SEASON)
    before = entries(kept)
    monkeypatch.setattr(parsed_files, "_READER", ("football_txt.py",))

    changed = ParsedFiles(kept)
    changed.parsed(TEXT, SEASON)
    changed.forget_others()

    assert len(entries(kept)) == 1
    assert entries(kept) != before


@pytest.mark.parametrize("content", [b"", b"{", b'{"matches": [{"line": 1}]}', b"\xff\xfe"])
def test_a_damaged_entry_is_read_anew_and_mended(kept: Path, content: bytes) -> None:
    ParsedFiles(kept).parsed(TEXT, SEASON)
    (path,) = kept.iterdir()
    whole = path.read_bytes()
    path.write_bytes(content)

    assert ParsedFiles(kept).parsed(TEXT, SEASON) == parse_football_txt(TEXT, SEASON)
    assert path.read_bytes() == whole


def test_what_nobody_asks_for_any_more_is_forgotten(kept: Path) -> None:
    first = ParsedFiles(kept)
    first.parsed(TEXT, SEASON)
    first.parsed("", SEASON)
    first.forget_others()
    assert len(entries(kept)) == 2

    second = ParsedFiles(kept)
    second.parsed(TEXT, SEASON)
    second.forget_others()

    assert len(entries(kept)) == 1
    assert second.parsed(TEXT, SEASON) == parse_football_txt(TEXT, SEASON)


def test_where_nothing_can_be_kept_files_are_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "parsed").write_text("a file where a folder is to be", encoding="utf-8")
    files = ParsedFiles(tmp_path / "parsed")

    assert files.parsed(TEXT, SEASON) == parse_football_txt(TEXT, SEASON)
    files.forget_others()
