"""Fixtures as arrays: what every feature family reads."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from features.encoding import coded, days_of, ids_of, knock_out_flags, moments, seconds_of
from football.competitions import Competition, Kind
from football.errors import InvalidValueError

if TYPE_CHECKING:
    import pandas as pd

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]


@dataclass(frozen=True)
class Fixtures:
    """n fixtures; `day` in days since 1970, `as_of_s` in seconds since 1970 (UTC), `neutral` and `knock_out` 0, 1 or
    NaN."""

    home_id: Ids
    away_id: Ids
    competition_id: Ids
    day: Int
    as_of_s: Int
    neutral: Float
    knock_out: Float

    def __len__(self) -> int:
        return len(self.day)

    def part(self, rows: slice) -> Self:
        """Some of the fixtures."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def take(self, rows: Int) -> Self:
        """Some of the fixtures, in the order asked for; one may come more than once."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @classmethod
    def of(cls, table: "pd.DataFrame", competitions: Mapping[str, Competition]) -> Self:
        """Encode a table of fixtures, such as `football.tables.MATCHES`.

        Columns `home_id`, `away_id`, `competition_id` (nullable), `date`, and, where known, `kickoff_utc`, `neutral`,
        `round` and `as_of` (UTC): by default the moment at which the match starts, and never later.

        Raises:
            InvalidValueError: a competition is not among `competitions`.
        """
        n = len(table)
        unknown = np.full(n, np.nan)
        day = days_of(table["date"])
        competition, distinct = coded(table["competition_id"])
        # The last one is for null, which has the code -1.
        zones = np.array([_time_zone(c, competitions) for c in distinct], dtype=object)
        kinds = [_kind(c, competitions) for c in distinct]
        kickoff_s = seconds_of(table["kickoff_utc"]) if "kickoff_utc" in table else unknown
        as_of_s = starts = moments(day, kickoff_s, zones[competition])[0]
        if "as_of" in table:
            given = seconds_of(table["as_of"])
            as_of_s = np.where(np.isnan(given), starts, np.minimum(np.nan_to_num(given).astype(np.int64), starts))
        return cls(
            home_id=ids_of(table["home_id"]),
            away_id=ids_of(table["away_id"]),
            competition_id=distinct[competition],
            day=day,
            as_of_s=as_of_s,
            neutral=table["neutral"].to_numpy(dtype=np.float64, na_value=np.nan) if "neutral" in table else unknown,
            knock_out=knock_out_flags(table["round"], competition % len(kinds), kinds) if "round" in table else unknown,
        )


def _kind(competition_id: object, competitions: Mapping[str, Competition]) -> Kind | None:
    return competitions[str(competition_id)].kind if competition_id in competitions else None


def _time_zone(competition_id: object, competitions: Mapping[str, Competition]) -> str:
    """The time zone in which a fixture's day begins; UTC where the competition is not known (null)."""
    if competition_id in competitions:
        return competitions[str(competition_id)].time_zone
    if competition_id is None:
        return "UTC"
    raise InvalidValueError("competition_id", competition_id, "an id of football/competitions.csv, or null")
