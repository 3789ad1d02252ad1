"""One CSV file of football-data.co.uk as columns of text, whatever its encoding and however ragged.

The site's files were made by hand over thirty years: some are UTF-8 with a byte order mark, some Windows-1252; rows
may be shorter or longer than the header, and empty rows and columns trail. Nothing is interpreted here.
"""

import csv
import io
from dataclasses import dataclass
from typing import Final

from football.errors import SourceError
from football.sources.football_data_columns import ALIASES, DERIVED, KNOWN

_NEEDED: Final = ("Date", "HomeTeam", "AwayTeam")
_ONE_OF: Final = ("Div", "Country")


@dataclass(frozen=True)
class Sheet:
    """A file's rows that hold anything.

    `columns` goes from the main name of a known column to its cells (stripped; one a row), `lines` are the rows' line
    numbers; `unknown` and `unused` name columns that hold something and are not read.
    """

    path: str
    lines: list[int]
    columns: dict[str, list[str]]
    unknown: tuple[str, ...]
    unused: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lines)


def read_sheet(content: bytes, path: str) -> Sheet:
    """Split a file into columns.

    Args:
        content: the file's bytes.
        path: its name for messages.

    Raises:
        SourceError: no CSV, or a header without the columns that every file of the site has.
    """
    if b"\0" in content:
        raise SourceError(path, "holds zero bytes, so it is no CSV file; fetch it again")
    reader = csv.reader(io.StringIO(decode(content), newline=""))
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if not any(cell and not cell.isspace() for cell in row):
                continue
            if not header:
                header = [cell.strip() for cell in row]
                continue
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise SourceError(path, f"no CSV: {error}", reader.line_num) from None
    _check_header(header, path)
    width = max(len(header), *(len(row) for row in rows), 0)
    header += [""] * (width - len(header))
    for row in rows:
        row += [""] * (width - len(row))
    cells = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)] or [[] for _ in header]
    return _sort_columns(path, lines, header, cells)


def decode(content: bytes) -> str:
    """Text of a file in UTF-8 (with or without a byte order mark), Windows-1252 or, failing both, Latin-1."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _check_header(header: list[str], path: str) -> None:
    names = {ALIASES.get(name, name) for name in header}
    missing = [name for name in _NEEDED if name not in names]
    if not names.intersection(_ONE_OF):
        missing.insert(0, " or ".join(_ONE_OF))
    if missing:
        begin = ",".join(header)[:60]
        raise SourceError(path, f"header lacks {', '.join(missing)} (it begins {begin!r}); fetch the file again", 1)


def _sort_columns(path: str, lines: list[int], header: list[str], cells: list[list[str]]) -> Sheet:
    columns: dict[str, list[str]] = {}
    unknown: list[str] = []
    unused: list[str] = []
    for position, (name, column) in enumerate(zip(header, cells, strict=False), start=1):
        main = ALIASES.get(name, name)
        if main in KNOWN and main not in columns:
            columns[main] = column
        elif main in KNOWN and name != main:
            columns[main] = [cell or other for cell, other in zip(columns[main], column, strict=True)]
        elif any(column):
            (unused if name in DERIVED else unknown).append(name or f"column {position} without a name")
    return Sheet(path, lines, columns, tuple(unknown), tuple(unused))
