"""Fits of the goal model, kept in files: a block of checkpoints each, under hashes of all that went into them.

The hash of a checkpoint takes in the one before it in its block, as the fit starts from that one, and the results that
became known between them; the first of a block takes in all results of its window. So a changed result, however old,
is found by the hashes that it changes, and new results leave those before them as they are. Hashes are of ids and
figures, never of codes.
"""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from features.goal_model import DAY_S, START_HOME_ADVANTAGE, START_MEAN, Float, GoalModelConfig, Int
from features.strength_problem import Problem

SOURCES: Final = ("goal_model", "jit", "strength_blocks", "strength_fit", "strength_problem")
"""Modules that decide how a fit of the same results comes out: with others it is fitted anew."""

THETAS: Final = 8
"""Newest fits of a block that keep their parameters, from which the next one may start: results seldom come, or change,
later than that many weeks. Where they do, their block is fitted from its beginning."""

MOST_FILES: Final = 120
"""Files kept that are not of the newest fits: those of some other snapshots, such as a backtest's."""

_PREFIX: Final = "fits-"
_OLD: Final = re.compile(r"[0-9a-f]{16}\.npz")
_IDS: Final = ("club", "competition", "league", "country")
_SINGLE: Final = ("mean", "home_advantage_mean", "tier_slope")


@dataclass(frozen=True)
class Kept:
    """What is kept of one checkpoint's fit, for those who were in its window.

    `club`, `competition`, `league` and `country` are codes of the problem; the arrays that follow are in their order,
    see `features.goal_model.GoalFit`. `theta` is None where no later fit will start from it.
    """

    club: Int
    competition: Int
    league: Int
    country: Int
    strength: NDArray[np.float32]
    openness: NDArray[np.float32]
    information: NDArray[np.float32]
    home_advantage: Float
    league_strength: Float
    league_openness: Float
    country_strength: Float
    country_openness: Float
    mean: float
    home_advantage_mean: float
    tier_slope: float
    theta: Float | None

    @classmethod
    def nothing(cls) -> Self:
        """The fit of no match: the prior."""
        none, single, double = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), np.zeros(0)
        return cls(*(none,) * 4, *(single,) * 3, *(double,) * 5, START_MEAN, START_HOME_ADVANTAGE, 0.0, None)


@dataclass(frozen=True)
class Block:
    """Fits of checkpoints that follow each other, and the hash of each."""

    keys: Sequence[str]
    fits: Sequence[Kept]


def block_keys(problem: Problem, blocks: Sequence[Int], config: GoalModelConfig, first: int = 0) -> list[list[str]]:
    """For each block of checkpoints (ascending moments, seconds since 1970) the hash of each of its fits.

    Those of blocks before the `first` are left out: empty lists.
    """
    if not blocks:
        return []
    checkpoints_s, window_s = np.concatenate(blocks), config.window_days * DAY_S
    number = sum(map(len, blocks[:first]))
    oldest = 0
    if number:
        oldest = int(np.searchsorted(checkpoints_s, int(checkpoints_s[number]) - window_s, side="left"))
    known_s = problem.known_at_s
    edges = np.searchsorted(known_s, checkpoints_s, side="right")
    begins = np.concatenate([[np.searchsorted(known_s, int(checkpoints_s[0]) - window_s, side="left")], edges[:-1]])
    start = int(begins[oldest])
    marks = _marks(problem, slice(start, int(edges[-1])))
    parts = {
        i: hashlib.sha256(marks[begins[i] - start : edges[i] - start].tobytes()).digest()
        for i in range(oldest, len(checkpoints_s))
    }
    about = json.dumps([_code(), asdict(config)], sort_keys=True).encode()
    found: list[list[str]] = [[] for _ in blocks[:first]]
    for block in blocks[first:]:
        keys: list[str] = []
        for place, at_s in enumerate(block.tolist()):
            if place == 0:
                begin = int(np.searchsorted(checkpoints_s, at_s - window_s, side="left"))
                seen = [about, *(parts[i] for i in range(begin, number + 1))]
            else:
                seen = [keys[-1].encode(), parts[number]]
            keys.append(hashlib.sha256(b"\0".join([str(at_s).encode(), *seen])).hexdigest()[:32])
            number += 1
        found.append(keys)
    return found


def _code() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((files("features") / f"{name}.py").read_bytes())
    return digest.hexdigest()


def _marks(problem: Problem, rows: slice) -> NDArray[np.uint64]:
    """What a fit takes of each of some results, shape (n, 8), the same whatever the codes are."""
    clubs = _hashes(problem.club_ids)
    competitions = _hashes([json.dumps(asdict(league), sort_keys=True) for league in problem.leagues])
    numbers = (problem.neutral, problem.home_goals, problem.away_goals, problem.starts_at_s, problem.known_at_s)
    columns = [np.ascontiguousarray(column[rows]).view(np.uint64) for column in numbers]
    named = (clubs[problem.home[rows]], clubs[problem.away[rows]], competitions[problem.competition[rows]])
    return np.column_stack([*named, *columns])


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    digests = b"".join(hashlib.sha256(text.encode()).digest()[:8] for text in texts)
    return np.frombuffer(digests, dtype=np.uint64)


