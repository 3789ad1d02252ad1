"""What the service tells of `awayday watch`: how its steps went, read from the database every now and then."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import structlog

from football.errors import StoreError
from football.watch_store import Holder, StepRecord, WatchStore
from serving.background import Repeated

EVERY_S: Final = 10.0
"""Seconds between looks."""

log = structlog.get_logger("serving")


class WatchView:
    """The steps as they went when somebody last looked; where nobody ever watched, there are none.

    Args:
        store: the watch's tables.
        every_s: seconds between looks.
        now: the present moment, UTC.
    """

    def __init__(
        self, store: WatchStore, *, every_s: float = EVERY_S, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._looks = Repeated("watch-view", self.look, every_s, at_once=True)
        self._now = now
        self._failing = False
        self.steps: Mapping[str, StepRecord] = {}
        self.holder: Holder | None = None

    def start(self) -> None:
        """Look in the background."""
        self._looks.start()

    def close(self) -> None:
        """Look no more."""
        self._looks.close()

    def look(self) -> None:
        """Look now; what is known stays as it is where the database cannot be read."""
        try:
            steps, holder = self._store.steps(), self._store.holder()
        except StoreError as error:
            if not self._failing:
                log.warning("watch_not_read", reason=str(error))
            self._failing = True
            return
        self.steps, self.holder, self._failing = steps, holder, False

    def reasons(self) -> list[str]:
        """What is not as it should be, for the health."""
        reasons = []
        for step in self.steps.values():
            if step.failures and step.last_failure is not None:
                often = "" if step.failures == 1 else f" {step.failures:,} times"
                reasons.append(
                    f"awayday watch: {step.name} failed{often}, last at {step.last_failure:%Y-%m-%d %H:%M} UTC: "
                    f"{step.reason}"
                )
        if self.holder is not None and self.holder.stale(self._now()):
            reasons.append(
                f"awayday watch: process {self.holder.name} has not been heard of since "
                f"{self.holder.beat_at:%Y-%m-%d %H:%M} UTC; start it again"
            )
        return reasons
