"""The same match told twice becomes one row.

Openfootball tells promotion play-offs in both leagues' files, and a moved match now and then under both dates. Two rows
are one match if home and away are the same clubs and the days are the same, or at most two days apart within one
competition. The row that says more stays.
"""

from typing import Final

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
    rank = matches["status"].map(_RANK).astype("int64") * 10 + sum(
        matches[column].notna().astype("int64") for column in _DETAILS
    )
    ordered = matches.assign(_rank=rank, _order=np.arange(len(matches))).sort_values(
        ["home_id", "away_id", "date", "_rank", "_order"], ascending=[True, True, True, False, True], kind="stable"
    )
    same_clubs = (ordered["home_id"] == ordered["home_id"].shift()) & (ordered["away_id"] == ordered["away_id"].shift())
    days_apart = (ordered["date"] - ordered["date"].shift()).dt.days
    same_competition = ordered["competition_id"] == ordered["competition_id"].shift()
    near = same_clubs & ((days_apart == 0) | ((days_apart <= _NEAR_DAYS) & same_competition))
    if not near.any():
        return matches, matches["source_line"].iloc[:0], []
    dropped: list[int] = []
    conflicts: list[tuple[str, Conflict]] = []
    group_of = (~near).cumsum()
    crowded = ordered[group_of.isin(group_of[near])]
    for _, group in crowded.groupby(group_of[crowded.index], sort=False):
        for row, kept in _judge(group):
            dropped.append(int(row["_order"]))
            if _scores_differ(row, kept):
                conflict = Conflict(_match_id(kept), _describe(kept), _describe(row))
                conflicts.append((str(row["source_line"]), conflict))
    stays = np.ones(len(matches), dtype=bool)
    stays[dropped] = False
    return matches[stays], matches["source_line"][~stays], conflicts


def _judge(group: pd.DataFrame) -> list[tuple[pd.Series, pd.Series]]:
    """(row to drop, row that tells the same match and stays) within rows of the same clubs and about the same days."""
    kept: list[pd.Series] = []
    dropped = []
    for _, row in group.sort_values(["_rank", "_order"], ascending=[False, True]).iterrows():
        twin = next((other for other in kept if _same_match(row, other)), None)
        if twin is None:
            kept.append(row)
        else:
            dropped.append((row, twin))
    return dropped


def _same_match(row: pd.Series, other: pd.Series) -> bool:
    """On the same day always; on a neighbouring day unless one was called off or broken off and then played anew."""
    if row["date"] == other["date"]:
        return True
    settled = (PLAYED, AWARDED, SCHEDULED)
    return (
        abs((row["date"] - other["date"]).days) <= _NEAR_DAYS
        and row["status"] in settled
        and other["status"] in settled
    )


def _scores_differ(row: pd.Series, other: pd.Series) -> bool:
    if row["status"] != PLAYED or other["status"] != PLAYED:
        return False
    return bool(row["home_goals"] != other["home_goals"] or row["away_goals"] != other["away_goals"])


def _match_id(row: pd.Series) -> str:
    return f"{row['date']:%Y-%m-%d}_{row['home_id']}_{row['away_id']}"


def _describe(row: pd.Series) -> str:
    return f"{row['source_line']}: {row['date']:%Y-%m-%d} {row['home_goals']}-{row['away_goals']}"
