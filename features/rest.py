"""Rest: days since the last match, how many matches lately, extra time, long breaks."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.clubstate import NO_DAY, ClubState
from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]

CAP_DAYS: Final = 7.0
LONG_BREAK_DAYS: Final = 28.0

LONGEST_BREAK_DAYS: Final = 200
"""A longer gap in a club's matches is a gap in the data, not rest; likewise, the data tell of all of a club's matches
only if they have one of its league within that time."""

GRACE_DAYS: Final = 7
"""Up to this long after the last day that the data tell of, what a club did of late is still taken from them."""

_SIDE: Final = (
    "rest_days",
    "rest_days_capped",
    "matches_last_7_days",
    "matches_last_14_days",
    "matches_last_30_days",
    "extra_time_last",
    "after_long_break",
)
COLUMNS: Final = (
    *(f"home_{name}" for name in _SIDE),
    *(f"away_{name}" for name in _SIDE),
    "rest_days_difference",
)
"""`rest_days` counts calendar days since the last match of any competition; capped at 7, beyond which more rest
is no more rest; the difference is of the capped ones, home less away. `matches_last_..._days` count the matches on
that many days before the fixture's; `after_long_break` is 1 after 28 days or more.

Unknown for a club's first match, beyond what the data tell of, and where the data have no match of the club, or none
in a league, within 200 days: a club whose league they lack has played in between."""

MONOTONE: Final = {
    "home_rest_days_capped": 1,
    "away_rest_days_capped": -1,
    "rest_days_difference": 1,
    **{f"home_matches_last_{d}_days": -1 for d in (7, 14, 30)},
    **{f"away_matches_last_{d}_days": 1 for d in (7, 14, 30)},
    "home_extra_time_last": -1,
    "away_extra_time_last": 1,
}

DISPLAY_ONLY: Final = tuple(f"{side}_{name}" for side in ("home", "away") for name in ("rest_days", "after_long_break"))
"""Not for the model: they would let rest act outside its constraint."""


def rest_features(day: Int, home: ClubState, away: ClubState, *, out: Float | None = None) -> Float:
    """Shape (n, len(COLUMNS)). Written to `out`, where given.

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        home, away: states of both clubs, n rows each.
    """
    out = np.empty((len(day), len(COLUMNS))) if out is None else out
    out[:] = np.nan
    width = len(_SIDE)
    _side(day, last_days(day, home), home.recent_day, home.last_extra_time, out[:, :width])
    _side(day, last_days(day, away), away.recent_day, away.last_extra_time, out[:, width : 2 * width])
    out[:, -1] = out[:, 1] - out[:, width + 1]
    return out


def last_days(day: Int, state: ClubState) -> Int:
    """Day of each club's last match before the fixture's day, `NO_DAY` where it is not known; shape (n,)."""
    return _last_days(day, state.recent_day, state.last_league_day, state.told_until_day)


@jit
def _last_days(day: Int, recent_day: Int, last_league_day: Int, told_until_day: Int) -> Int:
    out = np.full(day.shape[0], NO_DAY)
    for i in range(day.shape[0]):
        last = NO_DAY
        newest = NO_DAY
        for k in range(recent_day.shape[1]):
            newest = max(newest, recent_day[i, k])
            if recent_day[i, k] < day[i]:
                last = max(last, recent_day[i, k])
        told = max(told_until_day[i], newest)
        oldest = min(last, last_league_day[i])
        if day[i] - oldest <= LONGEST_BREAK_DAYS and day[i] - told <= GRACE_DAYS:
            out[i] = last
    return out


@jit
def _side(day: Int, last_day: Int, recent_day: Int, last_extra_time: Float, out: Float) -> None:
    for i in range(day.shape[0]):
        if last_day[i] == NO_DAY:
            continue
        rest = float(day[i] - last_day[i])
        week, fortnight, month = 0.0, 0.0, 0.0
        for k in range(recent_day.shape[1]):
            ago = day[i] - recent_day[i, k]
            if ago > 0:
                week += 1.0 if ago <= 7 else 0.0
                fortnight += 1.0 if ago <= 14 else 0.0
                month += 1.0 if ago <= 30 else 0.0
        out[i, 0] = rest
        out[i, 1] = min(rest, CAP_DAYS)
        out[i, 2] = week
        out[i, 3] = fortnight
        out[i, 4] = month
        # The flag is of the newest match; if that is not before the fixture, of which there is none is known.
        newest = recent_day[i, recent_day.shape[1] - 1]
        out[i, 5] = last_extra_time[i] if newest == last_day[i] else math.nan
        out[i, 6] = 1.0 if rest >= LONG_BREAK_DAYS else 0.0
