"""What was answered and is not in the database yet, on disk: a kill of the process loses no prediction.

A prediction is appended before its answer leaves. Once those of a file are in the database the file is deleted; those
of a process that was killed are found among the files that wait (`serving.spill`). The system has what is written here
when the process dies, but the disk only after a while: a crash of the machine can lose what was answered within the
last moments, so long as it takes to the next write of the log.
"""

import errno
import os
import threading
from itertools import count
from pathlib import Path

from serving.held_files import create


class Journal:
    """Files of this process, the present one and those that were turned away from and not forgotten yet.

    Args:
        folder: where they are; made when the first is.
        name: of this process, unlike any other's.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._numbers = count(1)
        self._appending = threading.Lock()
        self._present: tuple[Path, int] | None = None
        self._torn = False
        self._before: list[tuple[Path, int]] = []

    def append(self, line: bytes) -> None:
        """Write a line, which ends with a newline; some microseconds, from any thread. `OSError` if that fails."""
        with self._appending:
            path, descriptor = self._present or self._next()
            # A line that was cut off must not take the next one with it.
            content = b"\n" + line if self._torn else line
            self._torn = True
            if os.write(descriptor, content) < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            self._torn = False

    def turn(self) -> None:
        """Let what is appended from now on go to another file."""
        with self._appending:
            if self._present is not None:
                self._before.append(self._present)
                self._present = None

    def forget(self) -> None:
        """Delete what was appended before the last `turn`; from one thread at a time. `OSError`: not all of it yet."""
        while self._before:
            path, descriptor = self._before[-1]
            # Deleted while it is held: nobody can come between.
            path.unlink(missing_ok=True)
            os.close(descriptor)
            self._before.pop()

    def close(self) -> None:
        """Let go of all files; what they hold stays for whoever comes."""
        self.turn()
        while self._before:
            os.close(self._before.pop()[1])

    def _next(self) -> tuple[Path, int]:
        path = self._folder / f"{self._name}-{next(self._numbers)}.jsonl"
        self._present, self._torn = (path, create(path)), False
        return self._present
