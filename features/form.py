"""Form: what the last known results say of each side."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.clubstate import FORM, NO_DAY, ClubState

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_GROUND: Final = (
    "home_points_last_5",
    "home_goal_difference_last_5",
    "away_points_last_5",
    "away_goal_difference_last_5",
)
_COMMON: Final = tuple(name for name in FORM if name not in _GROUND)
_SIDE: Final = (*_COMMON, "venue_points_last_5", "venue_goal_difference_last_5", "days_since_result", "unknown_results")

COLUMNS: Final = (*(f"home_{name}" for name in _SIDE), *(f"away_{name}" for name in _SIDE))
"""Per match means as in `clubstate.FORM`; `venue_` counts home matches of the home side and away matches of the away
side; `days_since_result` and `unknown_results` say how stale the rest is."""

MONOTONE: Final[dict[str, int]] = {}

DISPLAY_ONLY: Final = ("home_days_since_result", "away_days_since_result")
"""Not for the model: with results known up to date they are the rest days, outside their constraint."""


def form_features(day: Int, home: ClubState, away: ClubState) -> Float:
    """Shape (n, len(COLUMNS)); see `COLUMNS`.

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        home, away: states of both clubs, n rows each.
    """
    return np.hstack([_side(day, home, "home"), _side(day, away, "away")])


def _side(day: Int, state: ClubState, venue: str) -> Float:
    common = [FORM.index(name) for name in _COMMON]
    ground = [FORM.index(f"{venue}_{name}") for name in ("points_last_5", "goal_difference_last_5")]
    known = state.last_result_day != NO_DAY
    since = np.where(known, (day - state.last_result_day).astype(np.float64), np.nan)
    unknown = state.unknown_results.astype(np.float64)
    return np.column_stack([state.form[:, common], state.form[:, ground], since, unknown])
