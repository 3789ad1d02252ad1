"""Ties over two matches: how the first one ended, for the second."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from features.club_log import EncodedMatches
from football.competitions import Kind
from football.rounds import is_knock_out

if TYPE_CHECKING:
    import pandas as pd

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
    """All matches of knock-out rounds in order of their days, by the ids of host, guest and competition."""

    legs: Mapping[tuple[str, str, str], Sequence[Leg]]

    ARRAYS: ClassVar = ("host", "guest", "competition", "day", "known_s", "difference")
    """Names of the columns that `arrays` gives, a row for each leg; of clubs and competitions codes."""

    def arrays(self, club_code: Mapping[str, int], competition_ids: Sequence[str]) -> dict[str, NDArray[Any]]:
        """The legs as columns `ARRAYS`, those of a tie one after another."""
        competition_code = {name: i for i, name in enumerate(competition_ids)}
        rows = [
            (club_code[host], club_code[guest], competition_code[name], leg.day, leg.known_s, leg.difference)
            for (host, guest, name), legs in self.legs.items()
            for leg in legs
        ]
        columns = zip(*rows, strict=True) if rows else ((),) * len(self.ARRAYS)
        kinds = 5 * (np.int64,) + (np.float64,)
        found = zip(self.ARRAYS, columns, kinds, strict=True)
        return {name: np.array(column, dtype=kind) for name, column, kind in found}

    @classmethod
    def of_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], club_ids: Sequence[str], competition_ids: Sequence[str]
    ) -> Self:
        """From what `arrays` gave."""
        legs: dict[tuple[str, str, str], list[Leg]] = {}
        rows = zip(*(arrays[name].tolist() for name in cls.ARRAYS), strict=True)
        for host, guest, competition, *of_leg in rows:
            key = club_ids[host], club_ids[guest], competition_ids[competition]
            legs.setdefault(key, []).append(Leg(*of_leg))
        return cls(legs)

    @classmethod
    def of(
        cls, matches: EncodedMatches, knock_out: Float, club_ids: Sequence[str], competition_ids: Sequence[str]
    ) -> Self:
        """Those of `matches` whose `knock_out` (n,) is 1; the ids are those of the codes."""
        legs: dict[tuple[str, str, str], list[Leg]] = {}
        rows = np.flatnonzero(knock_out == 1.0)
        rows = rows[np.argsort(matches.day[rows], kind="stable")]
        clubs, competitions = np.array(club_ids, dtype=object), np.array(competition_ids, dtype=object)
        columns = (
            clubs[matches.home[rows]],
            clubs[matches.away[rows]],
            competitions[matches.competition[rows]],
            matches.day[rows].tolist(),
            matches.known_s[rows].tolist(),
            (matches.away_goals[rows] - matches.home_goals[rows]).tolist(),
        )
        for home, away, competition, day, known_s, difference in zip(*columns, strict=True):
            legs.setdefault((home, away, competition), []).append(Leg(day, known_s, difference))
        return cls(legs)

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


def knock_out_flags(rounds: "pd.Series | Ids", kinds: Sequence[Kind | None] | Ids) -> Float:
    """1 in knock-out rounds, 0 elsewhere, NaN where the name of the round does not tell; shape (n,).

    Args:
        rounds: names of rounds, null where there is none.
        kinds: of the competitions, None where the competition is not known; a list or an array of objects.
    """
    import pandas as pd

    name, names = pd.factorize(rounds)
    kind, known_kinds = pd.factorize(np.asarray(kinds, dtype=np.object_))
    told = (name >= 0) & (kind >= 0)
    # Few combinations occur; each is read once.
    pair, pairs = pd.factorize((name * len(known_kinds) + kind)[told])
    known = [
        is_knock_out(names[one // len(known_kinds)], known_kinds[one % len(known_kinds)]) for one in pairs.tolist()
    ]
    flags = np.full(len(name), np.nan)
    flags[told] = np.array([np.nan if flag is None else float(flag) for flag in known], dtype=np.float64)[pair]
    return flags
