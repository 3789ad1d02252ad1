"""Sync: from openfootball's files (fetched, or a folder given) to a new snapshot, and a report of all of it."""

from pathlib import Path

from football.errors import NoDataError, StoreError
from football.snapshots import SnapshotStore
from football.sources.download import DownloadOptions, download_openfootball
from football.sources.openfootball import ClubResolver, read_folder
from football.sync_report import (
    Conflict,
    Progress,
    ProgressCallback,
    RepositoryReport,
    SourceLine,
    SyncReport,
    UnresolvedName,
)

__all__ = [
    "Conflict",
    "Progress",
    "ProgressCallback",
    "RepositoryReport",
    "SourceLine",
    "SyncReport",
    "UnresolvedName",
    "read_folder",
    "sync_openfootball",
]


def sync_openfootball(
    source: Path | DownloadOptions,
    registry: ClubResolver,
    store: SnapshotStore,
    *,
    downloads: Path,
    progress: ProgressCallback | None = None,
) -> SyncReport:
    """Read the repositories in the folder `source`, or fetch them into `downloads` first, and store a snapshot.

    What fails (a repository that cannot be fetched or read) stands in the report, whose `exit_code` is then 1; the
    rest is stored. A snapshot that would lose a whole repository against the one in use is not written.
    Raises `DownloadError` if nothing can be fetched, `SourceError` if the folder holds no repository.
    """
    failures: dict[str, str] = {}
    if isinstance(source, DownloadOptions):
        download = download_openfootball(downloads, source, progress)
        failures, folder = download.failures, download.folder
    else:
        folder = source
    matches, report = read_folder(folder, registry, progress)
    for name, failure in failures.items():
        report.repository(name).failures.insert(0, failure)
    lost = _lost_repositories(report, store)
    if lost:
        report.failures.append(
            f"no snapshot written: {', '.join(lost)} could not be read and the snapshot in use has it; it stays in use"
        )
    else:
        store.write(matches, report)
    return report


def _lost_repositories(report: SyncReport, store: SnapshotStore) -> list[str]:
    """Repositories that the snapshot in use was made from and this report has nothing of."""
    try:
        before = store.latest().report
    except (NoDataError, StoreError):
        return []
    return [old.name for old in before.repositories if old.files and not report.repository(old.name).files]
