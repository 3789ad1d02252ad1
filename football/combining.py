"""The tables of both sources as one: openfootball's matches first, football-data.co.uk's beside and with its facts."""

from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from football.errors import NoDataError
from football.facts import rename_matches
from football.merging import Merged, merge_sources
from football.sources.football_data import ClubNames, FootballData
from football.sync_report import Conflict, FootballDataReport

_CONFLICT: Final = ("match_id", "primary_line", "primary", "secondary_line", "secondary")

_LISTED: Final = ("score", "status")
"""Fields whose disagreements are listed one by one: they change what happened, the others when or how it is told."""


@dataclass(frozen=True)
class CombinedTables:
    """MATCHES, and STATISTICS, ODDS and CONFLICTS under the ids of these matches; None where there are none."""

    matches: pd.DataFrame
    statistics: pd.DataFrame | None = None
    odds: pd.DataFrame | None = None
    conflicts: pd.DataFrame | None = None


def combine(
    openfootball: pd.DataFrame | None, football_data: FootballData | None, registry: ClubNames
) -> tuple[CombinedTables, FootballDataReport | None]:
    """Merge what was read of either source; the second's report comes back with what the merging told.

    Raises:
        NoDataError: there is neither.
    """
    if football_data is None:
        if openfootball is None:
            raise NoDataError("no source could be read; nothing to store (see the sync report)")
        return CombinedTables(openfootball), None
    theirs, report = football_data.matches, football_data.report
    if openfootball is None:
        tables = CombinedTables(theirs, football_data.statistics, football_data.odds)
        return tables, replace(report, alone=len(theirs))
    merged = merge_sources(openfootball, theirs, football_data.unknown_clubs)
    tables = CombinedTables(
        merged.matches,
        rename_matches(football_data.statistics, merged.renamed),
        rename_matches(football_data.odds, merged.renamed),
        merged.conflicts,
    )
    return tables, _told_by_merging(report, merged, len(openfootball), len(theirs), registry)


def _told_by_merging(
    report: FootballDataReport, merged: Merged, ours: int, theirs: int, registry: ClubNames
) -> FootballDataReport:
    alone = len(merged.matches) - ours
    ids = {name: registry.provisional_id(name.name, name.country) for name in report.unresolved}
    listed = merged.conflicts[merged.conflicts["field"].isin(_LISTED)]
    return replace(
        report,
        merged=theirs - alone,
        alone=alone,
        disagreements={str(k): int(n) for k, n in merged.conflicts["field"].value_counts().items()},
        conflicts=tuple(map(_conflict, *(listed[column] for column in _CONFLICT))),
        unresolved=tuple(name for name in report.unresolved if ids[name] not in merged.recognised),
        recognised={
            f"{name.name} ({name.country or '?'})": merged.recognised[club_id]
            for name, club_id in ids.items()
            if club_id in merged.recognised
        },
    )


def _conflict(match_id: str, kept_line: str, kept: str, dropped_line: str, dropped: str) -> Conflict:
    return Conflict(match_id, f"{kept_line}: {kept}", f"{dropped_line}: {dropped}")
