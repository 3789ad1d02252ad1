"""What files of a source said, kept from one sync to the next: of many files those that changed are read."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd
import pyarrow as pa

from football.sources.arrow_frames import frame_of

_INDEX: Final = "index.json"
_WRITING: Final = ".writing-"


@dataclass(frozen=True)
class FilePart:
    """What one file said: rows of some tables by name, the same names for each file, and the rest as JSON has it."""

    tables: Mapping[str, pa.Table]
    told: Any


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
        self._before = _Kept.of(folder)
        self._keys: list[str] = []
        self._anew: dict[str, FilePart] = {}

    @property
    def content(self) -> str:
        """Digest of all that decides what the files asked for said; empty where nothing is kept."""
        return blake2b("".join(self._keys).encode(), digest_size=16).hexdigest() if self._folder else ""

    @property
    def read_anew(self) -> int:
        """How many files were read, as they were not kept."""
        return len(self._anew)

    def told(self, name: str, content: bytes, read: Callable[[], FilePart]) -> Any:
        """What a file said beside tables; `read` reads it. Whatever that raises is raised, and nothing is kept."""
        digest = blake2b(self._makers, digest_size=16)
        for each in (name.encode(), content):
            digest.update(len(each).to_bytes(8, "big") + each)
        key = digest.hexdigest()
        if key not in self._before.told and key not in self._anew:
            self._anew[key] = read()
        self._keys.append(key)
        return self._anew[key].told if key in self._anew else self._before.told[key]

    def table(self, name: str, *none: pa.Table) -> pd.DataFrame:
        """The rows of all files asked for, one after the other, and those of `none`: needed where no file may be."""
        return frame_of(pa.concat_tables([*self._joined(name, self._keys), *none]))

    def rows(self, name: str) -> list[int]:
        """How many rows of a table each file has."""
        return [self._rows_of(key, name) for key in self._keys]

    def keep(self) -> None:
        """Keep the parts of the files that were asked for, and forget the others."""
        if self._folder is None or not self._keys or (not self._anew and self._keys == list(self._before.told)):
            return
        with suppress(OSError):
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(prefix=_WRITING, dir=self._folder.parent))
            try:
                self._write(aside)
                # Killed in between, nothing is kept, and all is read the next time.
                shutil.rmtree(self._folder, ignore_errors=True)
                aside.rename(self._folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    def _write(self, folder: Path) -> None:
        names = self._table_names()
        parts = {}
        start = dict.fromkeys(names, 0)
        for key in dict.fromkeys(self._keys):
            rows = {name: (start[name], self._rows_of(key, name)) for name in names}
            start = {name: first + count for name, (first, count) in rows.items()}
            parts[key] = {"rows": rows, "told": self._anew[key].told if key in self._anew else self._before.told[key]}
        for name in names:
            table = pa.concat_tables(self._joined(name, parts))
            with pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
                file.write_table(table.combine_chunks())
        (folder / _INDEX).write_text(json.dumps({"tables": names, "parts": parts}), "utf-8")

    def _table_names(self) -> list[str]:
        return list(next(iter(self._anew.values())).tables) if self._anew else list(self._before.tables)

    def _rows_of(self, key: str, name: str) -> int:
        return len(self._anew[key].tables[name]) if key in self._anew else self._before.rows[key][name][1]

    def _joined(self, name: str, keys: Iterable[str]) -> list[pa.Table]:
        """The rows of files; neighbours that were kept are one piece."""
        pieces: list[pa.Table] = []
        first, stop = 0, 0

        def cut() -> None:
            if stop > first:
                pieces.append(self._before.tables[name].slice(first, stop - first))

        for key in keys:
            if key in self._anew:
                cut()
                first = stop = 0
                pieces.append(self._anew[key].tables[name])
            else:
                start, count = self._before.rows[key][name]
                if start != stop:
                    cut()
                    first = start
                stop = start + count
        cut()
        return pieces or [table.slice(0, 0) for other, table in self._before.tables.items() if other == name]


@dataclass(frozen=True)
class _Kept:
    """A folder's tables, and by the key of each part where its rows begin, how many they are, and what else it told."""

    tables: Mapping[str, pa.Table]
    rows: Mapping[str, Mapping[str, Sequence[int]]]
    told: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path | None) -> Self:
        """What is kept there; nothing where it is not there, or damaged."""
        if folder is None:
            return cls({}, {}, {})
        try:
            index = json.loads((folder / _INDEX).read_text("utf-8"))
            parts, tables = index["parts"], {name: _read(folder / f"{name}.arrow") for name in index["tables"]}
            rows = {key: part["rows"] for key, part in parts.items()}
            for name, table in tables.items():
                if len(table) != sum(of_part[name][1] for of_part in rows.values()):
                    return cls({}, {}, {})
            return cls(tables, rows, {key: part["told"] for key, part in parts.items()})
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return cls({}, {}, {})


def _read(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


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
