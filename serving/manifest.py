"""The bundle's manifest: what a model folder says about itself, and the check that its files are whole."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from football.errors import StoreError

FILE: Final = "manifest.json"
FORMAT: Final = 1


class Manifest(BaseModel):
    """`manifest.json` of a bundle; `files` maps each other file to the SHA-256 of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = Field(default=FORMAT, description="Version of the folder's layout.")
    version: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="Version of the model.")
    trained_at: datetime = Field(description="When the model was trained, UTC.")
    data_cut: datetime = Field(description="Moment of the newest result in its data, UTC.")
    snapshot: str = Field(description="Hash of the match snapshot whose state it has: that of its training, or newer.")
    feature_names: tuple[str, ...] = Field(description="The model's inputs, in order.")
    metrics: dict[str, float] = Field(default={}, description="Figures of its evaluation.")
    files: dict[str, str] = Field(default={}, description="SHA-256 of each file of the folder.")

    def with_files(self, folder: Path) -> Self:
        """The same, with the hashes of all files in `folder`."""
        names = sorted(path.name for path in folder.iterdir() if path.name != FILE)
        return self.model_copy(update={"files": {name: _sha256(folder / name) for name in names}})

    def write(self, folder: Path) -> None:
        """Write into `folder`."""
        (folder / FILE).write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a bundle and check every file against it.

        Raises:
            StoreError: it is missing or not as expected, or a file is missing or damaged.
        """
        path = folder / FILE
        try:
            manifest = cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise StoreError(f"{folder} is no model bundle: {error}; run `awayday train`") from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole"
            raise StoreError(f"{path}: {where}: {first['msg']}; run `awayday train` again") from error
        _check(folder, manifest.files)
        return manifest


def is_whole(folder: Path) -> bool:
    """Whether a folder is a bundle of which every file is as its manifest says."""
    try:
        Manifest.read(folder)
    except StoreError:
        return False
    return True


def _check(folder: Path, files: Mapping[str, str]) -> None:
    for name, expected in files.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise StoreError(f"{path}: the bundle lacks this file; run `awayday train` again")
        found = _sha256(path)
        if found != expected:
            raise StoreError(f"{path}: damaged, SHA-256 {found[:12]}…, expected {expected[:12]}…; train again")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
