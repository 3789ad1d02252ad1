"""A connection to SQLite or PostgreSQL: the URL, transactions, the tables' form, and errors that say what to do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from football.errors import InvalidValueError, StoreError
from football.migrating import NEWEST, form_of, migrate

_LOCK_WAIT_S: Final = 30
_BEGIN: Final = "awayday_begin"

# A server that is down is to be told, not waited for; nor one that went away without a word, as a network does it:
# what is sent has to be acknowledged within so many milliseconds, and a quiet connection is asked after ten seconds.
_OF_SERVERS: Final = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class SqlStore:
    """The database at an SQLAlchemy URL (`sqlite:////path/awayday.db`, `postgresql://me@host/awayday`).

    Connects at first use. `InvalidValueError` for a URL that is none or of another kind of database, or whose driver is
    not installed; `StoreError`, saying what to do, when it cannot be read or written.
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self._of_sqlite = self._url.get_backend_name() == "sqlite"
        self._created = False
        self._tables: set[str] = set()
        try:
            self._engine = _engine(self._url)
        except ModuleNotFoundError as error:
            install = "awayday[postgresql]" if self._url.drivername == _POSTGRESQL else error.name
            raise InvalidValueError(
                "database_url", self.safe_url, f"a database whose driver is installed (pip install '{install}')"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def safe_url(self) -> str:
        """The URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """SQLite's file; None for a database in memory or on a server."""
        name = self._url.database
        on_disk = self._of_sqlite and name not in (None, "", ":memory:")
        return Path(str(name)) if on_disk else None

    def create(self) -> None:
        """Bring the tables to this version's form; makes them, and SQLite's file and folder, where they are missing.

        Any number of processes may do so at once.
        """
        file = self.file
        if self._created and (file is None or file.exists()):
            return
        if file is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"{file.parent}: cannot be made: {error}; set AWAYDAY_HOME to a folder of yours"
                ) from error
        if not self._is_newest():
            with self.transaction() as connection:
                try:
                    migrate(connection)
                except StoreError as error:
                    raise StoreError(f"{self.safe_url}: {error}") from error
        self._created = True

    def update(self) -> None:
        """`create`, unless it would have to make SQLite's file: where nothing was stored, reading stores nothing."""
        if self.file is None or self.file.exists():
            self.create()

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    @contextmanager
    def transaction(self, *, reads_only: bool = False) -> Iterator[Connection]:
        """All or nothing; `StoreError` if it fails. SQLite has one writer at a time, others wait."""
        # A transaction of SQLite's that starts as a reader cannot always become a writer, so it says at once.
        engine = self._engine if reads_only else self._engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        try:
            with engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise StoreError(f"{self.safe_url}: {reason}; {_advice(reason)}") from error

    @contextmanager
    def reading(self, table: sa.Table) -> Iterator[Connection | None]:
        """A transaction that reads; None where `table` was never made (connecting would make SQLite's file)."""
        if self.file is not None and not self.file.exists():
            yield None
            return
        with self.transaction(reads_only=True) as connection:
            if table.name not in self._tables and not sa.inspect(connection).has_table(table.name):
                yield None
                return
            self._tables.add(table.name)
            yield connection

    def upsert(
        self,
        connection: Connection,
        table: sa.Table,
        rows: Sequence[dict[str, object]],
        replaced: Sequence[str] = (),
        kept_if_null: Sequence[str] = (),
    ) -> None:
        """Add rows; of one that is there take over the columns `replaced`, and unless null `kept_if_null`."""
        if not rows:
            return
        statement = (sqlite.insert if self._of_sqlite else postgresql.insert)(table)
        changes: dict[str, sa.ColumnElement[object]] = {name: statement.excluded[name] for name in replaced}
        changes |= {name: sa.func.coalesce(statement.excluded[name], table.c[name]) for name in kept_if_null}
        keys = [column.name for column in table.primary_key]
        merged = (
            statement.on_conflict_do_update(index_elements=keys, set_=changes)
            if changes
            else statement.on_conflict_do_nothing(index_elements=keys)
        )
        connection.execute(merged, list(rows))

    def _is_newest(self) -> bool:
        """Whether there is nothing to do, found out without writing: one may read what one may not write."""
        with self.transaction(reads_only=True) as connection:
            return form_of(connection) == NEWEST


_POSTGRESQL: Final = "postgresql+psycopg"


def _parse(url: str) -> URL:
    expected = "a URL such as sqlite:////home/me/awayday.db or postgresql://user@host/awayday"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidValueError("database_url", url, expected) from None
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername=_POSTGRESQL)
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InvalidValueError("database_url", parsed.render_as_string(hide_password=True), expected)
    return parsed


def _engine(url: URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, connect_args=_OF_SERVERS, pool_pre_ping=True, pool_timeout=_LOCK_WAIT_S)
    engine = sa.create_engine(url, connect_args={"timeout": _LOCK_WAIT_S})
    # Python's module would begin transactions by itself, at the first change of rows and not at all for tables.
    sa.event.listen(engine, "connect", _leave_transactions_to_us)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _leave_transactions_to_us(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(str(connection.get_execution_options().get(_BEGIN, "BEGIN")))


def _advice(reason: str) -> str:
    if "no such table" in reason or ("relation" in reason and "does not exist" in reason):
        return "nothing is stored there yet: run `awayday sync` first"
    if "locked" in reason:
        return "another program is writing to it: try again when that is done"
    if "readonly" in reason or "read-only" in reason or "unable to open" in reason:
        return "check that folder and file can be written by you, or set AWAYDAY_HOME to a folder of yours"
    if "full" in reason:
        return "make room on the disk"
    if "malformed" in reason or "not a database" in reason:
        return "the file is damaged: move it away and run `awayday sync` to store the absences anew"
    return "check AWAYDAY_DATABASE_URL and that the database is running"
