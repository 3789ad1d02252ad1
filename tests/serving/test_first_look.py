"""Whether a database may hold absences, seen before the packages of SQL are loaded."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from features.injuries import AbsenceIndex
from football.database import Database
from football.told_absences import ToldAbsences, Word
from serving.first_look import nobody_told
from serving.store import Store


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'of 50 %25 and é.db'}"


def test_no_file_and_an_empty_database_hold_none(tmp_path: Path) -> None:
    url = url_in(tmp_path)
    assert nobody_told(url)
    assert list(tmp_path.iterdir()) == [], "a look makes no file"
    with Database(url) as database:
        database.create()
    assert nobody_told(url)
    assert nobody_told(f"{url}?timeout=5")


@pytest.mark.parametrize("words", [[], [Word("Isak", "out")]])
def test_absences_and_the_word_that_there_are_none_count(tmp_path: Path, words: list[Word]) -> None:
    url = url_in(tmp_path)
    with Database(url) as database:
        ToldAbsences(database, timedelta(days=1)).tell("eng-newcastle-united", words, "cli:joe", complete=True)
    assert not nobody_told(url)
    assert not nobody_told(f"{url}?timeout=5")


def test_what_cannot_be_seen_may_hold_some(tmp_path: Path) -> None:
    assert not nobody_told("postgresql://nowhere/awayday")
    (tmp_path / "broken.db").write_bytes(b"no database")
    assert not nobody_told(f"sqlite:///{tmp_path / 'broken.db'}")
    (tmp_path / "older.db").touch()
    assert not nobody_told(f"sqlite:///{tmp_path / 'older.db'}")


def test_absences_that_are_there_are_used_from_the_start_and_told_ones_at_once(tmp_path: Path) -> None:
    found: list[AbsenceIndex | None] = []
    empty, full = (Store(f"sqlite:///{tmp_path / name}.db", tmp_path) for name in ("empty", "full"))
    empty.start(found.append)
    assert not found, "nothing is to be known; the first look is for later"
    now = datetime.now(UTC)
    known = empty.change(lambda told: told.tell("esp-real-madrid", [Word("Vinícius", "out")], "cli:joe"))
    assert [stored.word.player for stored in known.absent] == ["Vinícius"]
    assert known.absent[0].known_at >= now
    assert found[-1] is not None
    empty.close()
    (tmp_path / "empty.db").rename(tmp_path / "full.db")
    found.clear()
    full.start(found.append)
    assert found[-1] is not None
    full.close()
