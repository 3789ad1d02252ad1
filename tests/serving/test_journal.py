"""The log of predictions and kills of its process: what was answered is in a file until the database has it."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from football.database import Database
from football.served import ServedStore
from serving.prediction_log import PredictionLog
from serving.spill import FOLDER
from serving.store import Store
from tests.football.test_served import KICKOFF, served
from tests.serving.served_log import Away, aside, put, stored

pytestmark = pytest.mark.usefixtures("quiet")


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
