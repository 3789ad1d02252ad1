"""Days and time zones as numbers."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]

DAY_S: Final = 86_400
EPOCH: Final = date(1970, 1, 1)


@lru_cache(maxsize=1)
def _zones() -> dict[str, ZoneInfo]:
    return {}


def _zone(name: str) -> ZoneInfo:
    known = _zones()
    if name not in known:
        known[name] = ZoneInfo(name)
    return known[name]


@lru_cache(maxsize=65_536)
def noon_offset_hours(time_zone: str, day: int) -> float:
    """Hours ahead of UTC in a zone at noon UTC of a day (days since 1970)."""
    moment = datetime.combine(EPOCH + timedelta(days=day), time(12), tzinfo=UTC)
    offset = moment.astimezone(_zone(time_zone)).utcoffset()
    return 0.0 if offset is None else offset.total_seconds() / 3600.0


@lru_cache(maxsize=65_536)
def midnight_s(time_zone: str, day: int) -> int:
    """Local midnight at which a day (days since 1970) begins in a zone, in seconds since 1970 (UTC)."""
    local = datetime.combine(EPOCH + timedelta(days=day), time(0), tzinfo=_zone(time_zone))
    return round(local.timestamp())


def local_day(moment_s: int, time_zone: str) -> int:
    """The calendar day (days since 1970) in a zone at a moment (seconds since 1970, UTC)."""
    return (datetime.fromtimestamp(moment_s, _zone(time_zone)).date() - EPOCH).days


def unique_pairs(zone_code: Int, day: Int) -> tuple[Int, Int, NDArray[np.intp]]:
    """The distinct (zone, day) pairs of two arrays, and for each row the place of its pair."""
    span = 200_000
    joined, inverse = np.unique(zone_code * span + (day + span // 2), return_inverse=True)
    return joined // span, joined % span - span // 2, inverse
