"""Changes of `awayday predict --what-if` as a scenario."""

from collections.abc import Sequence
from typing import Final

from football.errors import InvalidValueError

_NUMBERS: Final = ("home_rest_days", "away_rest_days", "home_travel_km", "away_travel_km")
_FLAGS: Final = {"true": True, "false": False}
_EXPECTED: Final = f"NAME=VALUE with a number for {', '.join(_NUMBERS)}, or neutral=true, neutral=false"


def scenario_of(changes: Sequence[str]) -> dict[str, object] | None:
    """The scenario of changes such as `away_rest_days=7`; None without any.

    Raises:
        InvalidValueError: a change is none of those, or comes twice.
    """
    scenario: dict[str, object] = {}
    given: set[str] = set()
    for change in changes:
        name, _, value = change.partition("=")
        if name in given:
            raise InvalidValueError("what-if", change, f"one value for {name}")
        given.add(name)
        if name == "neutral" and value in _FLAGS:
            scenario["neutral"] = _FLAGS[value]
        elif name in _NUMBERS:
            side, _, part = name.partition("_")
            of_part = scenario.setdefault(part, {})
            assert isinstance(of_part, dict)
            of_part[side] = _number(change, value)
        else:
            raise InvalidValueError("what-if", change, _EXPECTED)
    return scenario or None


def _number(change: str, value: str) -> float | int:
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        raise InvalidValueError("what-if", change, _EXPECTED) from None
