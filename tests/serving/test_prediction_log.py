"""The log of predictions: nothing is lost to a database that is away, a full disk or a kill."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import structlog
from tenacity import Retrying, stop_after_delay, wait_fixed

from football.database import Database
from football.errors import StoreError
from football.served import ServedStore
from serving import prediction_log
from serving.prediction_log import PredictionLog
from serving.spill import FOLDER
from serving.store import Store
from tests.football.test_served import KICKOFF, served
from tests.postgresql import Cluster


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def stored(url: str) -> list[str]:
    """Request ids of what the database has."""
    with Database(url) as database:
        return [prediction.request_id for _, prediction in ServedStore(database).all()]


def put(log: PredictionLog, *names: str) -> None:
    for name in names:
        log.add(served(timedelta(hours=1), request_id=name))


def aside(home: Path) -> list[Path]:
    return sorted((home / FOLDER).glob("*"))


class Away(Database):
    """A database that is away while `away` is true."""

    away = True

    def create(self) -> None:
        if self.away:
            raise StoreError("the database is away")
        super().create()


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


ANSWERING = """
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from football.database import Database
from serving.prediction_log import PredictionLog
import structlog
from tests.football.test_served import served
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for what was answered
url, home, every_s = sys.argv[1:]
log = PredictionLog(lambda: Database(url), Path(home), every_s=float(every_s))
log.start()
for number in count():
    if number % 10:
        log.add(served(timedelta(hours=1), request_id=str(number)))
    else:
        log.add_all([served(timedelta(hours=1), request_id=str(number))] * 3)
    print(number, flush=True)
"""


@pytest.mark.parametrize(
    ("every_s", "database_there"),
    [(60.0, True), (0.001, True), (0.001, False)],
    ids=["before it is written", "while it is written", "while it is put aside"],
)
def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path, every_s: float, database_there: bool) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    first = url if database_there else "postgresql://me@127.0.0.1:9/awayday"
    command = [sys.executable, "-c", ANSWERING, first, str(tmp_path), str(every_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        answered = [process.stdout.readline().strip() for _ in range(1000)]
        process.send_signal(signal.SIGKILL)
        answered += process.stdout.read().split()

    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        log.flush()
        log.close()

    found = stored(url)
    assert answered == [str(number) for number in range(len(answered))]
    assert set(answered) <= set(found)
    assert [found.count(name) for name in answered[:20]] == [3, *[1] * 9, 3, *[1] * 9], "each as often as it was taken"
    assert aside(tmp_path) == []


def test_what_is_in_memory_is_in_a_file_until_it_is_in_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Away(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        put(log, "a", "b")
        (journal,) = aside(tmp_path)
        assert journal.read_bytes().count(b"\n") == 2
        log.flush()
        (waiting,) = aside(tmp_path)
        assert waiting != journal, "one file is enough"
        put(log, "c")
        log.close()

    assert aside(tmp_path) == [waiting]
    assert waiting.read_bytes().count(b"\n") == 2, "a line for each time"


def test_without_a_place_for_files_predictions_are_written_all_the_same_and_it_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    (tmp_path / FOLDER).write_text("in the way of the folder")
    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        put(log, "a")
        assert log.unprotected is not None
        log.flush()
        (tmp_path / FOLDER).unlink()
        put(log, "b")
        assert log.unprotected is None, "tried again with every batch"
        log.close()

    assert stored(url) == ["a", "b"]


def test_numbers_and_moments_of_tables_wait_like_plain_ones(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    plain = served(timedelta(hours=1), request_id="a")
    of_a_table = plain._replace(home_win=np.float64(plain.home_win), kickoff=pd.Timestamp(plain.kickoff))
    with Away(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        log.add(of_a_table)
        log.close()
    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        log.flush()
        log.close()
        assert [prediction for _, prediction in ServedStore(database).all()] == [plain]


def test_the_health_tells_what_a_kill_would_lose(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way of the folder")
    store = Store(f"sqlite:///{tmp_path / 'awayday.db'}", tmp_path)
    assert store.reasons() == []

    put(store.log, "a")

    (reason,) = store.reasons()
    assert reason.startswith("a kill would lose served predictions of the last moment: [Errno ")
    store.close()
    assert stored(f"sqlite:///{tmp_path / 'awayday.db'}") == ["a"]


def test_a_line_that_was_cut_off_by_a_full_disk_does_not_take_the_next_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, write = f"sqlite:///{tmp_path / 'awayday.db'}", os.write
    with Away(url) as database:
        killed = PredictionLog(lambda: database, tmp_path)
        monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:10]))
        put(killed, "a")
        monkeypatch.setattr(os, "write", write)
        killed._pause_journal = False
        put(killed, "b")
        killed._journal.close()  # as its end would

    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        log.flush()
        log.close()

    assert stored(url) == ["b"]


WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from football.database import Database
from serving.prediction_log import PredictionLog
from tests.football.test_served import served
url, home = sys.argv[1:]
log = PredictionLog(lambda: Database(url), Path(home), every_s=0.001)
log.start()
print("started", flush=True)
while True:
    log.add(served(timedelta(hours=1), request_id="x" * 60))
    if log.waiting > 2000:
        log.flush()
"""


@pytest.mark.parametrize("database_there", [True, False])
def test_a_kill_in_mid_write_leaves_what_was_written_readable(tmp_path: Path, database_there: bool) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}" if database_there else "postgresql://me@127.0.0.1:9/awayday"
    with subprocess.Popen([sys.executable, "-c", WRITER, url, str(tmp_path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.02)):
            with attempt:
                assert stored(url) if database_there else aside(tmp_path)[0].stat().st_size
        writer.send_signal(signal.SIGKILL)

    later = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Database(later) as database:
        log = PredictionLog(lambda: database, tmp_path)
        put(log, "after")
        log.close()
        predictions = [prediction for _, prediction in ServedStore(database).all()]

    assert len(predictions) > 1
    assert {prediction.request_id for prediction in predictions} == {"x" * 60, "after"}
    assert {prediction.kickoff for prediction in predictions} == {KICKOFF}
    assert aside(tmp_path) == []


def test_a_line_that_a_kill_cut_off_is_passed_over(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Away(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        put(log, "a")
        log.flush()
        put(log, "b")
        log.close()
    (file,) = aside(tmp_path)
    file.write_bytes(file.read_bytes()[:-20])

    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path)
        log.flush()
        log.close()

    assert stored(url) == ["a"]


def test_many_at_once_are_written_by_whoever_brings_them_rather_than_dropped(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Database(url) as database:
        log = PredictionLog(lambda: database, tmp_path, capacity=10)
        for k in range(4):
            log.add_all([served(request_id=f"{k}{letter}") for letter in "abcde"])
        log.close()

    assert log.dropped == 0
    assert len(stored(url)) == 20
