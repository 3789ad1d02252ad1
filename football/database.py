"""What changes under a running service, in SQL: absences, and which clubs were watched for them, as tables.

SQLite by default, PostgreSQL by URL. Everything is added in one transaction; the same content added twice is there
once.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from football.absence_store import AbsenceRow, AbsenceStore
from football.absences import conform_absences, conform_coverage, watches_of
from football.errors import InvalidValueError
from football.sql_rows import absence_rows
from football.sql_tables import ABSENCES, WORD
from football.watches import Watch


class Database(AbsenceStore):
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
            self.add_watches(connection, watches_of(watches), sources)
        return after - before

    def absences(self, as_of: datetime | None = None) -> pd.DataFrame:
        """All absences (contract `ABSENCES`), in the order in which they became known; none before the first sync.

        With `as_of` (aware) those known by then, with `superseded_at` null where it came later.
        """
        known_by = None if as_of is None else _aware("as_of", as_of)
        table = conform_absences(pd.DataFrame(self.absence_rows(known_by), columns=list(AbsenceRow._fields)))
        if as_of is not None:
            table["superseded_at"] = table["superseded_at"].where(table["superseded_at"] <= pd.Timestamp(as_of))
        return table

    def coverage(self) -> pd.DataFrame:
        """Which clubs were watched when (contract `COVERAGE`), by club, source and time."""
        return conform_coverage(pd.DataFrame(self.watches(), columns=list(Watch._fields)))


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
