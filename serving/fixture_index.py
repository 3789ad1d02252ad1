"""Finds the fixture of two clubs around a day among all matches, without a loop."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from features.calendar import DAY_S, EPOCH
from features.encoding import EncodedTable, look_up, texts_of
from serving.knowledge import Fixture, KnownFixture, KnownFixtures

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

_CACHE: Final = 4_096
"""Pairs of clubs whose matches are kept at hand."""

_SHIFT_S: Final = 1 << 33
_SPAN_S: Final = 1 << 34
"""Moments of the years 1800 to 2200, shifted to begin after 0, are below this: pair and moment make one number."""


ARRAYS: Final = ("key", "starts_s", "day", "kickoff_s", "competition", "knock_out", "neutral")
"""Columns of the index, (n,) each, in order of `key` (of the pair of clubs) and start."""


class FixtureIndex:
    """The fixtures of a matches table by clubs and moment.

    Matches that did not take place on their day (postponed, cancelled) or not at all (awarded) are left out.

    Args:
        club_ids, competition_ids: by code.
        arrays: the columns `ARRAYS`.
    """

    def __init__(self, club_ids: Sequence[str], competition_ids: Sequence[str], arrays: Mapping[str, NDArray[Any]]):
        self.club_ids = tuple(club_ids)
        self.competition_ids = tuple(competition_ids)
        self.arrays = {name: arrays[name] for name in ARRAYS}
        self._code = {name: code for code, name in enumerate(self.club_ids)}
        self._key, self._starts_s, self._day = arrays["key"], arrays["starts_s"], arrays["day"]
        self._kickoff_s, self._knock_out, self._neutral = arrays["kickoff_s"], arrays["knock_out"], arrays["neutral"]
        self._competition = texts_of(self.competition_ids, arrays["competition"])
        self._met = lru_cache(_CACHE)(self._matches_of)
        self._pairs, place = np.unique(self._key, return_inverse=True)
        self._pair_start = place * _SPAN_S + (self._starts_s + _SHIFT_S)

    @classmethod
    def of(cls, matches: EncodedTable) -> Self:
        """The index of encoded matches."""
        key = matches.home * len(matches.club_ids) + matches.away
        order = np.lexsort((matches.starts_s, key))
        columns: dict[str, NDArray[Any]] = {"key": key, "competition": matches.competition.astype(np.int32)}
        columns |= {name: getattr(matches, name) for name in ARRAYS if name not in columns}
        return cls(matches.club_ids, matches.competition_ids, {name: column[order] for name, column in columns.items()})

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        """The fixture nearest to a kick-off, at most a day off; None if there is none."""
        home, away = self._code.get(home_id), self._code.get(away_id)
        if home is None or away is None:
            return None
        first, starts, timed = self._met(home * len(self._code) + away)
        wanted_s, nearest, least = kickoff.timestamp(), -1, math.inf
        # What is a day off at most has started at most two days before (a day without a time) or a day after.
        for match in range(bisect_left(starts, wanted_s - 2 * DAY_S), bisect_right(starts, wanted_s + DAY_S)):
            late = wanted_s - starts[match]
            distance = abs(late) if timed[match] else max(-late, late - DAY_S, 0.0)
            if distance < least:
                nearest, least = match, distance
        return self._fixture(home_id, away_id, first + nearest) if least <= DAY_S else None

    def _matches_of(self, pair: int) -> tuple[int, list[int], list[bool]]:
        """The first row of a pair of clubs, when each of its matches starts, and whether that is known to the hour."""
        first, last = np.searchsorted(self._key, [pair, pair + 1]).tolist()
        return first, self._starts_s[first:last].tolist(), (~np.isnan(self._kickoff_s[first:last])).tolist()

    def find_many(self, home_id: Ids, away_id: Ids, kickoff_s: Float) -> KnownFixtures:
        """`find` for n fixtures in one pass; kick-offs in seconds since 1970 (UTC)."""
        row = self._rows(home_id, away_id, kickoff_s)
        if not len(self._key):
            return KnownFixtures.none(len(row))
        known, at = row >= 0, np.maximum(row, 0)
        return KnownFixtures(
            known=known,
            day_only=known & np.isnan(self._kickoff_s[at]),
            starts_s=np.where(known, self._starts_s[at], np.nan),
            day=np.where(known, self._day[at], 0),
            competition_id=np.where(known, self._competition[at], ""),
            neutral=np.where(known, self._neutral[at], np.nan),
            knock_out=np.where(known, self._knock_out[at], np.nan),
        )

    def _rows(self, home_id: Ids, away_id: Ids, kickoff_s: Float) -> Int:
        """The row that `find` finds for each fixture, -1 for none."""
        home, away = look_up(home_id, self._code), look_up(away_id, self._code)
        pair = np.where((home >= 0) & (away >= 0), home * len(self._code) + away, -1)
        place = np.searchsorted(self._pairs, pair)
        met = (pair >= 0) & (place < len(self._pairs))
        met[met] = self._pairs[place[met]] == pair[met]
        # What is a day off at most has started at most two days before (a day without a time) or a day after.
        earliest = place * _SPAN_S + (np.floor(kickoff_s).astype(np.int64) - 2 * DAY_S + _SHIFT_S)
        first = np.searchsorted(self._pair_start, earliest)
        last = np.searchsorted(self._pair_start, earliest + 3 * DAY_S + 1, side="right")
        found = np.full(len(pair), -1, dtype=np.int64)
        alone = np.flatnonzero(met & (last - first == 1))
        distance = _distances(self._starts_s[first[alone]], self._kickoff_s[first[alone]], kickoff_s[alone])
        found[alone] = np.where(distance <= DAY_S, first[alone], -1)
        for i in np.flatnonzero(met & (last - first > 1)):
            rows = slice(int(first[i]), int(last[i]))
            distance = _distances(self._starts_s[rows], self._kickoff_s[rows], kickoff_s[i])
            nearest = int(np.argmin(distance))
            if distance[nearest] <= DAY_S:
                found[i] = rows.start + nearest
        return found

    def _fixture(self, home_id: str, away_id: str, row: int) -> KnownFixture:
        neutral, knock_out = self._neutral[row], self._knock_out[row]
        starts_at = datetime.fromtimestamp(int(self._starts_s[row]), UTC)
        fixture = Fixture(
            home_id=home_id,
            away_id=away_id,
            competition_id=str(self._competition[row]),
            date=_date(int(self._day[row])),
            kickoff_utc=None if np.isnan(self._kickoff_s[row]) else starts_at,
            neutral=None if np.isnan(neutral) else bool(neutral),
            knock_out=None if np.isnan(knock_out) else bool(knock_out),
        )
        return KnownFixture(fixture, starts_at)


def _distances(starts_s: Int, kickoff_s: Float, wanted_s: Float | float) -> Float:
    """How far fixtures are from a moment, seconds; one of which only the day is known, from the nearest of that day."""
    late = wanted_s - starts_s
    away: Float = np.where(~np.isnan(kickoff_s), np.abs(late), np.maximum(np.maximum(-late, late - DAY_S), 0.0))
    return away


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)
