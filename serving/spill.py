"""Where predictions wait while the database is away: append-only files under the home folder.

    <home>/unwritten/<process>.jsonl             what was put aside at once a line
    <home>/unwritten/<process>-<number>.jsonl    likewise, what was answered at once (`serving.journal`)

Each process appends to files of its own, which it holds locked. A file whose process has ended is nobody's, and is
written to the database by whoever finds it. A kill in mid-write leaves at most one line that is not whole; it is passed
over.
"""

import errno
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from football.prediction_record import ServedPrediction
from serving.held_files import create, lock

FOLDER: Final = "unwritten"

JOURNAL_S: Final = 60.0
"""A journal that was not appended to for so long is not one that a service is about to delete."""

_MOMENTS: Final = tuple(ServedPrediction._fields.index(name) for name in ("served_at", "kickoff", "as_of"))

Entry = tuple[str, ServedPrediction]

log = structlog.get_logger("serving")


class Spill:
    """The file of this process, made when it is first needed, and those of processes that have ended.

    Args:
        home: AWAYDAY_HOME.
        name: of this process, unlike any other's.
    """

    def __init__(self, home: Path, name: str) -> None:
        self._folder = home / FOLDER
        self._path = self._folder / f"{name}.jsonl"
        self._descriptor: int | None = None
        self._sound_bytes = 0

    def append(self, entries: Sequence[Entry]) -> None:
        """Add predictions and force them to disk. `OSError` if that fails; the file is as before then."""
        descriptor = self._open()
        try:
            # One write: what a kill leaves is a beginning of it.
            content = line(entries)
            written = os.write(descriptor, content)
            if written < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, self._sound_bytes)
            raise
        self._sound_bytes += written

    def waiting(self) -> Iterator[tuple[Path, Iterator[Entry]]]:
        """Every file that is ours or nobody's, with its predictions; locked until the next one is asked for."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.jsonl")):
            if path == self._path and self._descriptor is not None:
                yield path, _read(path)
                continue
            try:
                descriptor = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                continue  # another process was faster
            try:
                if lock(descriptor) and path.exists():
                    yield path, _read(path)
            finally:
                os.close(descriptor)

    def done(self, path: Path) -> None:
        """Forget a file of `waiting`, now that its predictions are stored elsewhere."""
        path.unlink(missing_ok=True)
        if path == self._path:
            self.close()

    def close(self) -> None:
        """Let go of the file; what it holds stays for whoever comes."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor, self._sound_bytes = create(self._path), 0
        return self._descriptor


def waiting_files(home: Path) -> list[Path]:
    """Files with predictions that wait, but for the journals of services that write them at this moment."""
    found = []
    for path in sorted((home / FOLDER).glob("*.jsonl")):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # written meanwhile
        if status.st_size and ("-" not in path.stem or status.st_mtime < time.time() - JOURNAL_S):
            found.append(path)
    return found


def line(entries: Iterable[Entry]) -> bytes:
    """Predictions as they wait in a file: a JSON array in which each is an entry and then its fields in their order."""
    rows = [(name, *prediction) for name, prediction in entries]
    return orjson.dumps(rows, default=_plain, option=orjson.OPT_APPEND_NEWLINE)


def _plain(value: object) -> object:
    """What orjson does not take though it is one: numbers of NumPy, moments of pandas."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no value of a served prediction")


def _read(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        for number, content in enumerate(file, start=1):
            if content == b"\n":
                continue
            try:
                yield from [_entry(*row) for row in orjson.loads(content)]
            except (ValueError, TypeError, IndexError) as error:
                log.warning("waiting_predictions_damaged", file=str(path), line=number, reason=str(error))


def _entry(name: str, *values: Any) -> Entry:
    fields = list(values)
    for place in _MOMENTS:
        fields[place] = datetime.fromisoformat(fields[place]).astimezone(UTC)
    return name, ServedPrediction(*fields)
