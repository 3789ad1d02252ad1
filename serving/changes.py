"""Changes to feature rows: what a scenario does to rest, journeys and absences, for many rows at once.

Each change keeps the direction that it has in life: more rest never leaves more matches in the last days, a longer
journey or a further absence never lowers a count. With the model's constraints, none of them can help the side that it
befalls.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features import rest
from features.clubstate import NO_DAY, ClubState
from features.places import Places, great_circle_km
from features.table import FEATURES
from serving.knowledge import Side, Sides

Float = NDArray[np.float64]
Int = NDArray[np.int64]

SIDES: Final[tuple[Side, Side]] = ("home", "away")
ABSENCES: Final = ("players_out", "players_doubtful", "minutes_share_missing", "key_players_out", "absences_known")
_REST: Final = [FEATURES.index(name) for name in rest.COLUMNS]


@dataclass(frozen=True)
class SideChange:
    """What is different for one side in n rows, shape (n,) each: NaN is no change, of `results_ignored` 0.

    `absences` are the counts of `ABSENCES` in their order, shape (5,), before the share of `minutes_share_out` is added
    to them; None for those of the data.
    """

    rest_days: Float
    travel_km: Float
    minutes_share_out: Float
    results_ignored: Int
    absences: Float | None = None


def column(side: Side, name: str) -> int:
    """Where a side's feature is in a row."""
    return FEATURES.index(f"{side}_{name}")


def change_rest(rows: Float, day: Int, sides: Sides, home: SideChange, away: SideChange) -> None:
    """Write rest as it would be; columns of sides without a change keep their bits."""
    states = [_rested(state, day, change.rest_days) for state, change in _pairs(sides, home, away)]
    found = rest.rest_features(day, *states)
    for side, change in zip(SIDES, (home, away), strict=True):
        given = np.isfinite(change.rest_days)
        of_side = [k for k, name in enumerate(rest.COLUMNS) if name.startswith(f"{side}_")]
        for k in of_side:
            rows[given, _REST[k]] = found[given, k]
        # Where the data do not tell of the club's matches, the days of rest are all that is known.
        days = change.rest_days[given]
        rows[given, column(side, "rest_days")] = days
        rows[given, column(side, "rest_days_capped")] = np.minimum(days, rest.CAP_DAYS)
        rows[given, column(side, "after_long_break")] = (days >= rest.LONG_BREAK_DAYS).astype(np.float64)
    capped = [rows[:, column(side, "rest_days_capped")] for side in SIDES]
    rows[:, FEATURES.index("rest_days_difference")] = capped[0] - capped[1]


def _pairs(sides: Sides, home: SideChange, away: SideChange) -> list[tuple[ClubState, SideChange]]:
    return [(sides.home, home), (sides.away, away)]


def _rested(state: ClubState, day: Int, rest_days: Float) -> ClubState:
    """States whose last match before the day was `rest_days` (NaN: as it was) before it, and none was later."""
    given = np.isfinite(rest_days)
    last = (day - np.where(given, rest_days, 0.0)).astype(np.int64)
    before = given[:, None] & (state.recent_day != NO_DAY) & (state.recent_day < day[:, None])
    newest = np.where(before, state.recent_day, NO_DAY).max(axis=1)
    moved = before & ((state.recent_day > last[:, None]) | (state.recent_day == newest[:, None]))
    changed = {f.name: getattr(state, f.name) for f in fields(state)}
    changed["recent_day"] = np.where(moved, last[:, None], state.recent_day)
    # What the data tell of does not grow less because a match is thought to be earlier.
    changed["told_until_day"] = np.maximum(state.told_until_day, newest)
    return ClubState(**changed)


def change_journeys(rows: Float, home: SideChange, away: SideChange) -> None:
    """Write lengths of journeys where they are given."""
    for side, change in zip(SIDES, (home, away), strict=True):
        given = np.isfinite(change.travel_km)
        rows[given, column(side, "travel_km")] = change.travel_km[given]


def change_venue(rows: Float, day: Int, sides: Sides, venue: Places) -> None:
    """Write journeys, clocks and climb to another place for all rows; `venue` has one row a row."""
    for side, places in zip(SIDES, (sides.home_places, sides.away_places), strict=True):
        shift = venue.clocks_ahead_hours(places, day)
        rows[:, column(side, "travel_km")] = great_circle_km(
            places.latitude, places.longitude, venue.latitude, venue.longitude
        )
        rows[:, column(side, "time_zone_shift_hours")] = shift
        rows[:, column(side, "time_zones_crossed_hours")] = np.abs(shift)
    rows[:, FEATURES.index("away_climb_m")] = venue.elevation_m - sides.away_places.elevation_m


def change_absences(rows: Float, home: SideChange, away: SideChange) -> None:
    """Write absences where they are given: the counts, and shares of minutes (rounded up: players) on top of them."""
    for side, change in zip(SIDES, (home, away), strict=True):
        columns = [column(side, name) for name in ABSENCES]
        if change.absences is not None:
            rows[:, columns] = change.absences
        given = np.isfinite(change.minutes_share_out)
        rows[given, columns[0]] += np.ceil(change.minutes_share_out[given])
        rows[given, columns[2]] += change.minutes_share_out[given]
