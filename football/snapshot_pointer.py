"""Which snapshot is in use: `<home>/snapshots/CURRENT` names its folder. Apart from the tables, which take long to
import."""

import re
from pathlib import Path
from typing import Final

from football.errors import NoDataError, StoreError

FACTS_FILE: Final = "snapshot.json"
"""In a snapshot's folder: what is noted of it. It is there where the snapshot is."""

MATCHES_FOLDER: Final = "matches"
"""In a snapshot's folder: the matches, a Parquet file for each period."""

POINTER: Final = "CURRENT"

_ID: Final = re.compile(r"[0-9a-f]{16}")


def snapshots_folder(home: Path) -> Path:
    """Where the snapshots of a home folder are."""
    return home / "snapshots"


def folder_in_use(folder: Path) -> Path:
    """The folder of the snapshot in use, of those in `folder`; its name is the snapshot's id.

    Raises:
        NoDataError: there is none yet.
        StoreError: the pointer is broken.
    """
    pointer = folder / POINTER
    try:
        snapshot_id = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        raise NoDataError(f"{folder}: no matches stored yet; run `awayday sync` first") from None
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(pointer, error) from error
    if not _ID.fullmatch(snapshot_id) or not (folder / snapshot_id / FACTS_FILE).is_file():
        raise damaged(pointer, ValueError(f"it names {snapshot_id!r}, which is no stored snapshot"))
    return folder / snapshot_id


def damaged(path: Path, error: Exception) -> StoreError:
    """What to raise of a file that cannot be read."""
    return StoreError(f"{path}: cannot be read ({error}); run `awayday sync` to store the matches anew")
