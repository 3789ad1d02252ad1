"""What a running service keeps in SQL: the absences that its answers use, and the log of what it answered.

The packages of SQL and of tables take longer to load than all that a first answer needs. They are loaded in threads:
before the first answer where somebody told of absences, which it must not leave out, and beside it where nobody did.
"""

import threading
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from football.told_words import ClubAbsences
from serving.absence_keeper import EVERY_S, Use
from serving.first_look import nobody_told
from serving.prediction_log import PredictionLog
from serving.retention import Retention

if TYPE_CHECKING:
    from football.told_absences import ToldAbsences
    from football.watch_store import StepRecord
    from serving.sql_parts import SqlParts
    from serving.track_record import TrackRecord

LATER_S: Final = 0.5
"""To the first look where it can wait."""

log = structlog.get_logger("serving")


class Store:
    """One database, and what a service does with it. A database that is away hinders no prediction.

    Args:
        database_url: SQLite or PostgreSQL; `InvalidValueError` if it is neither.
        home: AWAYDAY_HOME, where predictions wait for the database and where the results are.
        look_s: seconds between looks for absences that others have changed.
        log_days: how long a served prediction is kept; 0 for ever.
    """

    def __init__(self, database_url: str, home: Path, *, look_s: float = EVERY_S, log_days: int = 0) -> None:
        self._url = database_url
        self._home = home
        self._look_s = look_s
        self._opening = threading.RLock()
        self._opened: SqlParts | None = None
        self._use: Use | None = None
        self._looking = False
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self.log = PredictionLog(lambda: self._open().of_log, home, retention=Retention(log_days))
        if not database_url.startswith("sqlite:///"):
            # What is wrong with a URL, or missing of its driver, shows at once.
            self._open()

    def start(self, use: Use) -> None:
        """Bring the database to its form where there is one, read the absences for `use`, and begin to log.

        Where nobody told of absences all that happens later, in threads.
        """
        self._use = use
        if nobody_told(self._url):
            self._thread = threading.Thread(target=self._look_later, name="store-start", daemon=True)
            self._thread.start()
        else:
            self._look()
        self.log.start()

    def close(self) -> None:
        """Write what is left of the log, and let go of the database."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._opened is not None:
            self._opened.absences.close()
            self._opened.watch.close()
        self.log.close()
        if self._opened is not None:
            self._opened.close()

    def known(self, club_id: str, as_of: datetime | None = None) -> ClubAbsences:
        """What is known of a club's absences now, or was at `as_of`; `StoreError` if it cannot be read."""
        return self._open().told.known(club_id, as_of)

    def change(self, tell: "Callable[[ToldAbsences], ClubAbsences]") -> ClubAbsences:
        """Do what changes absences; the next answer of this process uses them. `StoreError`: nothing was changed."""
        opened = self._look()
        known = tell(opened.told)
        opened.absences.refresh()
        return known

    def available(self, club_id: str, player: str, source: str) -> ClubAbsences | None:
        """Say that a player is available again; None if no absence of his stands. As `change`."""
        opened = self._look()
        known = opened.told.available(club_id, player, source)
        opened.absences.refresh()
        return known

    def track_record(
        self, start: datetime | None, until: datetime | None, competition_id: str | None, model_version: str | None
    ) -> "TrackRecord":
        """How good the logged predictions were; see `serving.track_record.TrackRecords.record`."""
        records = self._open().track_records
        return records.record(start, until, competition_id=competition_id, model_version=model_version)

    def reasons(self) -> list[str]:
        """What is not as it should be, for the health."""
        reasons = []
        if self._opened is not None and self._opened.absences.failure is not None:
            failure = self._opened.absences.failure
            reasons.append(f"absences cannot be read, answers use those of before: {failure}")
        if self.log.failure is not None:
            reasons.append(f"served predictions wait to be logged: {self.log.failure}")
        if self.log.unprotected is not None:
            reasons.append(f"a kill would lose served predictions of the last moment: {self.log.unprotected}")
        if self.log.dropped:
            reasons.append(f"{self.log.dropped} served predictions were lost: there was no room for them")
        if self._opened is not None:
            reasons += self._opened.watch.reasons()
        return reasons

    def watch_steps(self) -> "Collection[StepRecord]":
        """How the steps of `awayday watch` went; none where nobody watches, or nobody has looked yet."""
        return () if self._opened is None else self._opened.watch.steps.values()

    def _open(self) -> "SqlParts":
        with self._opening:
            if self._opened is None:
                from serving.sql_parts import SqlParts

                self._opened = SqlParts(self._url, self._home, look_s=self._look_s)
            return self._opened

    def _look(self) -> "SqlParts":
        """Open it, and keep absences as they are there from now on."""
        with self._opening:
            opened = self._open()
            if self._use is not None and not self._looking:
                self._looking = True
                opened.absences.start(self._use)
                opened.watch.start()
            return opened

    def _look_later(self) -> None:
        if self._ending.wait(LATER_S):
            return
        try:
            self._look()
        except Exception:  # what a request does with the database will fail, too, and say why
            log.exception("store_not_started")
