"""What a running service keeps in SQL: the absences that its answers use, and the log of what it answered."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from features.injuries import WATCH_GRACE_S
from football.database import Database
from football.told_absences import ClubAbsences, ToldAbsences
from serving.absence_keeper import EVERY_S, AbsenceKeeper, Use
from serving.prediction_log import PredictionLog
from serving.track_record import TrackRecords


class Store:
    """One database, and what a service does with it. A database that is away hinders no prediction.

    Args:
        database_url: SQLite or PostgreSQL; `InvalidValueError` if it is neither.
        home: AWAYDAY_HOME, where predictions wait for the database and where the results are.
        look_s: seconds between looks for absences that others have changed.
    """

    def __init__(self, database_url: str, home: Path, *, look_s: float = EVERY_S) -> None:
        self._database = Database(database_url)
        # Connections of its own: a batch in writing keeps nobody else waiting.
        self._of_log = Database(database_url)
        self.absences = AbsenceKeeper(self._database, every_s=look_s)
        self.told = ToldAbsences(self._database, timedelta(seconds=WATCH_GRACE_S))
        self.log = PredictionLog(self._of_log, home)
        self.track_records = TrackRecords(self._database, home)

    def start(self, use: Use) -> None:
        """Bring the database to its form where there is one, read the absences for `use`, and begin to log."""
        self.absences.start(use)
        self.log.start()

    def close(self) -> None:
        """Write what is left of the log, and let go of the database."""
        self.absences.close()
        self.log.close()
        self._database.close()
        self._of_log.close()

    def change(self, tell: Callable[[], ClubAbsences]) -> ClubAbsences:
        """Do what changes absences; the next answer of this process uses them. `StoreError`: nothing was changed."""
        known = tell()
        self.absences.refresh()
        return known

    def available(self, club_id: str, player: str, source: str) -> ClubAbsences | None:
        """Say that a player is available again; None if no absence of his stands. As `change`."""
        known = self.told.available(club_id, player, source)
        self.absences.refresh()
        return known

    def reasons(self) -> list[str]:
        """What is not as it should be, for the health."""
        reasons = []
        if self.absences.failure is not None:
            reasons.append(f"absences cannot be read, answers use those of before: {self.absences.failure}")
        if self.log.failure is not None:
            reasons.append(f"served predictions wait to be logged: {self.log.failure}")
        if self.log.dropped:
            reasons.append(f"{self.log.dropped} served predictions were lost: there was no room for them")
        return reasons
