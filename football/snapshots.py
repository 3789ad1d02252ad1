"""Immutable snapshots of matches and what is told of them, as Parquet files, and a pointer to the newest.

`<home>/snapshots/<id>/`, named by its content, holds `matches/<period>.parquet`, where there are any also `statistics/`
and `odds/` likewise and `conflicts.parquet`, and `report.json` and `snapshot.json`; `<home>/snapshots/CURRENT` names
the snapshot in use. Parts that two snapshots share are one file on the disk. A snapshot is written aside, forced to
disk and renamed, and only then the pointer is replaced: a kill at any moment leaves the old snapshot or the new one.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pandera.errors import SchemaErrors

from football.disk import WRITING, force_to_disk, replace
from football.errors import NoDataError, StoreError
from football.merging import CONFLICTS
from football.snapshot_parts import CONTRACTS, Part, cut_of, digest_of, parquet, read_parts, snapshot_id, split
from football.snapshot_pointer import FACTS_FILE, POINTER, damaged, folder_in_use, snapshots_folder
from football.snapshot_tables import SnapshotTables, empty_table, ordered_tables
from football.sync_report import SyncReport

_CONFLICTS_FILE: Final = "conflicts.parquet"
_REPORT_FILE: Final = "report.json"
_LEFTOVER_SECONDS: Final = 24 * 3600.0


class Snapshot:
    """Stored matches, statistics and odds. `id` is the hash of their content, 16 hex digits.

    Each table is read at first use, in its contract's columns and types; `StoreError` if it cannot be read. What is not
    told (a snapshot of one source) is a table without rows.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name

    def __repr__(self) -> str:
        return f"Snapshot({self.id!r})"

    @cached_property
    def matches(self) -> pd.DataFrame:
        """The matches table (`football.tables.MATCHES`)."""
        return self._read("matches")

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """Match statistics (`football.facts.STATISTICS`)."""
        return self._read("statistics")

    @cached_property
    def odds(self) -> pd.DataFrame:
        """Odds of played and of coming matches (`football.facts.ODDS`)."""
        return self._read("odds")

    @cached_property
    def conflicts(self) -> pd.DataFrame:
        """What the sources disagree on (`football.merging.CONFLICTS`), as of the sync that wrote this content last."""
        path = self.folder / _CONFLICTS_FILE
        try:
            if not path.exists():
                return empty_table(CONFLICTS)
            return CONFLICTS.validate(pd.read_parquet(path, engine="pyarrow"), lazy=True)
        except (OSError, ValueError, SchemaErrors) as error:
            raise damaged(path, error) from error

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
        cut = cut_of(self.parts)
        if cut is None:
            raise damaged(self.folder / FACTS_FILE, ValueError("it tells of no played match"))
        return cut

    @property
    def created_at(self) -> datetime:
        """UTC time at which this content was first stored."""
        try:
            return datetime.fromisoformat(self._facts["created_at"])
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(self.folder / FACTS_FILE, error) from error

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What the tables are made of, in order."""
        try:
            return tuple(Part(**{**part, "table": name}) for name in CONTRACTS for part in self._facts["parts"][name])
        except (KeyError, TypeError) as error:
            raise damaged(self.folder / FACTS_FILE, error) from error

    @property
    def is_whole(self) -> bool:
        """Whether the file of each part has the bytes that were written."""
        try:
            return bool(self.parts) and len(self.sound_parts()) == len(self.parts)
        except StoreError:
            return False

    def sound_parts(self) -> dict[Part, str]:
        """The parts whose files have the bytes that were written, and digests of these."""
        noted: dict[str, str] = self._facts.get("files", {})
        return {part: noted[part.path] for part in self.parts if self._is_sound(part, noted)}

    def of_periods(self, periods: Collection[str] | None) -> SnapshotTables:
        """The tables' rows of some periods, None for all; conflicts are all there."""
        if periods is None:
            return SnapshotTables(self.matches, self.statistics, self.odds, self.conflicts)
        matches, statistics, odds = (self._read(name, periods) for name in ("matches", "statistics", "odds"))
        return SnapshotTables(matches, statistics, odds, self.conflicts)

    def _is_sound(self, part: Part, noted: dict[str, str]) -> bool:
        try:
            return digest_of(self.folder / part.path) == noted.get(part.path)
        except OSError:
            return False

    def _read(self, name: str, periods: Collection[str] | None = None) -> pd.DataFrame:
        wanted = (part for part in self.parts if part.table == name and (periods is None or part.period in periods))
        return read_parts(name, [self.folder / part.path for part in wanted])

    @cached_property
    def _facts(self) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads((self.folder / FACTS_FILE).read_text("utf-8"))
            return facts
        except (OSError, ValueError) as error:
            raise damaged(self.folder / FACTS_FILE, error) from error


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
        return self._store(dict(split(tables)), (), tables.conflicts, report, before_use)

    def extend(
        self,
        before: Snapshot,
        periods: Collection[str],
        tables: SnapshotTables,
        report: SyncReport,
        *,
        before_use: BeforeUse | None = None,
    ) -> Snapshot:
        """Store what `write` would, where all but some periods is as in the snapshot in use.

        Args:
            before: the snapshot in use.
            periods: those whose rows are others now.
            tables: all rows of these periods, checked and in order (`ordered_tables`); all conflicts.
            report, before_use: as `write` takes them.

        Raises:
            NoDataError, StoreError: as `write` does; and StoreError where files of the one in use are damaged.
        """
        same = [part for part in before.parts if part.period not in periods]
        return self._store(dict(split(tables)), same, tables.conflicts, report, before_use)

    def write_again(self, report: SyncReport, *, before_use: BeforeUse | None = None) -> bool:
        """Give the snapshot in use the report of a sync that was told the same, and `before_use` as at its writing.

        False, and nothing done, where its files are not what was written. StoreError where the disk refuses.
        """
        snapshot = self.latest()
        if not snapshot.is_whole:
            return False
        report.snapshot_id = snapshot.id
        try:
            replace(snapshot.folder / _REPORT_FILE, report.to_json().encode())
        except OSError as error:
            raise StoreError(f"{snapshot.folder}: the snapshot's report cannot be written: {error}") from error
        if before_use is not None:
            before_use(snapshot)
        self.use(snapshot)
        return True

    def use(self, snapshot: Snapshot) -> None:
        """Make a stored snapshot the one in use; whoever looks out for others sees that it has been. `StoreError`."""
        try:
            replace(self.folder / POINTER, snapshot.id.encode())
        except OSError as error:
            raise StoreError(f"{self.folder / POINTER}: cannot be written: {error}") from error

    def _store(
        self,
        anew: dict[Part, pd.DataFrame],
        same: Iterable[Part],
        conflicts: pd.DataFrame,
        report: SyncReport,
        before_use: BeforeUse | None,
    ) -> Snapshot:
        """Store parts, those that are the `same` from the snapshot in use, and use that."""
        parts = [*same, *anew]
        if cut_of(parts) is None:
            raise NoDataError("the matches table holds no played match; nothing to store (see the sync report)")
        report.snapshot_id = snapshot_id(parts)
        target = self.folder / report.snapshot_id
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clear_leftovers()
            if _holds_what_it_says(Snapshot(target)):
                if len(conflicts):
                    replace(target / _CONFLICTS_FILE, parquet(conflicts))
                else:
                    (target / _CONFLICTS_FILE).unlink(missing_ok=True)
                replace(target / _REPORT_FILE, report.to_json().encode())
            else:
                self._write_aside(target, parts, anew, conflicts, report)
        except OSError as error:
            raise StoreError(f"{target}: the snapshot cannot be written: {error}") from error
        snapshot = Snapshot(target)
        if before_use is not None:
            before_use(snapshot)
        self.use(snapshot)
        return snapshot

    def _write_aside(
        self,
        target: Path,
        parts: Iterable[Part],
        anew: dict[Part, pd.DataFrame],
        conflicts: pd.DataFrame,
        report: SyncReport,
    ) -> None:
        aside = Path(tempfile.mkdtemp(prefix=WRITING, dir=self.folder))
        try:
            files = self._write_parts(aside, parts, anew)
            if len(conflicts):  # without rows no file: Parquet would forget the types of empty categories
                (aside / _CONFLICTS_FILE).write_bytes(parquet(conflicts))
            (aside / _REPORT_FILE).write_text(report.to_json(), "utf-8")
            (aside / FACTS_FILE).write_text(_facts(files, datetime.now(UTC)), "utf-8")
            for path in (*aside.iterdir(), aside):
                force_to_disk(path)
            aside.chmod(0o755)  # mkdtemp lets only its owner in
            if target.exists():  # damaged from outside: its content is what is being written anew
                shutil.rmtree(target)
            aside.rename(target)
            force_to_disk(self.folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _write_parts(self, folder: Path, parts: Iterable[Part], anew: dict[Part, pd.DataFrame]) -> dict[Part, str]:
        """Put the files of parts into a folder: those that the snapshot in use has too are its own, once more."""
        donor, sound = self._donor()
        files = {}
        for part in sorted(parts, key=lambda part: part.path):
            path = folder / part.path
            path.parent.mkdir(exist_ok=True)
            if donor is not None and part in sound and _linked(donor.folder / part.path, path):
                files[part] = sound[part]
                continue
            if part not in anew:
                raise StoreError(f"{part.path} of the snapshot before is damaged; run `awayday sync` to store it anew")
            path.write_bytes(parquet(anew[part]))
            force_to_disk(path)
            files[part] = digest_of(path)
        return files

    def _donor(self) -> tuple[Snapshot | None, dict[Part, str]]:
        """The snapshot in use, and its sound parts with the digests of their files."""
        try:
            snapshot = self.latest()
            return snapshot, snapshot.sound_parts()
        except (NoDataError, StoreError):
            return None, {}

    def _clear_leftovers(self) -> None:
        """Remove what killed writers left, but not what another one may be writing just now."""
        for path in self.folder.glob(f"{WRITING}*"):
            if time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _holds_what_it_says(snapshot: Snapshot) -> bool:
    """Whether it is there, with the content that its name tells; a damaged one is written anew."""
    try:
        return snapshot.is_whole and snapshot_id(snapshot.parts) == snapshot.id and bool(snapshot.created_at)
    except StoreError:
        return False


def _facts(files: dict[Part, str], created_at: datetime) -> str:
    """What is noted of a snapshot: its parts, and digests of their files; not those of conflicts, which change."""
    tables: dict[str, list[dict[str, object]]] = {name: [] for name in CONTRACTS}
    for part in files:
        tables[part.table].append({name: value for name, value in asdict(part).items() if name != "table"})
    facts = {
        "created_at": created_at.isoformat(),
        "parts": tables,
        "files": {part.path: digest for part, digest in files.items()},
    }
    return json.dumps(facts)


def _linked(source: Path, target: Path) -> bool:
    """Make a file another's, or a copy of it where the disk knows no links; False where it cannot be read."""
    try:
        target.hardlink_to(source)
    except OSError:
        try:
            shutil.copyfile(source, target)
        except OSError:
            target.unlink(missing_ok=True)
            return False
        force_to_disk(target)
    return True
