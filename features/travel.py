"""Travel: the way to the venue, km lately, time zones, altitude.

Distances are great circles between homes, one way. The venue is the home club's home; on neutral ground, or where it is
not known whether the ground is neutral, the venue is unknown, and so is the way there.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.clubstate import NO_DAY, ClubState
from features.jit import jit
from features.places import Places, great_circle_km
from features.rest import last_days

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_SIDE: Final = (
    "travel_km",
    "travel_km_last_14_days",
    "travel_km_last_30_days",
    "time_zone_shift_hours",
    "time_zones_crossed_hours",
)
COLUMNS: Final = (
    *(f"home_{name}" for name in _SIDE),
    *(f"away_{name}" for name in _SIDE),
    "away_climb_m",
    "neutral",
)
"""`travel_km`: one way to this match; `last_..._days`: the sum of one-way km to the matches on that many days before it
(unknown if one of the ways is); `time_zone_shift`: how far clocks at the venue are ahead of those at home at noon UTC
of the day (positive eastwards); `crossed`: the same without sign; `away_climb_m`: how much higher the venue lies than
the away club's home."""

MONOTONE: Final = {
    f"{side}_{name}": sign
    for side, sign in (("home", -1), ("away", 1))
    for name in ("travel_km", "travel_km_last_14_days", "travel_km_last_30_days", "time_zones_crossed_hours")
}

DISPLAY_ONLY: Final = ("home_time_zone_shift_hours", "away_time_zone_shift_hours")
"""Not for the model: they would let time zones act outside their constraint."""


def travel_features(
    day: Int,
    neutral: Float,
    home_places: Places,
    away_places: Places,
    home: ClubState,
    away: ClubState,
    *,
    out: Float | None = None,
) -> Float:
    """Shape (n, len(COLUMNS)). Written to `out`, where given.

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        neutral: shape (n,), 1 on neutral ground, 0 at the home club's, NaN unknown.
        home_places, away_places: homes of both clubs, n rows each.
        home, away: states of both clubs, n rows each.
    """
    out = np.empty((len(day), len(COLUMNS))) if out is None else out
    width = len(_SIDE)
    at_home = neutral == 0.0
    nowhere = np.where(at_home, 0.0, np.nan)
    # All columns are written below.
    out[:, 0] = nowhere
    out[:, 3] = nowhere
    out[:, 4] = nowhere
    _recent_km(day, last_days(day, home), home.recent_day, home.recent_km, out[:, 1:3])
    _recent_km(day, last_days(day, away), away.recent_day, away.recent_km, out[:, width + 1 : width + 3])
    km = great_circle_km(away_places.latitude, away_places.longitude, home_places.latitude, home_places.longitude)
    shift = home_places.clocks_ahead_hours(away_places, day) + nowhere
    out[:, width] = km + nowhere
    out[:, width + 3] = shift
    out[:, width + 4] = np.abs(shift)
    out[:, 2 * width] = home_places.elevation_m - away_places.elevation_m + nowhere
    out[:, 2 * width + 1] = neutral
    return out


@jit
def _recent_km(day: Int, last_day: Int, recent_day: Int, recent_km: Float, out: Float) -> None:
    for i in range(day.shape[0]):
        fortnight = math.nan
        month = math.nan
        if last_day[i] != NO_DAY:
            fortnight = 0.0
            month = 0.0
            # Newest first, so that slots of older matches never change the order of the sum.
            for k in range(recent_day.shape[1] - 1, -1, -1):
                ago = day[i] - recent_day[i, k]
                if 0 < ago <= 14:
                    fortnight += recent_km[i, k]
                if 0 < ago <= 30:
                    month += recent_km[i, k]
        out[i, 0] = fortnight
        out[i, 1] = month
