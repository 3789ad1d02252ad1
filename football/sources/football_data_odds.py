"""Odds columns of football-data.co.uk's files → rows of the ODDS table."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.facts import MARKETS, OVER_UNDER, PHASES, PRICES
from football.sources.football_data_columns import BOOKMAKERS, QUOTES, Quote
from football.sources.football_data_csv import Sheet
from football.sources.football_data_rows import Notes, no_numbers

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

_PRICE_COLUMNS: Final = frozenset(column for quote in QUOTES for column in quote.prices.values())
_LINE_COLUMNS: Final = frozenset(column for quote in QUOTES for column in quote.lines)
_BOOKMAKERS: Final = tuple(BOOKMAKERS.values())
_GOAL_LINE: Final = 2.5


def collect_odds(sheet: Sheet, notes: Notes) -> pd.DataFrame:
    """All quotes of a file, one a row: `quote` (place in `QUOTES`), `row` (of the sheet), `line` and five prices."""
    columns = {
        column: _numbers(sheet, column, notes) for column in sheet.columns.keys() & (_PRICE_COLUMNS | _LINE_COLUMNS)
    }
    collected = [_NONE]
    for place, quote in enumerate(QUOTES):
        prices = {outcome: columns[column] for outcome, column in quote.prices.items() if column in columns}
        if not prices:
            continue
        offered = np.flatnonzero(~np.isnan(np.stack(list(prices.values()))).all(axis=0))
        found = {name: np.full(len(offered), np.nan, np.float32) for name in ("line", *PRICES)}
        found |= {outcome: values[offered].astype(np.float32) for outcome, values in prices.items()}
        found["line"] = _line(quote, columns, len(sheet))[offered]
        collected.append(_quotes(np.full(len(offered), place), offered, found))
    return pd.concat(collected, ignore_index=True)


def odds_table(quotes: pd.DataFrame, match_id: Sequence[str], keep: NDArray[np.bool_]) -> pd.DataFrame:
    """The ODDS table of the matches that `keep` says, shape (matches,).

    Args:
        quotes: as of `collect_odds`, with `row` the place of the match among all.
        match_id: n ids, by place.
        keep: shape (n,), one row a match.
    """
    quotes = quotes[keep[quotes["row"].to_numpy()]]
    # A match that is told twice has one id and two places; codes go through the kept ones alone.
    code = np.cumsum(keep) - 1
    ids = np.asarray(match_id, dtype=object)[keep]
    place = quotes["quote"].to_numpy()

    def repeated(names: tuple[str, ...], name: Iterable[str]) -> pd.Series:
        of_quote = np.array([names.index(n) for n in name], np.int8)
        return _categories(of_quote[place], list(names))

    table: dict[str, pd.Series | NDArray[np.float32]] = {
        "match_id": _categories(code[quotes["row"].to_numpy()], ids.tolist()),
        "bookmaker": repeated(_BOOKMAKERS, (quote.bookmaker for quote in QUOTES)),
        "market": repeated(MARKETS, (quote.market for quote in QUOTES)),
        "phase": repeated(PHASES, (quote.phase for quote in QUOTES)),
        **{name: quotes[name].to_numpy() for name in ("line", *PRICES)},
    }
    return pd.DataFrame(table)


def _quotes(quote: NDArray[np.int64], row: NDArray[np.intp], numbers: dict[str, Float32]) -> pd.DataFrame:
    return pd.DataFrame({"quote": quote.astype(np.int32), "row": row.astype(np.int32), **numbers})


_NONE: Final = _quotes(
    np.empty(0, np.int64), np.empty(0, np.intp), {name: np.empty(0, np.float32) for name in ("line", *PRICES)}
)


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


def _categories(codes: NDArray[np.int8] | NDArray[np.int64], names: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(names)))
