"""The absences that answers use, kept as they are in the database: read when it changes, by a thread of its own."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import structlog

from features.injuries import AbsenceIndex
from features.told import read_absences
from football.errors import StoreError
from serving.background import Repeated

if TYPE_CHECKING:
    from football.absence_store import AbsenceStore

EVERY_S: Final = 1.0
"""Seconds between looks at the database's revision, a query of one row: so long others' changes take at most."""

log = structlog.get_logger("serving")

Use = Callable[[AbsenceIndex | None], None]


class AbsenceKeeper:
    """Hands the index of absences to whoever answers, anew whenever it changes.

    Args:
        database: where the absences are.
        every_s: seconds between looks.
    """

    def __init__(self, database: "AbsenceStore", *, every_s: float = EVERY_S) -> None:
        self._database = database
        self._looks = Repeated("absence-keeper", self.refresh, every_s, at_once=False)
        self._read: int | None = None
        self._refreshing = threading.Lock()
        self._use: Use = lambda _: None
        self.index: AbsenceIndex | None = None
        """All absences, or None if no source ever told of any, or they could not be read yet."""
        self.failure: str | None = None
        """Why the database cannot be read at the moment; the index stays as it was then."""

    def start(self, use: Use) -> None:
        """Read the absences, hand them to `use`, and go on in the background.

        `use` is called after every look, in a thread, with the same index unless something changed: what answers may
        have been replaced meanwhile. It has to be cheap, and to keep what it gets.
        """
        self._use = use
        self.refresh()
        self._looks.start()

    def close(self) -> None:
        """End the background thread."""
        self._looks.close()

    def refresh(self) -> None:
        """Look now; the index is that of the database when this returns, unless it cannot be read."""
        with self._refreshing:
            try:
                self._look()
            except StoreError as error:
                if self.failure is None:
                    log.error("absences_not_read", reason=str(error))
                self.failure = str(error)
            else:
                if self.failure is not None:
                    log.info("absences_read_again")
                self.failure = None
            self._use(self.index)

    def _look(self) -> None:
        self._database.update()
        # Asked first: what is added while the tables are read is found by the next look.
        revision = self._database.absence_revision()
        if revision == self._read:
            return
        self.index, self._read = read_absences(self._database), revision
        log.debug("absences_read", revision=revision)
