"""Fixtures as arrays: what every feature family reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.history import days_of, moments, seconds_of
from football.competitions import Competition

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]


@dataclass(frozen=True)
class Fixtures:
    """n fixtures; `day` in days since 1970, `as_of_s` in seconds since 1970 (UTC), `neutral` 0, 1 or NaN."""

    home_id: Ids
    away_id: Ids
    competition_id: Ids
    day: Int
    as_of_s: Int
    neutral: Float

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def of(cls, table: pd.DataFrame, competitions: Mapping[str, Competition]) -> Self:
        """Encode a table with `home_id, away_id, competition_id, date, kickoff_utc, neutral` and, if it likes, `as_of`.

        `as_of` (UTC, null or absent) is by default the moment at which the match starts, and never later.
        """
        day = days_of(table["date"])
        competition_id = table["competition_id"].to_numpy(dtype=object)
        zones = [competitions[c].time_zone for c in competition_id]
        starts, _ = moments(day, seconds_of(table["kickoff_utc"]), zones)
        as_of = starts
        if "as_of" in table:
            given = seconds_of(table["as_of"])
            as_of = np.where(np.isnan(given), starts, np.minimum(np.nan_to_num(given).astype(np.int64), starts))
        return cls(
            home_id=table["home_id"].to_numpy(dtype=object),
            away_id=table["away_id"].to_numpy(dtype=object),
            competition_id=competition_id,
            day=day,
            as_of_s=as_of,
            neutral=table["neutral"].to_numpy(dtype=np.float64, na_value=np.nan),
        )
