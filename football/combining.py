"""The rows of both sources as one set of tables: openfootball's matches first, football-data.co.uk's with its facts.

Of all rows, or of all those of some pairs of clubs: what comes of a pair depends on its own rows alone, but for names
that only a schedule tells.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from football.errors import NoDataError
from football.facts import rename_matches
from football.merging import Merged, merge_sources
from football.sources import football_data, openfootball
from football.sync_report import Conflict, FootballDataReport, SyncReport

_CONFLICT: Final = ("match_id", "primary_line", "primary", "secondary_line", "secondary")

_LISTED: Final = ("score", "status")
"""Fields whose disagreements are listed one by one: they change what happened, the others when or how it is told."""


@dataclass(frozen=True)
class SourceRows:
    """What the files of each source say, row by row; None for a source that is not read."""

    openfootball: pd.DataFrame | None
    football_data: football_data.Rows | None


@dataclass(frozen=True)
class CombinedTables:
    """MATCHES, and STATISTICS, ODDS and CONFLICTS under the ids of these matches; None where there are none.

    `counted` is a report of nothing but what became of the rows, `recognised` the clubs of ids that a schedule told.
    """

    matches: pd.DataFrame
    statistics: pd.DataFrame | None
    odds: pd.DataFrame | None
    conflicts: pd.DataFrame | None
    counted: SyncReport
    recognised: Mapping[str, str] = field(default_factory=dict)


def combine(
    rows: SourceRows, unknown: Collection[str] = (), recognised: Mapping[str, str] | None = None
) -> CombinedTables:
    """Put together what each source says, and merge the two.

    Args:
        rows: of the sources.
        unknown, recognised: as `football.merging.merge_sources` takes them.

    Raises:
        NoDataError: there is neither source.
    """
    ours = None if rows.openfootball is None else openfootball.put_together(rows.openfootball)
    theirs = None if rows.football_data is None else football_data.put_together(rows.football_data)
    repositories = [] if ours is None else ours.repositories
    if theirs is None:
        if ours is None:
            raise NoDataError("no source could be read; nothing to store (see the sync report)")
        return CombinedTables(ours.matches, None, None, None, SyncReport(repositories))
    if ours is None:
        counted = replace(theirs.report, alone=len(theirs.matches))
        return CombinedTables(theirs.matches, theirs.statistics, theirs.odds, None, SyncReport(football_data=counted))
    merged = merge_sources(ours.matches, theirs.matches, unknown, recognised)
    counted = _with_merging(theirs.report, merged, len(ours.matches), len(theirs.matches))
    return CombinedTables(
        merged.matches,
        rename_matches(theirs.statistics, merged.renamed),
        rename_matches(theirs.odds, merged.renamed),
        merged.conflicts,
        SyncReport(repositories, football_data=counted),
        merged.recognised,
    )


def _with_merging(report: FootballDataReport, merged: Merged, ours: int, theirs: int) -> FootballDataReport:
    alone = len(merged.matches) - ours
    listed = merged.conflicts[merged.conflicts["field"].isin(_LISTED)]
    return replace(
        report,
        merged=theirs - alone,
        alone=alone,
        disagreements={str(k): int(n) for k, n in merged.conflicts["field"].value_counts().items()},
        conflicts=tuple(map(_conflict, *(listed[column] for column in _CONFLICT))),
    )


def _conflict(match_id: str, kept_line: str, kept: str, dropped_line: str, dropped: str) -> Conflict:
    return Conflict(match_id, f"{kept_line}: {kept}", f"{dropped_line}: {dropped}")
