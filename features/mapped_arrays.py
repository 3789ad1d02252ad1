"""Arrays that were computed once, mapped from disk.

A file an array, so that a process reads only the parts that it is asked for, and several share them in memory. What is
not arrays stands beside them as JSON. A folder comes into being in one step.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from football.errors import StoreError

KEPT: Final = 3
"""Folders of one kind that stay when a new one is made."""

_PREFIX: Final = "ready-"
_ABOUT: Final = "about.json"

Arrays = dict[str, NDArray[Any]]
Pieces = tuple[NDArray[Any], NDArray[Any]]


def ready_path(folder: Path, inputs: str, sources: Iterable[tuple[str, str]]) -> Path:
    """Where in `folder` lies what was computed from `inputs`, a text that tells all of them apart.

    `sources` are the files that decide the outcome besides, as (package, file name): with other contents it is
    another place.
    """
    digest = hashlib.sha256(inputs.encode())
    for package, name in sources:
        digest.update((files(package) / name).read_bytes())
    return folder / (_PREFIX + digest.hexdigest()[:16])


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any] | Pieces], about: Mapping[str, object]) -> None:
    """Write arrays, and what JSON can hold, into a new folder; the oldest of its kind beyond `KEPT` go.

    An array may come in two pieces of rows, which are written one after the other and never joined in memory.

    Raises:
        OSError: it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    shapes = {name: _save(partial / f"{name}.npy", array) for name, array in arrays.items()}
    (partial / _ABOUT).write_text(json.dumps({"arrays": shapes, "about": about}), encoding="utf-8")
    shutil.rmtree(path, ignore_errors=True)
    partial.rename(path)
    _forget(path)


def load_arrays(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """What `save_arrays` wrote, the arrays mapped; StoreError if it is missing or damaged."""
    try:
        stored = json.loads((path / _ABOUT).read_text(encoding="utf-8"))
        arrays = {name: _mapped(path / f"{name}.npy") for name in stored["arrays"]}
        about: dict[str, Any] = stored["about"]
    except (OSError, KeyError, ValueError, TypeError, EOFError) as error:
        raise StoreError(f"{path}: stored arrays cannot be read ({error})") from error
    for name, (dtype, shape) in stored["arrays"].items():
        if (str(arrays[name].dtype), list(arrays[name].shape)) != (dtype, shape):
            raise StoreError(f"{path}: {name} is not what was stored")
    return arrays, about


def _save(path: Path, array: NDArray[Any] | Pieces) -> list[object]:
    """Write an array; its type and shape."""
    first, *rest = array if isinstance(array, tuple) else (array,)
    shape = (sum(len(piece) for piece in (first, *rest)), *first.shape[1:]) if rest else first.shape
    with path.open("wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(first.dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for piece in (first, *rest):
            np.ascontiguousarray(piece, dtype=first.dtype).tofile(file)
    return [str(first.dtype), list(shape)]


def _mapped(path: Path) -> NDArray[Any]:
    # A plain array over the map: `memmap` itself is slow to take single numbers from.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _forget(path: Path) -> None:
    """Remove the oldest; a process that has one mapped keeps what it has."""
    found = [other for other in path.parent.glob(_PREFIX + "*") if other != path]
    for other in sorted(found, key=lambda other: other.stat().st_mtime)[: max(len(found) - KEPT + 1, 0)]:
        shutil.rmtree(other, ignore_errors=True)
