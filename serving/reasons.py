"""A plain sentence for each part of an answer that moves it: what is known, and whom it gives or costs how much.

Whether a part gives or costs, and how much, is read from its share of the answer; the sentence before it only tells
what is known of both sides. A part that moves nothing has no sentence.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.scores import DRAW, HOME
from serving.explain import CALIBRATION, HOME_ADVANTAGE, SIDES, STRENGTH
from serving.knowledge import Side

Float = NDArray[np.float64]
Known = Mapping[str, Mapping[str, float | str | None]]
"""Features of one side: by family, then by name."""

NOTABLE_POINTS: Final = 0.05
"""What rounds to 0.0 percentage points for every outcome is nil to a reader."""


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
    effect = _effect(points, names, HOME if part == HOME_ADVANTAGE else None)
    if part == HOME_ADVANTAGE:
        return f"{names[0]} play at home: {effect}."
    if part == STRENGTH:
        return f"Ratings from results: {effect}."
    if part == "shots":
        return f"Shots on target of earlier matches, beyond the results: {effect}."
    if part == "odds":
        return f"Bookmakers' odds of earlier matches, beyond the results: {effect}."
    if part == CALIBRATION:
        return f"Calibration to recent results: {effect}."
    tell = _TELL.get(part)
    told = [] if tell is None else [tell(names[SIDES.index(side)], known[side]) for side in about]
    return f"{'; '.join(filter(None, told)) or part.replace('_', ' ').capitalize()}: {effect}."


def _effect(points: Float, names: tuple[str, str], outcome: int | None = None) -> str:
    """Whose chance it moves, and by how much: that of the outcome told, if notably, else of the one moved most."""
    most = int(np.abs(points).argmax())
    if outcome is not None and abs(points[outcome]) >= NOTABLE_POINTS:
        most = outcome
    gained = points[most] > 0.0
    amount = f"{abs(points[most]):.1f} {'point' if f'{abs(points[most]):.1f}' == '1.0' else 'points'}"
    if most == DRAW:
        return f"that makes a draw {amount} {'likelier' if gained else 'less likely'}"
    return f"that {'gives' if gained else 'costs'} {names[0] if most == HOME else names[1]} {amount}"


def _form(name: str, known: Known) -> str:
    letters = known["form"].get("last_five")
    told = f"{name} had {' '.join(str(letters))} of late" if letters else f"{name}'s recent results are unknown"
    missing = _number(known, "form", "unknown_results")
    if letters and missing:
        told += f" ({missing:g} later {'result' if missing == 1 else 'results'} unknown)"
    return told


def _rest(name: str, known: Known) -> str:
    days = _number(known, "rest", "rest_days")
    if days is None:
        return f"{name}'s rest is unknown"
    told = f"{name} have {_count(days, 'day')} of rest"
    matches = _number(known, "rest", "matches_last_14_days")
    return told if matches is None else f"{told} and {_count(matches, 'match', 'matches')} in 14 days behind them"


def _travel(name: str, known: Known) -> str | None:
    km = _number(known, "travel", "travel_km")
    recent = _number(known, "travel", "travel_km_last_30_days")
    if km is None:
        told = f"{name}'s journey is unknown"
    elif km < 1.0:
        return f"{name} have {recent:,.0f} km of the 30 days before behind them" if recent else None
    else:
        told = f"{name} travel {km:,.0f} km"
        zones = _number(known, "travel", "time_zones_crossed_hours")
        if zones:
            told += f" and {_count(zones, 'time zone')}"
    return told if not recent else f"{told}, with {recent:,.0f} km in the 30 days before"


def _injuries(name: str, known: Known) -> str:
    out = _number(known, "injuries", "players_out")
    if out is None:
        return f"{name}'s absent players are unknown"
    told = f"{name} miss {_count(out, 'player')}" if out else f"{name} miss nobody"
    doubtful = _number(known, "injuries", "players_doubtful")
    return told if not doubtful else f"{told}, {doubtful:g} more in doubt"


_TELL: Final[Mapping[str, Callable[[str, Known], str | None]]] = {
    "form": _form,
    "rest": _rest,
    "travel": _travel,
    "injuries": _injuries,
}


def _number(known: Known, family: str, name: str) -> float | None:
    value = known[family].get(name)
    return value if isinstance(value, float) else None


def _count(number: float, one: str, many: str | None = None) -> str:
    return f"no {one}" if number == 0 else f"{number:g} {one if number == 1 else many or one + 's'}"
