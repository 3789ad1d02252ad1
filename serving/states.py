"""Every club's state at the data cut, as the bundle stores it: computed numbers, no match lists.

What a club's published schedule says beyond the cut is kept too (days and kilometres only), so that rest and journeys
of a match soon after the cut come out as they would from the matches themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.clubstate import FORM, NO_DAY, RATINGS, RECENT, ClubState, club_states
from features.history import PastMatches
from features.jit import jit
from features.one_row import ClubNow
from football.errors import StoreError

Float = NDArray[np.float64]
Int = NDArray[np.int64]

UPCOMING: Final = 24
"""Matches kept beyond the cut: about three months of a busy club."""


@dataclass(frozen=True)
class FrozenStates:
    """n clubs at a cut (seconds since 1970, UTC).

    `names` are those of the data for clubs that the registry lacks, else empty; `league_ids` the league that each
    club last played in, empty if none; `upcoming_*` (n, 24) its matches after the cut in the order in which their
    results will be known, `NO_DAY` where there are fewer, `upcoming_published` whether they count for rest beforehand.
    """

    cut_s: int
    club_ids: tuple[str, ...]
    names: tuple[str, ...]
    league_ids: tuple[str, ...]
    state: ClubState
    upcoming_day: Int
    upcoming_km: Float
    upcoming_published: NDArray[np.bool_]

    @classmethod
    def of(cls, history: PastMatches, names: Mapping[str, str]) -> Self:
        """The states at the history's cut; `names` of the clubs that the registry lacks."""
        n = len(history.club_ids)
        club = np.arange(n, dtype=np.int64)
        as_of_s = np.full(n, history.cut_s, dtype=np.int64)
        log = history.log
        upcoming_day = np.full((n, UPCOMING), NO_DAY, dtype=np.int64)
        upcoming_km = np.full((n, UPCOMING), np.nan)
        upcoming_published = np.zeros((n, UPCOMING), dtype=np.bool_)
        for c in range(n):
            first, last = int(log.offsets[c]), int(log.offsets[c + 1])
            known = first + int(np.searchsorted(log.known_s[first:last], history.cut_s, side="right"))
            kept = slice(known, min(known + UPCOMING, last))
            count = kept.stop - kept.start
            upcoming_day[c, :count] = log.day[kept]
            upcoming_km[c, :count] = log.km[kept]
            upcoming_published[c, :count] = log.published[kept]
        return cls(
            cut_s=history.cut_s,
            club_ids=history.club_ids,
            names=tuple(names.get(club_id, "") for club_id in history.club_ids),
            league_ids=tuple(league or "" for league in latest_leagues(history, club, as_of_s)),
            # A day before all others: nothing scheduled counts yet, that is for `at_many` to decide.
            state=club_states(history, club, as_of_s, np.full(n, NO_DAY, dtype=np.int64)),
            upcoming_day=upcoming_day,
            upcoming_km=upcoming_km,
            upcoming_published=upcoming_published,
        )

    def now(self, club: int) -> ClubNow:
        """One club (by place in `club_ids`; -1 for none) at the cut, and its published matches to come."""
        if club < 0:
            return ClubNow.of(ClubState.empty(1), 0, (), 0)
        days = self.upcoming_day[club].tolist()
        coming = zip(days, self.upcoming_km[club].tolist(), self.upcoming_published[club].tolist(), strict=True)
        return ClubNow.of(self.state, club, (match for match in coming if match[0] != NO_DAY), 0)

    def at_many(self, club: Int, day: Int) -> ClubState:
        """States of n clubs (by place in `club_ids`; -1 for none) before matches on n days, shape (n,) each."""
        state = self.state.take(club)
        known = np.flatnonzero(club >= 0)
        days = self.upcoming_day[club[known]]
        # As in `features.clubstate`: up to the first match on the day or later, of those the published ones.
        before = (days != NO_DAY) & (days < day[known, None])
        counted = np.logical_and.accumulate(before, axis=1) & self.upcoming_published[club[known]]
        with_some = counted.any(axis=1)
        rows, of_row = known[with_some], club[known][with_some]
        if not len(rows):
            return state
        counts = np.hstack([np.ones((len(rows), RECENT), dtype=np.bool_), counted[with_some]])
        # A stable sort by whether it counts puts those that do last, in their order.
        newest = np.argsort(counts, axis=1, kind="stable")[:, -RECENT:]
        changed = {f.name: getattr(state, f.name) for f in fields(state)}
        for name, upcoming in (("recent_day", self.upcoming_day), ("recent_km", self.upcoming_km)):
            both = np.hstack([changed[name][rows], upcoming[of_row]])
            changed[name][rows] = np.take_along_axis(both, newest, axis=1)
        changed["last_extra_time"][rows] = np.nan
        return ClubState(**changed)

    def save(self, path: Path) -> None:
        """Write to one .npz file."""
        state = {f"state_{f.name}": getattr(self.state, f.name) for f in fields(self.state)}
        np.savez_compressed(
            path,
            allow_pickle=False,
            cut_s=np.asarray(self.cut_s),
            form_names=np.asarray(FORM),
            rating_names=np.asarray(RATINGS),
            club_ids=np.asarray(self.club_ids, dtype=str),
            names=np.asarray(self.names, dtype=str),
            league_ids=np.asarray(self.league_ids, dtype=str),
            upcoming_day=self.upcoming_day,
            upcoming_km=self.upcoming_km,
            upcoming_published=self.upcoming_published,
            **state,
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; StoreError if it is missing, damaged or of another shape than this version's."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if tuple(arrays["form_names"].tolist()) != FORM or tuple(arrays["rating_names"].tolist()) != RATINGS:
                raise StoreError(f"{path}: states with other numbers than this version's; train again")
            loaded = cls(
                cut_s=int(arrays["cut_s"]),
                club_ids=tuple(arrays["club_ids"].tolist()),
                names=tuple(arrays["names"].tolist()),
                league_ids=tuple(arrays["league_ids"].tolist()),
                state=ClubState(**{f.name: arrays[f"state_{f.name}"] for f in fields(ClubState)}),
                upcoming_day=arrays["upcoming_day"],
                upcoming_km=arrays["upcoming_km"],
                upcoming_published=arrays["upcoming_published"],
            )
        except (OSError, KeyError, ValueError, TypeError, EOFError) as error:
            raise StoreError(f"{path}: stored states cannot be read ({error}); train again") from error
        loaded.check(path)
        return loaded

    def check(self, path: Path) -> None:
        """StoreError unless every array has a row for each club and the shape of an empty state."""
        n = len(self.club_ids)
        empty = ClubState.empty(n)
        for f in fields(ClubState):
            found, expected = getattr(self.state, f.name), getattr(empty, f.name)
            if found.shape != expected.shape or found.dtype != expected.dtype:
                raise StoreError(
                    f"{path}: {f.name} has shape {found.shape} of {found.dtype}, "
                    f"expected {expected.shape} of {expected.dtype}; train again"
                )
        for name in ("upcoming_day", "upcoming_km", "upcoming_published"):
            if getattr(self, name).shape != (n, UPCOMING):
                raise StoreError(f"{path}: {name} has another shape than ({n}, {UPCOMING}); train again")
        if not len(self.names) == len(self.league_ids) == n:
            raise StoreError(f"{path}: names or leagues of another number of clubs than {n}; train again")


def latest_leagues(history: PastMatches, club: Int, as_of_s: Int) -> list[str | None]:
    """The league that n clubs (by code, -1 for none) last started a match in at n moments, shape (n,) each.

    Before its first the one in which a club will; None where there is no such match, or no club.
    """
    log = history.log
    found = _latest_league_entries.for_rows(len(club))(club, as_of_s, log.offsets, log.league, log.starts_s)
    codes = np.where(found >= 0, log.competition[found], -1).tolist() if len(log.competition) else [-1] * len(club)
    return [history.competition_ids[code] if code >= 0 else None for code in codes]


@jit
def _latest_league_entries(club: Int, as_of_s: Int, offsets: Int, league: NDArray[np.bool_], starts_s: Int) -> Int:
    found = np.full(club.shape[0], -1, dtype=np.int64)
    for i in range(club.shape[0]):
        if club[i] < 0:
            continue
        for entry in range(offsets[club[i] + 1] - 1, offsets[club[i]] - 1, -1):
            if league[entry]:
                found[i] = entry
                if starts_s[entry] <= as_of_s[i]:
                    break
    return found
