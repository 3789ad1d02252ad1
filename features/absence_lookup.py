"""Absences of one club on one day in plain numbers: what `features.injuries.injury_features` tells, faster for one.

What is known of a club changes with each word on a player and each look of a source. In between all moments say the
same, so answers are kept by day and by the number of changes until then.
"""

import math
from bisect import bisect_right
from functools import lru_cache
from typing import Final

import numpy as np

from features.injuries import FAR, AbsenceIndex, injury_features

_CLUBS: Final = 1_024
_CACHE: Final = 16_384
_SIDE: Final = 5

_UNKNOWN: Final = (math.nan, math.nan, math.nan, math.nan, 0.0)


class AbsenceLookup:
    """Looks up one club at a time in an index, which is None where no source tells of any absence."""

    def __init__(self, index: AbsenceIndex | None) -> None:
        self.index = index
        self._changes = lru_cache(_CLUBS)(self._changes_of)
        self._found = lru_cache(_CACHE)(self._look_up)

    def side(self, club_id: str, day: int, as_of_s: int) -> tuple[float, ...]:
        """A side's columns of `features.injuries`, for a match on a day (since 1970), as known at a moment (s, UTC)."""
        index = self.index
        if index is None or club_id not in index.club_code:
            return _UNKNOWN
        return self._found(club_id, day, bisect_right(self._changes(club_id), as_of_s))

    def _changes_of(self, club_id: str) -> list[int]:
        """The moments from which on something else is known of a club."""
        index = self.index
        assert index is not None
        club = index.club_code[club_id]
        words = slice(*index.offsets[club : club + 2].tolist())
        watches = slice(*index.watch_offsets[club : club + 2].tolist())
        # A watch holds to the last second of it, a word up to the one at which another takes its place.
        ends = (index.superseded_s[words], index.watched_until_s[watches] + 1)
        changes: list[int] = np.unique(
            np.concatenate([index.known_s[words], index.watched_from_s[watches], *ends])
        ).tolist()
        return changes

    def _look_up(self, club_id: str, day: int, changes: int) -> tuple[float, ...]:
        as_of_s = self._changes(club_id)[changes - 1] if changes else -FAR
        club = np.array([club_id], dtype=object)
        row = injury_features(np.array([day]), np.array([as_of_s]), club, club, self.index)[0]
        return tuple(row[:_SIDE].tolist())
