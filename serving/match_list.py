"""All matches in the order of their start: which a day, a club or a competition has, and what was known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from features.calendar import DAY_S
from features.encoding import COUNTED, EncodedTable, texts_of
from football.competitions import Competition
from football.statuses import PLAYED, SCHEDULED

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]
Flags = NDArray[np.bool_]

LEAGUES_AHEAD_S: Final = 365 * DAY_S
CUPS_AHEAD_S: Final = 2 * DAY_S
"""No cup plays its next round sooner: by then it is known who meets whom."""


@dataclass(frozen=True)
class Matches:
    """n matches in order of start, one row each.

    `day` in days, `starts_s` and `known_s` (when the result is known) in seconds since 1970 (UTC); `day_only` where the
    data give no time of day. Goals, `neutral` and `knock_out` are NaN where unknown.
    """

    home_id: Ids
    away_id: Ids
    competition_id: Ids
    day: Int
    starts_s: Int
    known_s: Int
    day_only: Flags
    neutral: Float
    knock_out: Float
    home_goals: Float
    away_goals: Float

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Int) -> Self:
        """Some of them, in the order asked for."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Span:
    """How much of a competition is known."""

    matches: int
    first_season: str
    last_season: str
    first_day: int
    last_day: int

    def after(self, earlier: "Span | None") -> "Span":
        """The two together, of which this is the later one."""
        if earlier is None:
            return self
        return Span(
            earlier.matches + self.matches, earlier.first_season, self.last_season, earlier.first_day, self.last_day
        )


IDS: Final = ("home_id", "away_id", "competition_id")
ARRAYS: Final = (*(f.name for f in fields(Matches)), "league")
"""Columns of the list, (n,) each, in order of start; of `IDS` codes."""


class MatchList:
    """The matches of a table, played or scheduled.

    Args:
        ids: those of `IDS` by code.
        arrays: the columns `ARRAYS`.
        spans: how much is known of each competition, by id.
        cut_s: when the newest result became known, seconds since 1970 (UTC).
    """

    def __init__(
        self,
        ids: Mapping[str, Sequence[str]],
        arrays: Mapping[str, NDArray[Any]],
        spans: Mapping[str, Span],
        cut_s: int,
    ) -> None:
        self.ids = {name: tuple(ids[name]) for name in IDS}
        self.arrays = {name: arrays[name] for name in ARRAYS}
        self.spans = dict(spans)
        self.cut_s = cut_s
        columns: dict[str, NDArray[Any]] = {f.name: arrays[f.name] for f in fields(Matches)}
        columns |= {name: texts_of(self.ids[name], arrays[name]) for name in IDS}
        self._all = Matches(**columns)
        self._league = arrays["league"]

    @classmethod
    def of(cls, matches: EncodedTable, spans: Mapping[str, Span], competitions: Mapping[str, Competition]) -> Self:
        """The list of encoded matches, of which `spans` tells by competition."""
        played = matches.status == COUNTED.index(PLAYED)
        listed = played | (matches.status == COUNTED.index(SCHEDULED))
        order = np.lexsort((matches.competition, matches.starts_s))
        order = order[listed[order]]
        is_league = np.array([competitions[name].kind == "league" for name in matches.competition_ids], np.bool_)
        arrays: dict[str, NDArray[Any]] = {
            "home_id": matches.home.astype(np.int32),
            "away_id": matches.away.astype(np.int32),
            "competition_id": matches.competition.astype(np.int32),
            "day_only": np.isnan(matches.kickoff_s),
            "league": is_league[matches.competition],
        }
        arrays |= {name: getattr(matches, name) for name in ARRAYS if name not in arrays}
        ids = {"home_id": matches.club_ids, "away_id": matches.club_ids, "competition_id": matches.competition_ids}
        cut_s = int(matches.known_s[played].max()) if played.any() else 0
        return cls(ids, {name: column[order] for name, column in arrays.items()}, spans, cut_s)

    def known(
        self,
        as_of_s: float,
        *,
        days: tuple[int, int] | None = None,
        competition_id: str | None = None,
        club_id: str | None = None,
    ) -> Int:
        """Rows of the matches of which was known at a moment that they are, or would be, played.

        Those begun by then, and of later ones those that were public: of leagues a year ahead, of cups two days. From
        the newest result on everything: the data can only have it from a schedule.

        Args:
            as_of_s: the moment, seconds since 1970 (UTC).
            days: first and last day (since 1970), both included; None for all.
            competition_id: of this competition alone.
            club_id: of this club alone.
        """
        matches = self._all
        ahead_s = np.where(self._league, LEAGUES_AHEAD_S, CUPS_AHEAD_S)
        wanted = (matches.starts_s <= as_of_s + ahead_s) | (as_of_s >= self.cut_s)
        if days is not None:
            wanted &= (matches.day >= days[0]) & (matches.day <= days[1])
        if competition_id is not None:
            wanted &= matches.competition_id == competition_id
        if club_id is not None:
            wanted &= (matches.home_id == club_id) | (matches.away_id == club_id)
        return np.flatnonzero(wanted)

    def at(self, rows: Int, as_of_s: float) -> Matches:
        """Matches by row; without the scores that were not known at a moment."""
        found = self._all.take(rows)
        hidden = found.known_s > as_of_s
        found.home_goals[hidden] = np.nan
        found.away_goals[hidden] = np.nan
        return found

    def starts_s(self, rows: Int) -> Int:
        """When matches start, by row."""
        return self._all.starts_s[rows]
