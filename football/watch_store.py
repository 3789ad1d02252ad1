"""How the steps of `awayday watch` went, and who is at it, in SQL: for itself the next time, and for the service."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from football.sql_store import SqlStore
from football.sql_tables import WATCH_LOCK, WATCH_STEPS

LOCK: Final = "watch"

STALE_AFTER: Final = timedelta(minutes=2)
"""A holder that has not been heard of for so long is gone."""

LONGEST: Final = 500
"""Characters kept of a reason, or of what a step told."""


@dataclass(frozen=True)
class StepRecord:
    """How a step went when it was last tried.

    Args:
        name: of the step.
        round_at: when the round began in which it was last tried.
        last_success, last_failure: when it last ended so; None for never.
        failures: how often it failed since it last succeeded; 0 if all is well.
        reason: why it failed last, one line; None if all is well.
        told: what it told of itself when it last succeeded, one line.
        seconds: how long the last try took.
    """

    name: str
    round_at: datetime
    last_success: datetime | None = None
    last_failure: datetime | None = None
    failures: int = 0
    reason: str | None = None
    told: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Holder:
    """Who is at it, since when, and when it was last heard of."""

    name: str
    taken_at: datetime
    beat_at: datetime

    def stale(self, now: datetime) -> bool:
        """Whether it has not been heard of for too long."""
        return now - self.beat_at > STALE_AFTER


class WatchStore:
    """The watch's tables in a database; `StoreError` where it cannot be read or written."""

    def __init__(self, database: SqlStore) -> None:
        self._database = database

    def steps(self) -> Mapping[str, StepRecord]:
        """Every step that was ever tried, by name."""
        with self._database.reading(WATCH_STEPS) as connection:
            if connection is None:
                return {}
            rows = connection.execute(sa.select(WATCH_STEPS).order_by(WATCH_STEPS.c.name)).mappings()
            return {row["name"]: StepRecord(**row) for row in rows}

    def record(self, step: StepRecord) -> None:
        """Keep how a step went, in place of what was known of it."""
        self._database.create()
        row: dict[str, object] = {**asdict(step), "reason": _short(step.reason), "told": _short(step.told)}
        changed = [column.name for column in WATCH_STEPS.c if column.name != "name"]
        with self._database.transaction() as connection:
            self._database.upsert(connection, WATCH_STEPS, [row], changed)

    def holder(self) -> Holder | None:
        """Who is at it; None for nobody."""
        with self._database.reading(WATCH_LOCK) as connection:
            if connection is None:
                return None
            return _holder(connection, locked=False)

    def take(self, name: str, now: datetime, is_gone: Callable[[str], bool] = lambda _: False) -> Holder | None:
        """Be the one who is at it; returns None if `name` is now, else who is.

        A holder that is stale, or of which `is_gone` knows that it is, makes room.
        """
        self._database.create()
        with self._database.transaction() as connection:
            ours: dict[str, object] = {"name": LOCK, "holder": name, "taken_at": now, "beat_at": now}
            # Adds the row unless it is there; whoever else tries has to wait for the end of this transaction.
            self._database.upsert(connection, WATCH_LOCK, [ours])
            found = _holder(connection, locked=True)
            assert found is not None
            if found.name != name and not found.stale(now) and not is_gone(found.name):
                return found
            connection.execute(sa.update(WATCH_LOCK).values(holder=name, taken_at=now, beat_at=now))
            return None

    def beat(self, name: str, now: datetime) -> bool:
        """Be heard of; False if somebody else is at it by now."""
        with self._database.transaction() as connection:
            mine = sa.update(WATCH_LOCK).where(WATCH_LOCK.c.holder == name).values(beat_at=now)
            return connection.execute(mine).rowcount == 1

    def release(self, name: str) -> None:
        """Be at it no more; nothing if somebody else is by now."""
        with self._database.transaction() as connection:
            connection.execute(sa.delete(WATCH_LOCK).where(WATCH_LOCK.c.holder == name))


def _holder(connection: sa.Connection, *, locked: bool) -> Holder | None:
    query = sa.select(WATCH_LOCK)
    row = connection.execute(query.with_for_update() if locked else query).mappings().first()
    return None if row is None else Holder(row["holder"], row["taken_at"], row["beat_at"])


def _short(text: str | None) -> str | None:
    if text is None:
        return None
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
