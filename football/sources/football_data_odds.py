"""Odds columns of football-data.co.uk's files → rows of the ODDS table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.facts import MARKETS, OVER_UNDER, PHASES, PRICES
from football.sources.football_data_columns import BOOKMAKERS, QUOTES, Quote
from football.sources.football_data_csv import Sheet
from football.sources.football_data_rows import Notes, no_numbers

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Scalar = TypeVar("Scalar", bound=np.generic)

_PRICE_COLUMNS: Final = frozenset(column for quote in QUOTES for column in quote.prices.values())
_LINE_COLUMNS: Final = frozenset(column for quote in QUOTES for column in quote.lines)
_BOOKMAKERS: Final = tuple(BOOKMAKERS.values())
_GOAL_LINE: Final = 2.5


@dataclass(frozen=True)
class OddsRows:
    """One quote of one file: `row` are positions of its matches, shape (n,), with the line and five prices of each."""

    quote: Quote
    row: NDArray[np.int32]
    line: Float32
    prices: dict[str, Float32]


def collect_odds(sheet: Sheet, first_row: int, notes: Notes) -> list[OddsRows]:
    """All quotes of a file that has any price; `first_row` is the position of its first match in the whole table."""
    columns = {
        column: _numbers(sheet, column, notes) for column in sheet.columns.keys() & (_PRICE_COLUMNS | _LINE_COLUMNS)
    }
    collected = []
    for quote in QUOTES:
        prices = {outcome: columns[column] for outcome, column in quote.prices.items() if column in columns}
        if not prices:
            continue
        offered = np.flatnonzero(~np.isnan(np.stack(list(prices.values()))).all(axis=0))
        if not len(offered):
            continue
        nothing = np.full(len(offered), np.nan, np.float32)
        collected.append(
            OddsRows(
                quote,
                (offered + first_row).astype(np.int32),
                _line(quote, columns, len(sheet))[offered],
                {
                    outcome: prices[outcome][offered].astype(np.float32) if outcome in prices else nothing
                    for outcome in PRICES
                },
            )
        )
    return collected


def odds_table(rows: Sequence[OddsRows], match_id: Sequence[str], keep: NDArray[np.bool_]) -> pd.DataFrame:
    """The ODDS table of the matches that `keep` says, shape (matches,); `match_id` by position."""
    position = _joined([r.row for r in rows], np.int32)
    kept = keep[position]
    # A match that is told twice has one id and two positions; codes go through the kept ones alone.
    code = np.cumsum(keep) - 1
    ids = np.asarray(match_id, dtype=object)[keep]

    def repeated(names: tuple[str, ...], name: Iterable[str]) -> pd.Series:
        codes = [np.full(len(r.row), names.index(n), np.int8) for r, n in zip(rows, name, strict=True)]
        return _categories(_joined(codes, np.int8)[kept], list(names))

    table: dict[str, pd.Series | Float32] = {
        "match_id": _categories(code[position[kept]], ids.tolist()),
        "bookmaker": repeated(_BOOKMAKERS, (r.quote.bookmaker for r in rows)),
        "market": repeated(MARKETS, (r.quote.market for r in rows)),
        "phase": repeated(PHASES, (r.quote.phase for r in rows)),
        "line": _joined([r.line for r in rows], np.float32)[kept],
    }
    for outcome in PRICES:
        table[outcome] = _joined([r.prices[outcome] for r in rows], np.float32)[kept]
    return pd.DataFrame(table)


def _numbers(sheet: Sheet, column: str, notes: Notes) -> Float64:
    cells = sheet.columns[column]
    values = notes.numbers.column(cells)
    wrong = no_numbers(cells, notes.numbers)
    if column in _PRICE_COLUMNS:
        # Odds of 1 or less would pay nothing; the site now and then writes 0 where it has none.
        wrong |= (values <= 1.0) & (values != 0.0)
        values[values <= 1.0] = np.nan
    notes.doubt_cells(sheet, column, wrong, "no odds" if column in _PRICE_COLUMNS else "no handicap")
    return values


def _line(quote: Quote, columns: dict[str, Float64], n: int) -> Float32:
    if quote.market == OVER_UNDER:
        return np.full(n, _GOAL_LINE, np.float32)
    line = np.full(n, np.nan)
    for column in quote.lines:
        if column in columns:
            line = np.where(np.isnan(line), columns[column], line)
    return line.astype(np.float32)


def _joined(parts: list[NDArray[Scalar]], dtype: type[Scalar]) -> NDArray[Scalar]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _categories(codes: NDArray[np.int8] | NDArray[np.int64], names: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(names)))
