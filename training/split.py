"""Splits by time: training ends before testing begins, never the other way round."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.errors import InvalidValueError

Mask = NDArray[np.bool_]

GAP_DAYS: Final = 30
"""Days left out before a test window. The longest window of days among the features is 30, so no training row
counts a match of the days that a test row's windows count."""

SEASON_START: Final = (7, 1)
"""Month and day on which a season begins: between seasons in Europe, and a fixed day everywhere else."""


@dataclass(frozen=True)
class Split:
    """Rows to fit on and rows to judge on, masks of shape (n,); `test_from` is the first day of the latter."""

    train: Mask
    test: Mask
    test_from: date
    gap_days: int


@dataclass(frozen=True)
class Fold:
    """One step of a walk forward: fit on what was known at `fitted_at` (UTC), forecast the days from then on."""

    season: str
    fitted_at: pd.Timestamp
    train: Mask
    test: Mask


def season_start(day: date) -> date:
    """The 1 July on or before a day."""
    start = date(day.year, *SEASON_START)
    return start if day >= start else date(day.year - 1, *SEASON_START)


def season_name(day: date) -> str:
    """The season of a day as `2024-25`; it runs from 1 July to 30 June."""
    year = season_start(day).year
    return f"{year}-{(year + 1) % 100:02d}"


def default_test_start(last_day: date) -> date:
    """The latest 1 July that leaves a full year to test on: between 12 and 24 months before the data's last day."""
    start = season_start(last_day)
    return date(start.year - 1, *SEASON_START)


def split_by_time(dates: pd.Series, test_from: date, gap_days: int = GAP_DAYS) -> Split:
    """Train on the days before `test_from` less the gap, test on those from `test_from` on.

    Args:
        dates: match days (datetime64), any order.
        test_from: first day of the test window.
        gap_days: days before it that neither side has.

    Raises:
        InvalidValueError: a negative gap, or a side without matches.
    """
    if gap_days < 0:
        raise InvalidValueError("gap_days", gap_days, "0 or more days")
    boundary = pd.Timestamp(test_from)
    train = (dates < boundary - timedelta(days=gap_days)).to_numpy(bool)
    test = (dates >= boundary).to_numpy(bool)
    if not train.any() or not test.any():
        span = f"{dates.min():%Y-%m-%d} and {dates.max():%Y-%m-%d}" if len(dates) else "(there are no matches)"
        raise InvalidValueError(
            "test_from",
            test_from.isoformat(),
            f"a day with matches before it (less {gap_days} days) and after, between {span}",
        )
    return Split(train, test, test_from, gap_days)


def walk_forward(dates: pd.Series, starts_at: pd.Series, known_at: pd.Series, start: date) -> Iterator[Fold]:
    """One fold a season, from `start` to the last match; together the test masks hold every match from `start` on.

    A season's fold trains on every match whose result was known when the season (or, in the first fold, `start`)
    began: at midnight UTC, or earlier where a match of its first day starts earlier, as in the Far East. It needs no
    gap: nothing later than that moment is used, and features look back only.

    Args:
        dates: match days (datetime64), any order.
        starts_at: when each match began (datetime64, UTC).
        known_at: when each result was known (datetime64, UTC).
        start: first day to forecast.

    Raises:
        InvalidValueError: no matches from `start` on, or none known before it.
    """
    if not (dates >= pd.Timestamp(start)).any():
        last = f"{dates.max():%Y-%m-%d}" if len(dates) else "(there are no matches)"
        raise InvalidValueError("start", start.isoformat(), f"a day not after the newest played match, {last}")
    last_day = dates.max().date()
    opening = start
    while opening <= last_day:
        following = season_start(opening)
        following = date(following.year + 1, following.month, following.day)
        test = ((dates >= pd.Timestamp(opening)) & (dates < pd.Timestamp(following))).to_numpy(bool)
        fitted_at = min([pd.Timestamp(opening, tz="UTC"), *starts_at[test]])
        train = (known_at <= fitted_at).to_numpy(bool)
        if not train.any():
            raise InvalidValueError(
                "start", opening.isoformat(), f"a day after {dates.min():%Y-%m-%d}, the first match to train on"
            )
        if test.any():
            yield Fold(season_name(opening), fitted_at, train, test)
        opening = following
