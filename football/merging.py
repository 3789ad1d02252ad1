"""Matches of two sources become one table: what both tell is one row with both's facts, the rest is kept as it is.

Where the two disagree the primary source wins and the disagreement is listed. Nothing here loops over matches:
two hundred thousand against ten thousand take well under a second.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from football.schedules import recognise_clubs, renamed_clubs
from football.tables import MATCHES, PLAYED, POSTPONED, SCHEDULED

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

NEAR_DAYS: Final = 2
"""Two clubs do not meet twice on the same ground within so many days, so it is the same match."""

_OPEN: Final = (SCHEDULED, POSTPONED)
_FILLED: Final = ("round", "neutral")
_SCORE: Final = ("home_goals", "away_goals")
_HALF_TIME: Final = ("home_goals_half_time", "away_goals_half_time")
_RESULT: Final = ("match_id", "date", "kickoff_utc", "status", *_SCORE)

CONFLICTS: Final = pa.DataFrameSchema(
    {
        "match_id": pa.Column("str", description="Match, an id of the merged table."),
        "field": pa.Column(
            "str",
            pa.Check.isin(("score", "half_time", "status", "date", "kickoff_utc", "competition_id")),
            description="What the sources disagree on.",
        ),
        "primary": pa.Column("str", description="What the primary source says; this is in the merged table."),
        "secondary": pa.Column("str", description="What the other says."),
        "primary_line": pa.Column("str", description="Where the primary source says it: `<file>:<line>`."),
        "secondary_line": pa.Column("str", description="Where the other says it."),
    },
    strict=True,
    ordered=True,
)


@dataclass(frozen=True)
class Merged:
    """The merged matches, the disagreements (CONFLICTS), and the merged id of each match id of the secondary source.

    `renamed` (index: secondary `match_id`, values: `match_id` in `matches`) is for the secondary's statistics and odds:
    `football.facts.rename_matches`. `recognised` holds the clubs of `unknown` ids that their schedule told.
    """

    matches: pd.DataFrame
    conflicts: pd.DataFrame
    renamed: pd.Series
    recognised: dict[str, str]


def merge_sources(
    primary: pd.DataFrame,
    secondary: pd.DataFrame,
    unknown: Collection[str] = (),
    recognised: Mapping[str, str] | None = None,
) -> Merged:
    """Merge two matches tables.

    Two rows are one match if home and away are the same clubs and the days are at most `NEAR_DAYS` apart, or if both
    sources have exactly one more match of these clubs on that ground in the same competition and season (a match that
    one of them has under its first date). Of such a pair the primary's row stays; it takes from the other what it
    does not have itself: round, ground, half-time score, kick-off if the days agree; and, if it has no result yet
    (scheduled, postponed), the result with its day.

    Args:
        primary: matches table (MATCHES).
        secondary: matches table of another source.
        unknown: club ids in it that stand for names the registry lacks; see `football.schedules`.
        recognised: the clubs of such ids, where that is known already; None to recognise them.

    Returns:
        The merged table, sorted by day, competition and id; conflicts; renamed ids; recognised clubs.
    """
    primary, secondary = primary.reset_index(drop=True), secondary.reset_index(drop=True)
    told_ids = pd.Index(secondary["match_id"], name="match_id")
    if recognised is None:
        recognised = recognise_clubs(primary, secondary, unknown) if len(unknown) else {}
    clubs = dict(recognised)
    if clubs:
        secondary, clubs = _with_clubs(secondary, clubs)
    partner = _partners(primary, secondary)
    both = np.flatnonzero(partner >= 0)
    ours, theirs = primary.take(partner[both]), secondary.take(both).set_axis(partner[both])
    merged, conflicts = _merge_pairs(ours, theirs)
    alone = np.ones(len(primary), np.bool_)
    alone[partner[both]] = False
    matches = pd.concat([primary[alone], merged, secondary[partner < 0]], ignore_index=True)
    new_id = secondary["match_id"].to_numpy(dtype=object, copy=True)
    new_id[both] = merged["match_id"].to_numpy(dtype=object)
    renamed = pd.Series(new_id, index=told_ids, name="renamed", dtype="str")
    return Merged(
        matches.sort_values(["date", "competition_id", "match_id"], ignore_index=True)[list(MATCHES.columns)],
        conflicts,
        renamed,
        clubs,
    )


def _with_clubs(matches: pd.DataFrame, clubs: dict[str, str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Matches with these clubs replaced, and the clubs of which that could be said.

    A name is no other club's if the source tells the same match under both: that name is left as it is.
    """
    home, away = (renamed_clubs(matches[side], clubs) for side in ("home_id", "away_id"))
    match_id = matches["date"].dt.strftime("%Y-%m-%d").astype("str") + "_" + home + "_" + away
    twice = matches[match_id.duplicated(keep=False)]
    if len(twice):
        in_both = {*twice["home_id"], *twice["away_id"]}
        return _with_clubs(matches, {name: club for name, club in clubs.items() if name not in in_both})
    return matches.assign(match_id=match_id, home_id=home, away_id=away), clubs


