"""Sync: from the files of openfootball and football-data.co.uk (fetched, or folders given) to a new snapshot.

A snapshot is one table of both sources. When only one of them is asked for, or one fails as a whole, the other is read
again where the snapshot in use had it from: its last download, or the folder that was given then. If that is not there
any more, no snapshot is written and the one in use stays.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from football import sync_tally
from football.combining import CombinedTables, SourceRows, combine
from football.errors import AwaydayError, NoDataError, StoreError
from football.extending import extension
from football.snapshots import BeforeUse, Snapshot, SnapshotStore
from football.sources import football_data as football_data_source
from football.sources import openfootball as openfootball_source
from football.sources.download import DownloadOptions, download_openfootball
from football.sources.football_data import ClubNames, FootballDataFiles
from football.sources.football_data_download import FootballDataOptions, download_football_data
from football.sources.kept_files import KeptFiles
from football.sources.openfootball import OpenfootballFiles
from football.sync_report import FootballDataReport, ProgressCallback, SyncReport, UnresolvedName

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
            read, and only what they tell of is put together again (`football.extending`); None to read all of them.

    Raises:
        NoDataError: there is no played match.
        StoreError: the snapshot cannot be written.
    """
    before, report = _in_use(store)
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
    for name, folder in _folders_in_use(report, downloads).items():
        if name not in sync.report.folders:
            sync.read(name, folder, again=True)
    same = sync.nothing_new(report)
    if same is not None and store.write_again(same, before_use=before_use):
        return same
    sync.take_reports()
    lost = [name for name in report.sources if name not in sync.report.sources]
    if lost:
        sync.finish()
        sync.report.failures.append(
            f"no snapshot written: {', '.join(lost)} could not be read and the snapshot in use has it; it stays in use"
        )
    elif before is None or not sync.extend(before, store, before_use):
        tables = sync.finish()
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

    def take_reports(self) -> None:
        """Report on what was read, and what was not."""
        if self._openfootball is not None:
            read = self._openfootball.report
            self.report.repositories, self.report.unresolved = read.repositories, read.unresolved
            self._note_failed_downloads(self.report)
        if self._football_data is not None:
            self.report.football_data = self._football_data.report

    def extend(self, before: Snapshot, store: SnapshotStore, before_use: BeforeUse | None) -> bool:
        """Store what the files say where it can be had from the snapshot in use and what changed; False where not."""
        report = before.report
        recognised = self._recognised_before(report)
        if recognised is None or not self._is_of_kept_rows(report) or not before.is_whole:
            return False
        made = extension(before, self._openfootball, self._football_data, recognised)
        if made is None:
            return False
        self.report = sync_tally.add(self.report, report, made.counted, less=made.less)
        self._note_names(recognised)
        store.extend(before, made.periods, made.tables, self.report, before_use=before_use)
        return True

    def finish(self) -> CombinedTables:
        """Put together all that the files say, and report on it."""
        unknown = () if self._football_data is None else self._football_data.unknown_clubs
        tables = combine(
            SourceRows(
                None if self._openfootball is None else self._openfootball.rows(),
                None if self._football_data is None else self._football_data.rows(),
            ),
            unknown,
        )
        self.report = sync_tally.add(self.report, tables.counted)
        self._note_names(tables.recognised)
        return tables

    def _is_of_kept_rows(self, report: SyncReport) -> bool:
        """Whether a snapshot's report says that it is of the rows that were kept of the same sources."""
        files = {OPENFOOTBALL: self._openfootball, FOOTBALL_DATA: self._football_data}
        kept = {name: of_source.kept.content_before for name, of_source in files.items() if of_source is not None}
        told = report.contents
        return told.keys() == kept.keys() and all(rows and told[name].startswith(rows) for name, rows in kept.items())

    def _recognised_before(self, report: SyncReport) -> dict[str, str] | None:
        """The clubs that the schedule told, by the ids of their names; None where other names are unknown now."""
        names = {} if self._football_data is None else self._football_data.unknown_clubs
        by_text = {_text(name): club_id for club_id, name in names.items()}
        then = report.football_data or FootballDataReport()
        if by_text.keys() != {*map(_text, then.unresolved), *then.recognised}:
            return None
        return {by_text[text]: club for text, club in then.recognised.items()}

    def _note_names(self, recognised: Mapping[str, str]) -> None:
        told = self.report.football_data
        if told is None or self._football_data is None:
            return
        names = self._football_data.unknown_clubs
        self.report.football_data = replace(
            told,
            unresolved=tuple(name for club_id, name in names.items() if club_id not in recognised),
            recognised={_text(name): recognised[club_id] for club_id, name in names.items() if club_id in recognised},
        )

    def _note_failed_downloads(self, report: SyncReport) -> None:
        for repository, failure in self._failed_downloads.items():
            report.repository(repository).failures.insert(0, failure)


def _text(name: UnresolvedName) -> str:
    return f"{name.name} ({name.country or '?'})"


def _in_use(store: SnapshotStore) -> tuple[Snapshot | None, SyncReport]:
    """The snapshot in use and its report; None and an empty one where there is none that can be read."""
    try:
        snapshot = store.latest()
        return snapshot, snapshot.report
    except (NoDataError, StoreError):
        return None, SyncReport()


def _folders_in_use(before: SyncReport, downloads: Path) -> dict[str, Path]:
    """Where the snapshot in use had each of its sources from; versions that did not note it had the last download."""
    names = {FOOTBALL_DATA if name == FOOTBALL_DATA else OPENFOOTBALL for name in before.sources}
    return {name: Path(before.folders.get(name, downloads / name)) for name in sorted(names)}
