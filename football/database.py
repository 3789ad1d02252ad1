"""What changes under a running service, in SQL: absences, and which clubs were watched for them.

SQLite by default, PostgreSQL by URL. Everything is added in one transaction; the same content added twice is there
once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from football.absences import conform_absences, conform_coverage, merge_watches
from football.errors import InvalidValueError, StoreError
from football.sql_tables import ABSENCES, COVERAGE, METADATA, WORD, absence_rows, plain_rows
from football.tables import validate_absences, validate_coverage

_LOCK_WAIT_S: Final = 30


class Database:
    """The database at an SQLAlchemy URL (`sqlite:////path/awayday.db`, `postgresql+psycopg://…`).

    Connects at first use. `InvalidValueError` for a URL that is none or of another kind of database, or whose driver is
    not installed; `StoreError`, saying what to do, when it cannot be read or written.
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        connect_args = {"timeout": _LOCK_WAIT_S} if self._url.get_backend_name() == "sqlite" else {}
        try:
            self._engine = sa.create_engine(self._url, connect_args=connect_args, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise InvalidValueError(
                "database_url", self._safe_url, f"a database whose driver is installed (pip install {error.name})"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def create(self) -> None:
        """Make the tables (and, for SQLite, the file and its folder) where they are missing."""
        if self._file is not None:
            folder = self._file.parent
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{folder}: cannot be made: {error}; set AWAYDAY_HOME to a folder of yours") from error
        with self._transaction() as connection:
            METADATA.create_all(connection)

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
        with self._transaction() as connection:
            if complete_at is not None:
                rows = _supersede(connection, rows, sources, sorted(set(watches["club_id"])), complete_at)
            before = connection.scalar(sa.select(sa.func.count()).select_from(ABSENCES)) or 0
            self._upsert(connection, ABSENCES, rows, ("importance", "minutes_rank"), ("superseded_at",))
            after = connection.scalar(sa.select(sa.func.count()).select_from(ABSENCES)) or 0
            self._add_coverage(connection, watches, sources)
        return after - before

    def absences(self, as_of: datetime | None = None) -> pd.DataFrame:
        """All absences (contract `ABSENCES`), in the order in which they became known; none before the first sync.

        With `as_of` (aware) those known by then, with `superseded_at` null where it came later.
        """
        query = sa.select(*(c for c in ABSENCES.c if c.name != "entry")).order_by(
            ABSENCES.c.known_at, ABSENCES.c.club_id, ABSENCES.c.player, ABSENCES.c.entry
        )
        if as_of is not None:
            query = query.where(ABSENCES.c.known_at <= _aware("as_of", as_of))
        table = conform_absences(self._read(query, ABSENCES))
        if as_of is not None:
            table["superseded_at"] = table["superseded_at"].where(table["superseded_at"] <= pd.Timestamp(as_of))
        return validate_absences(table)

    def coverage(self) -> pd.DataFrame:
        """Which clubs were watched when (contract `COVERAGE`), by club, source and time."""
        columns = COVERAGE.c
        query = sa.select(COVERAGE).order_by(columns.club_id, columns.source, columns.watched_from)
        return validate_coverage(conform_coverage(self._read(query, COVERAGE)))

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    @property
    def _safe_url(self) -> str:
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise StoreError(f"{self._safe_url}: {reason}; {_advice(reason)}") from error

    @property
    def _file(self) -> Path | None:
        """SQLite's file; None for a database in memory or on a server."""
        name = self._url.database
        on_disk = self._url.get_backend_name() == "sqlite" and name not in (None, "", ":memory:")
        return Path(str(name)) if on_disk else None

    def _read(self, query: sa.Select[tuple[object, ...]], table: sa.Table) -> pd.DataFrame:
        nothing = pd.DataFrame(columns=[column.name for column in query.selected_columns])
        if self._file is not None and not self._file.exists():
            return nothing  # connecting would make the file
        with self._transaction() as connection:
            if not sa.inspect(connection).has_table(table.name):
                return nothing
            result = connection.execute(query)
            return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))

    def _upsert(
        self,
        connection: Connection,
        table: sa.Table,
        rows: Sequence[dict[str, object]],
        replaced: Sequence[str],
        kept_if_null: Sequence[str],
    ) -> None:
        if not rows:
            return
        insert = postgresql.insert if self._url.get_backend_name() == "postgresql" else sqlite.insert
        statement = insert(table)
        changes: dict[str, sa.ColumnElement[object]] = {name: statement.excluded[name] for name in replaced}
        changes |= {name: sa.func.coalesce(statement.excluded[name], table.c[name]) for name in kept_if_null}
        keys = [column.name for column in table.primary_key]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))

    def _add_coverage(self, connection: Connection, watches: pd.DataFrame, sources: Sequence[str]) -> None:
        """Merge with what is there, so that coverage stays as small as time is continuous."""
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


def _parse(url: str) -> URL:
    expected = "a URL such as sqlite:////home/me/awayday.db or postgresql+psycopg://user@host/awayday"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidValueError("database_url", url, expected) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InvalidValueError("database_url", parsed.render_as_string(hide_password=True), expected)
    return parsed


def _aware(field: str, moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidValueError(field, moment, "a time with its zone")
    return moment


def _advice(reason: str) -> str:
    if "no such table" in reason or "does not exist" in reason:
        return "nothing is stored there yet: run `awayday sync` first"
    if "locked" in reason:
        return "another program is writing to it: try again when that is done"
    if "readonly" in reason or "read-only" in reason or "unable to open" in reason:
        return "check that folder and file can be written by you, or set AWAYDAY_HOME to a folder of yours"
    if "malformed" in reason or "not a database" in reason:
        return "the file is damaged: move it away and run `awayday sync` to store the absences anew"
    return "check AWAYDAY_DATABASE_URL and that the database is running"
