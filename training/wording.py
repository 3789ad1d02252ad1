"""Figures in words that fit whatever they say: for texts that must not claim more than new numbers bear."""

from math import isfinite
from typing import Final

SURE: Final = 1.96
"""Standard errors from 0 beyond which a figure counts as told from chance: 95 %, two-sided."""


def verdict(value: float, error: float, below: str, above: str, neither: str = "cannot be told from chance") -> str:
    """`below` or `above` where a figure is surely under or over 0; `neither` if not, or if its error is unknown."""
    if not (isfinite(value) and isfinite(error)) or abs(value) <= SURE * error:
        return neither
    return above if value > 0 else below


def interval(value: float, error: float, digits: int = 1, unit: str = "") -> str:
    """A figure with its 95 % interval, such as `-1.9 (-3.0 to -0.8) points`."""
    low, high = value - SURE * error, value + SURE * error
    told = (
        f"{value:+.{digits}f}"
        if not isfinite(error)
        else f"{value:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"
    )
    return f"{told} {unit}".rstrip()
