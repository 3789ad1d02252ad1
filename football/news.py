"""What a matches table tells that an earlier one did not."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from football.tables import PLAYED

_FACTS: Final = (
    *("competition_id", "kickoff_utc", "neutral", "status", "round"),
    *("home_goals", "away_goals", "home_goals_extra_time", "away_goals_extra_time", "home_penalties", "away_penalties"),
)
"""Columns that say what happened, or will; the others say where it is told, and how."""


@dataclass(frozen=True)
class News:
    """Matches that differ between two tables, counted.

    `results` are known now and were not; `changed` results were known otherwise, or are gone; `fixtures` are new, moved
    or told otherwise, without a result. `first_day` is the earliest day of a match among the results and changed ones,
    `last_day` the newest; None without any.
    """

    results: int
    changed: int
    fixtures: int
    first_day: date | None
    last_day: date | None

    @property
    def nothing(self) -> bool:
        """Whether both tables tell the same."""
        return not (self.results or self.changed or self.fixtures)


def compare(before: pd.DataFrame | None, after: pd.DataFrame) -> News:
    """The news of `after` against `before` (contract `football.tables.MATCHES`); all of it is new against None."""
    now = after.set_index("match_id")
    then = now.iloc[:0] if before is None else before.set_index("match_id")
    played, was_played = now["status"] == PLAYED, then["status"] == PLAYED
    known_before = then.index[was_played]
    new = played & ~now.index.isin(known_before)
    there = now.index[played & ~new]
    otherwise = there[_differ(then.loc[there], now.loc[there])]
    gone = known_before.difference(now.index[played])
    open_now = now.index[~played]
    familiar = open_now.intersection(then.index)
    fixtures = len(open_now) - len(familiar) + int(_differ(then.loc[familiar], now.loc[familiar]).sum())
    days = pd.concat([now.loc[new, "date"], now.loc[otherwise, "date"], then.loc[gone, "date"]])
    first, last = (None, None) if days.empty else (days.min().date(), days.max().date())
    return News(int(new.sum()), len(otherwise) + len(gone), fixtures, first, last)


def _differ(then: pd.DataFrame, now: pd.DataFrame) -> "pd.Series[bool]":
    """Whether rows of two tables with the same index tell different facts."""
    different = pd.Series(False, index=now.index)
    for name in _FACTS:
        old, new = then[name], now[name]
        same = (old == new).fillna(False).astype("bool") | (old.isna() & new.isna())
        different |= ~same
    return different
