"""The matches of competitions whose format is known, by season: what an outlook starts from."""

from typing import Final

import pandas as pd

from football.formats import competitions_with_format

COLUMNS: Final = (
    *(
        "match_id",
        "competition_id",
        "season",
        "round",
        "date",
        "kickoff_utc",
        "home_id",
        "away_id",
        "neutral",
        "status",
    ),
    *("home_goals", "away_goals", "home_goals_extra_time", "away_goals_extra_time"),
    *("home_penalties", "away_penalties"),
)
"""Columns of `football.tables.MATCHES` that are kept."""

FIRST_SEASON: Final = "2003"


class SeasonIndex:
    """Seasons of a matches table (contract `football.tables.MATCHES`)."""

    def __init__(self, matches: pd.DataFrame) -> None:
        known = matches["competition_id"].isin(competitions_with_format()) & (matches["season"] >= FIRST_SEASON)
        used = matches.loc[known.to_numpy(dtype=bool), list(COLUMNS)]
        self._matches = {
            (str(competition_id), str(season)): rows
            for (competition_id, season), rows in used.groupby(["competition_id", "season"], sort=True)
        }

    def matches(self, competition_id: str, season: str) -> pd.DataFrame:
        """The matches of a season, columns `COLUMNS`."""
        return self._matches[competition_id, season]
