"""The log of predictions: nothing is lost to a database that is away or a full disk."""

import errno
import os
from pathlib import Path

import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from football.database import Database
from serving import prediction_log
from serving.prediction_log import PredictionLog
from serving.spill import FOLDER
from tests.football.test_served import served
from tests.postgresql import Cluster
from tests.serving.served_log import Away, aside, put, stored

pytestmark = pytest.mark.usefixtures("quiet")


def test_predictions_are_written_in_batches_by_a_thread_of_its_own(database_url: str, tmp_path: Path) -> None:
    with Database(database_url) as database:
        log = PredictionLog(lambda: database, tmp_path, every_s=0.01)
        log.start()
        put(log, "a", "b")
        for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.02)):
            with attempt:
                assert stored(database_url) == ["a", "b"]
        log.close()

    assert (log.written, log.dropped, log.failure) == (2, 0, None)
    assert aside(tmp_path) == []


def test_what_is_left_is_written_at_the_end(database_url: str, tmp_path: Path) -> None:
    with Database(database_url) as database:
        log = PredictionLog(lambda: database, tmp_path, every_s=60.0)
        log.start()
        log.add_all([served(request_id="a"), served(request_id="b")])
        log.close()

    assert stored(database_url) == ["a", "b"]


def test_nothing_served_leaves_no_file(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'home' / 'awayday.db'}") as database:
        log = PredictionLog(lambda: database, tmp_path / "home", every_s=0.01)
        log.start()
        log.flush()
        log.close()

    assert list(tmp_path.iterdir()) == []


def test_while_the_database_is_away_predictions_wait_in_a_file_and_are_written_later(
    database_url: str, tmp_path: Path
) -> None:
    now = 100.0
    with Away(database_url) as database:
        log = PredictionLog(lambda: database, tmp_path, every_s=1.0, monotonic=lambda: now)
        put(log, "a", "b")
        log.flush()
        assert log.failure == "the database is away"
        assert len(aside(tmp_path)) == 1
        put(log, "c")
        log.flush()
        assert (log.waiting, log.written) == (0, 0)

        database.away = False
        put(log, "d")
        log.flush()
        assert log.failure is not None, "it is not asked again at once"
        now += 1.0
        log.flush()
        log.close()

    assert log.written == 4
    assert sorted(stored(database_url)) == ["a", "b", "c", "d"]
    assert aside(tmp_path) == []


def test_the_waits_for_a_database_that_is_away_grow_to_half_a_minute(tmp_path: Path) -> None:
    now, tries = 0.0, []

    class Counted(Away):
        def create(self) -> None:
            tries.append(now)
            super().create()

    with Counted(f"sqlite:///{tmp_path / 'awayday.db'}") as database:
        log = PredictionLog(lambda: database, tmp_path, every_s=1.0, monotonic=lambda: now)
        for second in range(100):
            now = float(second)
            put(log, str(second))
            log.flush()

    assert tries == [0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 61.0, 91.0]


def test_what_a_process_left_behind_is_written_by_the_next(database_url: str, tmp_path: Path) -> None:
    with Away(database_url) as database:
        first = PredictionLog(lambda: database, tmp_path)
        put(first, "a")
        first.close()
    assert len(aside(tmp_path)) == 1

    with Database(database_url) as database:
        second = PredictionLog(lambda: database, tmp_path)
        second.flush()
        second.close()

    assert stored(database_url) == ["a"]
    assert aside(tmp_path) == []


def test_what_a_process_leaves_behind_is_found_by_another_that_runs_within_a_minute(tmp_path: Path) -> None:
    url, now = f"sqlite:///{tmp_path / 'awayday.db'}", 0.0
    with Away(url) as away, Database(url) as database:
        running = PredictionLog(lambda: database, tmp_path, monotonic=lambda: now)
        running.flush()
        gone = PredictionLog(lambda: away, tmp_path)
        put(gone, "a")
        gone.close()
        running.flush()
        assert stored(url) == []

        now = 60.0
        running.flush()

        assert stored(url) == ["a"]
        running.close()


