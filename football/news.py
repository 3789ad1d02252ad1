"""What a matches table tells that an earlier one did not."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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


NOTHING_NEW: Final = News(0, 0, 0, None, None)


def compare(before: pd.DataFrame | None, after: pd.DataFrame) -> News:
    """The news of `after` against `before` (contract `football.tables.MATCHES`); all of it is new against None."""
    then = after.iloc[:0] if before is None else before
    place = pd.Index(then["match_id"].astype(object)).get_indexer(pd.Index(after["match_id"].astype(object)))
    familiar = place >= 0
    played, was_played = ((table["status"] == PLAYED).to_numpy(dtype=np.bool_) for table in (after, then))
    known = np.zeros(len(after), dtype=np.bool_)
    known[familiar] = was_played[place[familiar]]
    differs = np.zeros(len(after), dtype=np.bool_)
    differs[familiar] = _differ(then.iloc[place[familiar]], after[familiar])
    new, otherwise = played & ~known, played & known & differs
    gone = was_played.copy()
    gone[place[familiar & played]] = False
    fixtures = ~played & (~familiar | differs)
    days = pd.concat([after.loc[new | otherwise, "date"], then.loc[gone, "date"]])
    first, last = (None, None) if days.empty else (days.min().date(), days.max().date())
    return News(int(new.sum()), int(otherwise.sum() + gone.sum()), int(fixtures.sum()), first, last)


def _differ(then: pd.DataFrame, now: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether rows of two tables, one beside the other, tell different facts."""
    different = np.zeros(len(now), dtype=np.bool_)
    for name in _FACTS:
        old, new = then[name].reset_index(drop=True), now[name].reset_index(drop=True)
        same = (old == new).fillna(False).to_numpy(dtype=np.bool_)
        different |= ~(same | (old.isna() & new.isna()).to_numpy(dtype=np.bool_))
    return different
