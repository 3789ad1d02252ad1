"""A plain sentence for each part of an answer that moves it: what is known, and whom it gives or costs how much.

Whether a part gives or costs, and how much, is read from its share of the answer, measured from the mean match; the
words before it only tell what is known. Where the share comes from one side alone, the effect is told of that side. A
part that moves nothing has no sentence.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.scores import AWAY, DRAW, HOME
from serving.explain import CALIBRATION, HOME_ADVANTAGE, SIDES, STRENGTH
from serving.knowledge import Side

Float = NDArray[np.float64]
Known = Mapping[str, Mapping[str, float | str | None]]
"""Features of one side: by family, then by name."""

NOTABLE_POINTS: Final = 0.05
"""What rounds to 0.0 percentage points for every outcome is nil to a reader."""

RECENT_DAYS: Final = 60
"""Results older than this before the kick-off are not of late."""

_GENERAL: Final[Mapping[str, str]] = {
    STRENGTH: "Ratings from results",
    "shots": "Shots on target of earlier matches, beyond the results",
    "odds": "Bookmakers' odds of earlier matches, beyond the results",
    "context": "The kind of match",
    CALIBRATION: "Calibration to recent results",
}


def sentence(
    part: str, points: Float, names: tuple[str, str], known: Mapping[Side, Known], about: tuple[Side, ...] = SIDES
) -> str | None:
    """The sentence of one part; None if it moves no outcome notably.

    Args:
        part: one of `explain.PARTS`.
        points: what it adds to home win, draw and away win, percentage points.
        names: of the home and the away club.
        known: the features of both sides, as answered.
        about: the sides that the part's effect comes from.
    """
    if np.abs(points).max() < NOTABLE_POINTS:
        return None
    if part == HOME_ADVANTAGE:
        return f"{names[0]} play at home: {_effect(points, names, 'home')}."
    if part not in _TELL:
        general = _GENERAL.get(part) or part.replace("_", " ").capitalize()
        return f"{general}: {_effect(points, names)}."
    one = about[0] if len(about) == 1 else None
    helped = one is not None and points[_WIN[one]] > 0.0
    tell, nothing = _TELL[part]
    told = {side: tell(names[SIDES.index(side)], known[side], helped) for side in about}
    if one is None and not any(told.values()):
        words = f"The {nothing[1]} of both sides are unknown"
    else:
        words = "; ".join(
            text or f"{_of(names[SIDES.index(side)])} {nothing[0]} unknown" for side, text in told.items()
        )
    return f"{words}: {_effect(points, names, one)}."


_WIN: Final[Mapping[Side, int]] = {"home": HOME, "away": AWAY}


def _effect(points: Float, names: tuple[str, str], of: Side | None = None) -> str:
    """Whose chance it moves, and by how much: that of the side told of, if notably, else of the outcome moved most."""
    most = int(np.abs(points).argmax())
    them = of is not None and abs(points[_WIN[of]]) >= NOTABLE_POINTS
    if of is not None and them:
        most = _WIN[of]
    gained = points[most] > 0.0
    amount = f"{abs(points[most]):.1f}"
    amount += " point" if amount == "1.0" else " points"
    if most == DRAW:
        return f"that makes a draw {amount} {'likelier' if gained else 'less likely'}"
    whom = "them" if them else names[0] if most == HOME else names[1]
    return f"that {'gives' if gained else 'costs'} {whom} {amount}"


def _form(name: str, known: Known, _: bool) -> str | None:
    letters = known["form"].get("last_five")
    if not letters:
        return None
    days = _number(known, "form", "days_since_result")
    old = days is not None and days > RECENT_DAYS
    when = ("in their last known match" + ("es" if len(str(letters)) > 1 else "")) if old else "of late"
    missing = _number(known, "form", "unknown_results")
    told = f"{name} had {' '.join(str(letters))} {when}"
    return told if not missing else f"{told} ({_count(missing, 'later result')} unknown)"


def _rest(name: str, known: Known, _: bool) -> str | None:
    days = _number(known, "rest", "rest_days")
    if days is None:
        return None
    told = f"{name} have {_count(days, 'day')} of rest"
    matches = _number(known, "rest", "matches_last_14_days")
    return told if matches is None else f"{told}, after {_count(matches, 'match', 'matches')} in 14 days"


def _travel(name: str, known: Known, helped: bool) -> str | None:
    km = _number(known, "travel", "travel_km")
    if km is None:
        return None
    if km < 1.0:
        told = f"{name} need not travel"
    else:
        told = f"{name} travel {'only ' if helped else ''}{km:,.0f} km"
        zones = _number(known, "travel", "time_zones_crossed_hours")
        if zones:
            told += f" and {_count(zones, 'time zone')}"
    recent = _number(known, "travel", "travel_km_last_30_days")
    return told if not recent else f"{told}, after {recent:,.0f} km in 30 days"


def _injuries(name: str, known: Known, _: bool) -> str | None:
    out = _number(known, "injuries", "players_out")
    if out is None:
        return None
    doubtful = _number(known, "injuries", "players_doubtful") or 0.0
    in_doubt = f"{doubtful:g} {'is' if doubtful == 1 else 'are'} in doubt"
    if not out:
        return f"{name} miss nobody" + (f", {in_doubt}" if doubtful else "")
    return f"{name} miss {_count(out, 'player')}" + (f", {doubtful:g} more in doubt" if doubtful else "")


_Teller = Callable[[str, Known, bool], str | None]
_TELL: Final[Mapping[str, tuple[_Teller, tuple[str, str]]]] = {
    "form": (_form, ("recent results are", "recent results")),
    "rest": (_rest, ("days of rest are", "days of rest")),
    "travel": (_travel, ("journey is", "journeys")),
    "injuries": (_injuries, ("absent players are", "absent players")),
}
"""By family: tells of a side, None if it is unknown, and whether that side is helped by it; what is unknown then."""


def _of(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _number(known: Known, family: str, name: str) -> float | None:
    value = known[family].get(name)
    return value if isinstance(value, float) else None


def _count(number: float, one: str, many: str | None = None) -> str:
    return f"no {one}" if number == 0 else f"{number:g} {one if number == 1 else many or one + 's'}"