def test_the_file_of_a_process_that_runs_is_left_to_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Away(url) as away, Database(url) as database:
        running = PredictionLog(lambda: away, tmp_path)
        put(running, "a")
        running.flush()

        other = PredictionLog(lambda: database, tmp_path)
        put(other, "b")
        other.close()

        assert stored(url) == ["b"]
        assert len(aside(tmp_path)) == 1
        running.close()


def test_a_full_disk_keeps_predictions_in_memory_and_they_are_written_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, write = f"sqlite:///{tmp_path / 'awayday.db'}", os.write

    def no_room(descriptor: int, content: bytes) -> int:
        return write(descriptor, content[:10])  # as the system does it: what fits, then nothing

    with Away(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        monkeypatch.setattr(os, "write", no_room)
        put(log, "a", "b")
        log.flush()
        assert log.waiting == 2
        journal, spilled = aside(tmp_path)
        no_space = f"[Errno {errno.ENOSPC}] {os.strerror(errno.ENOSPC)}"
        assert log.failure == f"the database is away; nor can they be put aside: {no_space}: '{spilled}'"
        assert log.unprotected == f"{no_space}: '{journal}'"
        assert spilled.read_bytes() == b"", "no half lines"

        monkeypatch.setattr(os, "write", write)
        log.flush()
        assert log.waiting == 0
        database.away = False
        log.close()

    assert stored(url) == ["a", "b"]


def test_a_full_disk_under_sqlite_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Database(url) as database:
        database.create()
        with database.transaction() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        log = PredictionLog(lambda: database, tmp_path)
        names = [str(number) for number in range(200)]
        put(log, *names)
        log.flush()
        assert log.failure is not None
        assert log.failure.endswith("database or disk is full; make room on the disk")
        assert log.waiting == 0

        with database.transaction() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        log.close()

    assert sorted(stored(url)) == sorted(names)


def test_only_what_fits_nowhere_is_dropped_the_oldest_first_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    monkeypatch.setattr(prediction_log, "BATCH", 2)
    (tmp_path / FOLDER).write_text("in the way of the folder")
    with Away(url) as database:
        log = PredictionLog(lambda: database, tmp_path, capacity=3)
        put(log, "a", "b")
        log.flush()
        put(log, "c", "d", "e")
        log.flush()
        assert (log.waiting, log.dropped) == (3, 2)

        database.away = False
        log.close()

    assert log.dropped == 2
    assert sorted(stored(url)) == ["c", "d", "e"]


def test_what_fits_nowhere_at_the_end_is_counted(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way of the folder")
    with Away(f"sqlite:///{tmp_path / 'awayday.db'}") as database:
        log = PredictionLog(lambda: database, tmp_path)
        put(log, "a", "b")
        log.close()

    assert log.dropped == 2


def test_a_database_that_goes_away_and_comes_back_in_the_middle_loses_nothing(
    postgresql: Cluster, tmp_path: Path
) -> None:
    url = postgresql.new_database()
    now = 0.0
    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path, monotonic=lambda: now)
        put(log, "before")
        log.flush()
        postgresql.stop()
        try:
            put(log, "without")
            log.flush()
            assert log.failure is not None
            assert "check AWAYDAY_DATABASE_URL and that the database is running" in log.failure
        finally:
            postgresql.start()
        now = 60.0
        put(log, "after")
        log.flush()
        log.close()

    assert sorted(stored(url)) == ["after", "before", "without"]
    assert (log.written, log.dropped) == (3, 0)


def test_many_at_once_are_written_by_whoever_brings_them_rather_than_dropped(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path, capacity=10)
        for k in range(4):
            log.add_all([served(request_id=f"{k}{letter}") for letter in "abcde"])
        log.close()

    assert log.dropped == 0
    assert len(stored(url)) == 20
