"""Where predictions wait while the database is away: append-only files under the home folder.

    <home>/unwritten/<process>.jsonl     a prediction a line

Each process appends to a file of its own, which it holds locked. A file whose process has ended is nobody's, and is
written to the database by whoever finds it. A kill in mid-write leaves at most one line that is not whole; it is passed
over.
"""

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from football.prediction_record import ServedPrediction

FOLDER: Final = "unwritten"

_MOMENTS: Final = ("served_at", "kickoff", "as_of")

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
            content = b"".join(_line(entry) for entry in entries)
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
                if _lock(descriptor) and path.exists():
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
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            _lock(descriptor)
            self._descriptor, self._sound_bytes = descriptor, os.fstat(descriptor).st_size
        return self._descriptor


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _line(entry: Entry) -> bytes:
    name, prediction = entry
    values = {**prediction._asdict(), **{key: getattr(prediction, key).isoformat() for key in _MOMENTS}}
    return json.dumps({"entry": name, **values}, separators=(",", ":")).encode() + b"\n"


def _read(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                values = json.loads(line)
                name = str(values.pop("entry"))
                values |= {key: datetime.fromisoformat(values[key]).astimezone(UTC) for key in _MOMENTS}
                yield name, ServedPrediction(**values)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                log.warning("waiting_prediction_damaged", file=str(path), line=number, reason=str(error))
