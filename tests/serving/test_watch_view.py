"""What the service tells of the watch, from what its process noted in the database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from football.database import Database
from football.watch_store import STALE_AFTER, StepRecord, WatchStore
from serving.watch_view import WatchView

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[WatchStore]:
    with Database(database_url) as database:
        yield WatchStore(database)


def test_where_nobody_watches_there_is_nothing_to_tell(store: WatchStore) -> None:
    view = WatchView(store, now=lambda: NOW)
    view.look()
    assert (view.reasons(), list(view.steps)) == ([], [])


def test_failing_steps_and_a_silent_process_are_reasons(store: WatchStore) -> None:
    store.record(StepRecord("sync", NOW, None, NOW, 3, "no connection"))
    store.record(StepRecord("train", NOW, NOW, told="version 3"))
    store.take("one:1", NOW)
    moment = NOW
    view = WatchView(store, now=lambda: moment)
    view.look()
    failed = "awayday watch: sync failed 3 times, last at 2026-03-01 12:00 UTC: no connection"
    assert view.reasons() == [failed]
    moment += STALE_AFTER + timedelta(seconds=1)
    silent = "awayday watch: process one:1 has not been heard of since 2026-03-01 12:00 UTC; start it again"
    assert view.reasons() == [failed, silent]
    store.record(StepRecord("sync", NOW, NOW, NOW, told="fine"))
    store.release("one:1")
    view.look()
    assert view.reasons() == []


def test_while_the_database_is_away_the_last_word_stands() -> None:
    with Database("postgresql://nobody@127.0.0.1:9/none") as database:
        view = WatchView(WatchStore(database), now=lambda: NOW)
        view.steps = {"sync": StepRecord("sync", NOW, None, NOW, 1, "no connection")}
        view.look()
        assert len(view.reasons()) == 1
