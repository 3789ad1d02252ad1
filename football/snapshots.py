"""Immutable snapshots of matches and what is told of them, as Parquet files, and a pointer to the newest.

`<home>/snapshots/<id>/`, named by its content, holds `matches.parquet`, where there are any also `statistics.parquet`,
`odds.parquet` and `conflicts.parquet`, and `report.json` and `snapshot.json`; `<home>/snapshots/CURRENT` names the
snapshot in use. A snapshot is written aside, forced to disk and renamed, and only then the pointer is replaced: a kill
at any moment leaves the old snapshot or the new one.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from football.competitions import get_competition
from football.errors import NoDataError, StoreError
from football.facts import ODDS, STATISTICS
from football.merging import CONFLICTS
from football.snapshot_pointer import MATCHES_FILE, POINTER, damaged, folder_in_use, snapshots_folder
from football.snapshot_tables import SnapshotTables, ordered_tables, read_table
from football.sync_report import SyncReport
from football.tables import MATCHES, PLAYED

_STATISTICS_FILE: Final = "statistics.parquet"
_ODDS_FILE: Final = "odds.parquet"
_CONFLICTS_FILE: Final = "conflicts.parquet"
_REPORT_FILE: Final = "report.json"
_FACTS_FILE: Final = "snapshot.json"
_WRITING: Final = ".writing-"
_LEFTOVER_SECONDS: Final = 24 * 3600.0


class Snapshot:
    """Stored matches, statistics and odds. `id` is the hash of their content, 16 hex digits.

    Each table is read at first use, in its contract's columns and types; `StoreError` if it cannot be read. What is not
    told (a snapshot of one source, or of a version that kept matches alone) is a table without rows.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name

    def __repr__(self) -> str:
        return f"Snapshot({self.id!r})"

    @cached_property
    def matches(self) -> pd.DataFrame:
        """The matches table (`football.tables.MATCHES`)."""
        path = self.folder / MATCHES_FILE
        if not path.is_file():
            raise damaged(path, FileNotFoundError("it is not there"))
        return self._read(MATCHES_FILE, MATCHES)

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """Match statistics (`football.facts.STATISTICS`)."""
        return self._read(_STATISTICS_FILE, STATISTICS)

    @cached_property
    def odds(self) -> pd.DataFrame:
        """Odds of played and of coming matches (`football.facts.ODDS`)."""
        return self._read(_ODDS_FILE, ODDS)

    @cached_property
    def conflicts(self) -> pd.DataFrame:
        """What the sources disagree on (`football.merging.CONFLICTS`), as of the sync that wrote this content last."""
        return self._read(_CONFLICTS_FILE, CONFLICTS)

    @cached_property
    def report(self) -> SyncReport:
        """Report of the sync that wrote this content last."""
        try:
            return SyncReport.from_json((self.folder / _REPORT_FILE).read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(self.folder / _REPORT_FILE, error) from error

    @property
    def cut(self) -> datetime:
        """UTC time of the newest played match: its kick-off, or where none is given the midnight after its day."""
        return self._facts["cut"]

    @property
    def created_at(self) -> datetime:
        """UTC time at which this content was first stored."""
        return self._facts["created_at"]

    @property
    def is_whole(self) -> bool:
        """Whether each table's file has the bytes that were written; False of versions that did not note them."""
        try:
            noted: dict[str, str] = json.loads((self.folder / _FACTS_FILE).read_text("utf-8")).get("files", {})
            return bool(noted) and all(_digest_of(self.folder / name) == digest for name, digest in noted.items())
        except (OSError, ValueError):
            return False

    def _read(self, file: str, schema: pa.DataFrameSchema) -> pd.DataFrame:
        path = self.folder / file
        try:
            return read_table(path, schema)
        except (OSError, ValueError, SchemaErrors) as error:  # pyarrow's own errors are ValueErrors
            raise damaged(path, error) from error

    @cached_property
    def _facts(self) -> dict[str, datetime]:
        try:
            stored: dict[str, str] = json.loads((self.folder / _FACTS_FILE).read_text("utf-8"))
            return {key: datetime.fromisoformat(stored[key]) for key in ("cut", "created_at")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(self.folder / _FACTS_FILE, error) from error


BeforeUse = Callable[[Snapshot], None]


class SnapshotStore:
    """The snapshots under a home folder; `folder` holds them, and is made at the first write."""

    def __init__(self, home: Path) -> None:
        self.folder = snapshots_folder(home)

    def latest(self) -> Snapshot:
        """The snapshot in use; `NoDataError` if there is none yet, `StoreError` if the pointer is broken."""
        return Snapshot(folder_in_use(self.folder))

    def write(
        self,
        matches: pd.DataFrame,
        report: SyncReport,
        statistics: pd.DataFrame | None = None,
        odds: pd.DataFrame | None = None,
        conflicts: pd.DataFrame | None = None,
        *,
        before_use: BeforeUse | None = None,
    ) -> Snapshot:
        """Store tables as one snapshot and make it the one in use.

        The order of rows does not matter. The same matches, statistics and odds give the same id: then only the report
        and the conflicts are renewed.

        Args:
            matches: MATCHES table.
            report: of the sync; gets the snapshot's id.
            statistics: STATISTICS of some of the matches, None for none.
            odds: ODDS of some of the matches, played or coming, None for none.
            conflicts: CONFLICTS between the sources, None for none.
            before_use: called with the snapshot once it is stored and before it is the one in use; where it raises, the
                one before stays in use.

        Raises:
            pandera.errors.SchemaErrors: a table is against its contract.
            InvalidValueError: statistics or odds are of a match that is not in `matches`.
            NoDataError: there is no played match.
            StoreError: the disk refuses.
        """
        tables = ordered_tables(matches, statistics, odds, conflicts)
        cut = _cut(tables.matches)
        report.snapshot_id = tables.content_id()
        target = self.folder / report.snapshot_id
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clear_leftovers()
            if _is_sound(target):
                if len(tables.conflicts):
                    _replace(target / _CONFLICTS_FILE, _parquet(tables.conflicts))
                else:
                    (target / _CONFLICTS_FILE).unlink(missing_ok=True)
                _replace(target / _REPORT_FILE, report.to_json().encode())
                _replace(target / _FACTS_FILE, _facts(target, cut, Snapshot(target).created_at))
            else:
                self._write_aside(target, tables, cut, report)
        except OSError as error:
            raise StoreError(f"{target}: the snapshot cannot be written: {error}") from error
        snapshot = Snapshot(target)
        if before_use is not None:
            before_use(snapshot)
        self.use(snapshot)
        return snapshot

    def write_again(self, report: SyncReport, *, before_use: BeforeUse | None = None) -> bool:
        """Give the snapshot in use the report of a sync that was told the same, and `before_use` as at its writing.

        False, and nothing done, where its files are not what was written. StoreError where the disk refuses.
        """
        snapshot = self.latest()
        if not snapshot.is_whole:
            return False
        report.snapshot_id = snapshot.id
        try:
            _replace(snapshot.folder / _REPORT_FILE, report.to_json().encode())
        except OSError as error:
            raise StoreError(f"{snapshot.folder}: the snapshot's report cannot be written: {error}") from error
        if before_use is not None:
            before_use(snapshot)
        self.use(snapshot)
        return True

    def use(self, snapshot: Snapshot) -> None:
        """Make a stored snapshot the one in use; whoever looks out for others sees that it has been. `StoreError`."""
        try:
            _replace(self.folder / POINTER, snapshot.id.encode())
        except OSError as error:
            raise StoreError(f"{self.folder / POINTER}: cannot be written: {error}") from error

    def _write_aside(self, target: Path, tables: SnapshotTables, cut: datetime, report: SyncReport) -> None:
        aside = Path(tempfile.mkdtemp(prefix=_WRITING, dir=self.folder))
        try:
            for file, table in (
                (MATCHES_FILE, tables.matches),
                (_STATISTICS_FILE, tables.statistics),
                (_ODDS_FILE, tables.odds),
                (_CONFLICTS_FILE, tables.conflicts),
            ):
                if len(table):  # without rows no file: Parquet would forget the types of empty categories
                    (aside / file).write_bytes(_parquet(table))
            (aside / _REPORT_FILE).write_text(report.to_json(), "utf-8")
            (aside / _FACTS_FILE).write_bytes(_facts(aside, cut, datetime.now(UTC)))
            for path in (*aside.iterdir(), aside):
                _force_to_disk(path)
            aside.chmod(0o755)  # mkdtemp lets only its owner in
            if target.exists():  # damaged from outside: its content is what is being written anew
                shutil.rmtree(target)
            aside.rename(target)
            _force_to_disk(self.folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _clear_leftovers(self) -> None:
        """Remove what killed writers left, but not what another one may be writing just now."""
        for path in self.folder.glob(f"{_WRITING}*"):
            if time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _cut(table: pd.DataFrame) -> datetime:
    played = table[table["status"] == PLAYED]
    if played.empty:
        raise NoDataError("the matches table holds no played match; nothing to store (see the sync report)")
    moments: list[pd.Timestamp] = list(played["kickoff_utc"].dropna().nlargest(1))
    dated = played[played["kickoff_utc"].isna()]
    for competition_id, days in dated.groupby("competition_id")["date"]:
        midnight = days.max() + timedelta(days=1)
        moments.append(midnight.tz_localize(ZoneInfo(get_competition(str(competition_id)).time_zone)))
    newest: datetime = max(moments).to_pydatetime()
    return newest.astimezone(UTC)


def _is_sound(folder: Path) -> bool:
    """Whether a snapshot is there and still holds what its name says; a damaged one is written anew."""
    if not folder.is_dir():
        return False
    snapshot = Snapshot(folder)
    try:
        tables = SnapshotTables(snapshot.matches, snapshot.statistics, snapshot.odds, snapshot.conflicts)
        return tables.content_id() == folder.name and snapshot.created_at is not None
    except StoreError:
        return False


def _facts(folder: Path, cut: datetime, created_at: datetime) -> bytes:
    """What is noted of a snapshot, its files' digests among it; not those of conflicts, which each sync tells anew."""
    files = {path.name: _digest_of(path) for path in sorted(folder.glob("*.parquet")) if path.name != _CONFLICTS_FILE}
    facts = {"cut": cut.isoformat(), "created_at": created_at.isoformat(), "files": files}
    return json.dumps(facts).encode()


def _digest_of(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _parquet(table: pd.DataFrame) -> bytes:
    content: bytes = table.to_parquet(None, engine="pyarrow", compression="zstd", index=False)
    return content


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=_WRITING, dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o644)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    _force_to_disk(path.parent)


def _force_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
