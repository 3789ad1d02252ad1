"""What files of a source said, kept from one sync to the next: of many files those that changed are read."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd
import pyarrow as pa

from football.disk import WRITING, replace
from football.sources.arrow_frames import frame_of

_INDEX: Final = "index.json"
MOST_SEGMENTS: Final = 24
"""Syncs that add to what is kept; the next one writes all of it in one."""


@dataclass(frozen=True)
class FilePart:
    """What one file said: rows of some tables by name, the same names for each file, and the rest as JSON has it."""

    tables: Mapping[str, pa.Table]
    told: Any


class FileTables:
    """What some files said, by their keys: the rows of each table, one file after the other."""

    def __init__(self, keys: Sequence[str], kept: "_Kept", anew: Mapping[str, FilePart]) -> None:
        self.keys = keys
        self._kept, self._anew = kept, anew

    def arrow(self, name: str, *none: pa.Table) -> pa.Table:
        """The rows of a table, and those of `none`: needed where no file may be."""
        return pa.concat_tables([*self._pieces(name), *none])

    def frame(self, name: str, *none: pa.Table) -> pd.DataFrame:
        """The same for pandas, with the types of the contracts."""
        return frame_of(self.arrow(name, *none))

    def rows(self, name: str) -> list[int]:
        """How many rows of a table each file has."""
        return [self.count(key, name) for key in self.keys]

    def count(self, key: str, name: str) -> int:
        """How many rows of a table one of them has."""
        _, first, stop = self._place(key, name)
        return stop - first

    def told(self, key: str) -> Any:
        """What a file said beside tables."""
        return self._anew[key].told if key in self._anew else self._kept.told[key]

    def without(self, others: Self) -> Self:
        """The files of these that are not among others."""
        known = set(others.keys)
        return type(self)([key for key in self.keys if key not in known], self._kept, self._anew)

    def _place(self, key: str, name: str) -> tuple[int, int, int]:
        """Where the rows of a file are: in which segment (-1 for none), from which row up to which."""
        return (-1, 0, len(self._anew[key].tables[name])) if key in self._anew else self._kept.places[key][name]

    def _pieces(self, name: str) -> list[pa.Table]:
        """The rows of files; neighbours that were kept are one piece."""
        pieces: list[pa.Table] = []
        run = _NOWHERE
        for key in self.keys:
            segment, first, stop = self._place(key, name)
            if segment >= 0 and (segment, first) == (run[0], run[2]):
                run = segment, run[1], stop
                continue
            pieces += self._kept.cut(name, *run)
            run = segment, first, stop
            if segment < 0:
                pieces.append(self._anew[key].tables[name])
                run = _NOWHERE
        return [*pieces, *self._kept.cut(name, *run)] or self._kept.none(name)


class KeptFiles:
    """Reads a source's files, or takes what they said when the same content was read before.

    A part is kept of the same name, content and makers; where any of these is another, or what is kept is damaged, the
    file is read. What cannot be written is not kept.

    Args:
        folder: where it is kept, made when it is; None keeps nothing.
        makers: all else that decides what a file says: the code of its reader, the names of clubs.
    """

    def __init__(self, folder: Path | None = None, makers: bytes = b"") -> None:
        self._folder, self._makers = folder, makers
        self._kept = _Kept.of(folder)
        self._keys: list[str] = []
        self._anew: dict[str, FilePart] = {}

    @property
    def before(self) -> FileTables:
        """What the files said that were asked for last time."""
        return FileTables(list(self._kept.told), self._kept, {})

    @property
    def now(self) -> FileTables:
        """What the files say that were asked for this time."""
        return FileTables(self._keys, self._kept, self._anew)

    @property
    def content(self) -> str:
        """Digest of all that decides what the files asked for say; empty where nothing is kept."""
        return _digest(self._keys) if self._folder else ""

    @property
    def content_before(self) -> str:
        """The same of the files asked for last time; empty where nothing is kept of them."""
        return _digest(self._kept.told) if self._kept.told else ""

    @property
    def read_anew(self) -> int:
        """How many files were read, as they were not kept."""
        return len(self._anew)

    def told(self, name: str, content: bytes, read: Callable[[], FilePart]) -> Any:
        """What a file says beside tables; `read` reads it. Whatever that raises is raised, and nothing is kept."""
        digest = blake2b(self._makers, digest_size=16)
        for each in (name.encode(), content):
            digest.update(len(each).to_bytes(8, "big") + each)
        key = digest.hexdigest()
        if key not in self._kept.told and key not in self._anew:
            self._anew[key] = read()
        self._keys.append(key)
        return self.now.told(key)

    def keep(self) -> None:
        """Keep the parts of the files that were asked for, and forget the others."""
        if self._folder is None or not self._keys or (not self._anew and self._keys == list(self._kept.told)):
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(self._folder)

    def _write(self, folder: Path) -> None:
        """Add what was read anew, or write all of it in one where too much is there that nobody asks for any more.

        The index is replaced last and in one step: killed before, what was kept is kept.
        """
        keys = list(dict.fromkeys(self._keys))
        names = list(next(iter(self._anew.values())).tables) if self._anew else self._kept.names
        segments = list(self._kept.segments)
        rows = [[len(of_segment[name]) for name in names] for of_segment in self._kept.tables]
        added = [key for key in keys if key in self._anew]
        if len(segments) >= MOST_SEGMENTS or self._kept.rows_of(keys) < self._kept.all_rows / 2:
            segments, rows, added = [], [], keys
        places = {key: self._kept.places[key] for key in keys if key not in set(added)}
        if added:
            tables = FileTables(added, self._kept, self._anew)
            segments.append(_digest(added))
            for name in names:
                _write_table(folder / f"{segments[-1]}.{name}.arrow", tables.arrow(name))
            start = dict.fromkeys(names, 0)
            for key in added:
                stop = {name: start[name] + tables.count(key, name) for name in names}
                places[key] = {name: (len(segments) - 1, start[name], stop[name]) for name in names}
                start = stop
            rows.append([start[name] for name in names])
        parts = {key: {"places": places[key], "told": self.now.told(key)} for key in keys}
        index = json.dumps({"tables": names, "segments": segments, "rows": rows, "parts": parts})
        replace(folder / _INDEX, index.encode())
        for path in folder.glob("*.arrow"):
            if path.name.partition(".")[0] not in segments:
                path.unlink(missing_ok=True)


Place = tuple[int, int, int]
_NOWHERE: Final = (-1, 0, 0)


@dataclass(frozen=True)
class _Kept:
    """A folder's segments, each a file for every table, and of each part where its rows are and what else it told."""

    names: Sequence[str]
    segments: Sequence[str]
    tables: Sequence[Mapping[str, pa.Table]]
    places: Mapping[str, Mapping[str, Place]]
    told: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path | None) -> Self:
        """What is kept there; nothing where it is not there, or damaged."""
        nothing = cls((), (), (), {}, {})
        if folder is None:
            return nothing
        try:
            index = json.loads((folder / _INDEX).read_text("utf-8"))
            names, segments, parts = index["tables"], index["segments"], index["parts"]
            tables = [{name: _read(folder / f"{segment}.{name}.arrow") for name in names} for segment in segments]
            if [[len(of[name]) for name in names] for of in tables] != index["rows"]:
                return nothing
            places = {
                key: {name: (int(n), int(first), int(stop)) for name, (n, first, stop) in part["places"].items()}
                for key, part in parts.items()
            }
            return cls(names, segments, tables, places, {key: part["told"] for key, part in parts.items()})
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return nothing

    def cut(self, name: str, segment: int, first: int, stop: int) -> list[pa.Table]:
        """Rows of a segment, if there are any."""
        return [self.tables[segment][name].slice(first, stop - first)] if stop > first else []

    def none(self, name: str) -> list[pa.Table]:
        """A table without rows, if anything is kept."""
        return [of_segment[name].slice(0, 0) for of_segment in self.tables[:1]]

    @property
    def all_rows(self) -> int:
        """How many rows the segments have, those that no file of last time said included."""
        return sum(len(table) for of_segment in self.tables for table in of_segment.values())

    def rows_of(self, keys: Iterable[str]) -> int:
        """How many rows some parts have together, as far as they are kept."""
        return sum(stop - first for key in keys for _, first, stop in self.places.get(key, {}).values())


