"""Where clubs are at home: coordinates, elevation, time zone, and what follows for distance and clocks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Protocol, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the earth (IUGG)."""

UNPLACED: Final = -1
"""Code of a club that no list of places has."""

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  (a calendar day, not a moment)


class PlacedClub(Protocol):
    """What is needed of a club: `football.clubs.Club` has it; None is unknown."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def latitude(self) -> float | None: ...  # noqa: D102
    @property
    def longitude(self) -> float | None: ...  # noqa: D102
    @property
    def elevation_m(self) -> float | None: ...  # noqa: D102
    @property
    def time_zone(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True)
class Places:
    """Home grounds as arrays over clubs: degrees, metres (NaN unknown), codes into `zones` (-1 unknown)."""

    codes: dict[str, int]
    latitude: Float
    longitude: Float
    elevation_m: Float
    zone: Int
    zones: tuple[str, ...]
    _zone_codes: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone_codes", {name: code for code, name in enumerate(self.zones)})

    @classmethod
    def build(cls, clubs: Iterable[PlacedClub]) -> Self:
        """Places of all given clubs."""
        listed = list(clubs)
        zones = tuple(sorted({club.time_zone for club in listed if club.time_zone is not None}))
        zone_code = {name: code for code, name in enumerate(zones)}
        return cls(
            codes={club.id: code for code, club in enumerate(listed)},
            latitude=_floats(club.latitude for club in listed),
            longitude=_floats(club.longitude for club in listed),
            elevation_m=_floats(club.elevation_m for club in listed),
            zone=np.array([zone_code.get(club.time_zone or "", UNPLACED) for club in listed], dtype=np.int64),
            zones=zones,
        )

    def of(self, club_ids: Ids) -> Int:
        """Code of each club, -1 if it has no place; same shape."""
        return np.fromiter((self.codes.get(name, UNPLACED) for name in club_ids), dtype=np.int64, count=len(club_ids))

    def zone_of(self, name: str | None) -> int:
        """Code of a time zone by name; -1 if none of the clubs has it."""
        return UNPLACED if name is None else self._zone_codes.get(name, UNPLACED)

    def look_up(self, column: Float, place: Int) -> Float:
        """Values of `column` at place codes, NaN at -1."""
        if not len(column):
            return np.full(len(place), np.nan)
        return np.where(place >= 0, column[place], np.nan)

    def zone_at(self, place: Int) -> Int:
        """Zone codes at place codes, -1 at -1."""
        if not len(self.zone):
            return np.full(len(place), UNPLACED, dtype=np.int64)
        return np.where(place >= 0, self.zone[place], UNPLACED)

    def clock_shift_hours(self, from_zone: Int, to_zone: Int, day: Int) -> Float:
        """Hours by which clocks of `to_zone` are ahead of `from_zone`'s on days (since 1970); NaN if unknown."""
        shift = np.where((from_zone < 0) | (to_zone < 0), np.nan, 0.0)
        for i in np.flatnonzero((from_zone != to_zone) & ~np.isnan(shift)):
            there = utc_offset_hours(self.zones[to_zone[i]], int(day[i]))
            shift[i] = there - utc_offset_hours(self.zones[from_zone[i]], int(day[i]))
        return shift


@lru_cache(maxsize=1 << 16)
def utc_offset_hours(zone: str, day: int) -> float:
    """Hours that a zone's clocks are ahead of UTC at noon UTC of a day (since 1970)."""
    moment = (_EPOCH + timedelta(days=day, hours=12)).replace(tzinfo=UTC)
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset.total_seconds() / 3600.0


@lru_cache(maxsize=1 << 17)
def local_midnight_s(zone: str, day: int) -> int:
    """Seconds since 1970 (UTC) at which a day (since 1970) begins in a zone.

    Where clocks jump over midnight it is the moment of the jump; where midnight comes twice, the first.
    """
    return int((_EPOCH + timedelta(days=day)).replace(tzinfo=ZoneInfo(zone)).timestamp())


@jit
def great_circle_km(latitude_1: Float, longitude_1: Float, latitude_2: Float, longitude_2: Float) -> Float:
    """Haversine distance in km between points in degrees, element by element; NaN where a coordinate is NaN."""
    km = np.empty(latitude_1.shape[0])
    for i in range(latitude_1.shape[0]):
        phi_1 = math.radians(latitude_1[i])
        phi_2 = math.radians(latitude_2[i])
        half_phi = math.sin(0.5 * (phi_2 - phi_1))
        half_lambda = math.sin(0.5 * math.radians(longitude_2[i] - longitude_1[i]))
        chord = half_phi * half_phi + math.cos(phi_1) * math.cos(phi_2) * half_lambda * half_lambda
        # Rounding can lift antipodes above 1; min() of Python would let NaN through as 1.
        if chord > 1.0:
            chord = 1.0
        km[i] = 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))
    return km


def _floats(values: Iterable[float | None]) -> Float:
    return np.array([math.nan if value is None else float(value) for value in values], dtype=np.float64)
