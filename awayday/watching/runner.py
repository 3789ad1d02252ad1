"""Does steps when they are due, and keeps how each went: what fails is told, tried again, and hinders no other."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog

from football.errors import AwaydayError, StoreError
from football.watch_store import StepRecord

log = structlog.get_logger("watch")

JITTER_SHARE: Final = 0.05
MOST_JITTER: Final = timedelta(minutes=5)
"""A round begins up to so much later than it could, so that not all the world asks at the full hour."""

Records = Mapping[str, StepRecord]


class Memory(Protocol):
    """Where it is kept how steps went; `football.watch_store.WatchStore` is one."""

    def steps(self) -> Records:
        """Every step that was ever tried, by name."""

    def record(self, step: StepRecord) -> None:
        """Keep how a step went."""


def each_round(name: str, records: Records, now: datetime) -> bool:
    """A step that is due in every round."""
    return True


@dataclass(frozen=True)
class Step:
    """Something to do again and again.

    Args:
        name: what it is called in logs, metrics and health.
        do: does it, and tells what came of it in one line; raises if it failed.
        due: whether it is to be done now, from how all steps went (by name); by default in every round.
    """

    name: str
    do: Callable[[], str]
    due: Callable[[str, Records, datetime], bool] = each_round


class Clock:
    """The time, and waiting for it; `end` ends all waiting."""

    def __init__(self) -> None:
        import threading

        self._ended = threading.Event()

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Until the time has passed or the end is told."""
        self._ended.wait(seconds)

    def end(self) -> None:
        """Tell the end: nothing new is begun."""
        self._ended.set()

    @property
    def ended(self) -> bool:
        """Whether the end was told."""
        return self._ended.is_set()


class Runner:
    """Runs steps, round by round.

    Args:
        memory: how steps went before; where it cannot be asked or told, this process's own knowledge has to do.
        steps: in the order in which they are done.
        every: from the beginning of a round to that of the next.
        clock: the time.
        jitter: share, from 0 to 1, of the most that a round may begin later.
    """

    def __init__(
        self,
        memory: Memory,
        steps: Sequence[Step],
        every: timedelta,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._memory = memory
        self._steps = steps
        self._every = every
        self._clock = clock
        self._jitter = jitter
        self._known: dict[str, StepRecord] = {}

    def run(self) -> None:
        """Round after round until the end is told; goes on where the process before was broken off."""
        while not self._clock.ended:
            self.round(began_before=self._clock.now() - self._every)
            if self._clock.ended:
                break
            wait = self._until_next()
            log.info("waiting", seconds=round(wait))
            self._clock.wait(wait)

    def round(self, began_before: datetime | None = None) -> list[StepRecord]:
        """One round: every step that is due, in order; how they went.

        Args:
            began_before: leave out steps that were tried in a round which began after this; None leaves out none.
        """
        began, done = self._clock.now(), []
        for step in self._steps:
            records = self._records()
            if self._clock.ended:
                break
            before = records.get(step.name)
            if began_before is not None and before is not None and before.round_at > began_before:
                continue
            now = self._clock.now()
            try:
                due = step.due(step.name, records, now)
            except Exception as error:  # not knowing whether it is due is that step's failure, too
                done.append(self._failed(step, before, began, now, error))
                continue
            if due:
                done.append(self._do(step, before, began))
        return done

    def _do(self, step: Step, before: StepRecord | None, began: datetime) -> StepRecord:
        since = self._clock.now()
        log.info("step_begins", step=step.name)
        try:
            told = step.do()
        except Exception as error:  # whatever it is, the other steps go on
            return self._failed(step, before, began, since, error)
        now = self._clock.now()
        seconds = (now - since).total_seconds()
        log.info("step_done", step=step.name, told=told, seconds=round(seconds, 1))
        last_failure = None if before is None else before.last_failure
        return self._keep(StepRecord(step.name, began, now, last_failure, told=told, seconds=seconds))

    def _failed(
        self, step: Step, before: StepRecord | None, began: datetime, since: datetime, error: Exception
    ) -> StepRecord:
        now = self._clock.now()
        foreseen = isinstance(error, AwaydayError)
        reason = str(error) if foreseen else f"unexpected {type(error).__name__}: {error}"
        seconds = (now - since).total_seconds()
        log.error("step_failed", step=step.name, reason=reason, seconds=round(seconds, 1))
        log.debug("step_failed_at", step=step.name, exc_info=error)
        known = before or StepRecord(step.name, began)
        return self._keep(
            replace(
                known,
                round_at=began,
                last_failure=now,
                failures=known.failures + 1,
                reason=reason,
                seconds=seconds,
            )
        )

    def _until_next(self) -> float:
        """Seconds to the next round, from the beginning of the last one on."""
        begun = [record.round_at for name, record in self._records().items() if name in {s.name for s in self._steps}]
        now = self._clock.now()
        latest = max(begun, default=now)
        late = min(JITTER_SHARE * self._every, MOST_JITTER) * self._jitter()
        return max((latest + self._every + late - now).total_seconds(), 1.0)

    def _records(self) -> Records:
        try:
            return {**self._memory.steps(), **self._known}
        except StoreError as error:
            log.error("memory_not_read", reason=str(error))
            return self._known

    def _keep(self, record: StepRecord) -> StepRecord:
        try:
            self._memory.record(record)
            self._known.pop(record.name, None)
        except StoreError as error:
            log.error("memory_not_written", reason=str(error))
            self._known[record.name] = record
        return record
