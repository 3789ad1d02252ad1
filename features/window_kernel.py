"""The kernel of `features.windows`: each club's matches gone through once, in order."""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.clubstate import NO_DAY
from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Flags = NDArray[np.bool_]

SHORT, LONG = 5, 10
"""Results of the plain means."""

MONTH: Final = 30
"""Days of the longest window."""

WIDTH: Final = 20
"""Columns of a side: points, goals for and against over the last 5 and 10, the same at the venue; days of rest, capped;
matches in 7, 14 and 30 days; km to this match, and in 14 and 30 days."""


class Limits(NamedTuple):
    """How far is looked back; given, as a compiled kernel would not notice that another file says otherwise.

    `lookback.MEMORY` and `REACH_DAYS`, `clubstate.RECENT`, `rest.CAP_DAYS`, `LONGEST_BREAK_DAYS` and `GRACE_DAYS`.
    """

    memory: int
    recent: int
    reach_days: int
    cap_days: float
    longest_break_days: int
    grace_days: int


_REST: Final = 12
_CAPPED: Final = 13
_KM: Final = 17


@jit
def walk_clubs(
    first: int,
    last: int,
    offsets: Int,
    home: Int,
    away: Int,
    day: Int,
    starts_s: Int,
    known_s: Int,
    home_goals: Float,
    away_goals: Float,
    neutral: Float,
    league: Flags,
    counted: Flags,
    away_km: Float,
    cut_day: int,
    limits: Limits,
    at: Int,
    out: Float,
    capped: Float,
) -> None:
    """Write what the earlier matches of clubs `first` to `last` - 1 say of each of their n matches.

    Args:
        first, last: codes of clubs.
        offsets: shape (clubs + 1,), sums of the numbers of matches of the clubs before.
        home, away: shape (n,), codes of the clubs, in any order of the matches.
        day: shape (n,), days since 1970.
        starts_s, known_s: shape (n,), seconds since 1970 (UTC), see `features.history`.
        home_goals, away_goals: shape (n,), NaN without a result.
        neutral: shape (n,), 1 on neutral ground, 0 at the home club's, NaN unknown.
        league: shape (n,), matches of leagues.
        counted: shape (n,), matches with an entry in club logs.
        away_km: shape (n,), from the away club's home to the home club's.
        cut_day: the data tell of every match up to here.
        limits: see there.
        at: shape (2, `WIDTH`), the column of `out` for each of the home and the away side's, -1 for none.
        out: shape (n, columns), written to.
        capped: shape (2, n), capped days of rest of the home and the away side, written to.
    """
    base = offsets[first]
    # Twice the match, and 1 more for the away side: of club after club.
    rows = np.empty(offsets[last] - base, np.int64)
    place = offsets[first : last + 1] - base
    for i in range(home.shape[0]):
        if first <= home[i] < last:
            rows[place[home[i] - first]] = 2 * i
            place[home[i] - first] += 1
        if first <= away[i] < last:
            rows[place[away[i] - first]] = 2 * i + 1
            place[away[i] - first] += 1
    longest = 0
    for c in range(first, last):
        longest = max(longest, offsets[c + 1] - offsets[c])
    # The club's log: days, when results are known, km; by the number of entries before: results, day of the last league
    # match; by the number of results before: those at home and away, and sums of all, of home and of away ones.
    entry_day, entry_known_s, entry_km = np.empty(longest, np.int64), np.empty(longest, np.int64), np.empty(longest)
    published = np.empty(longest, np.bool_)
    results, league_day = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.int64)
    of_ground = np.empty((longest + 1, 2), np.int64)
    sums = np.zeros((3, longest + 1, 3))
    row = np.empty(WIDTH)
    for c in range(first, last):
        own = rows[offsets[c] - base : offsets[c + 1] - base]
        _into_order(own, home, away, starts_s, known_s)
        entries, newest_published = 0, -1
        results[0], league_day[0] = 0, NO_DAY
        of_ground[0] = 0
        for which in own:
            i, side = which >> 1, which & 1
            if not counted[i]:
                continue
            entry_day[entries] = day[i]
            entry_known_s[entries] = known_s[i]
            entry_km[entries] = _own_km(side, neutral[i], away_km[i])
            published[entries] = league[i] or day[i] > cut_day
            if published[entries]:
                newest_published = entries
            known = results[entries]
            entries += 1
            league_day[entries] = day[i] if league[i] else league_day[entries - 1]
            results[entries] = known
            if math.isnan(home_goals[i]):
                continue
            results[entries] = known + 1
            goals_for, goals_against = home_goals[i], away_goals[i]
            if side == 1:
                goals_for, goals_against = goals_against, goals_for
            points = 3.0 if goals_for > goals_against else (1.0 if goals_for == goals_against else 0.0)
            of_ground[known + 1] = of_ground[known]
            _add(sums[0], known, points, goals_for, goals_against)
            if neutral[i] != 1.0:
                _add(sums[1 + side], of_ground[known, side], points, goals_for, goals_against)
                of_ground[known + 1, side] += 1
        end = 0
        for which in own:
            i, side = which >> 1, which & 1
            while end < entries and entry_known_s[end] <= starts_s[i]:
                end += 1
            while end > 0 and entry_known_s[end - 1] > starts_s[i]:
                end -= 1
            known = results[end]
            _means(sums[0], known, known, row, 0)
            there = of_ground[known, side]
            _means(sums[1 + side], there, there - of_ground[max(known - limits.memory, 0), side], row, 6)
            row[_KM] = _own_km(side, neutral[i], away_km[i])
            told_until = cut_day
            if newest_published >= end:
                told_until = max(cut_day, entry_day[newest_published])
            _schedule(day[i], end, entries, entry_day, entry_km, published, league_day[end], told_until, limits, row)
            capped[side, i] = row[_CAPPED]
            for k in range(WIDTH):
                if at[side, k] >= 0:
                    out[i, at[side, k]] = row[k]


