"""How long served predictions are kept: what is older leaves the log, little by little, beside the answers."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from football.errors import StoreError

if TYPE_CHECKING:
    from football.served import ServedStore

AT_ONCE: Final = 5_000
"""Deleted in one transaction: some tenths of a second in which nobody else writes to an SQLite file."""

FIRST_S: Final = 60.0
"""From the start of a service to its first look, which reads the whole log."""

EVERY_S: Final = 3600.0

log = structlog.get_logger("serving")


class Retention:
    """Decides when to look for what is too old, and deletes some of it.

    Args:
        days: how long a prediction is kept after it was served; 0 for ever.
        now: the present moment, UTC.
        monotonic: the clock of waits, seconds.
    """

    def __init__(
        self,
        days: int = 0,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._days = days
        self._now = now
        self._monotonic = monotonic
        self._next = monotonic() + FIRST_S

    def apply(self, table: "Callable[[], ServedStore]") -> int:
        """Delete up to `AT_ONCE` predictions if it is time; returns how many. A database that is away is left alone."""
        if not self._days or self._monotonic() < self._next:
            return 0
        try:
            gone = table().forget(kept_since(self._now(), self._days), AT_ONCE)
        except StoreError as error:
            log.warning("old_predictions_not_deleted", reason=str(error))
            gone = 0
        if gone < AT_ONCE:
            self._next = self._monotonic() + EVERY_S
        if gone:
            log.info("old_predictions_deleted", predictions=gone, days=self._days)
        return gone


def kept_since(now: datetime, days: int) -> datetime:
    """What was served before this moment is older than so many days."""
    return now - timedelta(days=days)
