"""Rows of matches by their two clubs: what a source tells of one pair changes nothing of another.

Duplicates, neutral ground and the same match in another source are looked for among matches of the same two clubs. So
where a few rows changed, only those of their pairs need be put together again.
"""

from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute

Int = NDArray[np.int64]
Marks = NDArray[np.uint64]
Pair = tuple[str, str]
"""Ids of two clubs in the order of the alphabet."""


def pair_of(club: str, other: str) -> Pair:
    """The pair of two clubs, whoever is at home."""
    return (club, other) if club <= other else (other, club)


def pairs_in(matches: pa.Table, rows: Int) -> set[Pair]:
    """The pairs of some rows of a table with the columns `home_id` and `away_id`."""
    return set(_pairs(matches, rows))


def rows_of(matches: pa.Table, pairs: Collection[Pair]) -> Int:
    """Which rows of a table with the columns `home_id` and `away_id` are of some pairs, in order."""
    clubs = pa.array(sorted({club for pair in pairs for club in pair}), pa.large_string())
    among = (compute.is_in(matches.column(side), clubs) for side in ("home_id", "away_id"))
    rows = np.flatnonzero(compute.and_(*among).to_numpy())
    wanted = set(pairs)
    chosen = np.fromiter((pair in wanted for pair in _pairs(matches, rows)), dtype=np.bool_, count=len(rows))
    found: Int = rows[chosen]
    return found


def marks(table: pd.DataFrame) -> Marks:
    """A hash of each row, the same wherever it stands."""
    return np.asarray(pd.util.hash_pandas_object(table, index=False), dtype=np.uint64)


def only_here(of_rows: Marks, others: Marks) -> Int:
    """Rows whose marks are not among others."""
    return np.flatnonzero(~np.isin(of_rows, others))


def _pairs(matches: pa.Table, rows: Int) -> Iterable[Pair]:
    home, away = (matches.column(side).take(rows).to_pylist() for side in ("home_id", "away_id"))
    return map(pair_of, home, away)
