"""Cells of football-data.co.uk's files as dates, times and numbers.

Cells repeat themselves (a few thousand different odds, a few thousand days), so each distinct text is read once.
"""

import math
import re
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from football.errors import SourceError
from football.sources.football_data_files import season_name

_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::00)?")

_CENTURY: Final = 70
"""Two-digit years from here on are of the twentieth century; the site begins in 1993."""

_EPOCH: Final = date(1970, 1, 1).toordinal()


class Numbers(dict[str, float]):
    """Numbers by the text of their cell: NaN for an empty cell, and for one that is no number (see `faulty`)."""

    def __init__(self) -> None:
        super().__init__()
        self.faulty: set[str] = set()

    def __missing__(self, text: str) -> float:
        try:
            number = float(text) if text else math.nan
        except ValueError:
            number = math.inf
        if math.isinf(number) or (text and math.isnan(number)):
            self.faulty.add(text)
            number = math.nan
        self[text] = number
        return number

    def column(self, cells: list[str]) -> NDArray[np.float64]:
        """Numbers of a column's cells, shape (n,)."""
        return np.fromiter(map(self.__getitem__, cells), np.float64, len(cells))


def read_days(cells: list[str], lines: list[int], season: int | None, path: str) -> NDArray[np.int64]:
    """Days of a date column as days since 1970, shape (n,).

    Args:
        cells: `28/05/23`, `28/05/2023` or `2023-05-28`.
        lines: their lines, for messages.
        season: year in which the file's season begins; its dates must lie between that June and the next August.
        path: the file, for messages.

    Raises:
        SourceError: no date, or none of that season.
    """
    days: dict[str, int] = {}
    for cell, line in zip(cells, lines, strict=True):
        if cell not in days:
            days[cell] = _day(cell, season, path, line).toordinal() - _EPOCH
    return np.fromiter(map(days.__getitem__, cells), np.int64, len(cells))


def read_minutes(cells: list[str]) -> tuple[NDArray[np.int64], list[int]]:
    """Minutes since midnight of a time column, shape (n,), -1 where empty; and the rows whose cell is no time."""
    minutes: dict[str, int] = {"": -1}
    for cell in cells:
        if cell not in minutes:
            found = _TIME.fullmatch(cell)
            minutes[cell] = -2 if found is None else 60 * int(found[1]) + int(found[2])
    read = np.fromiter(map(minutes.__getitem__, cells), np.int64, len(cells))
    return np.maximum(read, -1), np.flatnonzero(read == -2).tolist()


def _day(cell: str, season: int | None, path: str, line: int) -> date:
    candidates = []
    if found := _DAY_FIRST.fullmatch(cell):
        candidates.append((_year(found[3]), int(found[2]), int(found[1])))
    elif found := _YEAR_FIRST.fullmatch(cell):
        candidates.append((int(found[1]), int(found[2]), int(found[3])))
        # A spreadsheet that took 14/08/04 for year, month, day saved it as 2014/8/4; the file's season tells which.
        if season is not None:
            candidates.append((_year(f"{int(found[3]):02d}"), int(found[2]), int(found[1]) % 100))
    days = [day for day in map(_valid_date, candidates) if day is not None]
    for day in days:
        if season is None or date(season, 6, 1) <= day <= date(season + 1, 8, 31):
            return day
    if days and season is not None:
        raise SourceError(path, f"date {cell!r} lies outside the season {season_name(season)}", line)
    raise SourceError(path, f"date {cell!r} is none, expected dd/mm/yy, dd/mm/yyyy or yyyy-mm-dd", line)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= _CENTURY else 2000)


def _valid_date(parts: tuple[int, int, int]) -> date | None:
    try:
        return date(*parts)
    except ValueError:
        return None