class BlockStore:
    """The blocks in a folder, which is made when something is saved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, keys: Sequence[str], problem: Problem) -> tuple[Kept, ...]:
        """The fits that are kept of a block, from its first on: as many as have these hashes.

        Where the last of these cannot be started from, and there are more to come, it is none at all.
        """
        try:
            with self._path(keys[0]).open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            fits = _unpacked(arrays, problem)
            same = [*takewhile(lambda pair: pair[0] == pair[1], zip(arrays["keys"].tolist(), keys, strict=False))]
        except (OSError, KeyError, ValueError, IndexError, EOFError, zipfile.BadZipFile):
            return ()  # not there, or damaged: fitted anew
        done = fits[: len(same)]
        ends_well = len(done) == len(keys) or (len(done) > 0 and done[-1].theta is not None)
        return done if ends_well else ()

    def save(self, block: Block, problem: Problem) -> None:
        """Keep a block, in place of what was kept under its first hash; in one step. What cannot be written is not."""
        path = self._path(block.keys[0])
        partial = path.with_name(f".{path.name}.{os.getpid()}.npz")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            np.savez(partial, allow_pickle=False, keys=np.array(block.keys), **_packed(block.fits, problem))
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink()

    def forget(self, in_use: Sequence[str]) -> None:
        """Remove the oldest files of fits that are none of these (by their first hashes), and earlier versions'."""
        used = {self._path(key) for key in in_use}
        others = [path for path in self._folder.glob(f"{_PREFIX}*.npz") if path not in used]
        others.sort(key=_age)
        outdated = [path for path in self._folder.glob("*.npz") if _OLD.fullmatch(path.name)]
        for path in [*others[: max(len(others) - MOST_FILES, 0)], *outdated]:
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{_PREFIX}{key}.npz"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # gone meanwhile
        return 0.0


def _arrays() -> list[str]:
    return [f.name for f in fields(Kept) if f.name not in (*_IDS, *_SINGLE, "theta")]


def _packed(fits: Sequence[Kept], problem: Problem) -> dict[str, NDArray[Any]]:
    """Ragged arrays one after another, with their lengths; ids by name, as codes are another problem's tomorrow."""
    packed: dict[str, NDArray[Any]] = {}
    for name in _IDS:
        codes = [getattr(fit, name) for fit in fits]
        occurring, places = np.unique(np.concatenate(codes), return_inverse=True)
        packed[f"{name}.ids"] = np.array([getattr(problem, f"{name}_ids")[code] for code in occurring], dtype=np.str_)
        packed[name], packed[f"{name}.length"] = places.astype(np.int32), np.array([len(c) for c in codes])
    for name in _arrays():
        packed[name] = np.concatenate([getattr(fit, name) for fit in fits])
    for name in _SINGLE:
        packed[name] = np.array([getattr(fit, name) for fit in fits])
    thetas = [fit.theta if fit.theta is not None and i >= len(fits) - THETAS else None for i, fit in enumerate(fits)]
    packed["theta"] = np.concatenate([np.zeros(0), *(theta for theta in thetas if theta is not None)])
    packed["theta.length"] = np.array([-1 if theta is None else len(theta) for theta in thetas])
    return packed


def _unpacked(packed: Mapping[str, NDArray[Any]], problem: Problem) -> tuple[Kept, ...]:
    columns: dict[str, list[Any]] = {name: packed[name].tolist() for name in _SINGLE}
    lengths = {}
    for name in _IDS:
        code_of = {text: code for code, text in enumerate(getattr(problem, f"{name}_ids"))}
        codes = np.array([code_of[text] for text in packed[f"{name}.ids"].tolist()], dtype=np.int64)
        lengths[name] = packed[f"{name}.length"]
        columns[name] = _cut(codes[packed[name]], lengths[name])
    for name in _arrays():
        owner = name.partition("_")[0]
        length = lengths[owner if owner in lengths else "competition" if name == "home_advantage" else "club"]
        columns[name] = _cut(packed[name], length)
    length = packed["theta.length"]
    thetas = _cut(packed["theta"], np.maximum(length, 0))
    columns["theta"] = [None if n < 0 else theta for n, theta in zip(length.tolist(), thetas, strict=True)]
    return tuple(Kept(**dict(zip(columns, values, strict=True))) for values in zip(*columns.values(), strict=True))


def _cut(values: NDArray[Any], lengths: Int) -> list[NDArray[Any]]:
    return np.split(values, np.cumsum(lengths)[:-1])
