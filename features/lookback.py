"""Kernels that look back along club logs from a moment: what was known, and what it says."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Flags = NDArray[np.bool_]

MEMORY: Final = 40
"""Known results that form looks back on."""

WEIGHT_PER_MATCH: Final = 0.5**0.25
"""Weighted means count a result half as much as the fourth after it."""

COUNTED: Final = 100
"""Known results are counted up to here; more of them tell nothing more."""

REACH_DAYS: Final = 2
"""How far beyond a day its matches may lie in a log: the order is that of known results, in all time zones."""

LAST: Final = 5
"""Results of which the points are kept one by one."""


@jit
def known_ends(club: Int, as_of_s: Int, offsets: Int, known_s: Int) -> Int:
    """For each club (code, -1 for none) the end of its log as known at a moment, shape (n,); 0 for none.

    Args:
        club, as_of_s: shape (n,).
        offsets, known_s: the log's, see `club_log.ClubLog`.
    """
    ends = np.zeros(club.shape[0], dtype=np.int64)
    for i in range(club.shape[0]):
        if club[i] >= 0:
            low = offsets[club[i]]
            high = offsets[club[i] + 1]
            while low < high:
                middle = (low + high) // 2
                if known_s[middle] <= as_of_s[i]:
                    low = middle + 1
                else:
                    high = middle
            ends[i] = low
    return ends


@jit
def ends_before_results(club: Int, end: Int, ignored: Int, offsets: Int, goals_for: Float) -> Int:
    """`end` moved back past the newest results of each club, shape (n,); to its first entry if it has no more.

    Args:
        club, end: shape (n,), see `known_ends`.
        ignored: shape (n,), how many results to pass.
        offsets, goals_for: the log's.
    """
    ends = end.copy()
    for i in range(club.shape[0]):
        if club[i] < 0:
            continue
        passed = 0
        while passed < ignored[i] and ends[i] > offsets[club[i]]:
            ends[i] -= 1
            if not math.isnan(goals_for[ends[i]]):
                passed += 1
    return ends


@jit
def recall_schedule(
    club: Int,
    end: Int,
    day: Int,
    cut_day: int,
    offsets: Int,
    entry_day: Int,
    league: Flags,
    published: Flags,
    km: Float,
    extra_time: Float,
    recent_day: Int,
    recent_km: Float,
    last_extra_time: Float,
    last_league_day: Int,
    told_until_day: Int,
) -> None:
    """Where each club was of late, and by its published schedule will be before a day.

    Args:
        club, end, day: shape (n,); entries from `end` on count if they are published and before `day`.
        cut_day: the data tell of every match up to here.
        offsets, entry_day, league, published, km, extra_time: the log's.
        recent_day, recent_km, last_extra_time, last_league_day, told_until_day: written to, see `clubstate.ClubState`.
    """
    slots = recent_day.shape[1]
    for i in range(club.shape[0]):
        c = club[i]
        if c < 0:
            continue
        last = offsets[c + 1]
        upcoming = end[i]
        # The order is that of known results: across time zones, a day's may come after the next day's first.
        while upcoming < last and entry_day[upcoming] < day[i] + REACH_DAYS:
            upcoming += 1
        slot = slots
        entry = upcoming - 1
        while entry >= offsets[c] and slot > 0:
            if entry < end[i] or (published[entry] and entry_day[entry] < day[i]):
                if slot == slots and entry < end[i]:
                    last_extra_time[i] = extra_time[entry]
                slot -= 1
                recent_day[i, slot] = entry_day[entry]
                recent_km[i, slot] = km[entry]
            entry -= 1
        entry = end[i] - 1
        while entry >= offsets[c]:
            if league[entry]:
                last_league_day[i] = entry_day[entry]
                break
            entry -= 1
        told_until_day[i] = cut_day
        entry = last - 1
        while entry >= end[i]:
            if published[entry]:
                told_until_day[i] = max(cut_day, entry_day[entry])
                break
            entry -= 1


@jit
def recall_results(
    club: Int,
    end: Int,
    offsets: Int,
    entry_day: Int,
    goals_for: Float,
    result_due: Flags,
    results: Int,
    elo: Float,
    pi_home: Float,
    pi_away: Float,
    ratings: Float,
    last_result_day: Int,
    first_unknown_day: Int,
    unknown_results: Int,
) -> None:
    """Ratings of each club and how complete its results are, from its log before `end`, shape (n,).

    The other arguments are the log's, and the last four are written to, see `clubstate.ClubState`.
    """
    for i in range(club.shape[0]):
        c = club[i]
        if c < 0 or end[i] == offsets[c]:
            continue
        newest = end[i] - 1
        ratings[i, 0] = elo[newest]
        ratings[i, 1] = pi_home[newest]
        ratings[i, 2] = pi_away[newest]
        ratings[i, 3] = float(min(results[newest], COUNTED))
        entry = newest
        while entry >= offsets[c] and math.isnan(goals_for[entry]):
            if result_due[entry]:
                unknown_results[i] += 1
                first_unknown_day[i] = entry_day[entry]
            entry -= 1
        if entry >= offsets[c]:
            last_result_day[i] = entry_day[entry]


@jit
def recall_form(
    club: Int,
    end: Int,
    offsets: Int,
    goals_for: Float,
    goals_against: Float,
    ground: Int,
    expected: Float,
    expected_difference: Float,
    form: Float,
    last_points: Int,
) -> None:
    """Form of each club from the last `MEMORY` results of its log before `end`, shape (n,).

    The other arguments are the log's; `form` and `last_points` are written to, see `clubstate`. By columns of
    `form`: 5 statistics of all matches, then 3 of home and 3 of away matches, each over the last 5, last 10 and
    weighted; winning, unbeaten and winless streak; margin of the last result.
    """
    sums = np.empty((3, 5, 3))
    weights = np.empty((3, 3))
    values = np.empty(5)
    fade = np.empty(3)
    seen = np.empty(3)
    for i in range(club.shape[0]):
        c = club[i]
        if c < 0:
            continue
        sums[:] = 0.0
        weights[:] = 0.0
        fade[:] = 1.0
        seen[:] = 0.0
        winning, unbeaten, winless = 0.0, 0.0, 0.0
        wins, no_defeat, no_win = True, True, True
        entry = end[i] - 1
        while entry >= offsets[c] and seen[0] < MEMORY:
            if math.isnan(goals_for[entry]):
                entry -= 1
                continue
            margin = goals_for[entry] - goals_against[entry]
            values[0] = 3.0 if margin > 0.0 else (1.0 if margin == 0.0 else 0.0)
            values[1] = goals_for[entry]
            values[2] = goals_against[entry]
            values[3] = (1.0 if margin > 0.0 else (0.5 if margin == 0.0 else 0.0)) - expected[entry]
            values[4] = margin - expected_difference[entry]
            if seen[0] == 0.0:
                form[i, 36] = margin
            if seen[0] < LAST:
                last_points[i, LAST - 1 - int(seen[0])] = int(values[0])
            wins = wins and margin > 0.0
            no_defeat = no_defeat and margin >= 0.0
            no_win = no_win and margin <= 0.0
            winning += 1.0 if wins else 0.0
            unbeaten += 1.0 if no_defeat else 0.0
            winless += 1.0 if no_win else 0.0
            for place in range(3):
                # 0 all matches, 1 home matches, 2 away matches
                if (place == 1 and ground[entry] != 1) or (place == 2 and ground[entry] != -1):
                    continue
                for window in range(3):
                    if (window == 0 and seen[place] >= 5.0) or (window == 1 and seen[place] >= 10.0):
                        continue
                    weight = fade[place] if window == 2 else 1.0
                    weights[place, window] += weight
                    for k in range(5 if place == 0 else 3):
                        sums[place, k, window] += weight * values[k]
                fade[place] *= WEIGHT_PER_MATCH
                seen[place] += 1.0
            entry -= 1
        if seen[0] == 0.0:
            continue
        column = 0
        for place in range(3):
            for k in range(5 if place == 0 else 3):
                for window in range(3):
                    if weights[place, window] > 0.0:
                        form[i, column] = sums[place, k, window] / weights[place, window]
                    column += 1
        form[i, 33] = winning
        form[i, 34] = unbeaten
        form[i, 35] = winless
