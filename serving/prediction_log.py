"""The log of served predictions: taken in at little cost to the answer, written in batches by a thread of its own.

Nothing is lost while there is a place to put it: what waits in memory is in a file, too, should the process be killed
(`serving.journal`); what the database does not take goes to another (`serving.spill`) and from there to the database
later; what the disk does not take either is kept in memory, and only when that is full is the oldest dropped, and
counted.
"""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from football.errors import StoreError
from football.prediction_record import ServedPrediction
from serving.journal import Journal
from serving.retention import Retention
from serving.spill import FOLDER, Entry, Spill, line

if TYPE_CHECKING:
    from football.served import ServedStore
    from football.sql_store import SqlStore

CAPACITY: Final = 50_000
"""Predictions in memory at most: about 30 MB."""

BATCH: Final = 5_000
EVERY_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
"""Between two tries of a database that is away."""

LOOK_S: Final = 60.0
"""Between looks for what processes left behind that were killed and not started again."""

log = structlog.get_logger("serving")


class PredictionLog:
    """Takes predictions from any thread and writes them to a database.

    Call `start` before, and `close` after which nothing is taken any more; `close` writes what is left.

    Args:
        connect: gives the database where they belong; called once, by the thread that writes.
        home: AWAYDAY_HOME, for those that wait.
        capacity: how many are kept in memory at most.
        every_s: seconds between batches.
        monotonic: the clock of waits, seconds.
        retention: deletes what is too old; None to keep all for ever.
    """

    def __init__(
        self,
        connect: "Callable[[], SqlStore]",
        home: Path,
        *,
        capacity: int = CAPACITY,
        every_s: float = EVERY_S,
        monotonic: Callable[[], float] = time.monotonic,
        retention: Retention | None = None,
    ) -> None:
        self._connect = connect
        self._served: ServedStore | None = None
        self._name = uuid.uuid4().hex
        self._spill = Spill(home, self._name)
        self._journal = Journal(home / FOLDER, self._name)
        self._taken: deque[Entry] = deque()
        self._pending: list[Entry] = []
        self._capacity = capacity
        self._every_s = every_s
        self._monotonic = monotonic
        self._retention = retention or Retention()
        self._numbers = count(1)
        self._wake = threading.Event()
        self._ending = False
        self._thread: threading.Thread | None = None
        self._writing = threading.Lock()
        self._next_try = 0.0
        self._wait_s = 0.0
        self._spilled = False
        self._next_look = monotonic()  # files of earlier processes may wait
        self.written = 0
        self.dropped = 0
        self._database_failure: str | None = None
        self._disk_failure: str | None = None
        self._pause_journal = False
        self.unprotected: str | None = None
        """Why a kill would lose the predictions that are in memory; None if it would not."""

    def add(self, prediction: ServedPrediction) -> None:
        """Take one prediction, which survives a kill from now on; some microseconds."""
        entry = (f"{self._name}-{next(self._numbers)}", prediction)
        # To memory first: what is in a file when another is begun is then among what is written before it is deleted.
        self._taken.append(entry)
        self._protect((entry,))
        if len(self._taken) == BATCH:
            self._wake.set()

    def add_all(self, predictions: Iterable[ServedPrediction]) -> None:
        """Take several; from a thread that can wait, which writes them itself where they come too fast."""
        entries = [(f"{self._name}-{next(self._numbers)}", prediction) for prediction in predictions]
        self._taken.extend(entries)
        self._protect(entries)
        if self.waiting >= self._capacity // 2:
            self.flush()
        elif len(self._taken) >= BATCH:
            self._wake.set()

    @property
    def failure(self) -> str | None:
        """Why predictions are not in the database at the moment; None if all is well."""
        reasons = [reason for reason in (self._database_failure, self._disk_failure) if reason is not None]
        return "; nor can they be put aside: ".join(reasons) or None

    @property
    def waiting(self) -> int:
        """How many are in memory."""
        return len(self._taken) + len(self._pending)

    def start(self) -> None:
        """Begin to write in the background."""
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is left, to the database or else to the file, and end; what fits neither is counted as dropped."""
        self._ending = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._next_try = 0.0
        self.flush()
        if self.waiting:
            self.dropped += self.waiting
            log.error("predictions_lost", predictions=self.waiting, reason=self.failure)
        self._spill.close()
        self._journal.close()

    def flush(self) -> None:
        """Write all that was taken until now, to the one place or the other."""
        with self._writing:
            self._journal.turn()
            # What is taken while this runs is for the next time.
            for _ in range(1 + self.waiting // BATCH):
                self._write_batch()
            if not self._pending:
                self._forget()
            self._pause_journal = False

    def _protect(self, entries: Sequence[Entry]) -> None:
        """To the journal; where that fails it is tried again at the next batch."""
        if self._pause_journal:
            return
        try:
            self._journal.append(line(entries))
            self.unprotected = None
        except OSError as error:
            if self.unprotected is None:
                log.error("predictions_in_memory_only", reason=str(error))
            self.unprotected, self._pause_journal = str(error), True

    def _forget(self) -> None:
        try:
            self._journal.forget()
        except OSError as error:
            log.error("journal_not_deleted", reason=str(error))

    def _run(self) -> None:
        while not self._ending:
            self._wake.wait(self._every_s)
            self._wake.clear()
            try:
                self.flush()
                self._retention.apply(self._table)
            except Exception:  # a defect must not end the log with the thread
                log.exception("prediction_log_failed")

    def _write_batch(self) -> None:
        self._take()
        now = self._monotonic()
        if now >= self._next_look:
            self._spilled, self._next_look = True, now + LOOK_S
        if now >= self._next_try and (self._pending or self._spilled):
            self._try_database()
        if self._pending and self._database_failure is not None:
            self._put_aside()

    def _take(self) -> None:
        """From the intake to the batch; the oldest go where both are too many."""
        excess = self.waiting - self._capacity
        if excess > 0:
            self.dropped += excess
            log.error("predictions_dropped", predictions=excess, reason=self.failure)
            fewer = min(excess, len(self._pending))
            del self._pending[:fewer]
            for _ in range(excess - fewer):
                self._taken.popleft()
        while self._taken and len(self._pending) < BATCH:
            self._pending.append(self._taken.popleft())

    def _table(self) -> "ServedStore":
        if self._served is None:
            # With all that reads and writes SQL, for which the first answers do not wait.
            from football.served import ServedStore

            self._served = ServedStore(self._connect())
        return self._served

    def _try_database(self) -> None:
        try:
            if self._pending:
                self._table().add(self._pending)
                self.written += len(self._pending)
                self._pending = []
            if self._spilled:
                self._write_spilled()
                self._spilled = False
        except (StoreError, OSError) as error:
            if self._database_failure is None:
                log.error("predictions_not_written", reason=str(error))
            self._database_failure = str(error)
            self._wait_s = min(max(2.0 * self._wait_s, self._every_s), LONGEST_WAIT_S)
            self._next_try = self._monotonic() + self._wait_s
            return
        if self._database_failure is not None:
            log.info("predictions_written_again")
        self._database_failure, self._disk_failure, self._wait_s = None, None, 0.0

    def _write_spilled(self) -> None:
        for path, entries in self._spill.waiting():
            written = 0
            while batch := list(islice(entries, BATCH)):
                self._table().add(batch)
                written += len(batch)
            self._spill.done(path)
            self.written += written
            log.info("waiting_predictions_written", file=str(path), predictions=written)

    def _put_aside(self) -> None:
        try:
            self._spill.append(self._pending)
        except OSError as error:
            log.error("predictions_kept_in_memory", predictions=self.waiting, reason=str(error))
            self._disk_failure = str(error)
            return
        self._spilled, self._disk_failure = True, None
        self._pending = []
