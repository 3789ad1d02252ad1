"""The absences of a running service: read when they change, kept while they cannot be read."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from features.injuries import AbsenceIndex
from football.database import Database
from football.errors import StoreError
from football.told_absences import ToldAbsences, Word
from football.watches import Watch
from serving.absence_keeper import AbsenceKeeper

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as database:
        yield database


def tell(url: str, player: str) -> None:
    """As another process would: through a connection of its own."""
    with Database(url) as database:
        ToldAbsences(database, timedelta(days=10)).tell("eng-arsenal", [Word(player, "out")], "api:joe")


def players(index: AbsenceIndex | None) -> int:
    return 0 if index is None else len(index.player)


def test_what_others_tell_is_found_in_the_background(database: Database, database_url: str) -> None:
    seen: list[int] = []
    keeper = AbsenceKeeper(database, every_s=0.01)
    keeper.start(lambda index: seen.append(players(index)))
    assert seen == [0]

    tell(database_url, "Ann")
    for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.02)):
        with attempt:
            assert seen[-1] == 1
    keeper.close()


def test_tables_are_read_only_when_something_changed(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(database_url, "Ann")
    reads: list[int] = []
    read = database.watches

    def counted() -> list[Watch]:
        reads.append(1)
        return read()

    monkeypatch.setattr(database, "watches", counted)
    keeper = AbsenceKeeper(database)

    for _ in range(3):
        keeper.refresh()
    assert (players(keeper.index), len(reads)) == (1, 1)
    tell(database_url, "Ben")
    keeper.refresh()

    assert (players(keeper.index), len(reads)) == (2, 2)


def test_while_the_database_cannot_be_read_the_last_known_absences_stay(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(database_url, "Ann")
    used: list[int] = []
    keeper = AbsenceKeeper(database)
    keeper.start(lambda index: used.append(players(index)))
    keeper.close()

    def away() -> int:
        raise StoreError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(database, "absence_revision", away)
        tell(database_url, "Ben")
        keeper.refresh()
        assert keeper.failure == "the database is away"
    keeper.refresh()

    assert keeper.failure is None
    assert used == [1, 1, 2]
