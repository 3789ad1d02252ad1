"""From a source of absences to the database, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from football.absences import AbsenceTables, ClubNames
from football.database import Database
from football.sources import fpl, fpl_history
from football.sources.absence_csv import read_absence_csv
from football.sources.fpl_download import EndpointOptions, fetch_bootstrap


@dataclass(frozen=True, slots=True)
class AbsenceReport:
    """What one source told: absences read, those that were new, clubs watched, club names not in the registry."""

    source: str
    absences: int
    new: int
    clubs: int
    unresolved: tuple[str, ...]


def has_fpl_history(folder: Path) -> bool:
    """Whether `folder` holds one of the two files of `football.sources.fpl_history` (reading names one that is not)."""
    return any((folder / name).is_file() for name in (fpl_history.SNAPSHOTS_FILE, fpl_history.APPEARANCES_FILE))


def sync_fpl_history(folder: Path, clubs: ClubNames, database: Database) -> AbsenceReport:
    """Store the collected answers in `folder`. `SourceError` or `StoreError`, with nothing stored."""
    return _store(fpl.SOURCE, fpl_history.read_history(folder, clubs), database)


def sync_fpl_now(clubs: ClubNames, database: Database, options: EndpointOptions | None = None) -> AbsenceReport:
    """Ask the endpoint and store its answer, which ends absences that it no longer tells.

    `DownloadError`, `SourceError` or `StoreError`, with nothing stored.
    """
    text, asked_at = fetch_bootstrap(options)
    return _store(fpl.SOURCE, fpl.read_bootstrap(text, asked_at, clubs), database, complete_at=asked_at)


def sync_absence_csv(path: Path, clubs: ClubNames, database: Database, *, country: str | None = None) -> AbsenceReport:
    """Store a CSV of the user's own. `SourceError` or `StoreError`, with nothing stored."""
    return _store(f"csv:{path.name}", read_absence_csv(path, clubs, country=country), database)


def _store(
    source: str, tables: AbsenceTables, database: Database, complete_at: datetime | None = None
) -> AbsenceReport:
    database.create()
    return AbsenceReport(
        source=source,
        absences=len(tables.absences),
        new=database.add_absences(tables.absences, tables.coverage, complete_at=complete_at),
        clubs=int(tables.coverage["club_id"].nunique()),
        unresolved=tables.unresolved,
    )
