"""How long served predictions are kept: older ones go little by little, and a database that is away hinders nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from football.database import Database
from football.errors import StoreError
from football.served import ServedStore
from serving import retention
from serving.prediction_log import PredictionLog
from serving.retention import EVERY_S, FIRST_S, Retention
from tests.football.test_served import KICKOFF, served

pytestmark = pytest.mark.usefixtures("quiet")

DAY = timedelta(days=1)


@pytest.fixture
def store(database_url: str) -> Iterator[ServedStore]:
    """Predictions of 1 to 5 days before the kick-off."""
    with Database(database_url) as database:
        store = ServedStore(database)
        store.add([(f"{days}", served(days * DAY)) for days in range(1, 6)])
        yield store


def entries(store: ServedStore) -> list[str]:
    return [entry for entry, _ in store.all()]


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def keeping(days: int, clock: Clock) -> Retention:
    return Retention(days, now=lambda: KICKOFF, monotonic=clock)


def test_what_is_older_goes_a_minute_after_the_start_and_then_every_hour(store: ServedStore) -> None:
    clock = Clock()
    kept = keeping(3, clock)

    assert kept.apply(lambda: store) == 0, "it has just started"
    clock.seconds = FIRST_S
    assert kept.apply(lambda: store) == 2
    assert entries(store) == ["3", "2", "1"]

    store.add([("4", served(4 * DAY))])
    clock.seconds += EVERY_S - 1.0
    assert kept.apply(lambda: store) == 0, "it has just looked"
    clock.seconds += 1.0
    assert kept.apply(lambda: store) == 1


def test_many_go_in_parts_without_a_wait_between(store: ServedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    clock = Clock()
    kept = keeping(1, clock)
    clock.seconds = FIRST_S

    assert [kept.apply(lambda: store) for _ in range(3)] == [2, 2, 0]
    assert entries(store) == ["1"]


def test_without_the_setting_everything_is_kept_and_the_database_not_asked() -> None:
    clock = Clock()
    kept = keeping(0, clock)
    clock.seconds = 10 * EVERY_S

    def nobody() -> ServedStore:
        raise AssertionError("asked")

    assert kept.apply(nobody) == 0


def test_a_database_that_is_away_is_asked_again_an_hour_later() -> None:
    clock, asked = Clock(), []
    kept = keeping(1, clock)

    def away() -> ServedStore:
        asked.append(clock.seconds)
        raise StoreError("the database is away")

    for clock.seconds in (FIRST_S, FIRST_S + 1.0, FIRST_S + EVERY_S):
        assert kept.apply(away) == 0
    assert asked == [FIRST_S, FIRST_S + EVERY_S]


def test_the_writer_of_the_log_applies_it_beside_the_answers(database_url: str, tmp_path: Path) -> None:
    clock = Clock()
    kept = keeping(3, clock)
    clock.seconds = FIRST_S
    with Database(database_url) as database:
        store = ServedStore(database)
        store.add([("old", served(4 * DAY))])
        log = PredictionLog(lambda: database, tmp_path, every_s=0.01, retention=kept)
        log.start()
        log.add(served(DAY, request_id="new"))
        for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.02), reraise=True):
            with attempt:
                assert [prediction.request_id for _, prediction in store.all()] == ["new"]
        log.close()
