"""What a service reads and writes in SQL, part by part. With it come the packages of SQL."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from features.injuries import WATCH_GRACE_S
from football.absence_store import AbsenceStore
from football.told_absences import ToldAbsences
from football.watch_store import WatchStore
from serving.absence_keeper import AbsenceKeeper
from serving.watch_view import WatchView

if TYPE_CHECKING:
    from serving.track_record import TrackRecords


class SqlParts:
    """Everything on one database.

    Args:
        database_url: SQLite or PostgreSQL; `InvalidValueError` if it is neither, or its driver is not installed.
        home: AWAYDAY_HOME, where the results are.
        look_s: seconds between looks for absences that others have changed.
    """

    def __init__(self, database_url: str, home: Path, *, look_s: float) -> None:
        self._home = home
        self._database = AbsenceStore(database_url)
        # Connections of its own: a batch in writing keeps nobody else waiting.
        self.of_log = AbsenceStore(database_url)
        self.absences = AbsenceKeeper(self._database, every_s=look_s)
        self.told = ToldAbsences(self._database, timedelta(seconds=WATCH_GRACE_S))
        self.watch = WatchView(WatchStore(self._database))

    @cached_property
    def track_records(self) -> "TrackRecords":
        """Scores what was served; with the first look come the packages of tables."""
        from serving.track_record import TrackRecords

        return TrackRecords(self._database, self._home)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
        self.of_log.close()