@jit
def _into_order(own: Int, home: Int, away: Int, starts_s: Int, known_s: Int) -> None:
    """Sort a club's matches as its log has them: by when results are known, starts and clubs; mostly they are."""
    for k in range(1, own.shape[0]):
        which = own[k]
        i = which >> 1
        j = k - 1
        while j >= 0:
            other = own[j] >> 1
            if known_s[other] != known_s[i]:
                later = known_s[other] > known_s[i]
            elif starts_s[other] != starts_s[i]:
                later = starts_s[other] > starts_s[i]
            elif home[other] != home[i]:
                later = home[other] > home[i]
            else:
                later = away[other] > away[i]
            if not later:
                break
            own[j + 1] = own[j]
            j -= 1
        own[j + 1] = which


@jit
def _own_km(side: int, neutral: float, away_km: float) -> float:
    """One way from a side's home to the match."""
    if neutral != 0.0:
        return math.nan
    return away_km if side == 1 else 0.0


@jit
def _add(sums: Float, n: int, points: float, goals_for: float, goals_against: float) -> None:
    sums[n + 1, 0] = sums[n, 0] + points
    sums[n + 1, 1] = sums[n, 1] + goals_for
    sums[n + 1, 2] = sums[n, 2] + goals_against


@jit
def _means(sums: Float, n: int, reach: int, row: Float, column: int) -> None:
    """Means of the last 5 and 10 of n results, of no more than the last `reach`; sums of whole numbers are exact."""
    short, long = min(reach, SHORT), min(reach, LONG)
    for k in range(3):
        if reach == 0:
            row[column + 2 * k] = math.nan
            row[column + 2 * k + 1] = math.nan
        else:
            row[column + 2 * k] = (sums[n, k] - sums[n - short, k]) / short
            row[column + 2 * k + 1] = (sums[n, k] - sums[n - long, k]) / long


@jit
def _schedule(
    day: int,
    end: int,
    entries: int,
    entry_day: Int,
    entry_km: Float,
    published: Flags,
    league_day: int,
    told_until: int,
    limits: Limits,
    row: Float,
) -> None:
    """Rest, matches and km of late, as `lookback.recall_schedule`, `features.rest` and `features.travel` have them."""
    entry = end
    while entry < entries and entry_day[entry] < day + limits.reach_days:
        entry += 1
    entry -= 1
    last, newest, taken = NO_DAY, NO_DAY, 0
    week, fortnight, month = 0.0, 0.0, 0.0
    km_fortnight, km_month = 0.0, 0.0
    while entry >= 0 and taken < limits.recent:
        on = entry_day[entry]
        # Days are not quite in the order of results.
        if on + limits.reach_days < min(last, day - MONTH):
            break
        if entry < end or (published[entry] and on < day):
            taken += 1
            newest = max(newest, on)
            if on < day:
                last = max(last, on)
                ago = day - on
                if ago <= MONTH:
                    month += 1.0
                    km_month += entry_km[entry]
                if ago <= 14:
                    fortnight += 1.0
                    km_fortnight += entry_km[entry]
                if ago <= 7:
                    week += 1.0
        entry -= 1
    if day - min(last, league_day) > limits.longest_break_days or day - max(told_until, newest) > limits.grace_days:
        for k in range(_REST, WIDTH):
            if k != _KM:
                row[k] = math.nan
        return
    rest = float(day - last)
    row[_REST] = rest
    row[_CAPPED] = min(rest, limits.cap_days)
    row[_CAPPED + 1] = week
    row[_CAPPED + 2] = fortnight
    row[_CAPPED + 3] = month
    row[_KM + 1] = km_fortnight
    row[_KM + 2] = km_month
