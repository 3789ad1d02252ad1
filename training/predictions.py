"""The table of a backtest's predictions: its columns, its file, and the scoreboard that comes of it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.metrics import OUTCOMES
from football.errors import InvalidValueError, StoreError
from football.facts import CLOSING as CLOSING_PHASE
from football.facts import OPENING as OPENING_PHASE
from football.market import opening_or_closing
from training.board import Board
from training.dataset import outcome_of
from training.fold import BASE_RATES, DIXON_COLES, ELO, PI, STRENGTH
from training.market_board import CLOSING, OPENING
from training.scoreboard import MODEL
from training.segments import SEGMENTS, label_segments

Float = NDArray[np.float64]

SUFFIXES: Final = (".parquet", ".csv")
PREFIXES: Final[Mapping[str, str]] = {
    MODEL: "p",
    BASE_RATES: "base_rates",
    ELO: "elo",
    PI: "pi",
    DIXON_COLES: "dixon_coles",
    STRENGTH: "strength",
}
"""Beginnings of the probability columns of each forecast: `p_home`, `strength_draw`, ..."""

MARKET_PREFIXES: Final[Mapping[str, str]] = {CLOSING: "closing", OPENING: "opening"}
"""The same of the odds without the bookmaker's margin; null where there are none."""

MATCH: Final = (
    "match_id",
    "season",
    "date",
    "kickoff_utc",
    "competition_id",
    "competition",
    "kind",
    "home_id",
    "away_id",
    "home",
    "away",
    "home_goals",
    "away_goals",
)


def _columns(prefixes: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{prefix}_{outcome}" for prefix in prefixes.values() for outcome in OUTCOMES)


FORECAST_COLUMNS: Final = (*MATCH, *_columns(PREFIXES))
COLUMNS: Final = (*FORECAST_COLUMNS, *_columns(MARKET_PREFIXES), *SEGMENTS)


def with_context(table: pd.DataFrame, matches: pd.DataFrame, odds: pd.DataFrame) -> pd.DataFrame:
    """Predictions with the market's probabilities and the segments of each match.

    Args:
        table: columns `FORECAST_COLUMNS`.
        matches: MATCHES table with all matches there are.
        odds: ODDS table, perhaps empty.

    Returns:
        columns `COLUMNS`, rows as in `table`.
    """
    added: dict[str, NDArray[np.float64] | NDArray[np.bool_]] = {}
    for prefix, phase in (("closing", CLOSING_PHASE), ("opening", OPENING_PHASE)):
        found = opening_or_closing(odds, phase).reindex(table["match_id"])
        added |= {f"{prefix}_{outcome}": found[outcome].to_numpy(np.float64) for outcome in OUTCOMES}
    segments = label_segments(matches).reindex(table["match_id"])
    added |= {name: segments[name].to_numpy(bool) for name in SEGMENTS}
    return table.assign(**added)[list(COLUMNS)]


def forecasts_of(table: pd.DataFrame) -> dict[str, Float]:
    """The forecasts of a predictions table by name, shape (n, 3) each."""
    return {name: _triple(table, prefix) for name, prefix in PREFIXES.items() if f"{prefix}_home" in table}


def market_of(table: pd.DataFrame) -> dict[str, Float]:
    """The odds of a predictions table as forecasts, shape (n, 3) each, NaN where there are none."""
    return {name: _triple(table, prefix) for name, prefix in MARKET_PREFIXES.items() if f"{prefix}_home" in table}


def groups_of(table: pd.DataFrame) -> pd.DataFrame:
    """What `Board.of` groups by."""
    groups = table[["kind", "season", *(name for name in SEGMENTS if name in table)]]
    return groups.assign(competition=table["competition_id"])


def board_of(table: pd.DataFrame) -> Board:
    """The scoreboard of a predictions table."""
    outcome = outcome_of(table["home_goals"], table["away_goals"])
    return Board.of(forecasts_of(table), outcome, table["date"].to_numpy(), groups_of(table), market_of(table))


def title_of(table: pd.DataFrame) -> str:
    """How many matches, and from when to when."""
    return f"{len(table):,} matches, {table['date'].min():%Y-%m-%d} to {table['date'].max():%Y-%m-%d}"


def check_out(out: Path) -> None:
    """Raise InvalidValueError unless predictions can be written to `out`; called before the work, not after it."""
    if out.suffix.lower() not in SUFFIXES:
        raise InvalidValueError("out", str(out), f"a file name that ends in {' or '.join(SUFFIXES)}")
    if out.is_dir() or not out.parent.is_dir():
        raise InvalidValueError("out", str(out), f"a file in a folder that exists; create {out.parent} first")


def write_predictions(table: pd.DataFrame, out: Path) -> None:
    """Write to Parquet or CSV by the file's suffix; the file is there whole or not at all."""
    check_out(out)
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        if out.suffix.lower() == ".csv":
            text = {
                "date": table["date"].dt.strftime("%Y-%m-%d"),
                "kickoff_utc": table["kickoff_utc"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            table.assign(**text).to_csv(partial, index=False)
        else:
            table.to_parquet(partial, index=False)
        partial.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        partial.unlink(missing_ok=True)


def read_predictions(path: Path) -> pd.DataFrame:
    """A table that `write_predictions` wrote.

    Raises:
        StoreError: the file cannot be read.
        InvalidValueError: it is no table of predictions.
    """
    try:
        table = pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError) as error:  # pyarrow's and the parser's own errors are ValueErrors
        raise StoreError(
            f"{path}: cannot be read ({error}); `awayday backtest --out FILE` writes such a file"
        ) from error
    missing = [name for name in (*MATCH, "p_home", "p_draw", "p_away") if name not in table]
    if missing:
        expected = f"the columns of `awayday backtest --out`; {', '.join(missing)} are not there"
        raise InvalidValueError("predictions", str(path), expected)
    return table.assign(date=pd.to_datetime(table["date"]), kickoff_utc=pd.to_datetime(table["kickoff_utc"], utc=True))


def is_predictions(path: Path) -> bool:
    """Whether a file is a backtest's, with references beside the model's forecasts; others have none of them."""
    try:
        table = pd.read_csv(path, nrows=0) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError):
        return False
    references = [prefix for name, prefix in PREFIXES.items() if name != MODEL and f"{prefix}_home" in table]
    return bool(references) and {*MATCH, *_columns({MODEL: PREFIXES[MODEL]})} <= set(table.columns)


def _triple(table: pd.DataFrame, prefix: str) -> Float:
    return table[[f"{prefix}_{outcome}" for outcome in OUTCOMES]].to_numpy(np.float64)
