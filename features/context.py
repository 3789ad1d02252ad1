"""Context: what kind of match it is, whoever plays it."""

from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from features.places import Places, great_circle_km

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

DERBY_KM: Final = 20.0
"""Homes no further apart than this make a derby: one city and its suburbs, as far as places are cities'."""

COLUMNS: Final = ("knock_out", "first_leg_difference", "derby", "midweek", "venue_elevation_m", "abroad")
"""`knock_out`: 1 if the loser is out, 0 if a table decides, by the name of the round. `first_leg_difference`: how many
goals the home side is ahead by from the tie's first match (see `features.ties`), unknown where there is none that the
data tell of. `derby`: 1 where the clubs' homes are within `DERBY_KM`. `midweek`: 1 from Tuesday to Thursday in the
competition's time zone. `venue_elevation_m`: metres above the sea at the home club's home, unless elsewhere. `abroad`:
1 where the clubs are of different associations."""

MONOTONE: Final[dict[str, int]] = {}

DISPLAY_ONLY: Final = ("knock_out", "derby", "midweek", "venue_elevation_m")
"""Not for the model: on matches of 2016/17 to 2020/21 they told it nothing. From `abroad` it takes how far to trust its
trees."""


def context_features(
    day: Int,
    neutral: Float,
    knock_out: Float,
    first_leg_difference: Float,
    home_places: Places,
    away_places: Places,
    home_id: Ids,
    away_id: Ids,
    *,
    out: Float | None = None,
) -> Float:
    """Shape (n, len(COLUMNS)); see `COLUMNS`. Written to `out`, where given.

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        neutral: shape (n,), 1 on neutral ground, 0 at the home club's, NaN unknown.
        knock_out: shape (n,), 1, 0 or NaN.
        first_leg_difference: shape (n,), see `features.ties.Ties`.
        home_places, away_places: homes of both clubs, n rows each.
        home_id, away_id: ids of both clubs, shape (n,).
    """
    out = np.empty((len(day), len(COLUMNS))) if out is None else out
    out[:, 0] = knock_out
    out[:, 1] = first_leg_difference
    km = great_circle_km(away_places.latitude, away_places.longitude, home_places.latitude, home_places.longitude)
    out[:, 2] = np.where(np.isnan(km), np.nan, km <= DERBY_KM)
    out[:, 3] = is_midweek(day)
    out[:, 4] = np.where(neutral == 0.0, home_places.elevation_m, np.nan)
    association = {club_id: _association(club_id) for club_id in {*home_id, *away_id}}
    out[:, 5] = [association[home] != association[away] for home, away in zip(home_id, away_id, strict=True)]
    return out


@overload
def is_midweek(day: int) -> bool: ...
@overload
def is_midweek(day: Int) -> NDArray[np.bool_]: ...
def is_midweek(day: int | Int) -> bool | NDArray[np.bool_]:
    """Whether a day since 1970, or each of many, is a Tuesday, Wednesday or Thursday."""
    # 1 January 1970 was a Thursday: Tuesday to Thursday are 5, 6 and 0.
    return (day + 2) % 7 <= 2


def abroad(home_id: str, away_id: str) -> float:
    """1.0 if the clubs, by their ids, are of different associations, else 0.0."""
    return float(_association(home_id) != _association(away_id))


def _association(club_id: str) -> str:
    return club_id.partition("-")[0]
