"""Ties over two matches: how the first one ended, for the second."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from features.encoding import EncodedTable

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

TIE_DAYS: Final = 60
"""Both matches of a tie are at most so many days apart; two ties of the same clubs, in the same cup, further."""


class Leg(NamedTuple):
    """A match of a knock-out round: its day, when its result was known, and the guest's goals less the host's after 90
    minutes, NaN without a result."""

    day: int
    known_s: int
    difference: float


@dataclass(frozen=True)
class Ties:
    """All matches of knock-out rounds in order of their days.

    `arrays` are the columns `ARRAYS`, a row for each: codes of clubs and competitions, whose ids follow, and a `Leg`.
    """

    arrays: Mapping[str, NDArray[Any]]
    club_ids: Sequence[str]
    competition_ids: Sequence[str]

    ARRAYS: ClassVar = ("host", "guest", "competition", "day", "known_s", "difference")

    @cached_property
    def legs(self) -> Mapping[tuple[str, str, str], Sequence[Leg]]:
        """The matches of each tie by the ids of host, guest and competition; put together when first asked for."""
        legs: dict[tuple[str, str, str], list[Leg]] = {}
        rows = zip(*(self.arrays[name].tolist() for name in self.ARRAYS), strict=True)
        for host, guest, competition, *of_leg in rows:
            key = self.club_ids[host], self.club_ids[guest], self.competition_ids[competition]
            legs.setdefault(key, []).append(Leg(*of_leg))
        return legs

    @classmethod
    def of(cls, matches: EncodedTable) -> Self:
        """Those of encoded matches that are known to be of a knock-out round."""
        rows = np.flatnonzero(matches.knock_out == 1.0)
        rows = rows[np.argsort(matches.day[rows], kind="stable")]
        columns = (
            matches.home[rows],
            matches.away[rows],
            matches.competition[rows],
            matches.day[rows],
            matches.known_s[rows],
            matches.away_goals[rows] - matches.home_goals[rows],
        )
        return cls(dict(zip(cls.ARRAYS, columns, strict=True)), matches.club_ids, matches.competition_ids)

    def first_leg_difference(self, home_id: Ids, away_id: Ids, competition_id: Ids, day: Int, as_of_s: Int) -> Float:
        """How many goals each home side is ahead by from the tie's first match, shape (n,).

        NaN where no first match is known: the newest match of the two in a knock-out round of the competition, on the
        away side's ground within `TIE_DAYS` before the day (n,), if its result was known at `as_of_s` (n,).
        """
        asked = zip(home_id, away_id, competition_id, day.tolist(), as_of_s.tolist(), strict=True)
        return np.array([self.ahead(*one) for one in asked], dtype=np.float64)

    def ahead(self, home_id: str, away_id: str, competition_id: str, day: int, as_of_s: int) -> float:
        """`first_leg_difference` of one match."""
        before = [leg for leg in self.legs.get((away_id, home_id, competition_id), ()) if leg.day < day]
        if before and day - before[-1].day <= TIE_DAYS and before[-1].known_s <= as_of_s:
            return before[-1].difference
        return math.nan
