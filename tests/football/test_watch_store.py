"""What the watch keeps in SQL, the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from football.database import Database
from football.errors import StoreError
from football.watch_store import LONGEST, STALE_AFTER, Holder, StepRecord, WatchStore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)


@pytest.fixture
def store(database_url: str) -> Iterator[WatchStore]:
    with Database(database_url) as database:
        yield WatchStore(database)


def test_where_nobody_watched_nothing_is_known_and_nothing_is_made(store: WatchStore) -> None:
    assert store.steps() == {}
    assert store.holder() is None


def test_a_step_is_kept_as_it_went_last(store: WatchStore) -> None:
    failed = StepRecord("sync", NOW, None, NOW, 2, "no connection", None, 1.5)
    store.record(failed)
    store.record(StepRecord("train", NOW, NOW, told="version 3", seconds=200.0))
    assert store.steps()["sync"] == failed
    done = StepRecord("sync", LATER, LATER, NOW, told="12 new results", seconds=4.0)
    store.record(done)
    assert store.steps() == {"sync": done, "train": StepRecord("train", NOW, NOW, told="version 3", seconds=200.0)}


def test_long_reasons_of_many_lines_are_kept_as_one_line_of_bounded_length(store: WatchStore) -> None:
    store.record(StepRecord("sync", NOW, failures=1, reason="a\n  b\t" + "c" * 9999))
    reason = store.steps()["sync"].reason
    assert reason is not None
    assert reason.startswith("a b ccc")
    assert reason.endswith("…")
    assert len(reason) == LONGEST


def test_the_lock_has_one_holder_who_is_named_to_the_others(store: WatchStore) -> None:
    assert store.take("one:1", NOW) is None
    assert store.take("two:2", LATER) == Holder("one:1", NOW, NOW)
    assert store.take("one:1", LATER) is None, "who has it may take it again"
    store.release("two:2")
    assert store.holder() == Holder("one:1", LATER, LATER)
    store.release("one:1")
    assert store.holder() is None
    assert store.take("two:2", LATER) is None


def test_a_holder_that_is_silent_or_gone_makes_room_and_learns_of_it(store: WatchStore) -> None:
    store.take("one:1", NOW)
    assert store.beat("one:1", LATER)
    silent = LATER + STALE_AFTER
    assert store.take("two:2", silent) == Holder("one:1", NOW, LATER)
    assert store.take("two:2", silent + timedelta(seconds=1)) is None
    assert not store.beat("one:1", silent)
    assert store.take("three:3", silent, lambda name: name == "two:2") is None


def test_a_database_that_is_away_is_an_error_that_names_it() -> None:
    with (
        Database("postgresql://nobody@127.0.0.1:9/none") as database,
        pytest.raises(StoreError, match=r"postgresql\+psycopg://nobody@127.0.0.1:9/none"),
    ):
        WatchStore(database).take("one:1", NOW)
