"""How much an answer is to be trusted, in one word and its reason."""

from typing import Final, Literal

from serving.answer_shape import ConfidenceShape
from serving.uncertainty import SideUncertainty

Level = Literal["high", "medium", "low"]

HIGH_UP_TO: Final = 0.02
MEDIUM_UP_TO: Final = 0.05
"""Variance of the edge between the sides (see `serving.uncertainty`). Two clubs of whose matches all are known have
about 0.012; 0.02 moves an even match by about 8 points either way within the interval, 0.05 by about 13."""

MINOR: Final = 0.5
"""A cause with less than this of the largest one is not told."""


def confidence(
    names: tuple[str, str],
    sides: tuple[SideUncertainty, SideUncertainty],
    days: tuple[int | None, int | None],
    apart: float = 0.0,
) -> ConfidenceShape:
    """The word and what it rests on.

    Args:
        names: of the home and the away club.
        sides: what is not known of them.
        days: from each club's newest known result to the kick-off; None if there is none.
        apart: variance for leagues that never meet.
    """
    variance = sides[0].strength + sides[1].strength + apart
    if variance <= HIGH_UP_TO:
        return {"level": "high", "reason": "many recent results of both clubs are known"}
    causes: list[tuple[float, str]] = []
    if apart:
        causes.append((apart, "no competition is known in which clubs of their countries meet"))
    for name, side, since in zip(names, sides, days, strict=True):
        if since is None:
            causes.append((side.unseen, f"no result of {name} is known"))
        else:
            causes.append((side.unseen, f"few recent results of {name} are known"))
            causes.append((side.drift, f"the newest known result of {name} is {since:,} days old at kick-off"))
    largest = max(size for size, _ in causes)
    told = [text for size, text in sorted(causes, key=lambda cause: -cause[0]) if size >= MINOR * largest]
    level: Level = "medium" if variance <= MEDIUM_UP_TO else "low"
    return {"level": level, "reason": "; ".join(told)}
