"""Files that one process appends to and holds locked: one that nobody holds is of a process that has ended."""

import fcntl
import os
from pathlib import Path


def create(path: Path) -> int:
    """A new file, with its folder: its descriptor, to append by. `OSError` if it cannot be made.

    It gets its name once it is locked, so that nobody can take it for abandoned.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    nameless = path.with_name(f"{path.name}.new")
    descriptor = os.open(nameless, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        lock(descriptor)
        nameless.rename(path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def lock(descriptor: int) -> bool:
    """Lock a file until the descriptor is closed; whether nobody else holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
