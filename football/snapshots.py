"""Immutable snapshots of the matches table: Parquet files named by their content, and a pointer to the newest.

`<home>/snapshots/<id>/` holds `matches.parquet`, `report.json` and `snapshot.json`; `<home>/snapshots/CURRENT` names
the snapshot in use. A snapshot is written aside, forced to disk and renamed, and only then the pointer is replaced: a
kill at any moment leaves the old snapshot or the new one.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
from pandera.errors import SchemaErrors

from football.competitions import get_competition
from football.errors import NoDataError, StoreError
from football.sync_report import SyncReport
from football.tables import PLAYED, validate_matches

_MATCHES_FILE: Final = "matches.parquet"
_REPORT_FILE: Final = "report.json"
_FACTS_FILE: Final = "snapshot.json"
_POINTER: Final = "CURRENT"
_WRITING: Final = ".writing-"
_ID: Final = re.compile(r"[0-9a-f]{16}")
_LEFTOVER_SECONDS: Final = 24 * 3600.0


class Snapshot:
    """One stored matches table. `id` is the hash of its content, 16 hex digits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name

    def __repr__(self) -> str:
        return f"Snapshot({self.id!r})"

    @cached_property
    def matches(self) -> pd.DataFrame:
        """The table, in the contract's columns and types; read at first use. `StoreError` if it cannot be read."""
        path = self.folder / _MATCHES_FILE
        try:
            return validate_matches(pd.read_parquet(path, engine="pyarrow"))
        except (OSError, ValueError, SchemaErrors) as error:  # pyarrow's own errors are ValueErrors
            raise _damaged(path, error) from error

    @cached_property
    def report(self) -> SyncReport:
        """Report of the sync that wrote this content last."""
        try:
            return SyncReport.from_json((self.folder / _REPORT_FILE).read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(self.folder / _REPORT_FILE, error) from error

    @property
    def cut(self) -> datetime:
        """UTC time of the newest played match: its kick-off, or where none is given the midnight after its day."""
        return self._facts["cut"]

    @property
    def created_at(self) -> datetime:
        """UTC time at which this content was first stored."""
        return self._facts["created_at"]

    @cached_property
    def _facts(self) -> dict[str, datetime]:
        try:
            stored: dict[str, str] = json.loads((self.folder / _FACTS_FILE).read_text("utf-8"))
            return {key: datetime.fromisoformat(stored[key]) for key in ("cut", "created_at")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(self.folder / _FACTS_FILE, error) from error


class SnapshotStore:
    """The snapshots under a home folder (made at the first write)."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "snapshots"

    def latest(self) -> Snapshot:
        """The snapshot in use; `NoDataError` if there is none yet, `StoreError` if the pointer is broken."""
        pointer = self._folder / _POINTER
        try:
            snapshot_id = pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            raise NoDataError(f"{self._folder}: no matches stored yet; run `awayday sync` first") from None
        except (OSError, UnicodeDecodeError) as error:
            raise _damaged(pointer, error) from error
        if not _ID.fullmatch(snapshot_id) or not (self._folder / snapshot_id / _MATCHES_FILE).is_file():
            raise _damaged(pointer, ValueError(f"it names {snapshot_id!r}, which is no stored snapshot"))
        return Snapshot(self._folder / snapshot_id)

    def write(self, matches: pd.DataFrame, report: SyncReport) -> Snapshot:
        """Store a matches table and make it the one in use.

        The table is checked against the contract (`pandera.errors.SchemaErrors`); the order of its rows does not
        matter. The same matches give the same id: then only the report is renewed. `NoDataError` for a table without
        a played match, `StoreError` if the disk refuses.
        """
        table = validate_matches(matches).sort_values(["date", "competition_id", "match_id"], ignore_index=True)
        cut = _cut(table)
        report.snapshot_id = content_id(table)
        target = self._folder / report.snapshot_id
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._clear_leftovers()
            if _is_sound(target):
                _replace_text(target / _REPORT_FILE, report.to_json())
            else:
                self._write_aside(target, table, cut, report)
            _replace_text(self._folder / _POINTER, report.snapshot_id)
        except OSError as error:
            raise StoreError(f"{target}: the snapshot cannot be written: {error}") from error
        return Snapshot(target)

    def _write_aside(self, target: Path, table: pd.DataFrame, cut: datetime, report: SyncReport) -> None:
        aside = Path(tempfile.mkdtemp(prefix=_WRITING, dir=self._folder))
        try:
            table.to_parquet(aside / _MATCHES_FILE, engine="pyarrow", compression="zstd", index=False)
            facts = {"cut": cut.isoformat(), "created_at": datetime.now(UTC).isoformat()}
            (aside / _REPORT_FILE).write_text(report.to_json(), "utf-8")
            (aside / _FACTS_FILE).write_text(json.dumps(facts), "utf-8")
            for path in (*aside.iterdir(), aside):
                _force_to_disk(path)
            aside.chmod(0o755)  # mkdtemp lets only its owner in
            if target.exists():  # damaged from outside: its content is what is being written anew
                shutil.rmtree(target)
            aside.rename(target)
            _force_to_disk(self._folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _clear_leftovers(self) -> None:
        """Remove what killed writers left, but not what another one may be writing just now."""
        for path in self._folder.glob(f"{_WRITING}*"):
            if time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def content_id(table: pd.DataFrame) -> str:
    """Hash of a table's column names and values, row by row, 16 hex digits: equal for equal matches on any machine."""
    digest = hashlib.sha256("\n".join(table.columns).encode())
    digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().astype("<u8").tobytes())
    return digest.hexdigest()[:16]


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
        return content_id(snapshot.matches) == folder.name and snapshot.created_at is not None
    except StoreError:
        return False


def _replace_text(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=_WRITING, dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
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


def _damaged(path: Path, error: Exception) -> StoreError:
    return StoreError(f"{path}: cannot be read ({error}); run `awayday sync` to store the matches anew")
