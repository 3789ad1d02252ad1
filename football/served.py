"""Predictions as they were served, in SQL: which count when the results are there, and how long they are kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from football.prediction_record import ServedPrediction as ServedPrediction
from football.sql_store import SqlStore
from football.sql_tables import PREDICTIONS


class ServedStore:
    """The table of served predictions in a database."""

    def __init__(self, database: SqlStore) -> None:
        self._database = database

    def add(self, entries: Sequence[tuple[str, ServedPrediction]]) -> None:
        """Store predictions under their entries, all or nothing; those that are there already stay as they are."""
        self._database.create()
        with self._database.transaction() as connection:
            if connection.dialect.name == "sqlite":
                for some in _in_parts(entries):
                    connection.exec_driver_sql(*_for_sqlite(some))
            elif entries:
                connection.exec_driver_sql(*_for_postgresql(entries))

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` predictions served before a moment, the first stored first; returns how many went.

        A few at a time, so that whoever else writes waits for a few alone.
        """
        old = sa.select(PREDICTIONS.c.entry).where(PREDICTIONS.c.served_at < before).limit(most)
        # Mostly there is nothing to do, which is found out without keeping others from writing.
        with self._database.reading(PREDICTIONS) as connection:
            if connection is None or connection.execute(old.limit(1)).first() is None:
                return 0
        with self._database.transaction() as connection:
            return connection.execute(sa.delete(PREDICTIONS).where(PREDICTIONS.c.entry.in_(old))).rowcount

    def count(self, before: datetime | None = None) -> int:
        """How many there are, or were served before a moment."""
        query = sa.select(sa.func.count()).select_from(PREDICTIONS)
        if before is not None:
            query = query.where(PREDICTIONS.c.served_at < before)
        with self._database.reading(PREDICTIONS) as connection:
            return 0 if connection is None else connection.scalar(query) or 0

    def all(self) -> list[tuple[str, ServedPrediction]]:
        """Everything, in the order of serving; for tests and small tables."""
        query = sa.select(PREDICTIONS).order_by(PREDICTIONS.c.served_at, PREDICTIONS.c.entry)
        with self._database.reading(PREDICTIONS) as connection:
            if connection is None:
                return []
            return [(row[0], ServedPrediction(*row[1:])) for row in connection.execute(query)]

    def last_before_kickoff(
        self,
        start: datetime | None = None,
        until: datetime | None = None,
        *,
        competition_id: str | None = None,
        model_version: str | None = None,
    ) -> list[ServedPrediction]:
        """For each fixture (home, away, kick-off as asked) the last prediction served before its kick-off.

        Args:
            start, until: kick-offs from `start` on and before `until`.
            competition_id, model_version: only predictions of these; the last one of that model then.

        Returns:
            In order of kick-off and clubs; hypothetical ones left out.
        """
        table = PREDICTIONS.c
        counts = [sa.not_(table.hypothetical), table.served_at < table.kickoff]
        if start is not None:
            counts.append(table.kickoff >= start)
        if until is not None:
            counts.append(table.kickoff < until)
        if competition_id is not None:
            counts.append(table.competition_id == competition_id)
        if model_version is not None:
            counts.append(table.model_version == model_version)
        return self._last(counts)

    def last_served(
        self, home_id: str, away_id: str, kickoff: datetime, before: datetime, model_version: str | None = None
    ) -> list[ServedPrediction]:
        """The last prediction of one fixture, if any, served before a moment: where the match began before it."""
        table = PREDICTIONS.c
        counts = [
            sa.not_(table.hypothetical),
            table.home_id == home_id,
            table.away_id == away_id,
            table.kickoff == kickoff,
            table.served_at < before,
        ]
        if model_version is not None:
            counts.append(table.model_version == model_version)
        return self._last(counts)

    def _last(self, counts: Sequence[sa.ColumnElement[bool]]) -> list[ServedPrediction]:
        table = PREDICTIONS.c
        place = sa.func.row_number().over(
            partition_by=(table.home_id, table.away_id, table.kickoff),
            order_by=(table.served_at.desc(), table.entry.desc()),
        )
        ranked = sa.select(PREDICTIONS, place.label("place")).where(*counts).subquery()
        query = (
            sa.select(*(ranked.c[name] for name in ServedPrediction._fields))
            .where(ranked.c.place == 1)
            .order_by(ranked.c.kickoff, ranked.c.home_id, ranked.c.away_id)
        )
        with self._database.reading(PREDICTIONS) as connection:
            return [] if connection is None else [ServedPrediction(*row) for row in connection.execute(query)]


# Thousands a second pass here beside the answers, and SQLAlchemy's own insert takes more than twice as long, for the
# conversion of values that are right already. A test holds that what was stored reads back as it was.
_NAMES: Final = ("entry", *ServedPrediction._fields)
_INSERT: Final = f"INSERT INTO {PREDICTIONS.name} ({', '.join(_NAMES)}) VALUES {{}} ON CONFLICT (entry) DO NOTHING"
_MOMENTS: Final = tuple(_NAMES.index(name) for name in ("served_at", "kickoff", "as_of"))

_ROWS: Final = 512
"""Of one statement at most; SQLite takes 32,766 values at a time."""

_Entries = Sequence[tuple[str, ServedPrediction]]


def _in_parts(entries: _Entries) -> Iterator[_Entries]:
    """Parts of as many rows as a power of two: SQLite keeps every statement that it has read, and a statement of many
    rows is large, so there are to be few of them."""
    start = 0
    while left := len(entries) - start:
        some = min(_ROWS, 1 << (left.bit_length() - 1))
        yield entries[start : start + some]
        start += some


def _for_postgresql(entries: _Entries) -> tuple[str, list[tuple[object, ...]]]:
    marks = f"({', '.join(['%s'] * len(_NAMES))})"
    return _INSERT.format(marks), [(entry, *prediction) for entry, prediction in entries]


def _for_sqlite(entries: _Entries) -> tuple[str, tuple[object, ...]]:
    """Many rows in one statement: at each statement's step the interpreter's lock changes hands, which holds up answers
    for longer than all else about the log."""
    values: list[object] = []
    for entry, prediction in entries:
        row = [entry, *prediction]
        for place in _MOMENTS:
            row[place] = _text(row[place])
        values += row
    marks = f"({', '.join('?' * len(_NAMES))})"
    return _INSERT.format(", ".join([marks] * len(entries))), tuple(values)


def _text(moment: object) -> str:
    """A moment as `football.sql_tables.UtcDateTime` stores it in SQLite."""
    assert isinstance(moment, datetime)
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:-6]  # without +00:00
