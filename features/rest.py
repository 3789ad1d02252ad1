"""Rest: days since the last match, how many matches lately, extra time, long breaks."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.clubstate import NO_DAY, RECENT, ClubState
from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]

CAP_DAYS: Final = 7.0
LONG_BREAK_DAYS: Final = 28.0

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
is no more rest; the difference is of the capped ones, home less away. Unknown for a club's first match."""

MONOTONE: Final = {
    "home_rest_days_capped": 1,
    "away_rest_days_capped": -1,
    "rest_days_difference": 1,
    **{f"home_matches_last_{d}_days": -1 for d in (7, 14, 30)},
    **{f"away_matches_last_{d}_days": 1 for d in (7, 14, 30)},
    "home_extra_time_last": -1,
    "away_extra_time_last": 1,
}

DISPLAY_ONLY: Final = ("home_rest_days", "away_rest_days")
"""Not for the model: they would let rest act outside its constraint."""


def rest_features(day: Int, home: ClubState, away: ClubState) -> Float:
    """Shape (n, len(COLUMNS)).

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        home, away: states of both clubs, n rows each.
    """
    out = np.full((len(day), len(COLUMNS)), np.nan)
    width = len(_SIDE)
    _side(day, home.recent_day, home.last_extra_time, out[:, :width])
    _side(day, away.recent_day, away.last_extra_time, out[:, width : 2 * width])
    out[:, -1] = out[:, 1] - out[:, width + 1]
    return out


@jit
def _side(day: Int, recent_day: Int, last_extra_time: Float, out: Float) -> None:
    for i in range(day.shape[0]):
        newest = recent_day[i, RECENT - 1]
        if newest == NO_DAY:
            continue
        rest = float(day[i] - newest)
        out[i, 0] = rest
        out[i, 1] = min(rest, CAP_DAYS)
        week = 0.0
        fortnight = 0.0
        month = 0.0
        for k in range(RECENT):
            if recent_day[i, k] == NO_DAY:
                continue
            ago = day[i] - recent_day[i, k]
            if ago <= 7:
                week += 1.0
            if ago <= 14:
                fortnight += 1.0
            if ago <= 30:
                month += 1.0
        out[i, 2] = week
        out[i, 3] = fortnight
        out[i, 4] = month
        out[i, 5] = last_extra_time[i]
        out[i, 6] = 1.0 if rest >= LONG_BREAK_DAYS else 0.0
