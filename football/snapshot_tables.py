"""The tables of a snapshot: their contracts and their order of rows.

A snapshot is one content: matches with the statistics and odds told of them. What sources disagreed on (CONFLICTS) is
stored beside it and is not part of its name: it tells of the making.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pandera.pandas as pa

from football.errors import InvalidValueError
from football.facts import ODDS, STATISTICS
from football.merging import CONFLICTS
from football.tables import MATCHES

_ODDS_KEY: Final = ("match_id", "market", "phase", "bookmaker")


@dataclass(frozen=True)
class SnapshotTables:
    """Tables that meet their contracts, in a fixed order of rows, so that equal facts are equal tables."""

    matches: pd.DataFrame
    statistics: pd.DataFrame
    odds: pd.DataFrame
    conflicts: pd.DataFrame


def ordered_tables(
    matches: pd.DataFrame,
    statistics: pd.DataFrame | None = None,
    odds: pd.DataFrame | None = None,
    conflicts: pd.DataFrame | None = None,
) -> SnapshotTables:
    """Check tables against their contracts and put their rows in order; None counts as an empty one.

    Raises `pandera.errors.SchemaErrors` for a table against its contract, `InvalidValueError` for statistics or odds
    of a match that is not in `matches`.
    """
    matches = MATCHES.validate(matches, lazy=True).sort_values(
        ["date", "competition_id", "match_id"], ignore_index=True
    )
    known = pd.Index(matches["match_id"])
    statistics = _checked(STATISTICS, statistics).sort_values("match_id", ignore_index=True)
    odds = _ordered_odds(_checked(ODDS, odds))
    for name, ids in (("statistics", statistics["match_id"]), ("odds", odds["match_id"].cat.categories)):
        strange = pd.Index(ids).difference(known)
        if len(strange):
            raise InvalidValueError(f"{name}.match_id", strange[0], "an id of the matches table of the same snapshot")
    conflicts = _checked(CONFLICTS, conflicts).sort_values(["match_id", "field", "secondary_line"], ignore_index=True)
    return SnapshotTables(matches, statistics, odds, conflicts)


def empty_table(schema: pa.DataFrameSchema) -> pd.DataFrame:
    """A table of no rows in a contract's columns and types."""
    return pd.DataFrame(
        {
            name: pd.Series([], dtype=None if column.dtype is None else column.dtype.type)
            for name, column in schema.columns.items()
        }
    )


def _checked(schema: pa.DataFrameSchema, table: pd.DataFrame | None) -> pd.DataFrame:
    return empty_table(schema) if table is None else schema.validate(table, lazy=True)


def _ordered_odds(odds: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of `_ODDS_KEY`, categories those in use, by name."""
    tidy = {}
    for name, column in odds.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            used = column.cat.remove_unused_categories()
            tidy[name] = used.cat.reorder_categories(sorted(used.cat.categories)).cat.as_unordered()
        else:
            tidy[name] = column.mask(column.isna())  # one bit pattern for all that is not told
    table = pd.DataFrame(tidy)
    order = np.lexsort([table[name].cat.codes.to_numpy() for name in reversed(_ODDS_KEY)])
    return table.iloc[order].reset_index(drop=True)
