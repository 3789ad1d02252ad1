"""Which bundle to serve: the registered champion, kept as folders under AWAYDAY_HOME, or the embedded default.

    <home>/models/<version>/     a bundle, never changed once there
    <home>/models/CHAMPION       the version that is champion; replaced in one step
    <home>/models/FETCHED        likewise, the folder of the champion last fetched from a registry elsewhere

So serving the champion of the local registry needs no MLflow; only a registry elsewhere does (`serving.registry`).
"""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from football.errors import StoreError
from serving.bundle import Bundle
from serving.manifest import is_whole
from serving.pointers import point, pointed_at

FOLDER: Final = "models"
POINTER: Final = "CHAMPION"
REGISTERED_NAME: Final = "awayday"
ALIAS: Final = "champion"
ARTIFACT: Final = "bundle"
"""Folder of the bundle among the artifacts of the run that made the model."""


def publish(home: Path, bundle: Bundle) -> Path:
    """Keep a bundle under `home` and make it the local champion; returns its folder.

    A kill at any moment leaves the old champion or the new one.
    """
    models = home / FOLDER
    folder = models / bundle.manifest.version
    # Replacing what is there already would leave a moment without it.
    if not is_whole(folder):
        bundle.save(folder)
    point(models / POINTER, folder.name)
    return folder


def local_champion(home: Path) -> Path | None:
    """Folder of the champion kept under `home`; None if there is none. StoreError if the pointer leads nowhere."""
    return pointed_at(home / FOLDER / POINTER, "run `awayday promote`")


def mark(home: Path) -> tuple[str, int, int] | None:
    """What changes whenever a champion is published under `home`, the same version again included; None for none."""
    pointer = home / FOLDER / POINTER
    try:
        # The inode: a clock may stand still between two publications, and file systems keep times coarsely.
        status = pointer.stat()
        return pointer.read_text(encoding="utf-8").strip(), status.st_mtime_ns, status.st_ino
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{pointer}: cannot be read ({error})") from error


def load_embedded() -> Bundle:
    """The default model that comes with Awayday; StoreError if it is damaged."""
    with as_file(files("serving") / "bundled") as folder:
        return Bundle.load(folder)
