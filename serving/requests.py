"""What lists are asked for, beside the fixtures of `serving.request_schemas`."""

from dataclasses import dataclass
from datetime import date, datetime


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