def _partners(primary: pd.DataFrame, secondary: pd.DataFrame) -> Int:
    """For each secondary row the position of the same match among the primary's, -1 without one; shape (secondary,)."""
    n = len(primary)
    clubs, _ = pd.factorize(
        pd.concat([primary["home_id"], secondary["home_id"], primary["away_id"], secondary["away_id"]])
    )
    home, away = clubs[: len(clubs) // 2].astype(np.int64), clubs[len(clubs) // 2 :].astype(np.int64)
    tie = home * (len(clubs) + 1) + away
    tie = np.unique(tie, return_inverse=True)[1].astype(np.int64)
    competition = pd.factorize(pd.concat([primary["competition_id"], secondary["competition_id"]]))[0]
    day = pd.concat([primary["date"], secondary["date"]]).to_numpy(dtype="datetime64[D]").astype(np.int64)
    partner = _near_partners(tie, day, competition, (primary["status"] == PLAYED).to_numpy(), n)
    season = pd.factorize(pd.concat([primary["season"], secondary["season"]]).str.replace("/", "-"))[0]
    key = (tie * (competition.max(initial=0) + 1) + competition) * (season.max(initial=0) + 1) + season
    return _only_partners(key, partner, n)


def _near_partners(tie: Int, day: Int, competition: Int, played: Bool, n: int) -> Int:
    """Pair rows of one tie whose days are near, nearest first; the first `n` of the arrays are the primary's."""
    # One number a tie and day, ties far enough apart that no search reaches the next one.
    first = day.min(initial=0) - NEAR_DAYS
    span = day.max(initial=0) - first + 2 * NEAR_DAYS + 1
    place = tie * span + (day - first)
    order = np.argsort(place[:n], kind="stable")
    ranked = place[:n][order]
    low = np.searchsorted(ranked, place[n:] - NEAR_DAYS, side="left")
    high = np.searchsorted(ranked, place[n:] + NEAR_DAYS, side="right")
    count = high - low
    theirs = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(theirs)) - np.repeat(np.cumsum(count) - count, count)
    ours = order[np.repeat(low, count) + step]
    apart = np.abs(day[ours] - day[n + theirs])
    other = competition[ours] != competition[n + theirs]
    best = np.lexsort((theirs, ours, ~played[ours], other, apart))
    ours, theirs = ours[best], theirs[best]
    partner = np.full(len(count), -1, np.int64)
    while len(ours):
        # A pair is settled when it is the best left for both; each round settles at least the first.
        settled = _is_first(ours) & _is_first(theirs)
        partner[theirs[settled]] = ours[settled]
        left = ~(np.isin(ours, ours[settled]) | np.isin(theirs, theirs[settled]))
        ours, theirs = ours[left], theirs[left]
    return partner


