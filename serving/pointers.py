"""Pointers: small files that name the folder in use among those beside them, replaced in one step."""

import os
import uuid
from pathlib import Path

from football.errors import StoreError


def point(pointer: Path, name: str) -> None:
    """Let the file `pointer` name what stands beside it, in one step; StoreError if it cannot be written."""
    # Not named by the process's number: containers that share the folder may have the same one.
    partial = pointer.with_name(f".{pointer.name}.{uuid.uuid4().hex}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(pointer)
    except OSError as error:
        raise StoreError(f"{pointer}: cannot be written ({error})") from error


def pointed_at(pointer: Path, advice: str) -> Path | None:
    """The folder that a pointer names; None if there is no pointer. StoreError, with `advice`, if it leads nowhere."""
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{pointer}: cannot be read ({error})") from error
    folder = pointer.parent / name
    if not name or Path(name).name != name or not folder.is_dir():
        raise StoreError(f"{pointer}: names the model {name!r}, which is not there; {advice}")
    return folder
