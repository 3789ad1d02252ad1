"""The same match told twice becomes one row.

Openfootball tells promotion play-offs in both leagues' files, and a moved match now and then under both dates. Two rows
are one match if home and away are the same clubs and the days are the same, or at most two days apart within one
competition. The row that says more stays.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from football.sync_report import Conflict
from football.tables import ABANDONED, AWARDED, CANCELLED, PLAYED, POSTPONED, SCHEDULED

_RANK: Final = {PLAYED: 5, AWARDED: 4, ABANDONED: 3, SCHEDULED: 2, POSTPONED: 1, CANCELLED: 0}
_STANDING: Final = (PLAYED, AWARDED, SCHEDULED)
_NEAR_DAYS: Final = 2
_DETAILS: Final = ("kickoff_utc", "home_goals_half_time", "home_goals_extra_time", "home_penalties", "round")


def remove_duplicates(matches: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, list[tuple[str, Conflict]]]:
    """Keep one row a match.

    Returns the rows that stay (order and index as they were), the `source_line` of those removed, and for each pair
    with different scores the `source_line` dropped and the conflict.
    """
    n = len(matches)
    details = sum(matches[column].notna().to_numpy(np.int64) for column in _DETAILS)
    rank = matches["status"].map(_RANK).to_numpy(np.int64) * 10 + details
    clubs = pd.factorize(pd.concat([matches["home_id"], matches["away_id"]]), sort=True)[0]
    home, away, competition = clubs[:n], clubs[n:], pd.factorize(matches["competition_id"])[0]
    day = matches["date"].to_numpy("datetime64[D]").astype(np.int64)
    order = np.lexsort((-rank, day, away, home))
    apart, *others = (np.diff(values[order]) for values in (day, home, away, competition))
    same_home, same_away, same_competition = (other == 0 for other in others)
    near = np.zeros(n, np.bool_)
    near[1:] = same_home & same_away & ((apart == 0) | ((apart <= _NEAR_DAYS) & same_competition))
    if not near.any():
        return matches, matches["source_line"].iloc[:0], []
    group = np.cumsum(~near)
    crowded = np.isin(group, group[near])
    order, group = order[crowded], group[crowded]
    by_rank = np.lexsort((order, -rank[order], group))
    order, group = order[by_rank], group[by_rank]
    told = matches[list(_TOLD)].iloc[order].itertuples(index=False, name=None)
    rows = (_Row(*row, *of) for row, *of in zip(told, order.tolist(), group.tolist(), strict=True))
    dropped: list[int] = []
    conflicts: list[tuple[str, Conflict]] = []
    for _, crowd in groupby(rows, attrgetter("group")):
        for row, kept in _judge(crowd):
            dropped.append(row.order)
            if _scores_differ(row, kept):
                conflicts.append((row.source_line, Conflict(_match_id(kept), _describe(kept), _describe(row))))
    stays = np.ones(n, dtype=bool)
    stays[dropped] = False
    return matches[stays], matches["source_line"][~stays], conflicts


class _Row(NamedTuple):
    """A row among others of the same clubs and about the same days."""

    home_id: str
    away_id: str
    date: pd.Timestamp
    status: str
    home_goals: int | None
    away_goals: int | None
    source_line: str
    order: int
    group: int


_TOLD: Final = _Row._fields[:-2]


def _judge(rows: Iterable[_Row]) -> list[tuple[_Row, _Row]]:
    """(row to drop, row that tells the same match and stays) within rows that say most first."""
    kept: list[_Row] = []
    dropped = []
    for row in rows:
        twin = next((other for other in kept if _same_match(row, other)), None)
        if twin is None:
            kept.append(row)
        else:
            dropped.append((row, twin))
    return dropped


def _same_match(row: _Row, other: _Row) -> bool:
    """On the same day always; on a neighbouring day unless one was called off or broken off and then played anew."""
    if row.date == other.date:
        return True
    near = abs((row.date - other.date).days) <= _NEAR_DAYS
    return near and row.status in _STANDING and other.status in _STANDING


def _scores_differ(row: _Row, other: _Row) -> bool:
    if row.status != PLAYED or other.status != PLAYED:
        return False
    return (row.home_goals, row.away_goals) != (other.home_goals, other.away_goals)


def _match_id(row: _Row) -> str:
    return f"{row.date:%Y-%m-%d}_{row.home_id}_{row.away_id}"


def _describe(row: _Row) -> str:
    return f"{row.source_line}: {row.date:%Y-%m-%d} {row.home_goals}-{row.away_goals}"