def _only_partners(key: Int, partner: Int, n: int) -> Int:
    """Pair what is left where a key stands exactly once on either side."""
    alone = np.ones(n, np.bool_)
    alone[partner[partner >= 0]] = False
    ours = np.flatnonzero(alone)
    theirs = np.flatnonzero(partner < 0)
    ours, theirs = _only_ones(key[:n], ours), _only_ones(key[n:], theirs)
    _, left, right = np.intersect1d(key[ours], key[n + theirs], assume_unique=True, return_indices=True)
    partner = partner.copy()
    partner[theirs[right]] = ours[left]
    return partner


def _only_ones(key: Int, rows: Int) -> Int:
    _, first, count = np.unique(key[rows], return_index=True, return_counts=True)
    only: Int = rows[first[count == 1]]
    return only


def _is_first(values: Int) -> Bool:
    first = np.zeros(len(values), np.bool_)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def _merge_pairs(ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a pair, and where the two disagree. Both tables have the same index."""
    merged = ours.copy()
    takes_result = ours["status"].isin(_OPEN) & (theirs["status"] == PLAYED)
    for column in _RESULT:
        merged[column] = ours[column].mask(takes_result, theirs[column])
    for column in _FILLED:
        merged[column] = ours[column].fillna(theirs[column])
    same_day = merged["date"] == theirs["date"]
    merged["kickoff_utc"] = merged["kickoff_utc"].fillna(theirs["kickoff_utc"].where(same_day))
    same_score = (merged["home_goals"] == theirs["home_goals"]) & (merged["away_goals"] == theirs["away_goals"])
    no_half_time = merged["home_goals_half_time"].isna() | merged["away_goals_half_time"].isna()
    takes_half_time = same_score.fillna(False).astype("bool") & no_half_time
    for column in _HALF_TIME:
        merged[column] = merged[column].mask(takes_half_time, theirs[column])
    merged["source"] = ours["source"] + "+" + theirs["source"]
    merged["source_line"] = ours["source_line"] + " " + theirs["source_line"]
    return merged, _conflicts(merged, ours, theirs, same_day & ~takes_result)


def _conflicts(merged: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame, same_day: pd.Series) -> pd.DataFrame:
    both_open = ours["status"].isin(_OPEN)
    told = {
        "score": (_pair(ours, _SCORE), _pair(theirs, _SCORE), ~both_open),
        "half_time": (_pair(ours, _HALF_TIME), _pair(theirs, _HALF_TIME), ~both_open),
        "status": (ours["status"], theirs["status"], ~both_open & (theirs["status"] == PLAYED)),
        "date": (_text(ours["date"], "%Y-%m-%d"), _text(theirs["date"], "%Y-%m-%d"), ~both_open),
        "kickoff_utc": (*(_text(t["kickoff_utc"], "%Y-%m-%dT%H:%MZ") for t in (ours, theirs)), same_day),
        "competition_id": (ours["competition_id"], theirs["competition_id"], ~both_open | both_open),
    }
    parts = []
    for field, (mine, other, counts) in told.items():
        differ = (counts & mine.notna() & other.notna() & (mine != other)).to_numpy(dtype=np.bool_)
        parts.append(
            pd.DataFrame(
                {
                    "match_id": merged["match_id"][differ],
                    "field": field,
                    "primary": mine[differ].astype("str"),
                    "secondary": other[differ].astype("str"),
                    "primary_line": ours["source_line"][differ],
                    "secondary_line": theirs["source_line"][differ],
                }
            )
        )
    return CONFLICTS.validate(pd.concat(parts, ignore_index=True).astype("str"), lazy=True)


def _pair(table: pd.DataFrame, columns: tuple[str, str]) -> pd.Series:
    home, away = (table[column].astype("str") for column in columns)
    return (home + "-" + away).where(table[list(columns)].notna().all(axis=1))


def _text(moments: pd.Series, form: str) -> pd.Series:
    text: pd.Series = moments.dt.strftime(form).astype("str")
    return text
