"""The columns of `features.windows` in plain pandas: `groupby` and `rolling`, as one would write them.

On neutral ground the peers do not tell the form at the venue: of cups' finals it would take them another pass.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.windows import COLUMNS, COUNT_DAYS, KM_DAYS, LAST, SIDE, STATISTICS

Float = NDArray[np.float64]

EARTH_RADIUS_KM: Final = 6371.0088
CAP_DAYS: Final = 7
LONGEST_BREAK_DAYS: Final = 200


def pandas_columns(matches: pd.DataFrame, places: pd.DataFrame, leagues: Sequence[str]) -> pd.DataFrame:
    """Columns `COLUMNS` of a matches table, on its index.

    Args:
        matches: `football.tables.MATCHES`, all played, with kick-offs.
        places: `club`, `latitude`, `longitude`.
        leagues: ids of the competitions that are leagues.
    """
    at = places.set_index("club")
    home, away = at.loc[matches["home_id"]].to_numpy(), at.loc[matches["away_id"]].to_numpy()
    neutral = matches["neutral"].to_numpy(bool)
    away_km = np.where(neutral, np.nan, haversine_km(away[:, 0], away[:, 1], home[:, 0], home[:, 1]))
    home_km = np.where(neutral, np.nan, 0.0)
    league = matches["competition_id"].isin(leagues).to_numpy()
    both = pd.concat(
        [
            _side(matches, "home", "away", home_km, np.where(neutral, 0, 1), league),
            _side(matches, "away", "home", away_km, np.where(neutral, 0, -1), league),
        ]
    )
    both = both.sort_values(["club", "date"], ignore_index=True)
    told = _told(both)
    out = pd.DataFrame(index=matches.index)
    for side in ("home", "away"):
        of_side = told[told["side"] == side].set_index("row").sort_index()
        for name in SIDE:
            out[f"{side}_{name}"] = of_side[name].to_numpy()
    out["rest_days_difference"] = out["home_rest_days_capped"] - out["away_rest_days_capped"]
    return out[list(COLUMNS)]


def _side(
    matches: pd.DataFrame, own: str, other: str, km: Float, ground: NDArray[np.int64], league: NDArray[np.bool_]
) -> pd.DataFrame:
    goals_for, goals_against = (matches[f"{name}_goals"].to_numpy(np.float64) for name in (own, other))
    return pd.DataFrame(
        {
            "row": np.arange(len(matches)),
            "side": own,
            "club": matches[f"{own}_id"].to_numpy(),
            "date": matches["date"].to_numpy(),
            "league": league,
            "ground": ground,
            "points": np.where(goals_for > goals_against, 3.0, np.where(goals_for == goals_against, 1.0, 0.0)),
            "goals_for": goals_for,
            "goals_against": goals_against,
            "travel_km": km,
            "km_unknown": np.isnan(km).astype(np.float64),
            "one": 1.0,
        }
    )


def _told(both: pd.DataFrame) -> pd.DataFrame:
    """What each club's earlier matches tell, one row for each club of each match."""
    clubs = both.groupby("club", sort=False)
    grounds = both.groupby(["club", "ground"], sort=False)
    off_ground = both["ground"] == 0
    for matches in LAST:
        means = clubs.rolling(matches, min_periods=1, closed="left")[list(STATISTICS)].mean()
        at_venue = grounds.rolling(matches, min_periods=1, closed="left")[list(STATISTICS)].mean()
        for name in STATISTICS:
            both[f"{name}_last_{matches}"] = means[name].to_numpy()
            at_its = at_venue[name].droplevel([0, 1]).sort_index()
            both[f"venue_{name}_last_{matches}"] = at_its.where(~off_ground)
    last = clubs["date"].shift()
    last_league = both["date"].where(both["league"]).groupby(both["club"], sort=False).ffill()
    last_league = last_league.groupby(both["club"], sort=False).shift()
    rest = (both["date"] - last).dt.days
    known = (rest <= LONGEST_BREAK_DAYS) & ((both["date"] - last_league).dt.days <= LONGEST_BREAK_DAYS)
    both["rest_days"] = rest.where(known).astype("float64")
    both["rest_days_capped"] = both["rest_days"].clip(upper=CAP_DAYS)
    for days in COUNT_DAYS:
        count = clubs.rolling(f"{days}D", on="date", closed="left", min_periods=0)["one"].sum()
        both[f"matches_last_{days}_days"] = np.where(known, count.to_numpy(), np.nan)
    for days in KM_DAYS:
        sums = clubs.rolling(f"{days}D", on="date", closed="left", min_periods=0)[["travel_km", "km_unknown"]].sum()
        certain = known.to_numpy() & (sums["km_unknown"].to_numpy() == 0.0)
        both[f"travel_km_last_{days}_days"] = np.where(certain, sums["travel_km"].to_numpy(), np.nan)
    return both


def haversine_km(latitude: Float, longitude: Float, to_latitude: Float, to_longitude: Float) -> Float:
    """Great-circle distances, shape (n,), between points in degrees."""
    phi, lam, to_phi, to_lam = (np.radians(x) for x in (latitude, longitude, to_latitude, to_longitude))
    chord = np.sin((to_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin((to_lam - lam) / 2) ** 2
    km: Float = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return km
