"""The table of served predictions: each once, and the last one before the kick-off of each fixture."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from football.database import Database
from football.served import ServedPrediction, ServedStore

KICKOFF = datetime(2026, 2, 10, 16, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)


def served(before: timedelta = HOUR, **values: Any) -> ServedPrediction:
    prediction = ServedPrediction(
        served_at=KICKOFF - before,
        endpoint="predictions",
        request_id="r1",
        home_id="kaz-kairat",
        away_id="esp-real-madrid",
        competition_id="champions-league",
        kickoff=KICKOFF,
        as_of=KICKOFF - before,
        home_win=0.125,
        draw=0.25,
        away_win=0.625,
        model_version="v1",
        snapshot="0123456789abcdef",
    )
    return prediction._replace(**values)


@pytest.fixture
def store(database_url: str) -> Iterator[ServedStore]:
    with Database(database_url) as database:
        yield ServedStore(database)


def last(store: ServedStore, *bounds: datetime | None, **only: Any) -> list[tuple[str, str]]:
    return [(found.home_id, found.request_id) for found in store.last_before_kickoff(*bounds, **only)]


def test_what_was_served_comes_back_as_it_was(store: ServedStore) -> None:
    in_almaty = KICKOFF.replace(microsecond=7).astimezone(timezone(timedelta(hours=5)))
    entries = [
        ("a-1", served(2 * HOUR, home_win=0.1 + 0.2, as_of=in_almaty)),
        ("a-2", served(competition_id=None, hypothetical=True)),
    ]

    store.add(entries)

    assert store.all() == entries
    assert {prediction.as_of.tzinfo for _, prediction in store.all()} == {UTC}


@pytest.mark.parametrize("rows", [0, 1, 7, 511, 512, 1100])
def test_any_number_of_predictions_is_stored_once_each(store: ServedStore, rows: int) -> None:
    entries = [(f"{row:04}", served(request_id=f"{row}")) for row in range(rows)]

    store.add(entries)

    assert sorted(store.all()) == entries


def test_before_the_first_prediction_there_is_none(store: ServedStore) -> None:
    assert store.all() == []
    assert store.last_before_kickoff() == []


def test_a_batch_that_is_written_again_is_there_once(store: ServedStore) -> None:
    store.add([("a-1", served())])
    store.add([("a-1", served()), ("a-2", served())])

    assert [entry for entry, _ in store.all()] == ["a-1", "a-2"]


def test_the_last_prediction_before_the_kick_off_counts(store: ServedStore) -> None:
    moments = {"early": 3 * HOUR, "last": HOUR, "at": 0 * HOUR, "after": -HOUR}
    store.add([(name, served(before, request_id=name)) for name, before in moments.items()])
    store.add([("x", served(HOUR / 2, request_id="x", hypothetical=True))])

    assert last(store) == [("kaz-kairat", "last")]


def test_fixtures_are_chosen_by_kick_off_competition_and_model(store: ServedStore) -> None:
    store.add(
        [
            ("1", served(request_id="1")),
            ("2", served(request_id="2", home_id="kaz-astana", kickoff=KICKOFF + HOUR, competition_id="kaz-1")),
            ("3", served(2 * HOUR, request_id="3", model_version="v0")),
        ]
    )

    assert last(store) == [("kaz-kairat", "1"), ("kaz-astana", "2")]
    assert last(store, KICKOFF + HOUR) == [("kaz-astana", "2")]
    assert last(store, None, KICKOFF + HOUR) == [("kaz-kairat", "1")]
    assert last(store, competition_id="kaz-1") == [("kaz-astana", "2")]
    assert last(store, model_version="v0") == [("kaz-kairat", "3")]


def test_the_last_one_before_an_earlier_moment_can_be_asked_for(store: ServedStore) -> None:
    store.add([("1", served(3 * HOUR, request_id="1")), ("2", served(HOUR, request_id="2"))])

    found = store.last_served("kaz-kairat", "esp-real-madrid", KICKOFF, KICKOFF - 2 * HOUR)

    assert [one.request_id for one in found] == ["1"]


def test_what_was_served_before_a_moment_is_forgotten_some_at_a_time_and_the_rest_counts_as_before(
    store: ServedStore,
) -> None:
    store.add([(f"old-{n}", served(timedelta(days=10 + n), request_id=f"old-{n}")) for n in range(3)])
    store.add([("same", served(timedelta(days=9), request_id="same")), ("new", served(request_id="new"))])
    before, kept = KICKOFF - timedelta(days=9), last(store)

    assert (store.count(), store.count(before)) == (5, 3)
    assert [store.forget(before, 2), store.forget(before, 2), store.forget(before, 2)] == [2, 1, 0]
    assert [entry for entry, _ in store.all()] == ["same", "new"]
    assert last(store) == kept == [("kaz-kairat", "new")]


def test_where_nothing_was_stored_nothing_is_forgotten_and_no_file_made(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'awayday.db'}") as database:
        assert (ServedStore(database).forget(KICKOFF, 10), ServedStore(database).count()) == (0, 0)

    assert list(tmp_path.iterdir()) == []
