"""Migrations: from nothing, from a database of earlier days, at once from several processes, never backwards."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from football.database import Database
from football.errors import StoreError
from football.migrating import NEWEST, form_of
from football.sql_tables import METADATA
from tests.football.test_database import MONDAY, NEVER, absence, absences, coverage

# What `METADATA.create_all` made before there were migrations.
BEFORE_MIGRATIONS = (
    "CREATE TABLE absences (entry VARCHAR(32) NOT NULL, club_id VARCHAR NOT NULL, player VARCHAR NOT NULL, "
    "status VARCHAR NOT NULL, chance {real}, absent_from DATE, absent_until DATE, "
    "known_at {moment} NOT NULL, superseded_at {moment}, importance {real}, "
    "minutes_rank INTEGER, source VARCHAR NOT NULL, PRIMARY KEY (entry))",
    "CREATE INDEX absences_by_club ON absences (club_id, known_at)",
    "CREATE INDEX absences_by_source ON absences (source, superseded_at)",
    "CREATE TABLE absence_coverage (club_id VARCHAR NOT NULL, source VARCHAR NOT NULL, "
    "watched_from {moment} NOT NULL, watched_until {moment} NOT NULL, "
    "PRIMARY KEY (club_id, source, watched_from))",
    "INSERT INTO absences VALUES ('5f', 'eng-arsenal', 'Ann', 'out', NULL, NULL, NULL, "
    "'2025-09-22 10:00:00.000000{zone}', NULL, 0.5, 3, 'fpl')",
    "INSERT INTO absence_coverage VALUES ('eng-arsenal', 'fpl', '2025-09-22 10:00:00.000000{zone}', "
    "'2025-09-22 10:00:00.000000{zone}')",
)

SQLITE = {"moment": "DATETIME", "real": "FLOAT", "zone": ""}
POSTGRESQL = {"moment": "TIMESTAMP WITH TIME ZONE", "real": "DOUBLE PRECISION", "zone": "+00"}


def test_the_migrated_form_is_that_of_the_tables(database_url: str) -> None:
    with Database(database_url) as database:
        database.create()

        with database.transaction() as connection:
            assert form_of(connection) == NEWEST
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_database_of_before_migrations_is_taken_over_with_all_it_holds(database_url: str) -> None:
    with Database(database_url) as database:
        if database.file is not None:
            database.file.parent.mkdir()
        with database.transaction() as connection:
            of_sqlite = connection.dialect.name == "sqlite"
            types = SQLITE if of_sqlite else POSTGRESQL
            for statement in BEFORE_MIGRATIONS:
                connection.execute(sa.text(statement.format(**types)))
        before = database.absences()

        database.create()

        assert before.equals(absences(absence()))
        assert database.absences().equals(before)
        assert database.coverage().equals(coverage((MONDAY, MONDAY)))
        with database.transaction() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert database.add_absences(absences(absence("Ben")), NEVER) == 1


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(database_url: str) -> None:
    with Database(database_url) as database:
        database.create()
        with database.transaction() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with (
        Database(database_url) as database,
        pytest.raises(StoreError, match="'9999' of a newer version; update Awayday"),
    ):
        database.create()


def _create(url: str, barrier: "multiprocessing.synchronize.Barrier", failures: "multiprocessing.Queue[str]") -> None:
    with Database(url) as database:
        barrier.wait()
        try:
            database.create()
            failures.put("")
        except StoreError as error:
            failures.put(str(error))


def test_processes_that_start_at_once_on_an_empty_database_all_come_up(database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier, failures = spawn.Barrier(2), spawn.Queue()
    processes = [spawn.Process(target=_create, args=(database_url, barrier, failures)) for _ in range(2)]
    for process in processes:
        process.start()

    said = [failures.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()

    assert said == ["", ""]
    with Database(database_url) as database, database.transaction() as connection:
        assert form_of(connection) == NEWEST


def test_a_migration_that_fails_midway_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alembic.operations.Operations.bulk_insert", lambda *_: 1 / 0)
    with Database(f"sqlite:///{tmp_path / 'awayday.db'}") as database, pytest.raises(ZeroDivisionError):
        database.create()

    with sqlite3.connect(tmp_path / "awayday.db") as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []
