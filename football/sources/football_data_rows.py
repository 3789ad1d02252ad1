"""Rows of football-data.co.uk's files: matches with their results, and match statistics.

What a match can do without (a time, a corner count) becomes null and is noted when it cannot be read; a faulty date,
club or score makes the file a faulty file.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.errors import SourceError
from football.sources.football_data_cells import Numbers, read_days, read_minutes
from football.sources.football_data_columns import REFEREE, STATISTICS
from football.sources.football_data_csv import Sheet
from football.sources.football_data_files import (
    DIVISIONS,
    EXTRA_COUNTRIES,
    season_name,
    season_of_path,
    season_start,
)

_GOALS: Final = {
    "home_goals": "FTHG",
    "away_goals": "FTAG",
    "home_goals_half_time": "HTHG",
    "away_goals_half_time": "HTAG",
}
_MOST_GOALS: Final = 99
_MOST_COUNTED: Final = 999
_MOST_SPECTATORS: Final = 500_000


@dataclass
class Notes:
    """What reading the files leaves behind: numbers read so far, and what the report has to tell."""

    numbers: Numbers = field(default_factory=Numbers)
    doubtful: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    unused: Counter[str] = field(default_factory=Counter)

    def add(self, of_file: Mapping[str, Iterable[str]]) -> None:
        """Add what one file left behind: `doubtful`, and columns `unknown` and `unused`."""
        self.doubtful += of_file["doubtful"]
        self.unknown.update(of_file["unknown"])
        self.unused.update(of_file["unused"])

    def doubt_cells(self, sheet: Sheet, column: str, wrong: NDArray[np.bool_], what: str) -> None:
        """Note the first of a column's wrong cells and how many more there are."""
        if wrong.any():
            row = int(np.argmax(wrong))
            more = f" (and {int(wrong.sum()) - 1} more in this column)" if wrong.sum() > 1 else ""
            cell = sheet.columns[column][row]
            self.doubtful.append(f"{sheet.path}:{sheet.lines[row]}: {column} {cell!r} is {what}{more}; left out")


def match_rows(sheet: Sheet, notes: Notes) -> pd.DataFrame:
    """The sheet's matches, one a row: competition_id, season, day (since 1970), minute, names, goals, source_line.

    Goals are float64, NaN where there are none; `minute` of the day in UK time is -1 where not given.

    Raises:
        SourceError: a row without clubs, day, division, or with impossible goals.
    """
    season = season_of_path(sheet.path)
    days = read_days(sheet.columns["Date"], sheet.lines, season, sheet.path)
    minutes, no_time = read_minutes(sheet.columns.get("Time", [""] * len(sheet)))
    notes.doubtful += [
        f"{sheet.path}:{sheet.lines[row]}: Time {sheet.columns['Time'][row]!r} is none; kick-off left out"
        for row in no_time
    ]
    goals = _goals(sheet, notes)
    table = pd.DataFrame(
        {
            "competition_id": _competitions(sheet),
            "season": _seasons(sheet, season, days),
            "day": days,
            "minute": minutes,
            "home_name": sheet.columns["HomeTeam"],
            "away_name": sheet.columns["AwayTeam"],
            "source_line": [f"{sheet.path}:{line}" for line in sheet.lines],
            **goals,
        }
    )
    for side in ("home_name", "away_name"):
        if (table[side] == "").any():
            line = sheet.lines[int(np.argmax((table[side] == "").to_numpy()))]
            raise SourceError(sheet.path, f"{side.removesuffix('_name')} club is missing", line)
    return table


def _competitions(sheet: Sheet) -> list[str]:
    if "Div" in sheet.columns:
        cells, known = sheet.columns["Div"], {code: division.competition_id for code, division in DIVISIONS.items()}
    else:
        cells, known = [cell.casefold() for cell in sheet.columns["Country"]], dict(EXTRA_COUNTRIES)
    for strange in set(cells) - known.keys():
        line = sheet.lines[cells.index(strange)]
        raise SourceError(sheet.path, f"unknown division {strange!r}, expected one of {', '.join(known)}", line)
    return [known[cell] for cell in cells]


