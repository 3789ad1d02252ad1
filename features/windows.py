"""Counts and means over windows of a club's last matches, for all matches of a table at once.

The plain columns of form, rest and travel (`COLUMNS`) need neither ratings nor strengths, and of a whole table not even
a look back from each of its matches: each club's matches are gone through once, in the order in which their results
became known, and what the last five or ten of them say is the difference of two running sums. For exploring long
histories; the bits are those of `features.table`, which has all columns and any `as_of`.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from features.clubstate import GROUND_STATISTICS, RECENT
from features.encoding import are_counted, codes_together, competition_named, days_of, goals_of, moments, seconds_of
from features.jit import processors
from features.lookback import MEMORY, REACH_DAYS
from features.places import PlacedClub, Places, great_circle_km
from features.rest import CAP_DAYS, GRACE_DAYS, LONGEST_BREAK_DAYS
from features.window_kernel import LONG, SHORT, Limits, walk_clubs
from football.competitions import Competition
from football.errors import InvalidValueError

if TYPE_CHECKING:
    import pandas as pd

Float = NDArray[np.float64]

STATISTICS: Final = GROUND_STATISTICS
LAST: Final = (SHORT, LONG)
COUNT_DAYS: Final = (7, 14, 30)
KM_DAYS: Final = (14, 30)

SIDE: Final = (
    *(f"{venue}{name}_last_{matches}" for venue in ("", "venue_") for name in STATISTICS for matches in LAST),
    "rest_days",
    "rest_days_capped",
    *(f"matches_last_{days}_days" for days in COUNT_DAYS),
    "travel_km",
    *(f"travel_km_last_{days}_days" for days in KM_DAYS),
)
"""Columns of a side, in the order in which `window_kernel.walk_clubs` has them."""

_LIMITS: Final = Limits(MEMORY, RECENT, REACH_DAYS, CAP_DAYS, LONGEST_BREAK_DAYS, GRACE_DAYS)

DIFFERENCE: Final = "rest_days_difference"
COLUMNS: Final = (*(f"home_{name}" for name in SIDE), *(f"away_{name}" for name in SIDE), DIFFERENCE)
"""See `features.form`, `features.rest` and `features.travel`."""


def window_features(
    matches: "pd.DataFrame",
    registry: Iterable[PlacedClub],
    competitions: Mapping[str, Competition],
    columns: Sequence[str] = COLUMNS,
) -> "pd.DataFrame":
    """Columns of all matches of a table as of their starts, in its order and with its index; NaN where unknown.

    Args:
        matches: contract `football.tables.MATCHES`; it is left as it is.
        registry: homes of clubs.
        competitions: those of the table by id.
        columns: of `COLUMNS`.

    Raises:
        InvalidValueError: another column, or a competition that is not among `competitions`.
    """
    import pandas as pd

    for name in columns:
        if name not in COLUMNS:
            raise InvalidValueError("columns", name, "one of features.windows.COLUMNS")
    rows = _rows(matches, registry, competitions, columns)
    return pd.DataFrame(rows, index=matches.index, columns=list(columns), copy=False)


def _rows(
    matches: "pd.DataFrame",
    registry: Iterable[PlacedClub],
    competitions: Mapping[str, Competition],
    columns: Sequence[str],
) -> Float:
    club_ids, (home, away) = codes_together(matches["home_id"], matches["away_id"])
    places = Places.of(club_ids, registry)
    entries = np.bincount(home, minlength=len(club_ids)) + np.bincount(away, minlength=len(club_ids))
    offsets = np.concatenate([[0], np.cumsum(entries)]).astype(np.int64)
    out, capped = np.empty((len(matches), len(columns))), np.empty((2, len(matches)))
    at = np.array([[_place(f"{side}_{name}", columns) for name in SIDE] for side in ("home", "away")])
    threads = processors()
    # Kernels let other threads run.
    with ThreadPoolExecutor(threads) as pool:
        to_home = (places.latitude[home], places.longitude[home])
        km = pool.submit(great_circle_km, places.latitude[away], places.longitude[away], *to_home)
        competition_ids, (competition,) = codes_together(matches["competition_id"])
        of_match = [competition_named(name, competitions) for name in competition_ids]
        zones = np.array([c.time_zone for c in of_match], dtype=object)
        league = np.array([c.kind == "league" for c in of_match], dtype=np.bool_)[competition]
        day = days_of(matches["date"])
        starts_s, known_s = moments(day, seconds_of(matches["kickoff_utc"]), zones[competition])
        home_goals, away_goals = goals_of(matches)
        neutral = matches["neutral"].to_numpy(dtype=np.float64, na_value=np.nan)
        counted = are_counted(matches)
        has_result = ~np.isnan(home_goals)
        cut_day = int(day[has_result].max()) if has_result.any() else 0
        away_km = km.result()

        def walk(first: int, last: int) -> None:
            walk_clubs(
                first,
                last,
                offsets,
                home,
                away,
                day,
                starts_s,
                known_s,
                home_goals,
                away_goals,
                neutral,
                league,
                counted,
                away_km,
                cut_day,
                _LIMITS,
                at,
                out,
                capped,
            )

        # Clubs do not look at each other: parts of about as many matches.
        borders = np.searchsorted(offsets, np.linspace(0, offsets[-1], threads + 1).astype(np.int64))
        list(pool.map(walk, borders[:-1].tolist(), borders[1:].tolist()))
    if DIFFERENCE in columns:
        np.subtract(capped[0], capped[1], out=out[:, columns.index(DIFFERENCE)])
    return out


def _place(name: str, columns: Sequence[str]) -> int:
    return columns.index(name) if name in columns else -1
