"""Durations as they are written on the command line: 30m, 6h, 1d."""

import re
from datetime import timedelta
from typing import Final

from football.errors import InvalidValueError

LEAST: Final = timedelta(minutes=1)
MOST: Final = timedelta(days=365)
_FORM: Final = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_duration(field: str, text: str) -> timedelta:
    """The duration that a text such as 6h tells; `InvalidValueError` naming `field` for any other."""
    found = _FORM.fullmatch(text.strip().lower())
    duration = None if found is None else int(found[1]) * _UNITS[found[2]]
    if duration is None or not LEAST <= duration <= MOST:
        raise InvalidValueError(field, text, "minutes, hours or days such as 30m, 6h or 1d, from 1m to 365d")
    return duration
