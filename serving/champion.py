"""Which bundle to serve: the registered champion, kept as folders under AWAYDAY_HOME, or the embedded default.

    <home>/models/<version>/                a bundle; once there, only a backtest's record is added to it
    <home>/models/<version>+<snapshot>/     the same model with the state of newer matches
    <home>/models/CHAMPION                  the folder of the champion; replaced in one step
    <home>/models/FETCHED                   likewise, of the champion last fetched from a registry elsewhere

So serving the champion of the local registry needs no MLflow; only a registry elsewhere does (`serving.registry`).
"""

import glob
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from football.errors import StoreError
from serving.bundle import Bundle, put_backtest
from serving.manifest import is_whole
from serving.pointers import point, pointed_at

FOLDER: Final = "models"
POINTER: Final = "CHAMPION"
REGISTERED_NAME: Final = "awayday"
ALIAS: Final = "champion"
ARTIFACT: Final = "bundle"
"""Folder of the bundle among the artifacts of the run that made the model."""

RENEWED: Final = "+"
"""Between a model's version and the snapshot whose state it was brought up to; no version has one."""


def publish(home: Path, bundle: Bundle) -> Path:
    """Keep a bundle under `home` and make it the local champion; returns its folder.

    A kill at any moment leaves the old champion or the new one.
    """
    models = home / FOLDER
    folder = models / bundle.manifest.version
    # Replacing what is there already would leave a moment without it.
    if not is_whole(folder):
        bundle.save(folder)
    elif bundle.backtest is not None:
        put_backtest(folder, bundle.backtest)
    point(models / POINTER, folder.name)
    return folder


def renew(home: Path, bundle: Bundle) -> Path:
    """Keep the local champion with the state of newer matches, and point to that; returns its folder.

    The model is the same, and so is its version. Its own folder stays, as do the two newest of newer states.
    """
    models, version = home / FOLDER, bundle.manifest.version
    folder = models / f"{version}{RENEWED}{bundle.manifest.snapshot}"
    if not is_whole(folder):
        bundle.save(folder)
    before = local_champion(home)
    point(models / POINTER, folder.name)
    for path in models.glob(f"{glob.escape(version)}{RENEWED}*"):
        # The one before: a service may be reading its trees.
        if path not in (folder, before):
            shutil.rmtree(path, ignore_errors=True)
    return folder


def bundles_of(home: Path, version: str) -> list[Path]:
    """Folders of a version kept under `home`: as it was trained, and with the state of newer matches."""
    models = home / FOLDER
    folders = (models / version, *models.glob(f"{glob.escape(version)}{RENEWED}*"))
    return [folder for folder in folders if version and is_whole(folder)]


def point_again(home: Path) -> None:
    """Let services load the local champion anew, whose folder has changed; nothing where there is none."""
    folder = local_champion(home)
    if folder is not None:
        point(home / FOLDER / POINTER, folder.name)


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
