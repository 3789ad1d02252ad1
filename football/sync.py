"""Sync: from the files of openfootball and football-data.co.uk (fetched, or folders given) to a new snapshot.

A snapshot is one table of both sources. When only one of them is asked for, or one fails as a whole, the other is read
again where the snapshot in use had it from: its last download, or the folder that was given then. If that is not there
any more, no snapshot is written and the one in use stays.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from football.combining import CombinedTables, combine
from football.errors import AwaydayError, NoDataError, StoreError
from football.snapshots import BeforeUse, SnapshotStore
from football.sources import football_data as football_data_source
from football.sources import openfootball as openfootball_source
from football.sources.download import DownloadOptions, download_openfootball
from football.sources.football_data import ClubNames, FootballData, FootballDataFiles
from football.sources.football_data_download import FootballDataOptions, download_football_data
from football.sources.kept_files import KeptFiles
from football.sources.openfootball import OpenfootballFiles
from football.sync_report import ProgressCallback, SyncReport

OPENFOOTBALL: Final = openfootball_source.SOURCE
FOOTBALL_DATA: Final = football_data_source.SOURCE


def sync_matches(
    registry: ClubNames,
    store: SnapshotStore,
    *,
    openfootball: Path | DownloadOptions | None,
    football_data: Path | FootballDataOptions | None,
    downloads: Path,
    today: date | None = None,
    progress: ProgressCallback | None = None,
    before_use: BeforeUse | None = None,
    kept: Callable[[str], KeptFiles] | None = None,
) -> SyncReport:
    """Read the sources asked for and store a snapshot of both.

    What fails stands in the report, whose `exit_code` is then 1; the rest is stored. A snapshot that would lose a whole
    repository or source against the one in use is not written, nor one of old files alone.

    Args:
        registry: the clubs.
        store: where the snapshot goes.
        openfootball: folder of the repositories, or how to fetch them; None reads again what the snapshot in use has.
        football_data: folder of football-data.co.uk's files, or how to fetch them; None likewise.
        downloads: fetched files go into its folders `openfootball` and `football-data`.
        today: decides which season files football-data.co.uk has; by default the day it is now.
        progress: told of each step, from several threads.
        before_use: called with the snapshot before it is the one in use, see `SnapshotStore.write`.
        kept: what a source's files said before, by its name (`kept_files.kept_in`), so that only those that changed are
            read; None to read all of them.

    Raises:
        NoDataError: there is no played match.
        StoreError: the snapshot cannot be written.
    """
    before = _report_in_use(store)
    sync = _Sync(registry, SyncReport(), progress, kept)
    asked: dict[str, Path] = {}
    if isinstance(openfootball, DownloadOptions):
        sync.fetch_openfootball(downloads / OPENFOOTBALL, openfootball, asked)
    elif openfootball is not None:
        asked[OPENFOOTBALL] = openfootball
    if isinstance(football_data, FootballDataOptions):
        sync.fetch_football_data(downloads / FOOTBALL_DATA, today or datetime.now(UTC).date(), football_data, asked)
    elif football_data is not None:
        asked[FOOTBALL_DATA] = football_data
    for name, folder in asked.items():
        sync.read(name, folder)
    if not sync.report.folders:
        return sync.report
    for name, folder in _folders_in_use(before, downloads).items():
        if name not in sync.report.folders:
            sync.read(name, folder, again=True)
    same = sync.nothing_new(before)
    if same is not None and store.write_again(same, before_use=before_use):
        return same
    sync.finish()
    lost = [name for name in before.sources if name not in sync.report.sources]
    if lost:
        sync.report.failures.append(
            f"no snapshot written: {', '.join(lost)} could not be read and the snapshot in use has it; it stays in use"
        )
    else:
        tables = sync.tables()
        store.write(
            tables.matches, sync.report, tables.statistics, tables.odds, tables.conflicts, before_use=before_use
        )
    return sync.report


class _Sync:
    """The sources read so far, and the report of all of it."""

    def __init__(
        self,
        registry: ClubNames,
        report: SyncReport,
        progress: ProgressCallback | None,
        kept: Callable[[str], KeptFiles] | None,
    ) -> None:
        self._registry, self.report, self._progress, self._kept = registry, report, progress, kept
        self._failed_downloads: dict[str, str] = {}
        self._openfootball: OpenfootballFiles | None = None
        self._football_data: FootballDataFiles | None = None
        self._tables: tuple[pd.DataFrame | None, FootballData | None] = None, None

    def fetch_openfootball(self, folder: Path, options: DownloadOptions, into: dict[str, Path]) -> None:
        """Bring the copies up to date and note the folder, unless nothing at all could be fetched."""
        try:
            self._failed_downloads = download_openfootball(folder, options, self._progress).failures
            into[OPENFOOTBALL] = folder
        except AwaydayError as error:
            self.report.failures.append(str(error))

    def fetch_football_data(
        self, folder: Path, today: date, options: FootballDataOptions, into: dict[str, Path]
    ) -> None:
        """Likewise."""
        try:
            failures = download_football_data(folder, today, options, self._progress).failures
            self.report.failures += failures.values()
            into[FOOTBALL_DATA] = folder
        except AwaydayError as error:
            self.report.failures.append(str(error))

    def read(self, name: str, folder: Path, *, again: bool = False) -> None:
        """Read a source's folder; what fails goes into the report. `again`: nobody asked for this source now."""
        kept = self._kept and self._kept(name)
        try:
            if name == OPENFOOTBALL:
                self._openfootball = OpenfootballFiles.read(folder, self._registry, self._progress, kept)
                content = self._openfootball.content
            else:
                self._football_data = FootballDataFiles.read(folder, self._registry, self._progress, kept)
                content = self._football_data.content
            self.report.folders[name], self.report.contents[name] = str(folder.absolute()), content
        except AwaydayError as error:
            self.report.failures.append(f"{name}, read again where it was last time: {error}" if again else str(error))

    def nothing_new(self, before: SyncReport) -> SyncReport | None:
        """The report of an earlier sync with what failed now, if the files say what they said then; else None."""
        read = [files for files in (self._openfootball, self._football_data) if files is not None]
        told = self.report.contents
        if told != before.contents or not all(told.values()) or any(files.failures for files in read):
            return None
        report = SyncReport.from_json(before.to_json())
        report.failures, report.folders = self.report.failures, self.report.folders
        for repository in report.repositories:
            repository.failures = []
        if report.football_data is not None:
            report.football_data = replace(report.football_data, failures=())
        self._note_failed_downloads(report)
        return report

    def finish(self) -> None:
        """Put what the files say together, and report on it."""
        openfootball = football_data = None
        if self._openfootball is not None:
            openfootball, read = self._openfootball.finish()
            self.report.repositories, self.report.unresolved = read.repositories, read.unresolved
            self._note_failed_downloads(self.report)
        if self._football_data is not None:
            football_data = self._football_data.finish()
            self.report.football_data = football_data.report
        self._tables = openfootball, football_data

    def tables(self) -> CombinedTables:
        """What was read, as one."""
        tables, football_data = combine(*self._tables, self._registry)
        self.report.football_data = football_data
        return tables

    def _note_failed_downloads(self, report: SyncReport) -> None:
        for repository, failure in self._failed_downloads.items():
            report.repository(repository).failures.insert(0, failure)


def _report_in_use(store: SnapshotStore) -> SyncReport:
    try:
        return store.latest().report
    except (NoDataError, StoreError):
        return SyncReport()


def _folders_in_use(before: SyncReport, downloads: Path) -> dict[str, Path]:
    """Where the snapshot in use had each of its sources from; versions that did not note it had the last download."""
    names = {FOOTBALL_DATA if name == FOOTBALL_DATA else OPENFOOTBALL for name in before.sources}
    return {name: Path(before.folders.get(name, downloads / name)) for name in sorted(names)}
