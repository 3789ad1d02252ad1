"""Where clubs are at home, and what follows for distances and clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from features.calendar import noon_offset_hours, unique_pairs
from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the earth (IUGG)."""


class PlacedClub(Protocol):
    """What is needed of a club, such as `football.clubs.Club`; None is unknown."""

    @property
    def id(self) -> str:
        """Club id."""

    @property
    def latitude(self) -> float | None:
        """Degrees north."""

    @property
    def longitude(self) -> float | None:
        """Degrees east."""

    @property
    def elevation_m(self) -> float | None:
        """Metres above the sea."""

    @property
    def time_zone(self) -> str | None:
        """IANA name."""


@dataclass(frozen=True)
class Places:
    """Homes of n clubs, shape (n,): degrees, metres (NaN unknown) and codes of `zones` (-1 unknown)."""

    latitude: Float
    longitude: Float
    elevation_m: Float
    zone: Int
    zones: tuple[str, ...]

    @classmethod
    def of(cls, club_ids: Iterable[str], registry: Iterable[PlacedClub]) -> Self:
        """Places of clubs by id; a club that the registry lacks has none."""
        known = {club.id: club for club in registry}
        clubs = [known.get(club_id) for club_id in club_ids]
        names = [club.time_zone if club else None for club in clubs]
        zones = tuple(sorted({name for name in names if name}))
        code = {name: i for i, name in enumerate(zones)}
        return cls(
            _numbers(club.latitude if club else None for club in clubs),
            _numbers(club.longitude if club else None for club in clubs),
            _numbers(club.elevation_m if club else None for club in clubs),
            np.array([code.get(name or "", -1) for name in names], dtype=np.int64),
            zones,
        )

    def take(self, rows: Int) -> Self:
        """The places of some rows, in the order asked for; -1 gives an unknown place."""

        def column(values: Float) -> Float:
            return np.where(rows >= 0, values[rows], np.nan) if len(values) else np.full(len(rows), np.nan)

        zone = np.where(rows >= 0, self.zone[rows], -1) if len(self.zone) else np.full(len(rows), -1, dtype=np.int64)
        return type(self)(column(self.latitude), column(self.longitude), column(self.elevation_m), zone, self.zones)

    def clocks_ahead_hours(self, other: Self, day: Int) -> Float:
        """Hours by which clocks here are ahead of those of other places, row by row, on given days; NaN if unknown."""
        both = (self.zone >= 0) & (other.zone >= 0)
        ahead = np.where(both, 0.0, np.nan)
        if self.zones == other.zones:
            both &= self.zone != other.zone  # most matches: no clock to look up
        rows = np.flatnonzero(both)
        ahead[rows] = self._offset_hours(rows, day) - other._offset_hours(rows, day)
        return ahead

    def _offset_hours(self, rows: Int, day: Int) -> Float:
        """Hours ahead of UTC at noon of some rows' days; zones and days repeat, so that each is looked up once."""
        zones, days, which = unique_pairs(self.zone[rows], day[rows])
        found = [noon_offset_hours(self.zones[z], d) for z, d in zip(zones.tolist(), days.tolist(), strict=True)]
        return np.array(found, dtype=np.float64)[which]


@jit
def great_circle_km(latitude: Float, longitude: Float, to_latitude: Float, to_longitude: Float) -> Float:
    """Haversine distances in km, shape (n,), between points in degrees; NaN where a coordinate is."""
    km = np.empty(latitude.shape[0])
    for i in range(latitude.shape[0]):
        phi = np.radians(latitude[i])
        to_phi = np.radians(to_latitude[i])
        half_phi = np.sin((to_phi - phi) / 2.0)
        half_lambda = np.sin(np.radians(to_longitude[i] - longitude[i]) / 2.0)
        chord = half_phi * half_phi + np.cos(phi) * np.cos(to_phi) * half_lambda * half_lambda
        # Rounding can lift antipodes above 1; a comparison, unlike min(), lets NaN through as NaN.
        if chord > 1.0:
            chord = 1.0
        km[i] = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    return km


def _numbers(values: Iterable[float | None]) -> Float:
    return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
