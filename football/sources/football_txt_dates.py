"""Dates of Football.TXT: seasons, date lines, and the year that most date lines leave out.

A file writes the year once, or nowhere; the weekday of a date line, the season in the file's path and the
header (`# Date  Fri Aug/20 2010 - Sat May/14 2011`) together say which year is meant.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import correlation
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH: Final = "(?:" + "|".join(_MONTHS) + ")[a-z]*"
_WEEKDAY: Final = r"(?:(?P<weekday>" + "|".join(_WEEKDAYS) + r")[a-z]*\.?,?\s+)?"

_DATE_LINE: Final = re.compile(
    r"\s*(?P<bracket>\[)?" + _WEEKDAY + r"(?:"
    rf"(?P<month>{_MONTH})[/ ]\s*(?P<day>\d{{1,2}})(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|(?P<day2>\d{{1,2}})\.?[/ ]\s*(?P<month2>{_MONTH})(?:,?\s+(?P<year2>\d{{4}}))?"
    r"|(?P<day3>\d{1,2})\.(?P<month3>\d{1,2})\.(?P<year3>\d{4}|\d{2})?"
    r"|(?P<year4>\d{4})-(?P<month4>\d{2})-(?P<day4>\d{2})"
    r")(?(bracket)\])(?=\s|$)",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(
    rf"#\s*Date\s+\w{{3}}\s+(?P<month1>{_MONTH})/(?P<day1>\d{{1,2}})(?:\s+(?P<year1>\d{{4}}))?\s+-\s+"
    rf"\w{{3}}\s+(?P<month2>{_MONTH})/(?P<day2>\d{{1,2}})\s+(?P<year2>\d{{4}})",
    re.IGNORECASE,
)
_SEASON: Final = re.compile(r"(?<!\d)(?P<start>\d{4})(?:-(?P<end>\d{4}|\d{2}))?(?!\d)")


@dataclass(frozen=True, slots=True)
class Season:
    """A season by the years it touches: `2025-26` has 2025 and 2026, `2025` has 2025 twice."""

    name: str
    start_year: int
    end_year: int

    @classmethod
    def from_path(cls, path: str) -> "Season | None":
        """Season in a file's path (`2025-26/cl.txt`, `mexico/2010-11_mx1.txt`); the last one named, or None."""
        found = [m for m in _SEASON.finditer(path) if 1850 <= int(m["start"]) <= 2150]
        if not found:
            return None
        start = int(found[-1]["start"])
        end = found[-1]["end"]
        if end is None:
            return cls(str(start), start, start)
        return cls(f"{start}-{(start + 1) % 100:02d}", start, start + 1)


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date as written: month and day, the weekday (0 is Monday) and the year only where given.

    `end` is where the rest of the line begins.
    """

    month: int
    day: int
    weekday: int | None
    year: int | None
    end: int


def parse_date_line(line: str) -> DateLine | None:
    """Read `Tue Sep/30`, `[Sat Aug/16]`, `Tue Sep 30 2025`, `14.10.` or `2025-09-30`; None if it is no date line."""
    match = _DATE_LINE.match(line)
    if match is None:
        return None
    parts = match.groupdict()
    month_name = parts["month"] or parts["month2"]
    month = (
        _MONTHS.index(month_name[:3].lower()) + 1 if month_name is not None else int(parts["month3"] or parts["month4"])
    )
    day = int(parts["day"] or parts["day2"] or parts["day3"] or parts["day4"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year_text = parts["year"] or parts["year2"] or parts["year3"] or parts["year4"]
    year = None if year_text is None else int(year_text) + (2000 if len(year_text) == 2 else 0)
    weekday = None if parts["weekday"] is None else _WEEKDAYS.index(parts["weekday"].lower())
    return DateLine(month, day, weekday, year, match.end())


def parse_header_window(text: str) -> tuple[date, date] | None:
    """First and last day of the `# Date` header line, None if there is none or it is no real span."""
    match = _HEADER.search(text[:2000])
    if match is None:
        return None
    end_year = int(match["year2"])
    start_year = end_year if match["year1"] is None else int(match["year1"])
    first = _day(start_year, _MONTHS.index(match["month1"][:3].lower()) + 1, int(match["day1"]))
    last = _day(end_year, _MONTHS.index(match["month2"][:3].lower()) + 1, int(match["day2"]))
    return None if first is None or last is None or last < first else (first, last)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _season_start(days: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """(month, day) at which the season of these (month, day)s begins: file order and calendar then agree best."""
    starts = [(month, day) for month in range(1, 13) for day in (1, 16)]

    def order(start: tuple[int, int]) -> float:
        since = [((month, day) < start, month, day) for month, day in days]
        return _agreement([(later * 12 + month) * 31.0 + day for later, month, day in since])

    best = max(starts, key=order)
    return min((day for day in days if day >= best), default=min(days))


def _agreement(values: Sequence[float]) -> float:
    """Correlation of values with their order, 1 if they are too few or all the same."""
    return correlation(range(len(values)), values) if len(set(values)) > 1 else 1.0


@dataclass(slots=True)
class YearFinder:
    """Gives each date line of one file its year.

    A written year stands. Else, with a weekday: the season's year on which the date falls on that weekday.
    Without one (the Nigerian files): the year is counted from the season's first day, the one that puts the dates
    best in order. `previous` is the last date found, the judge where the rest is silent.
    """

    season: Season
    window: tuple[date, date] | None = None
    bare_dates: Sequence[tuple[int, int]] = ()
    previous: date | None = None
    _first: tuple[int, int] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.bare_dates:
            self._first = _season_start(self.bare_dates)

    def find(self, line: DateLine) -> tuple[date | None, str | None]:
        """The date meant, and a complaint if the file contradicts itself; (None, reason) if it is no date."""
        if line.year is not None:
            found = _day(line.year, line.month, line.day)
            if found is None:
                return None, "no such day"
            self.previous = found
            wrong = line.weekday is not None and found.weekday() != line.weekday
            return found, f"{found} is a {_WEEKDAYS[found.weekday()].title()}" if wrong else None
        if line.weekday is None and self._first is not None:
            found = self._counted(line, self._first)
            return (found, None) if found is not None else (None, "no such day")
        days = [d for year in self._years() if (d := _day(year, line.month, line.day)) is not None]
        if not days:
            return None, "no such day in the season"
        fitting = [d for d in days if line.weekday is None or d.weekday() == line.weekday]
        complaint = None if fitting else f"no {_WEEKDAYS[line.weekday or 0].title()} in season {self.season.name}"
        self.previous = min(fitting or days, key=self._distance)
        return self.previous, complaint

    def _years(self) -> range:
        """Years a date may have: the season's; a season named for one year may end in the next."""
        first, last = self.season.start_year, max(self.season.end_year, self.season.start_year + 1)
        if self.window is not None:
            first, last = min(first, self.window[0].year), max(last, self.window[1].year)
        return range(first, last + 1)

    def _distance(self, day: date) -> tuple[int, int]:
        """Days outside the header's window, then days from the last date found (or the season's middle)."""
        outside = 0
        if self.window is not None:
            outside = max((self.window[0] - day).days, (day - self.window[1]).days, 0)
        middle = date(self.season.end_year, 1 if self.season.end_year > self.season.start_year else 7, 1)
        return outside, abs((day - (self.previous or middle)).days)

    def _counted(self, line: DateLine, first: tuple[int, int]) -> date | None:
        split = self.season.end_year > self.season.start_year
        # A split season that starts in spring lies wholly in its second year (Nigeria 2012-13: March to October 2013).
        start = self.season.end_year if split and first < (7, 1) else self.season.start_year
        found = _day(start if (line.month, line.day) >= first else start + 1, line.month, line.day)
        self.previous = found or self.previous
        return found