def _seasons(sheet: Sheet, season: int | None, days: NDArray[np.int64]) -> list[str]:
    if season is not None:
        return [season_name(season)] * len(sheet)
    if "Season" in sheet.columns:
        return [_season_cell(cell, sheet) for cell in sheet.columns["Season"]]
    dates = pd.to_datetime(days, unit="D")
    return [season_name(season_start(day.date())) for day in dates]


def _season_cell(cell: str, sheet: Sheet) -> str:
    first, _, second = cell.partition("/")
    if first.isdigit() and len(first) == 4 and (second == "" or second.isdigit()):
        return f"{first}-{second[-2:]}" if second else first
    line = sheet.lines[sheet.columns["Season"].index(cell)]
    raise SourceError(sheet.path, f"season {cell!r} is none, expected 2022/2023 or 2022", line)


def _goals(sheet: Sheet, notes: Notes) -> dict[str, NDArray[np.float64]]:
    goals = {}
    for name, column in _GOALS.items():
        cells = sheet.columns.get(column, [""] * len(sheet))
        values = notes.numbers.column(cells)
        wrong = ~((values >= 0) & (values <= _MOST_GOALS) & (values == np.floor(values))) & (np.array(cells) != "")
        if wrong.any():
            row = int(np.argmax(wrong))
            raise SourceError(sheet.path, f"{column} is {cells[row]!r}, expected a number of goals", sheet.lines[row])
        goals[name] = values
    home, away, half_home, half_away = goals.values()
    half_told = np.isnan(home) != np.isnan(away)
    if half_told.any():
        raise SourceError(sheet.path, "only one side's goals are given", sheet.lines[int(np.argmax(half_told))])
    no_half_time = np.isnan(half_home) | np.isnan(half_away) | (half_home > home) | (half_away > away)
    for row in np.flatnonzero((half_home > home) | (half_away > away)).tolist():
        notes.doubtful.append(
            f"{sheet.path}:{sheet.lines[row]}: more goals at half time than at the end; half time left out"
        )
    half_home[no_half_time] = half_away[no_half_time] = np.nan
    result = np.select([np.isnan(home), home > away, home < away], ["", "H", "A"], "D")
    for row, told in enumerate(sheet.columns.get("FTR", [])):
        if told and result[row] and told.upper() != result[row]:
            notes.doubtful.append(f"{sheet.path}:{sheet.lines[row]}: result {told} contradicts the goals; goals kept")
    return goals


def statistics_rows(sheet: Sheet, notes: Notes) -> pd.DataFrame:
    """Referee (text) and the counts of STATISTICS (float64, NaN where not given), one row a match of the sheet."""
    table: dict[str, list[str | None] | NDArray[np.float64]] = {
        "referee": [cell or None for cell in sheet.columns.get(REFEREE, [""] * len(sheet))]
    }
    for name, column in STATISTICS.items():
        cells = sheet.columns.get(column)
        values = np.full(len(sheet), np.nan) if cells is None else notes.numbers.column(cells)
        wrong = (
            (values < 0)
            | (values > (_MOST_SPECTATORS if name == "attendance" else _MOST_COUNTED))
            | (values != np.floor(values)) & ~np.isnan(values)
        )
        if cells is not None:
            wrong |= no_numbers(cells, notes.numbers)
            notes.doubt_cells(sheet, column, wrong, "no count")
        table[name] = np.where(wrong, np.nan, values)
    return pd.DataFrame(table).astype({"referee": "str"})


def no_numbers(cells: list[str], numbers: Numbers) -> NDArray[np.bool_]:
    """Which cells hold something that is no number, shape (n,)."""
    if numbers.faulty.isdisjoint(cells):
        return np.zeros(len(cells), np.bool_)
    return np.array([cell in numbers.faulty for cell in cells])