def _digest(keys: Iterable[str]) -> str:
    return blake2b("".join(keys).encode(), digest_size=16).hexdigest()


def _read(path: Path) -> pa.Table:
    # Mapped: of many rows those are read that are asked for.
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _write_table(path: Path, table: pa.Table) -> None:
    aside = path.with_name(f"{WRITING}{path.name}")
    try:
        with pa.OSFile(str(aside), "wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
            file.write_table(table.combine_chunks())
        # Not into the old file: it may be mapped just now.
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def kept_in(folder: Path, clubs: Iterable[object]) -> Callable[[str], KeptFiles]:
    """What the files of each source, by its name, said to readers as they are now, with names of these clubs."""
    made_by = makers(clubs)
    return lambda source: KeptFiles(folder / source, made_by)


def makers(clubs: Iterable[object]) -> bytes:
    """Digest of what decides, beside a file's content, what it says: code and lists of `football`, and the clubs."""
    digest = blake2b(digest_size=16)
    package = resources.files("football")
    for folder in (package, package.joinpath("sources")):
        for path in sorted(folder.iterdir(), key=lambda path: path.name):
            if path.name.endswith((".py", ".csv")):
                digest.update(path.read_bytes())
    for club in clubs:
        digest.update(repr(club).encode())
    return digest.digest()
