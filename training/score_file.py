"""Anyone's forecasts, read from a CSV or Parquet file: what can be scored, and what is wrong with the other rows."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.metrics import OUTCOMES
from football.errors import InvalidValueError, SourceError
from football.margin import METHODS, PLAUSIBLE_SUM

Float = NDArray[np.float64]

PROBABILITIES: Final = tuple(f"p_{outcome}" for outcome in OUTCOMES)
ODDS: Final = tuple(f"{outcome}_odds" for outcome in OUTCOMES)
GOALS: Final = ("home_goals", "away_goals")

SUM_TOLERANCE: Final = 0.0151
"""Three probabilities rounded to two decimals sum to 1 within this; they are scaled to 1, and others refused."""


@dataclass(frozen=True)
class Fault:
    """Why a row is not scored; `line` counts from 1 with the header in CSV, rows from 1 in Parquet."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Row:
    """A forecast of a match; `match_id`, `competition` empty, and `day`, `goals` None where the file does not say."""

    line: int
    forecast: str
    match_id: str
    home: str
    away: str
    day: date | None
    competition: str
    goals: tuple[int, int] | None


@dataclass(frozen=True)
class ForecastFile:
    """The rows that can be read, their probabilities (n, 3), and the faults of the others."""

    rows: tuple[Row, ...]
    probabilities: Float
    faults: tuple[Fault, ...]


def read_forecasts(path: Path, method: str) -> ForecastFile:
    """Read forecasts.

    Columns: `match_id`, or `home`, `away` and `date`; `p_home`, `p_draw` and `p_away`, or decimal `home_odds`,
    `draw_odds` and `away_odds`; and if wanted `forecast` (whose it is; the file's name by default), `competition`,
    `home_goals` and `away_goals` (after 90 minutes). Others are ignored.

    Args:
        path: `.csv` (UTF-8) or `.parquet`.
        method: one of `football.market.METHODS`, how the bookmaker's margin is taken out of odds.

    Raises:
        SourceError: the file cannot be read, or a column that is needed is not there.
        InvalidValueError: unknown method.
    """
    if method not in METHODS:
        raise InvalidValueError("method", method, f"one of {', '.join(METHODS)}")
    rows: list[Row] = []
    values: list[tuple[float, float, float]] = []
    priced: list[bool] = []
    faults: list[Fault] = []
    for line, cells in _lines(path):
        try:
            numbers, is_odds = _numbers(cells)
            row = _row(line, cells, path.stem)
        except ValueError as error:
            faults.append(Fault(line, str(error)))
            continue
        rows.append(row)
        values.append(numbers)
        priced.append(is_odds)
    table, of_odds = np.array(values, np.float64).reshape(-1, 3), np.array(priced, bool)
    table[of_odds] = METHODS[method](table[of_odds])
    table[~of_odds] /= table[~of_odds].sum(axis=1, keepdims=True)
    return ForecastFile(tuple(rows), table, tuple(faults))


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with its line number; cells are texts, empty where null."""
    try:
        if path.suffix.lower() == ".parquet":
            table = pd.read_parquet(path)
            columns = _checked(path, [str(name) for name in table.columns])
            for number, values in enumerate(table.itertuples(index=False, name=None), start=1):
                yield number, dict(zip(columns, map(_text, values), strict=True))
            return
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            columns = _checked(path, next(reader, []))
            for texts in reader:
                if any(text.strip() for text in texts):
                    yield reader.line_num, dict(zip(columns, (text.strip() for text in texts), strict=False))
    except UnicodeDecodeError as error:
        raise SourceError(path, f"it is not UTF-8 text ({error.reason}); save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise SourceError(path, f"it is no CSV file: {error}") from error
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from error
    except SourceError:
        raise
    except ValueError as error:  # pyarrow's own errors are ValueErrors
        raise SourceError(path, f"cannot be read as Parquet: {error}") from error


def _checked(path: Path, columns: list[str]) -> list[str]:
    names = [name.strip().lower() for name in columns]
    there = set(names)
    if "match_id" not in there and not {"home", "away", "date"} <= there:
        raise SourceError(path, f"columns {', '.join(names) or '(none)'}: expected match_id, or home, away and date")
    if not set(PROBABILITIES) <= there and not set(ODDS) <= there:
        expected = f"expected {', '.join(PROBABILITIES)}, or {', '.join(ODDS)}"
        raise SourceError(path, f"columns {', '.join(names)}: {expected}")
    return names


def _text(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return ""
    return str(value).strip()


def _numbers(cells: Mapping[str, str]) -> tuple[tuple[float, float, float], bool]:
    """Three probabilities or three odds, and whether they are odds; ValueError with the reason."""
    given = [columns for columns in (PROBABILITIES, ODDS) if any(cells.get(name) for name in columns)]
    if not given:
        raise ValueError("neither probabilities nor odds")
    if len(given) > 1:
        raise ValueError("probabilities and odds; give each a row, told apart by the column forecast")
    home, draw, away = (_number(name, cells.get(name, "")) for name in given[0])
    triple = (home, draw, away)
    if given[0] is ODDS:
        if min(triple) <= 1.0:
            raise ValueError(f"odds {_told(triple)}: expected decimal odds above 1")
        total = sum(1.0 / odds for odds in triple)
        if not PLAUSIBLE_SUM[0] <= total <= PLAUSIBLE_SUM[1]:
            expected = f"expected {PLAUSIBLE_SUM[0]} to {PLAUSIBLE_SUM[1]}, a bookmaker's prices of one match"
            raise ValueError(f"odds {_told(triple)}: 1/odds sum to {total:.3f}, {expected}")
        return triple, True
    if min(triple) < 0.0 or max(triple) > 1.0 or abs(sum(triple) - 1.0) > SUM_TOLERANCE:
        advice = "; divide by 100?" if abs(sum(triple) - 100.0) < 2.0 else ""
        expected = "expected three from 0 to 1 that sum to 1 ± 0.015"
        raise ValueError(f"probabilities {_told(triple)} sum to {sum(triple):.4g}: {expected}{advice}")
    return triple, False


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise ValueError(f"{name}: got {text!r}, expected a number")
    return value


def _row(line: int, cells: Mapping[str, str], default: str) -> Row:
    match_id, home, away, day = (cells.get(name, "") for name in ("match_id", "home", "away", "date"))
    if not match_id and not (home and away and day):
        missing = [name for name in ("home", "away", "date") if not cells.get(name)]
        raise ValueError(f"{' and '.join(missing)}: empty, expected which match it is")
    return Row(
        line=line,
        forecast=cells.get("forecast", "") or default,
        match_id=match_id,
        home=home,
        away=away,
        day=_day(day) if day else None,
        competition=cells.get("competition", ""),
        goals=_goals(cells),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])  # a kick-off begins with its day
    except ValueError:
        raise ValueError(f"date: got {text!r}, expected a day such as 2025-09-30") from None


def _goals(cells: Mapping[str, str]) -> tuple[int, int] | None:
    texts = [cells.get(name, "") for name in GOALS]
    if not any(texts):
        return None
    home, away = (_number(name, text) for name, text in zip(GOALS, texts, strict=True))
    if min(home, away) < 0 or home != int(home) or away != int(away):
        raise ValueError(f"goals: got {texts[0]!r} and {texts[1]!r}, expected whole numbers from 0")
    return int(home), int(away)


def _told(triple: tuple[float, float, float]) -> str:
    return " / ".join(f"{value:g}" for value in triple)
