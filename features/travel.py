"""Travel: the way to the venue, km lately, time zones, altitude.

Distances are great circles between homes (haversine formula, mean earth radius 6,371.0088 km), one way. The
venue is the home club's home; on neutral ground it is unknown, and so is the way there.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.calendar import noon_offset_hours, unique_pairs
from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]

EARTH_RADIUS_KM: Final = 6371.0088

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
"""`travel_km`: one way to this match; `last_..._days`: the sum of one-way km to the matches before it;
`time_zone_shift` positive eastwards; `away_climb_m`: how much higher the venue lies than the away club's home."""

MONOTONE: Final = {
    f"{side}_{name}": sign
    for side, sign in (("home", -1), ("away", 1))
    for name in ("travel_km", "travel_km_last_14_days", "travel_km_last_30_days", "time_zones_crossed_hours")
}

DISPLAY_ONLY: Final = ("home_time_zone_shift_hours", "away_time_zone_shift_hours")
"""Not for the model: they would let time zones act outside their constraint."""


@jit
def _haversine(latitude: Float, longitude: Float, to_latitude: Float, to_longitude: Float, out: Float) -> None:
    for i in range(latitude.shape[0]):
        phi = np.radians(latitude[i])
        to_phi = np.radians(to_latitude[i])
        half_phi = (to_phi - phi) / 2.0
        half_lambda = np.radians(to_longitude[i] - longitude[i]) / 2.0
        a = np.sin(half_phi) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(half_lambda) ** 2
        out[i] = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(min(a, 1.0)))


def great_circle_km(latitude: Float, longitude: Float, to_latitude: Float, to_longitude: Float) -> Float:
    """Great-circle distances in km, shape (n,), between points in degrees; NaN where a coordinate is."""
    out = np.empty(len(latitude))
    _haversine(latitude, longitude, to_latitude, to_longitude, out)
    # min(NaN, 1.0) may be either; what is unknown stays so.
    out[np.isnan(latitude) | np.isnan(longitude) | np.isnan(to_latitude) | np.isnan(to_longitude)] = np.nan
    return out


def travel_features(
    day: Int,
    neutral: Float,
    home_place: tuple[Float, Float, Float, tuple[str | None, ...]],
    away_place: tuple[Float, Float, Float, tuple[str | None, ...]],
    home_recent: tuple[Int, Float],
    away_recent: tuple[Int, Float],
) -> Float:
    """Shape (n, len(COLUMNS)).

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        neutral: shape (n,), 1 on neutral ground, 0 at the home club's, NaN unknown.
        home_place, away_place: latitude, longitude (degrees), elevation (m), each (n,), and time zone names.
        home_recent, away_recent: `recent_day` and `recent_km` of the clubs' states, each (n, 16).
    """
    n = len(day)
    out = np.full((n, len(COLUMNS)), np.nan)
    width = len(_SIDE)
    elsewhere = neutral == 1.0
    out[:, 0] = np.where(elsewhere, np.nan, 0.0)
    out[:, width] = great_circle_km(away_place[0], away_place[1], home_place[0], home_place[1])
    _recent_km(day, home_recent[0], home_recent[1], out[:, 1:3])
    _recent_km(day, away_recent[0], away_recent[1], out[:, width + 1 : width + 3])
    shift = _offsets(home_place[3], day) - _offsets(away_place[3], day)
    out[:, 3] = np.where(elsewhere, np.nan, 0.0)
    out[:, 4] = out[:, 3]
    out[:, width + 3] = shift
    out[:, width + 4] = np.abs(shift)
    out[:, 2 * width] = home_place[2] - away_place[2]
    for column in (width, width + 3, width + 4, 2 * width):
        out[elsewhere, column] = np.nan
    out[:, 2 * width + 1] = neutral
    return out


def _offsets(time_zones: tuple[str | None, ...], day: Int) -> Float:
    """Hours ahead of UTC of each place at noon of each day, NaN where the zone is unknown."""
    out = np.full(len(day), np.nan)
    names = np.array([zone or "" for zone in time_zones], dtype=str)
    zones, code = np.unique(names, return_inverse=True)
    pair_zone, pair_day, inverse = unique_pairs(code.astype(np.int64), day)
    offset = np.array(
        [
            noon_offset_hours(str(zones[z]), int(d)) if zones[z] else np.nan
            for z, d in zip(pair_zone, pair_day, strict=True)
        ],
        dtype=np.float64,
    )
    out[:] = offset[inverse]
    return out


@jit
def _recent_km(day: Int, recent_day: Int, recent_km: Float, out: Float) -> None:
    for i in range(day.shape[0]):
        if recent_day[i, recent_day.shape[1] - 1] < -999_999:
            continue
        fortnight = 0.0
        month = 0.0
        for k in range(recent_day.shape[1]):
            ago = day[i] - recent_day[i, k]
            if ago <= 14:
                fortnight += recent_km[i, k]
            if ago <= 30:
                month += recent_km[i, k]
        out[i, 0] = fortnight
        out[i, 1] = month
