"""Kinds of match that are hard to forecast, told from the matches table alone.

Each label of a match depends on that match and earlier ones, so that it could be given before kick-off.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.competitions import Competition, load_competitions
from football.tables import PLAYED

Mask = NDArray[np.bool_]

EARLY_MATCHES: Final = 8
"""League matches of a club's season that count as early."""

FEW_RESULTS: Final = 20
"""A club with fewer earlier matches in the data has little history."""

UEFA: Final = "uefa"

SEGMENTS: Final[Mapping[str, str]] = {
    UEFA: "UEFA with qualifiers",
    "cross_league": "across countries",
    "early_season": "early season",
    "promoted": "promoted club",
    "little_history": "little history",
}
"""Columns of a segment table, and what they are called where they are shown:

- `uefa`: a UEFA club competition or its qualifiers;
- `cross_league`: clubs of two countries meet in a competition that belongs to no country;
- `early_season`: a league match that is among the first `EARLY_MATCHES` of either club's season in that league;
- `promoted`: a league match of a club that played in a lower league, or none of the data, the season before;
- `little_history`: either club has fewer than `FEW_RESULTS` results on earlier days.
"""


def label_segments(matches: pd.DataFrame, competitions: Mapping[str, Competition] | None = None) -> pd.DataFrame:
    """Which segments each match belongs to.

    Args:
        matches: MATCHES table with all matches there are, since earlier ones decide.
        competitions: all competitions by id.

    Returns:
        index `match_id`, boolean columns `SEGMENTS`, in the order of `matches`.
    """
    of_match = [(competitions or load_competitions())[name] for name in matches["competition_id"]]
    international = np.array([c.country is None for c in of_match], dtype=bool)
    is_league = np.array([c.kind == "league" for c in of_match], dtype=bool)
    home_country, away_country = (
        matches[side].str.partition("-")[0].to_numpy(object) for side in ("home_id", "away_id")
    )
    labels = {
        UEFA: international & np.array([c.confederation == "uefa" for c in of_match], dtype=bool),
        "cross_league": international & (home_country != away_country),
        "early_season": _early(matches, is_league),
        "promoted": _promoted(matches, of_match, is_league),
        "little_history": _earlier_results(matches) < FEW_RESULTS,
    }
    return pd.DataFrame(labels, index=pd.Index(matches["match_id"], name="match_id"))


def _sides(matches: pd.DataFrame) -> pd.DataFrame:
    """Two rows a match, its home club's before its away club's: `row`, `club`, `date` and what else is asked of it."""
    n = len(matches)
    return pd.DataFrame(
        {
            "row": np.tile(np.arange(n), 2),
            "club": np.concatenate([matches["home_id"].to_numpy(object), matches["away_id"].to_numpy(object)]),
            "date": np.tile(matches["date"].to_numpy(), 2),
            "competition": np.tile(matches["competition_id"].to_numpy(object), 2),
            "season": np.tile(matches["season"].to_numpy(object), 2),
            "played": np.tile((matches["status"] == PLAYED).to_numpy(bool), 2),
        }
    )


def _early(matches: pd.DataFrame, is_league: Mask) -> Mask:
    sides = _sides(matches)
    sides = sides[np.tile(is_league, 2) & sides["played"].to_numpy(bool)].sort_values("date", kind="stable")
    number = sides.groupby(["competition", "season", "club"]).cumcount()
    early = np.zeros(len(matches), dtype=bool)
    early[sides.loc[number < EARLY_MATCHES, "row"].to_numpy(np.int64)] = True
    return early


def _earlier_results(matches: pd.DataFrame) -> NDArray[np.int64]:
    """Results of the club that has fewer of them on earlier days, shape (n,)."""
    sides = _sides(matches).sort_values("date", kind="stable")
    played = sides["played"].astype(np.int64)
    by_club = played.groupby(sides["club"]).cumsum() - played
    # Matches of the same day count for none of each other.
    earlier = by_club.groupby([sides["club"], sides["date"]]).transform("min")
    fewest: NDArray[np.int64] = earlier.groupby(sides["row"]).min().reindex(range(len(matches))).to_numpy(np.int64)
    return fewest


def _promoted(matches: pd.DataFrame, of_match: list[Competition], is_league: Mask) -> Mask:
    sides = _sides(matches).assign(
        year=np.tile(matches["season"].str.extract(r"(\d{4})", expand=False).astype("float64").to_numpy(), 2),
        tier=np.tile(np.array([np.nan if c.tier is None else float(c.tier) for c in of_match]), 2),
        country=np.tile(np.array([c.country or "" for c in of_match], dtype=object), 2),
    )
    sides = sides[np.tile(is_league, 2)]
    # A league whose season before is not in the data says nothing of who came up.
    held = sides[["competition", "year"]].drop_duplicates().assign(held=True)
    highest = sides.groupby(["club", "country", "year"], as_index=False)["tier"].min()
    before = sides.assign(year=sides["year"] - 1.0)
    was = before[["club", "country", "year"]].merge(highest, "left", ["club", "country", "year"])["tier"].to_numpy()
    known = before[["competition", "year"]].merge(held, "left", ["competition", "year"])["held"].notna().to_numpy(bool)
    came_up = known & ~(was <= sides["tier"].to_numpy())
    promoted = np.zeros(len(matches), dtype=bool)
    promoted[sides.loc[came_up, "row"].to_numpy(np.int64)] = True
    return promoted
