"""How much of a club's football a player has played lately, from minutes a player and match."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PLAYERS: Final = 11
LAST_MATCHES: Final = 10
FINISHED_AFTER: Final = timedelta(hours=3)
"""From kick-off to minutes that everybody can know, as for results."""
FORGOTTEN_AFTER: Final = timedelta(days=365)
"""Older matches say nothing of today's squad: a club back after years in a lower league starts unknown."""


@dataclass(frozen=True, slots=True)
class _ClubMinutes:
    kickoff_us: NDArray[np.int64]  # (matches,), ascending
    players: dict[int, int]  # player code → column
    cumulative: NDArray[np.int64]  # (matches + 1, players): minutes in the matches before


class RecentMinutes:
    """Minutes of all clubs, for questions as of any moment.

    `appearances` has a row a player and match: `team`, `player_code`, `kickoff_utc` (UTC) and `minutes`.
    """

    def __init__(self, appearances: pd.DataFrame) -> None:
        self._clubs = {str(team): _club_minutes(rows) for team, rows in appearances.groupby("team", sort=False)}

    def share_and_rank(self, team: str, player_code: int, known_at: pd.Timestamp) -> tuple[float, int | None]:
        """(share, rank) of a player in the club's last ten matches finished before `known_at`, at most a year back.

        Share: how much of those matches he was on the pitch, that is his minutes by an eleventh of all the club's
        players' minutes, at most 1; NaN if the club has no such match. Rank: 1 the most used; None if he did not play.
        """
        club = self._clubs.get(team)
        if club is None:
            return np.nan, None
        end = np.searchsorted(club.kickoff_us, _us(known_at - FINISHED_AFTER), side="right")
        oldest = np.searchsorted(club.kickoff_us, _us(known_at - FORGOTTEN_AFTER), side="left")
        start = max(end - LAST_MATCHES, oldest)
        minutes = club.cumulative[end] - club.cumulative[min(start, end)]
        total = int(minutes.sum())
        if total == 0:
            return np.nan, None
        column = club.players.get(player_code)
        played = 0 if column is None else int(minutes[column])
        rank = int((minutes > played).sum()) + 1 if played else None
        return min(PLAYERS * played / total, 1.0), rank


def _club_minutes(rows: pd.DataFrame) -> _ClubMinutes:
    # A few players stand twice in the files; they played once.
    table = rows.pivot_table(
        index="kickoff_utc", columns="player_code", values="minutes", aggfunc="max", fill_value=0
    ).sort_index()
    cumulative = np.zeros((len(table) + 1, table.shape[1]), dtype=np.int64)
    np.cumsum(table.to_numpy(dtype=np.int64), axis=0, out=cumulative[1:])
    kickoff_us = np.array([_us(moment) for moment in table.index], dtype=np.int64)
    return _ClubMinutes(kickoff_us, {int(code): i for i, code in enumerate(table.columns)}, cumulative)


def _us(moment: pd.Timestamp) -> int:
    return int(moment.as_unit("us").value)
