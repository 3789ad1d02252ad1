"""What a service reads and writes in SQL, part by part. With it come the packages of SQL and of tables."""

from datetime import timedelta
from pathlib import Path

from features.injuries import WATCH_GRACE_S
from football.database import Database
from football.told_absences import ToldAbsences
from football.watch_store import WatchStore
from serving.absence_keeper import AbsenceKeeper
from serving.track_record import TrackRecords
from serving.watch_view import WatchView


class SqlParts:
    """Everything on one database.

    Args:
        database_url: SQLite or PostgreSQL; `InvalidValueError` if it is neither, or its driver is not installed.
        home: AWAYDAY_HOME, where the results are.
        look_s: seconds between looks for absences that others have changed.
    """

    def __init__(self, database_url: str, home: Path, *, look_s: float) -> None:
        self._database = Database(database_url)
        # Connections of its own: a batch in writing keeps nobody else waiting.
        self.of_log = Database(database_url)
        self.absences = AbsenceKeeper(self._database, every_s=look_s)
        self.told = ToldAbsences(self._database, timedelta(seconds=WATCH_GRACE_S))
        self.track_records = TrackRecords(self._database, home)
        self.watch = WatchView(WatchStore(self._database))

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
        self.of_log.close()
