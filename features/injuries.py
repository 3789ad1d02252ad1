"""Injury flags: who is out or doubtful, as was known, and whether anybody would have told.

Zero absences and unknown absences are different facts: without a source that watches the club at that moment all
columns but `absences_known` are NaN.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.calendar import DAY_S
from features.history import days_of, seconds_of
from features.jit import jit
from football.tables import AVAILABLE, DOUBTFUL

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

KEY_PLAYERS: Final = 3
WATCH_GRACE_S: Final = 10 * DAY_S
"""A source's word holds this long after its last look."""

_SIDE: Final = (
    "players_out",
    "players_doubtful",
    "minutes_share_missing",
    "key_players_out",
    "absences_known",
)
COLUMNS: Final = (*(f"home_{name}" for name in _SIDE), *(f"away_{name}" for name in _SIDE))
"""`players_out` includes suspended ones; `minutes_share_missing` sums the absent players' shares of the club's recent
minutes (0 to 11: each share is of 90 minutes a match), doubtful ones by their chance to miss; a key player is
among the club's three most used."""

MONOTONE: Final = {
    f"{side}_{name}": sign
    for side, sign in (("home", -1), ("away", 1))
    for name in ("players_out", "players_doubtful", "minutes_share_missing", "key_players_out")
}

DISPLAY_ONLY: Final[tuple[str, ...]] = ()

_FAR: Final = 1 << 60


@dataclass(frozen=True)
class AbsenceIndex:
    """Absences and coverage by club, ready for look-up; arrays are sorted by club, `*_offsets` (clubs + 1,)."""

    club_code: Mapping[str, int]
    offsets: Int
    known_s: Int
    superseded_s: Int
    from_day: Int
    until_day: Int
    doubtful: NDArray[np.bool_]
    missing_share: Float
    key: NDArray[np.bool_]
    watch_offsets: Int
    watched_from_s: Int
    watched_until_s: Int

    @classmethod
    def build(cls, absences: pd.DataFrame, coverage: pd.DataFrame) -> Self:
        """Index tables of the contracts `football.tables.ABSENCES` and `COVERAGE`; both stay as they are."""
        absent = absences.loc[(absences["status"] != AVAILABLE).to_numpy(dtype=bool)]
        clubs = sorted({*absent["club_id"], *coverage["club_id"]})
        code = {club: i for i, club in enumerate(clubs)}
        absent_club = np.array([code[c] for c in absent["club_id"]], dtype=np.int64)
        order = np.argsort(absent_club, kind="stable")
        watch_club = np.array([code[c] for c in coverage["club_id"]], dtype=np.int64)
        watch_order = np.argsort(watch_club, kind="stable")
        doubtful = (absent["status"] == DOUBTFUL).to_numpy(dtype=bool)
        chance = absent["chance"].fillna(0.5).to_numpy(dtype=np.float64)
        missing = absent["importance"].fillna(0.0).to_numpy(dtype=np.float64) * np.where(doubtful, 1.0 - chance, 1.0)
        rank = absent["minutes_rank"].to_numpy(dtype=np.float64, na_value=np.inf)
        return cls(
            club_code=code,
            offsets=_offsets(absent_club, len(clubs)),
            known_s=_seconds(absent["known_at"], 0)[order],
            superseded_s=_seconds(absent["superseded_at"], _FAR)[order],
            from_day=_days(absent["absent_from"], -_FAR)[order],
            until_day=_days(absent["absent_until"], _FAR)[order],
            doubtful=doubtful[order],
            missing_share=missing[order],
            key=((rank <= KEY_PLAYERS) & ~doubtful)[order],
            watch_offsets=_offsets(watch_club, len(clubs)),
            watched_from_s=_seconds(coverage["watched_from"], 0)[watch_order],
            watched_until_s=_seconds(coverage["watched_until"], 0)[watch_order] + WATCH_GRACE_S,
        )


def injury_features(day: Int, as_of_s: Int, home_id: Ids, away_id: Ids, index: AbsenceIndex | None) -> Float:
    """Shape (n, len(COLUMNS)); see `COLUMNS`.

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        as_of_s: shape (n,), absences known by then count; seconds since 1970, UTC.
        home_id, away_id: shape (n,), club ids.
        index: the absences, or None if no source tells of any.
    """
    width = len(_SIDE)
    out = np.full((len(day), 2 * width), np.nan)
    for part, club_id in ((out[:, :width], home_id), (out[:, width:], away_id)):
        part[:, 4] = 0.0
        if index is None:
            continue
        club = np.fromiter((index.club_code.get(c, -1) for c in club_id), dtype=np.int64, count=len(day))
        _side(
            day,
            as_of_s,
            club,
            index.offsets,
            index.known_s,
            index.superseded_s,
            index.from_day,
            index.until_day,
            index.doubtful,
            index.missing_share,
            index.key,
            index.watch_offsets,
            index.watched_from_s,
            index.watched_until_s,
            part,
        )
    return out


def _offsets(club: Int, clubs: int) -> Int:
    return np.concatenate([[0], np.cumsum(np.bincount(club, minlength=clubs))]).astype(np.int64)


def _seconds(moments: pd.Series, missing: int) -> Int:
    seconds = seconds_of(moments)
    return np.where(np.isnan(seconds), missing, np.nan_to_num(seconds).astype(np.int64))


def _days(dates: pd.Series, missing: int) -> Int:
    return np.where(dates.isna().to_numpy(dtype=bool), missing, days_of(dates))


@jit
def _side(
    day: Int,
    as_of_s: Int,
    club: Int,
    offsets: Int,
    known_s: Int,
    superseded_s: Int,
    from_day: Int,
    until_day: Int,
    doubtful: NDArray[np.bool_],
    missing_share: Float,
    key: NDArray[np.bool_],
    watch_offsets: Int,
    watched_from_s: Int,
    watched_until_s: Int,
    out: Float,
) -> None:
    for i in range(day.shape[0]):
        c = club[i]
        if c < 0:
            continue
        watched = False
        for w in range(watch_offsets[c], watch_offsets[c + 1]):
            if watched_from_s[w] <= as_of_s[i] <= watched_until_s[w]:
                watched = True
        if not watched:
            continue
        outs = 0.0
        doubts = 0.0
        share = 0.0
        keys = 0.0
        for e in range(offsets[c], offsets[c + 1]):
            if not known_s[e] <= as_of_s[i] < superseded_s[e] or not from_day[e] <= day[i] <= until_day[e]:
                continue
            if doubtful[e]:
                doubts += 1.0
            else:
                outs += 1.0
            share += missing_share[e]
            if key[e]:
                keys += 1.0
        out[i, 0] = outs
        out[i, 1] = doubts
        out[i, 2] = share
        out[i, 3] = keys
        out[i, 4] = 1.0
