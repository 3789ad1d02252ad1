"""`awayday prune`: served predictions that are too old leave the log."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from awayday.settings import Settings
from football.errors import InvalidValueError


def prune(
    context: typer.Context,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, metavar="N", help="Days to keep; those of AWAYDAY_LOG_DAYS if not given."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only, and delete nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Delete served predictions older than so many days from the log, which the track record is made of.

    A service with AWAYDAY_LOG_DAYS does so by itself, hour by hour. What is kept is scored as before. SQLite's file
    keeps its size and fills the room again.
    """
    settings: Settings = context.obj
    kept_days = days or settings.service.log_days
    if not kept_days:
        raise InvalidValueError("AWAYDAY_LOG_DAYS", 0, "how many days to keep, there or by --days; 0 keeps all")
    from football.database import Database
    from football.served import ServedStore
    from serving.fields import rfc3339
    from serving.retention import AT_ONCE, kept_since

    before = kept_since(datetime.now(UTC), kept_days)
    with Database(settings.database_url) as database:
        database.update()
        served = ServedStore(database)
        gone = served.count(before)
        if not dry_run:
            gone = 0
            while part := served.forget(before, AT_ONCE):
                gone += part
        left = served.count() - (gone if dry_run else 0)
    if as_json:
        found = {"before": rfc3339(before), "dry_run": dry_run, "deleted": gone, "kept": left}
        typer.echo(json.dumps(found))
        return
    deleted = "would be deleted" if dry_run else "deleted"
    noun = "prediction" if gone == 1 else "predictions"
    typer.echo(f"Served before {before:%Y-%m-%d %H:%M} UTC: {gone:,} {noun} {deleted}, {left:,} kept.")
