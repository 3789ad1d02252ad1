"""`awayday sync`: matches and absences, from the network or from files."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from awayday.commands.options import folder_of_files
from awayday.exit_codes import FAILED
from awayday.settings import Settings
from football.errors import AwaydayError

if TYPE_CHECKING:
    from football.absence_sync import AbsenceReport
    from football.snapshots import BeforeUse
    from football.sync_report import SyncReport

Told: TypeAlias = "list[SyncReport | AbsenceReport] | None"
"""Where reports are gathered for JSON; None where they are printed."""

MOST_FAILURES: Final = 20
"""Failures that are printed: a site that stops answering would fill the screen, file by file."""


class Source(StrEnum):
    """What can be synced by itself."""

    OPENFOOTBALL = "openfootball"
    FOOTBALL_DATA = "football-data"
    FPL = "fpl"


def sync(
    context: typer.Context,
    source_dir: Annotated[
        Path | None,
        folder_of_files(
            "Read files you have instead of fetching them: openfootball's repositories in DIR or "
            "DIR/openfootball, football-data.co.uk's files in DIR/football-data and the collected Fantasy Premier "
            "League answers in DIR/fpl, where there are any."
        ),
    ] = None,
    only: Annotated[
        list[Source] | None,
        typer.Option(
            help="Sync only this (openfootball: matches; football-data: matches, statistics, odds; fpl: absences); may "
            "be given again. Matches of the source left out stay: its files of last time are read again."
        ),
    ] = None,
    absence_files: Annotated[
        list[Path] | None,
        typer.Option(
            "--absences",
            metavar="FILE",
            help="A CSV of absences of your own (player, club, from, until, status, known_at); may be given again.",
        ),
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Country of the clubs in these CSV files, such as eng, where names are unclear.")
    ] = None,
    every: Annotated[
        float | None,
        typer.Option(
            min=1.0,
            metavar="MINUTES",
            help="Do it again and again, so many minutes after each time, until interrupted; what fails is told, and "
            "tried again the next time.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was understood as JSON; with --every a line each time.")
    ] = False,
) -> None:
    """Get results, fixtures, statistics, odds and absences, and say what was understood of them.

    Matches of openfootball and football-data.co.uk become one table, in a new snapshot with statistics and odds;
    absences go into the database, where a running service finds them. A source that fails leaves what was there before,
    the others go on, and the exit code is 1.

    `awayday sync --only fpl --every 60` keeps the absences of the Premier League as of the hour.
    """
    settings: Settings = context.obj
    work = partial(_sync_once, settings, source_dir, only, absence_files or [], country)
    while True:
        told: list[SyncReport | AbsenceReport] | None = [] if as_json else None
        failures = work(told)
        if told is not None:
            typer.echo(_json(told, failures, indent=1 if every is None else None))
        for failure in failures[:MOST_FAILURES]:
            typer.echo(f"error: {failure}", err=True)
        if len(failures) > MOST_FAILURES:
            typer.echo(f"error: and {len(failures) - MOST_FAILURES:,} more", err=True)
        if every is None:
            break
        sleep(60.0 * every)
    if failures:
        raise typer.Exit(FAILED)


def _sync_once(
    settings: Settings,
    source_dir: Path | None,
    only: list[Source] | None,
    absence_files: list[Path],
    country: str | None,
    told: Told,
) -> list[str]:
    """All that was asked for, source by source; returns what failed."""
    chosen = set(only or Source)
    failures: list[str] = []

    def attempt(work: Callable[[], list[str]]) -> None:
        try:
            failures.extend(work())
        except AwaydayError as error:
            failures.append(str(error))

    if chosen & {Source.OPENFOOTBALL, Source.FOOTBALL_DATA}:
        attempt(partial(sync_matches, settings, source_dir, chosen, told, must_be_there=only is not None))
    if Source.FPL in chosen:
        attempt(partial(sync_fpl, settings, source_dir, told, must_be_there=only is not None))
    for path in absence_files:
        attempt(partial(_sync_file, settings, path, country, told))
    return failures


def sync_matches(
    settings: Settings,
    source_dir: Path | None,
    chosen: set[Source],
    told: Told,
    *,
    must_be_there: bool,
    before_use: "BeforeUse | None" = None,
) -> list[str]:
    """Store a snapshot of the matches, do `before_use` with it, and tell the report; returns what failed."""
    from awayday import console, reports
    from football import sync as matches
    from football.clubs import load_registry
    from football.snapshots import SnapshotStore
    from football.sources.download import DownloadOptions
    from football.sources.football_data_download import FootballDataOptions
    from football.sources.kept_files import kept_in

    openfootball: Path | DownloadOptions | None = source_dir or DownloadOptions()
    football_data: Path | FootballDataOptions | None = FootballDataOptions()
    if source_dir is not None:
        inside = source_dir / "football-data"
        football_data = inside if inside.is_dir() else source_dir if must_be_there else None
    store, registry = SnapshotStore(settings.home), load_registry()
    with reports.sync_progress(console.stderr()) as progress:
        report = matches.sync_matches(
            registry,
            store,
            openfootball=openfootball if Source.OPENFOOTBALL in chosen else None,
            football_data=football_data if Source.FOOTBALL_DATA in chosen else None,
            downloads=settings.home / "downloads",
            progress=progress,
            before_use=before_use,
            kept=kept_in(settings.home / "parsed", registry),
        )
    stored = store.folder / report.snapshot_id if report.snapshot_id else None
    if told is None:
        reports.print_matches(console.stdout(), report, stored)
    else:
        told.append(report)
    return report.all_failures


def sync_fpl(settings: Settings, source_dir: Path | None, told: Told, *, must_be_there: bool) -> list[str]:
    """Store absences from the endpoint or from the files beside the matches; returns what failed."""
    from awayday import console
    from football import absence_sync
    from football.clubs import load_registry
    from football.database import Database

    if source_dir is not None and not absence_sync.has_fpl_history(source_dir / "fpl"):
        return [f"{source_dir / 'fpl'}: holds no collected Fantasy Premier League answers"] if must_be_there else []
    with Database(settings.database_url) as database, console.steps(console.stderr()) as say:
        if source_dir is None:
            say("Asking the Fantasy Premier League who is available")
            report = absence_sync.sync_fpl_now(load_registry(), database)
        else:
            say("Reading absences")
            report = absence_sync.sync_fpl_history(source_dir / "fpl", load_registry(), database)
    _tell_absences(report, told)
    return []


def _sync_file(settings: Settings, path: Path, country: str | None, told: Told) -> list[str]:
    """Store a CSV of absences; returns what failed (nothing, or it raises)."""
    from football import absence_sync
    from football.clubs import load_registry
    from football.database import Database

    with Database(settings.database_url) as database:
        report = absence_sync.sync_absence_csv(path, load_registry(), database, country=country)
    _tell_absences(report, told)
    return []


def _tell_absences(report: "AbsenceReport", told: Told) -> None:
    from awayday import console, reports

    if told is None:
        reports.print_absences(console.stdout(), report)
    else:
        told.append(report)


def _json(told: "list[SyncReport | AbsenceReport]", failures: list[str], indent: int | None) -> str:
    """`{"matches": report or null, "absences": [report, ...], "failures": [reason, ...]}`."""
    import json
    from dataclasses import asdict

    from football.absence_sync import AbsenceReport

    absences = [asdict(report) for report in told if isinstance(report, AbsenceReport)]
    matches = next((asdict(report) for report in told if not isinstance(report, AbsenceReport)), None)
    document = {"matches": matches, "absences": absences, "failures": failures}
    return json.dumps(document, ensure_ascii=False, indent=indent)
