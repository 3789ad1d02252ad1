"""Clubs recognised by their schedule: a name that the registry lacks, in a source that tells the same matches.

Sources shorten names in their own ways (`Ein Frankfurt`, `Sp Lisbon`). A club that keeps turning up as the opponent of
a known club on the same day and side where the other source has a certain club is that club. Left unrecognised, it
would be a second club with the same matches.
"""

from collections.abc import Collection, Mapping
from typing import Final

import pandas as pd

LEAST_MATCHES: Final = 5
"""Matches that have to point to a club."""

LEAST_SHARE: Final = 0.8
"""Share of all matches that point anywhere which have to point to that club."""

_ROUNDS: Final = 5


def recognise_clubs(primary: pd.DataFrame, secondary: pd.DataFrame, unknown: Collection[str]) -> dict[str, str]:
    """The primary source's club ids of clubs that the secondary's names did not tell.

    Args:
        primary: matches table (MATCHES).
        secondary: matches table of another source.
        unknown: club ids in `secondary` that stand for names the registry does not have.

    Returns:
        Club id by unknown id, of those that could be told. Clubs recognised help to recognise their opponents.
    """
    recognised: dict[str, str] = {}
    ours, theirs = _by_opponent(primary), _by_opponent(secondary)
    for _ in range(_ROUNDS):
        left = set(unknown) - recognised.keys()
        told = theirs.assign(opponent=renamed_clubs(theirs["opponent"], recognised))
        told = told[told["club"].isin(left) & ~told["opponent"].isin(left)]
        found = told.merge(ours, on=["date", "competition_id", "home", "opponent"], suffixes=("", "_there"))
        votes = found.groupby(["club", "club_there"]).size().rename("votes").reset_index()
        votes["share"] = votes["votes"] / votes.groupby("club")["votes"].transform("sum")
        clear = votes[(votes["votes"] >= LEAST_MATCHES) & (votes["share"] >= LEAST_SHARE)]
        # Two names that point to one club cannot both be right.
        clear = clear[~clear["club_there"].duplicated(keep=False) & ~clear["club_there"].isin(recognised.values())]
        if clear.empty:
            break
        recognised |= dict(zip(clear["club"], clear["club_there"], strict=True))
    return recognised


def renamed_clubs(ids: pd.Series, clubs: Mapping[str, str]) -> pd.Series:
    """Club ids with those that `clubs` has replaced; one look-up a row, however many clubs."""
    return ids.map(dict(clubs)).astype("str").fillna(ids)


def _by_opponent(matches: pd.DataFrame) -> pd.DataFrame:
    """Each match twice: club, opponent, whether the club was at home."""
    columns = ["date", "competition_id"]
    home = matches[columns].assign(club=matches["home_id"], opponent=matches["away_id"], home=True)
    away = matches[columns].assign(club=matches["away_id"], opponent=matches["home_id"], home=False)
    return pd.concat([home, away], ignore_index=True)
