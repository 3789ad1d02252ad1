"""Fields that requests and answers share: how each is read, and its limits.

Times are UTC. Unknown is null, never zero.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

FIRST_YEAR: Final = 1888
LAST_YEAR: Final = 2100
NAME_LENGTH: Final = 120
MOST_GOALS: Final = 30
HIGHEST_ODDS: Final = 1000.0

_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_MOMENT_EXPECTED: Final = "a date and time with its time zone, such as 2025-09-30T16:45:00Z or 2025-09-30T21:45+05:00"
_YEARS_EXPECTED: Final = f"a moment in the years {FIRST_YEAR} to {LAST_YEAR}"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_EXPECTED: Final = f"a day such as 2026-09-30, in the years {FIRST_YEAR} to {LAST_YEAR}"


def refuse(kind: str, expected: str) -> PydanticCustomError:
    """The error of a value that is not as expected, to raise."""
    return PydanticCustomError(kind, "expected {expected}", {"expected": expected})


def parse_moment(value: object) -> datetime:
    """Read a moment in time as UTC; numbers, bare dates and times without a zone are refused, not guessed at."""
    if isinstance(value, str):
        shape = _MOMENT.fullmatch(value.strip())
        if shape is None:
            raise refuse("moment_shape", _MOMENT_EXPECTED)
        if shape["zone"] is None:
            raise refuse("moment_without_zone", _MOMENT_EXPECTED)
        try:
            value = datetime.fromisoformat(value.strip().upper())
        except ValueError:
            raise refuse("moment_impossible", f"{_MOMENT_EXPECTED}; this day or time does not exist") from None
    if not isinstance(value, datetime):
        raise refuse("moment_type", _MOMENT_EXPECTED)
    if value.tzinfo is None:
        raise refuse("moment_without_zone", _MOMENT_EXPECTED)
    # Looked at before the conversion, which overflows at the calendar's ends, and after, when it may cross a year.
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise refuse("moment_range", _YEARS_EXPECTED)
    moment = value.astimezone(UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise refuse("moment_range", _YEARS_EXPECTED)
    return moment


def rfc3339(moment: datetime) -> str:
    """A moment as answers write it, in UTC: `2025-09-30T16:45:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_day(value: object) -> date:
    """Read a day of the calendar; numbers and moments are refused, not guessed at."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if FIRST_YEAR <= day.year <= LAST_YEAR:
                return day
    raise refuse("day", _DAY_EXPECTED)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise refuse("unprintable", "printable characters only")
    return text


Moment = Annotated[
    datetime,
    BeforeValidator(parse_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[date, BeforeValidator(parse_day), WithJsonSchema({"type": "string", "format": "date"})]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH)]
Printable = AfterValidator(_printable)
PrintableName = Annotated[Name, Printable]
Goals = Annotated[int, Field(strict=True, ge=0, le=MOST_GOALS)]
Price = Annotated[float, Field(strict=True, gt=1.0, le=HIGHEST_ODDS, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Numbers = dict[str, float | None]
"""Feature name (without its side) to value; null where unknown."""


class AnswerModel(BaseModel):
    """Base of what the service answers."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")
