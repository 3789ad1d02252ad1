"""Form: what the last known results say of each side."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.clubstate import FORM, GROUND_STATISTICS, NO_DAY, WINDOWS, ClubState
from features.columns import choose

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_GROUND: Final = tuple(f"{name}_{window}" for name in GROUND_STATISTICS for window in WINDOWS)
_COMMON: Final = tuple(name for name in FORM if not name.startswith(("home_", "away_")))
_SIDE: Final = (*_COMMON, *(f"venue_{name}" for name in _GROUND), "days_since_result", "unknown_results")

COLUMNS: Final = (*(f"home_{name}" for name in _SIDE), *(f"away_{name}" for name in _SIDE))
"""Means per match as in `clubstate.FORM`; `venue_` counts home matches of the home side and away matches of the away
side; `days_since_result` and `unknown_results` say how stale the rest is."""

MONOTONE: Final[dict[str, int]] = {}

_READ: Final = ("score_surplus_weighted", "goal_difference_surplus_weighted", "unknown_results")

DISPLAY_ONLY: Final = tuple(name for name in COLUMNS if name.partition("_")[2] not in _READ)
"""Not for the model. Points, goals and streaks say nothing that the ratings do not know: without them forecasts of
2016/17 to 2020/21 were a little better (RPS 0.20685, with them 0.20693). Days since the last result are the rest days
where results are known up to date, outside their constraint."""

COLUMNS_OF: Final = {
    venue: np.array([FORM.index(name) for name in (*_COMMON, *(f"{venue}_{name}" for name in _GROUND))])
    for venue in ("home", "away")
}


def form_features(day: Int, home: ClubState, away: ClubState, *, out: Float | None = None) -> Float:
    """Shape (n, len(COLUMNS)); see `COLUMNS`. Written to `out`, where given.

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        home, away: states of both clubs, n rows each.
    """
    out = np.empty((len(day), len(COLUMNS))) if out is None else out
    width = len(_SIDE)
    _side(day, home, "home", out[:, :width])
    _side(day, away, "away", out[:, width:])
    return out


def _side(day: Int, state: ClubState, venue: str, out: Float) -> None:
    choose.for_rows(len(day))(state.form, COLUMNS_OF[venue], out)
    out[:, -2] = np.where(state.last_result_day != NO_DAY, day - state.last_result_day, np.nan)
    out[:, -1] = state.unknown_results
