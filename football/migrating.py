"""Brings a database to the form that this version works with, step by step, by Alembic."""

import threading
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from football.errors import StoreError

NEWEST: Final = "0003"
"""The form that `football.sql_tables` describes. Stands here so that a start which finds it needs no Alembic."""

_STEPS: Final = Path(__file__).with_name("migrations")
_LOCK: Final = 0x61776179646179  # "awayday": any number will do that no other program at this database takes
_one_at_a_time: Final = threading.Lock()


def migrate(connection: Connection) -> None:
    """Run the steps that are missing, within the transaction that `connection` is in.

    One process at a time: PostgreSQL by an advisory lock till the end of the transaction; for SQLite the transaction
    has to be one that writes (`BEGIN IMMEDIATE`). `StoreError` if a newer version of Awayday made the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    form = form_of(connection)
    if form == NEWEST:
        return
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory
    from alembic.script.revision import RevisionError

    directory = ScriptDirectory(str(_STEPS))
    context = MigrationContext.configure(connection)
    try:
        missing = list(directory.iterate_revisions("head", form or "base"))
    except RevisionError as error:
        raise StoreError(f"the database is in the form {form!r} of a newer version; update Awayday") from error
    # The steps speak to a connection that Alembic keeps for the whole process.
    with _one_at_a_time, Operations.context(context):
        for step in reversed(missing):
            step.module.upgrade()
    context.stamp(directory, "head")


def form_of(connection: Connection) -> str | None:
    """The form that a database is in; None if it is empty, or from before there were migrations."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    form: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return form
