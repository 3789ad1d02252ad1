"""A sync of what changed: rows of clubs of whom files say something else are put together again, pair by pair.

What comes of it is what putting together all rows would give. Where that cannot be said beforehand (a name that only
schedules tell may have become another club's), or the snapshot before is not what the rows before would give, nothing
comes of it, and everything is put together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from football.combining import CombinedTables, SourceRows, combine
from football.snapshot_parts import joined, periods_of
from football.snapshot_tables import SnapshotTables, ordered_tables
from football.snapshots import Snapshot
from football.sources.football_data import FootballDataFiles
from football.sources.openfootball import OpenfootballFiles
from football.sources.pairs import Int, Pair, marks, only_here, pair_of, pairs_in
from football.sync_report import SyncReport

MOST_ROWS: Final = 0.2
"""Share of all rows from which on putting all together takes no longer."""


@dataclass(frozen=True)
class Extension:
    """How a snapshot differs from the one before.

    `periods` have other rows now (`football.snapshot_parts`), all of which are in `tables`; `counted` and `less` are
    what the report counts for the matches that were put together again, now and before.
    """

    periods: frozenset[str]
    tables: SnapshotTables
    counted: SyncReport
    less: SyncReport


def extension(
    before: Snapshot,
    openfootball: OpenfootballFiles | None,
    football_data: FootballDataFiles | None,
    recognised: Mapping[str, str],
) -> Extension | None:
    """What to change in a snapshot so that it says what the files say; None where all is to be put together.

    Args:
        before: the snapshot of what the files said when they were kept.
        openfootball, football_data: the files; None for a source that the snapshot does not have either.
        recognised: clubs of ids that the schedule told then.

    Raises:
        StoreError: the snapshot cannot be read.
    """
    changed = [part for files in (openfootball, football_data) if files is not None for part in files.changed()]
    if football_data is not None and not football_data.is_clear_of(_days(changed)):
        return None
    pairs = {_renamed(pair, recognised) for table, rows in changed for pair in pairs_in(table, rows)}
    all_rows = sum(files.count for files in (openfootball, football_data) if files is not None)
    if len(pairs) > MOST_ROWS * all_rows:
        return None
    ours = (None, None) if openfootball is None else openfootball.rows_of(pairs)
    written = {pair for clubs in pairs for pair in _written(clubs, recognised)}
    theirs = (None, None) if football_data is None else football_data.rows_of(written)
    if sum(len(rows) for rows in ours if rows is not None) > 2 * MOST_ROWS * all_rows:
        return None
    then, now = (combine(SourceRows(*rows), (), recognised) for rows in zip(ours, theirs, strict=True))
    periods = _periods(then, now)
    old = before.of_periods(periods)
    if not _agree(old.matches, then.matches, periods):
        return None
    return Extension(periods, _spliced(old, then, now, periods), now.counted, then.counted)


def _days(changed: Sequence[tuple[pa.Table, Int]]) -> NDArray[np.datetime64]:
    days = [table.column("date").take(rows).to_numpy().astype("datetime64[D]") for table, rows in changed]
    return np.unique(np.concatenate(days))


def _renamed(pair: Pair, clubs: Mapping[str, str]) -> Pair:
    one, other = (clubs.get(club, club) for club in pair)
    return pair_of(one, other)


def _written(pair: Pair, recognised: Mapping[str, str]) -> Iterator[Pair]:
    """A pair by all ids that its clubs go by."""
    names = {club: name for name, club in recognised.items()}
    for one, other in product(*((club, names.get(club, club)) for club in pair)):
        yield pair_of(one, other)


def _periods(then: CombinedTables, now: CombinedTables) -> frozenset[str]:
    """The periods in which the two say something else."""
    ids: set[str] = set()
    for old, new in zip(_tables(then), _tables(now), strict=True):
        of_old, of_new = marks(old), marks(new)
        ids.update(old["match_id"].iloc[only_here(of_old, of_new)], new["match_id"].iloc[only_here(of_new, of_old)])
    both = pd.concat([then.matches, now.matches], ignore_index=True)
    return frozenset(periods_of(both["date"][both["match_id"].isin(ids)]))


def _agree(old: pd.DataFrame, then: pd.DataFrame, periods: frozenset[str]) -> bool:
    """Whether a snapshot's matches hold what the rows before give."""
    given = then[periods_of(then["date"]).isin(periods)]
    held = old[old["match_id"].isin(given["match_id"])]
    return np.array_equal(np.sort(marks(held)), np.sort(marks(given)))


def _spliced(old: SnapshotTables, then: CombinedTables, now: CombinedTables, periods: frozenset[str]) -> SnapshotTables:
    """The rows of periods as they are now."""
    gone = then.matches["match_id"]
    matches = now.matches[periods_of(now.matches["date"]).isin(periods)]

    def of_periods(facts: pd.DataFrame | None) -> pd.DataFrame | None:
        return None if facts is None else facts[facts["match_id"].isin(matches["match_id"])]

    return ordered_tables(
        _with(old.matches, gone, matches),
        _with(old.statistics, gone, of_periods(now.statistics)),
        _with(old.odds, gone, of_periods(now.odds)),
        _with(old.conflicts, gone, now.conflicts),
    )


def _with(old: pd.DataFrame, gone: pd.Series, rows: pd.DataFrame | None) -> pd.DataFrame:
    kept = old[~old["match_id"].isin(gone)]
    if rows is None:
        return kept
    return pd.DataFrame({name: joined([kept[name], rows[name]]) for name in old})


def _tables(combined: CombinedTables) -> list[pd.DataFrame]:
    told = (combined.matches, combined.statistics, combined.odds)
    return [pd.DataFrame({"match_id": []}, dtype="str") if table is None else table for table in told]
