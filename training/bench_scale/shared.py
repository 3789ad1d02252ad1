"""The columns of the feature table that polars and pandas can tell too, and ours of them.

On neutral ground the peers do not tell the form at the venue: of cups' finals it would take them another pass.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from features.history import History
from features.places import PlacedClub
from features.table import build_features
from football.competitions import Competition

STATISTICS: Final = ("points", "goals_for", "goals_against")
LAST: Final = (5, 10)
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
SHARED: Final = (*(f"home_{name}" for name in SIDE), *(f"away_{name}" for name in SIDE), "rest_days_difference")


def shared_columns(
    matches: pd.DataFrame, clubs: Iterable[PlacedClub], competitions: Mapping[str, Competition]
) -> pd.DataFrame:
    """Columns `SHARED` of a matches table, as `features.table` builds them: from the table on, ratings and all."""
    history = History.build(matches, clubs, competitions)
    return build_features(matches, history, None, None, competitions, columns=SHARED)
