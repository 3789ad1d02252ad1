"""What is told of absences, in SQL, row by row: all that a service needs of it while it answers.

Apart from `football.database`, which has whole tables, so that a service does without the packages of tables.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from football.sql_store import SqlStore
from football.sql_tables import ABSENCES, COVERAGE, REVISIONS
from football.watches import Watch, joined


class AbsenceRow(NamedTuple):
    """A row of `football.tables.ABSENCES`, None where null."""

    club_id: str
    player: str
    status: str
    chance: float | None
    absent_from: date | None
    absent_until: date | None
    known_at: datetime
    superseded_at: datetime | None
    importance: float | None
    minutes_rank: int | None
    source: str


_ABSENCE: Final = [ABSENCES.c[name] for name in AbsenceRow._fields]
_WATCH: Final = [COVERAGE.c[name] for name in Watch._fields]


class AbsenceStore(SqlStore):
    """Absences and coverage in the database at a URL; errors as `SqlStore`."""

    def absence_rows(self, known_by: datetime | None = None) -> list[AbsenceRow]:
        """All absences, or those known by then, in the order in which they became known; none before the first sync."""
        columns = ABSENCES.c
        query = sa.select(*_ABSENCE).order_by(columns.known_at, columns.club_id, columns.player, columns.entry)
        if known_by is not None:
            query = query.where(columns.known_at <= known_by)
        with self.reading(ABSENCES) as connection:
            return [] if connection is None else [AbsenceRow(*row) for row in connection.execute(query)]

    def watches(self) -> list[Watch]:
        """Which clubs were watched when, by club, source and time."""
        query = sa.select(*_WATCH).order_by(COVERAGE.c.club_id, COVERAGE.c.source, COVERAGE.c.watched_from)
        with self.reading(COVERAGE) as connection:
            return [] if connection is None else [Watch(*row) for row in connection.execute(query)]

    def absence_revision(self) -> int:
        """A number that changes whenever absences or coverage do, cheap to ask for; 0 before anything is stored."""
        with self.reading(REVISIONS) as connection:
            if connection is None:
                return 0
            return connection.scalar(sa.select(REVISIONS.c.number).where(REVISIONS.c.name == ABSENCES.name)) or 0

    @contextmanager
    def changing_absences(self) -> Iterator[Connection]:
        """A transaction that changes absences or coverage: one at a time, and all who look know of it."""
        with self.transaction() as connection:
            connection.execute(
                sa.update(REVISIONS).where(REVISIONS.c.name == ABSENCES.name).values(number=REVISIONS.c.number + 1)
            )
            yield connection

    def add_watches(self, connection: Connection, watches: Iterable[Watch], sources: Sequence[str]) -> None:
        """Add watches of `sources` to what is there, joined, so that coverage stays as small as time is continuous."""
        stored = connection.execute(sa.select(*_WATCH).where(COVERAGE.c.source.in_(sources)))
        there = [Watch(*row) for row in stored]
        merged = joined([*there, *watches])
        if merged == sorted(there):
            return
        connection.execute(sa.delete(COVERAGE).where(COVERAGE.c.source.in_(sources)))
        if merged:
            connection.execute(sa.insert(COVERAGE), [watch._asdict() for watch in merged])
