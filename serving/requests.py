"""What lists are asked for, beside the fixtures of `serving.schemas`."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from serving.schemas import FIRST_YEAR, LAST_YEAR

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EXPECTED: Final = f"a day of the years {FIRST_YEAR} to {LAST_YEAR}, such as 2025-09-30"


def parse_day(value: object) -> date:
    """Read a day; numbers and moments are refused, not guessed at."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value) and FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "expected {expected}", {"expected": _EXPECTED})


Day = Annotated[date, BeforeValidator(parse_day), WithJsonSchema({"type": "string", "format": "date"})]


@dataclass(frozen=True)
class FixtureQuery:
    """Which fixtures to list; None is no limit, or for days a week from `as_of`, for `as_of` now."""

    first_day: date | None = None
    last_day: date | None = None
    competition: str | None = None
    club: str | None = None
    as_of: datetime | None = None
    limit: int = 50
    offset: int = 0
