"""What changes under a running service, in SQL: absences, and which clubs were watched for them.

SQLite by default, PostgreSQL by URL. Everything is added in one transaction; the same content added twice is there
once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from football.absences import conform_absences, conform_coverage, merge_watches
from football.errors import InvalidValueError
from football.sql_store import SqlStore
from football.sql_tables import ABSENCES, COVERAGE, REVISIONS, WORD, absence_rows, plain_rows


class Database(SqlStore):
    """Absences and coverage in the database at a URL; errors as `SqlStore`."""

    def add_absences(
        self, absences: pd.DataFrame, coverage: pd.DataFrame, *, complete_at: datetime | None = None
    ) -> int:
        """Add both tables, all or nothing; returns how many absences were new.

        An absence that is there already is not added again, but takes over importance, rank and, unless null,
        `superseded_at`. With `complete_at` the table is all that its sources say at that moment: a standing absence
        which says the same is kept as it was first known, every other one of these sources and clubs is superseded.
        """
        rows = absence_rows(conform_absences(absences))
        watches = conform_coverage(coverage)
        sources = sorted({*absences["source"], *coverage["source"]})
        with self.changing_absences() as connection:
            if complete_at is not None:
                rows = _supersede(connection, rows, sources, sorted(set(watches["club_id"])), complete_at)
            before = connection.scalar(sa.select(sa.func.count()).select_from(ABSENCES)) or 0
            self.upsert(connection, ABSENCES, rows, ("importance", "minutes_rank"), ("superseded_at",))
            after = connection.scalar(sa.select(sa.func.count()).select_from(ABSENCES)) or 0
            self.add_coverage(connection, watches, sources)
        return after - before

    def absences(self, as_of: datetime | None = None) -> pd.DataFrame:
        """All absences (contract `ABSENCES`), in the order in which they became known; none before the first sync.

        With `as_of` (aware) those known by then, with `superseded_at` null where it came later.
        """
        query = sa.select(*(c for c in ABSENCES.c if c.name not in ("entry", "note"))).order_by(
            ABSENCES.c.known_at, ABSENCES.c.club_id, ABSENCES.c.player, ABSENCES.c.entry
        )
        if as_of is not None:
            query = query.where(ABSENCES.c.known_at <= _aware("as_of", as_of))
        table = conform_absences(self._read(query, ABSENCES))
        if as_of is not None:
            table["superseded_at"] = table["superseded_at"].where(table["superseded_at"] <= pd.Timestamp(as_of))
        return table

    def coverage(self) -> pd.DataFrame:
        """Which clubs were watched when (contract `COVERAGE`), by club, source and time."""
        columns = COVERAGE.c
        query = sa.select(COVERAGE).order_by(columns.club_id, columns.source, columns.watched_from)
        return conform_coverage(self._read(query, COVERAGE))

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

    def _read(self, query: sa.Select[tuple[object, ...]], table: sa.Table) -> pd.DataFrame:
        with self.reading(table) as connection:
            if connection is None:
                return pd.DataFrame(columns=[column.name for column in query.selected_columns])
            result = connection.execute(query)
            return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))

    def add_coverage(self, connection: Connection, watches: pd.DataFrame, sources: Sequence[str]) -> None:
        """Add watches of `sources` to what is there, merged, so that coverage stays as small as time is continuous."""
        stored = connection.execute(sa.select(COVERAGE).where(COVERAGE.c.source.in_(sources)))
        columns = list(stored.keys())
        there = conform_coverage(pd.DataFrame([tuple(row) for row in stored], columns=columns))
        merged = merge_watches(pd.concat([there, watches], ignore_index=True))
        if merged.equals(there):
            return
        connection.execute(sa.delete(COVERAGE).where(COVERAGE.c.source.in_(sources)))
        if not merged.empty:
            connection.execute(sa.insert(COVERAGE), plain_rows(merged))


def _supersede(
    connection: Connection,
    rows: list[dict[str, object]],
    sources: Sequence[str],
    clubs: Sequence[str],
    complete_at: datetime,
) -> list[dict[str, object]]:
    """End the standing absences that `rows` no longer tell; returns the rows that are not standing already."""
    standing = connection.execute(
        sa.select(ABSENCES).where(
            ABSENCES.c.source.in_(sources),
            ABSENCES.c.club_id.in_(clubs),
            ABSENCES.c.superseded_at.is_(None),
            ABSENCES.c.known_at <= _aware("complete_at", complete_at),
        )
    ).mappings()
    entry_by_word = {tuple(row[name] for name in WORD): row["entry"] for row in standing}
    told = {tuple(row[name] for name in WORD) for row in rows}
    ended = [entry for word, entry in entry_by_word.items() if word not in told]
    if ended:
        connection.execute(
            sa.update(ABSENCES).where(ABSENCES.c.entry == sa.bindparam("ended")).values(superseded_at=complete_at),
            [{"ended": entry} for entry in ended],
        )
    return [row for row in rows if tuple(row[name] for name in WORD) not in entry_by_word]


def _aware(field: str, moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidValueError(field, moment, "a time with its zone")
    return moment
