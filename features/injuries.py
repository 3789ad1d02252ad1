"""Injury flags: who is out or doubtful, as was known, and whether anybody would have told.

Zero absences and unknown absences are different facts: without a source that watches the club at that moment all
columns but `absences_known` are NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from features.calendar import DAY_S
from features.encoding import days_of, look_up, seconds_of
from features.jit import jit
from football.statuses import ABSENCE_STATUSES, AVAILABLE, DOUBTFUL

if TYPE_CHECKING:
    import pandas as pd

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

KEY_PLAYERS: Final = 3
UNKNOWN_CHANCE: Final = 0.5
"""Chance of playing of a doubtful player whose source gives none."""

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
minutes (each share is of 90 minutes a match, so all eleven make 11), doubtful ones by their chance to miss, and is
unknown if one of the shares is; a key player was among the club's three most used when his absence became known, and
the count is unknown if the rank of one who is out is, unless he did not play at all."""

MONOTONE: Final = {
    f"{side}_{name}": sign
    for side, sign in (("home", -1), ("away", 1))
    for name in ("players_out", "players_doubtful", "minutes_share_missing", "key_players_out")
}

DISPLAY_ONLY: Final[tuple[str, ...]] = ()

FAR: Final = 1 << 60
"""A day or second that no match reaches: where a beginning (negative) or an end is open."""

_AVAILABLE: Final = ABSENCE_STATUSES.index(AVAILABLE)
_DOUBTFUL: Final = ABSENCE_STATUSES.index(DOUBTFUL)


class AbsenceColumns(NamedTuple):
    """Absences, each field of one length, NaN where unknown; seconds (UTC) and days since 1970, `FAR` where open."""

    club_id: Sequence[str]
    player: Sequence[str]
    status: Sequence[str]
    chance: Float
    importance: Float
    minutes_rank: Float
    known_s: Int
    superseded_s: Int
    from_day: Int
    until_day: Int


class WatchColumns(NamedTuple):
    """Watches, each field of one length; seconds (UTC) since 1970."""

    club_id: Sequence[str]
    from_s: Int
    until_s: Int


@dataclass(frozen=True)
class AbsenceIndex:
    """Absences and coverage by club, ready for look-up.

    `offsets` and `watch_offsets` (clubs + 1,) say where a club's are, its absences in the order in which they became
    known. `player` and `status` are codes, days and seconds (UTC) count from 1970. `missing_share` is NaN where the
    player's share is unknown, `key` likewise (else 0 or 1). `share` is the player's own share of minutes, whatever his
    status, and `names` the players' names by code, as first written.
    """

    club_code: Mapping[str, int]
    offsets: Int
    player: Int
    status: Int
    known_s: Int
    superseded_s: Int
    from_day: Int
    until_day: Int
    missing_share: Float
    key: Float
    watch_offsets: Int
    watched_from_s: Int
    watched_until_s: Int
    share: Float
    names: tuple[str, ...]

    @classmethod
    def build(cls, absences: "pd.DataFrame", coverage: "pd.DataFrame") -> Self:
        """Index tables of the contracts `football.tables.ABSENCES` and `COVERAGE`; both stay as they are."""
        return cls.of(
            AbsenceColumns(
                club_id=absences["club_id"].to_list(),
                player=absences["player"].to_list(),
                status=absences["status"].to_list(),
                chance=absences["chance"].to_numpy(dtype=np.float64),
                importance=absences["importance"].to_numpy(dtype=np.float64),
                minutes_rank=absences["minutes_rank"].to_numpy(dtype=np.float64, na_value=np.nan),
                known_s=_seconds(absences["known_at"], 0),
                superseded_s=_seconds(absences["superseded_at"], FAR),
                from_day=_days(absences["absent_from"], -FAR),
                until_day=_days(absences["absent_until"], FAR),
            ),
            WatchColumns(
                coverage["club_id"].to_list(),
                _seconds(coverage["watched_from"], 0),
                _seconds(coverage["watched_until"], 0),
            ),
        )

    @classmethod
    def of(cls, absences: "AbsenceColumns", watches: "WatchColumns") -> Self:
        """Index absences and watches, each in the order in which they were told."""
        club_code = {club: i for i, club in enumerate(sorted({*absences.club_id, *watches.club_id}))}
        club = _codes(absences.club_id, club_code)
        watched = _codes(watches.club_id, club_code)
        order = np.lexsort((absences.known_s, club))
        watch_order = np.argsort(watched, kind="stable")

        status = _codes(absences.status, {name: i for i, name in enumerate(ABSENCE_STATUSES)})
        chance = np.where(np.isnan(absences.chance), UNKNOWN_CHANCE, absences.chance)
        importance, rank = absences.importance, absences.minutes_rank
        folded = {name: name.casefold() for name in dict.fromkeys(absences.player)}
        names: dict[str, str] = {}
        for written, name in folded.items():
            names.setdefault(name, written)
        player_code = {name: i for i, name in enumerate(names)}
        player = _codes(absences.player, {written: player_code[name] for written, name in folded.items()})
        return cls(
            club_code=club_code,
            offsets=_offsets(club, len(club_code)),
            player=player[order],
            status=status[order],
            known_s=absences.known_s[order],
            superseded_s=absences.superseded_s[order],
            from_day=absences.from_day[order],
            until_day=absences.until_day[order],
            missing_share=(importance * np.where(status == _DOUBTFUL, 1.0 - chance, 1.0))[order],
            key=np.where(np.isnan(rank) & (importance != 0.0), np.nan, rank <= KEY_PLAYERS)[order],
            watch_offsets=_offsets(watched, len(club_code)),
            watched_from_s=watches.from_s[watch_order],
            watched_until_s=watches.until_s[watch_order] + WATCH_GRACE_S,
            share=importance[order],
            names=tuple(names.values()),
        )

    @cached_property
    def last_superseded_s(self) -> Int:
        """The latest moment up to which any of a club's absences up to each one holds."""
        return _newest_so_far(self.superseded_s, self.offsets)

    @cached_property
    def last_until_day(self) -> Int:
        """The last day of any of a club's absences up to each one."""
        return _newest_so_far(self.until_day, self.offsets)


