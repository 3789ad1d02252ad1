"""Strengths ready-made: computed once, then mapped from disk.

A file an array, so that a process reads only the weeks that it is asked for, and several share them in memory. A folder
is named by a hash of all that goes in, the source of the computation included, and comes into being in one step.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.strength import StrengthHistory
from features.strengths import EVIDENCE, Strengths
from football.errors import StoreError

KEPT: Final = 3
"""Folders that stay when a new one is made."""

_IDS: Final = ("club_ids", "league_ids", "competition_ids")
_MODELS: Final = ("leagues", "others", *EVIDENCE)
_SOURCES: Final = (
    *("evidence", "goal_model", "history", "inputs", "scores", "strength"),
    *("strength_blocks", "strength_filter", "strength_fit", "strength_problem", "strength_store", "strengths"),
)
_PREFIX: Final = "ready-"
_ABOUT: Final = "strengths.json"


def kept(folder: Path, inputs: str) -> Strengths | None:
    """What `ready_made` keeps of the same inputs; None if it is not there, or cannot be read."""
    try:
        return _load(folder / (_PREFIX + _key(inputs)))
    except StoreError:
        return None


def ready_made(folder: Path, inputs: str, compute: Callable[[], Strengths]) -> Strengths:
    """The strengths of `inputs`, a text that tells all of them apart; computed if they are not in `folder` yet.

    What cannot be read is computed anew; what cannot be written is used as computed.
    """
    path = folder / (_PREFIX + _key(inputs))
    try:
        return _load(path)
    except StoreError:
        strengths = compute()
    try:
        _save(strengths, path)
        _forget(folder, path)
        # Mapped from here on, so that what was computed need not stay in memory.
        return _load(path)
    except (OSError, StoreError):
        return strengths


def _key(inputs: str) -> str:
    digest = hashlib.sha256(inputs.encode())
    for name in _SOURCES:
        digest.update((files("features") / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


def _save(strengths: Strengths, path: Path) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    about: dict[str, object] = {"league_ids": list(strengths.league_ids), "models": {}}
    models: dict[str, object] = {}
    for name in _MODELS:
        model: StrengthHistory | None = getattr(strengths, name)
        if model is not None:
            models[name] = {
                **{field: list(getattr(model, field)) for field in _IDS},
                "prior_information": model.prior_information,
            }
            for field in _arrays():
                np.save(partial / f"{name}.{field}.npy", getattr(model, field), allow_pickle=False)
    about["models"] = models
    (partial / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
    shutil.rmtree(path, ignore_errors=True)
    partial.rename(path)


def _load(path: Path) -> Strengths:
    try:
        about = json.loads((path / _ABOUT).read_text(encoding="utf-8"))
        models = {name: _model(path, name, stored) for name, stored in about["models"].items()}
        evidence = (models.get(name) for name in EVIDENCE)
        return Strengths(models["leagues"], models["others"], tuple(about["league_ids"]), *evidence)
    except (OSError, KeyError, ValueError, TypeError, EOFError) as error:
        raise StoreError(f"{path}: stored strengths cannot be read ({error})") from error


def _model(path: Path, name: str, stored: Mapping[str, Any]) -> StrengthHistory:
    values: dict[str, Any] = {field: tuple(stored[field]) for field in _IDS}
    values |= {field: _mapped(path / f"{name}.{field}.npy") for field in _arrays()}
    return StrengthHistory(**values, prior_information=float(stored["prior_information"]))


def _mapped(path: Path) -> NDArray[np.generic]:
    # A plain array over the map: `memmap` itself is slow to take single numbers from.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _arrays() -> list[str]:
    return [f.name for f in fields(StrengthHistory) if f.name not in (*_IDS, "prior_information")]


def _forget(folder: Path, path: Path) -> None:
    """Remove the oldest; a process that has one mapped keeps what it has."""
    found = [other for other in folder.glob(_PREFIX + "*") if other != path]
    for other in sorted(found, key=lambda other: other.stat().st_mtime)[: max(len(found) - KEPT + 1, 0)]:
        shutil.rmtree(other, ignore_errors=True)
