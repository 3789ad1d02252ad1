"""Files that are there whole or not at all, whenever a process is killed."""

import os
import tempfile
from pathlib import Path
from typing import Final

WRITING: Final = ".writing-"
"""How names begin of what is being written, or was when its writer was killed."""


def replace(path: Path, content: bytes) -> None:
    """Give a file other content in one step, forced to disk. `OSError` where the disk refuses."""
    handle, name = tempfile.mkstemp(prefix=WRITING, dir=path.parent)
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
    force_to_disk(path.parent)


def force_to_disk(path: Path) -> None:
    """Return when a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