def injury_features(
    day: Int, as_of_s: Int, home_id: Ids, away_id: Ids, index: AbsenceIndex | None, *, out: Float | None = None
) -> Float:
    """Shape (n, len(COLUMNS)); see `COLUMNS`. Written to `out`, where given.

    Args:
        day: shape (n,), day of each fixture, days since 1970.
        as_of_s: shape (n,), absences known by then count; seconds since 1970, UTC.
        home_id, away_id: shape (n,), club ids.
        index: the absences, or None if no source tells of any.
    """
    watch, count = _watched.for_rows(len(day)), _count.for_rows(len(day))
    width = len(_SIDE)
    out = np.empty((len(day), 2 * width)) if out is None else out
    out[:] = np.nan
    for part, club_id in ((out[:, :width], home_id), (out[:, width:], away_id)):
        part[:, 4] = 0.0
        if index is None:
            continue
        club = look_up(club_id, index.club_code)
        watched = watch(club, as_of_s, index.watch_offsets, index.watched_from_s, index.watched_until_s)
        count(
            np.where(watched, club, -1),
            np.argsort(club, kind="stable"),
            day,
            as_of_s,
            index.offsets,
            index.player,
            index.status,
            index.known_s,
            index.superseded_s,
            index.last_superseded_s,
            index.from_day,
            index.until_day,
            index.last_until_day,
            index.missing_share,
            index.key,
            part,
        )
    return out


def _codes(texts: Sequence[str], code: Mapping[str, int]) -> Int:
    return np.fromiter(map(code.__getitem__, texts), dtype=np.int64, count=len(texts))


def _offsets(club: Int, clubs: int) -> Int:
    return np.concatenate([[0], np.cumsum(np.bincount(club, minlength=clubs))]).astype(np.int64)


def _seconds(moments: "pd.Series", missing: int) -> Int:
    seconds = seconds_of(moments)
    return np.where(np.isnan(seconds), missing, np.nan_to_num(seconds).astype(np.int64))


def _days(dates: "pd.Series", missing: int) -> Int:
    return np.where(dates.isna().to_numpy(dtype=bool), missing, days_of(dates))


@jit
def _watched(club: Int, as_of_s: Int, offsets: Int, from_s: Int, until_s: Int) -> NDArray[np.bool_]:
    watched = np.zeros(club.shape[0], dtype=np.bool_)
    for i in range(club.shape[0]):
        if club[i] >= 0:
            for watch in range(offsets[club[i]], offsets[club[i] + 1]):
                if from_s[watch] <= as_of_s[i] <= until_s[watch]:
                    watched[i] = True
    return watched


def _newest_so_far(values: Int, offsets: Int) -> Int:
    # No kernel: a single row is not to wait for the compiler.
    parts = [np.maximum.accumulate(values[a:b]) for a, b in pairwise(offsets.tolist())]
    return np.concatenate(parts) if parts else values


@jit
def _count(
    club: Int,
    order: Int,
    day: Int,
    as_of_s: Int,
    offsets: Int,
    player: Int,
    status: Int,
    known_s: Int,
    superseded_s: Int,
    last_superseded_s: Int,
    from_day: Int,
    until_day: Int,
    last_until_day: Int,
    missing_share: Float,
    key: Float,
    out: Float,
) -> None:
    heard = np.empty(player.shape[0], dtype=np.int64)
    # One club after another: its absences then stay in the processor's cache.
    for i in order:
        c = club[i]
        if c < 0:
            continue
        players = 0
        outs, doubts, share, keys = 0.0, 0.0, 0.0, 0.0
        low, high = offsets[c], offsets[c + 1]
        while low < high:
            middle = (low + high) // 2
            if known_s[middle] <= as_of_s[i]:
                low = middle + 1
            else:
                high = middle
        # Newest first: of several words on a player for that day, from whichever source, the newest holds.
        for entry in range(low - 1, offsets[c] - 1, -1):
            if last_superseded_s[entry] <= as_of_s[i] or last_until_day[entry] < day[i]:
                break  # nothing older holds
            if superseded_s[entry] <= as_of_s[i]:
                continue
            if from_day[entry] > day[i] or until_day[entry] < day[i]:
                continue
            again = False
            for k in range(players):
                again = again or heard[k] == player[entry]
            if again:
                continue
            heard[players] = player[entry]
            players += 1
            if status[entry] == _AVAILABLE:
                continue
            share += missing_share[entry]
            if status[entry] == _DOUBTFUL:
                doubts += 1.0
            else:
                outs += 1.0
                keys += key[entry]
        out[i, 0] = outs
        out[i, 1] = doubts
        out[i, 2] = share
        out[i, 3] = keys
        out[i, 4] = 1.0
