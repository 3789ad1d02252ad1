"""Finds the fixture of two clubs around a day among all matches, without a loop."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from features.calendar import DAY_S, EPOCH
from features.history import days_of, ids_of, moments, seconds_of
from features.ties import knock_out_flags
from football.competitions import Competition
from football.tables import ABANDONED, PLAYED, SCHEDULED
from serving.knowledge import Fixture, KnownFixture

_USED: Final = (PLAYED, SCHEDULED, ABANDONED)


class FixtureIndex:
    """The fixtures of a matches table (contract `football.tables.MATCHES`) by clubs and moment.

    Matches that did not take place on their day (postponed, cancelled) or not at all (awarded) are left out.
    """

    def __init__(self, matches: pd.DataFrame, competitions: Mapping[str, Competition]) -> None:
        used = matches.loc[matches["status"].isin(_USED).to_numpy(dtype=bool)]
        home, away, competition = (
            used[name].to_numpy(dtype=object) for name in ("home_id", "away_id", "competition_id")
        )
        day, kickoff_s = days_of(used["date"]), seconds_of(used["kickoff_utc"])
        starts_s, _ = moments(day, kickoff_s, [competitions[name].time_zone for name in competition])
        codes, clubs = pd.factorize(np.concatenate([home, away]))
        self._code = {str(name): code for code, name in enumerate(clubs)}
        key = codes[: len(home)] * len(clubs) + codes[len(home) :]
        order = np.lexsort((starts_s, key))
        self._key, self._starts_s, self._day = key[order], starts_s[order], day[order]
        self._kickoff_s = kickoff_s[order]
        self._competition = competition[order]
        self._knock_out = knock_out_flags(ids_of(used["round"]), [competitions[c].kind for c in competition])[order]
        self._neutral = used["neutral"].to_numpy(dtype=np.float64, na_value=np.nan)[order]

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        """The fixture nearest to a kick-off, at most a day off; None if there is none."""
        home, away = self._code.get(home_id), self._code.get(away_id)
        if home is None or away is None:
            return None
        key = home * len(self._code) + away
        first, last = np.searchsorted(self._key, [key, key + 1])
        if first == last:
            return None
        wanted_s = kickoff.timestamp()
        timed = ~np.isnan(self._kickoff_s[first:last])
        # A fixture of which only the day is known is as far off as the nearest moment of that day.
        late = wanted_s - self._starts_s[first:last]
        distance = np.where(timed, np.abs(late), np.maximum(np.maximum(-late, late - DAY_S), 0.0))
        nearest = int(np.argmin(distance))
        if distance[nearest] > DAY_S:
            return None
        return self._fixture(home_id, away_id, int(first) + nearest)

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


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)
