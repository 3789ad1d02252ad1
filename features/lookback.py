"""Kernels that look back along club logs from a moment: what was known, and what it says.

Each row is worked out by itself. `order` (n,) is the order in which rows are: of many, one club after another, as its
part of the log then stays in the processor's cache.
"""

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
def known_ends(club: Int, order: Int, as_of_s: Int, offsets: Int, known_s: Int) -> Int:
    """For each club (code, -1 for none) the end of its log as known at a moment, shape (n,); 0 for none.

    Args:
        club, order, as_of_s: shape (n,).
        offsets, known_s: the log's, see `club_log.ClubLog`.
    """
    ends = np.zeros(club.shape[0], dtype=np.int64)
    for i in order:
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
    order: Int,
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
        club, order, end, day: shape (n,); entries from `end` on count if they are published and before `day`.
        cut_day: the data tell of every match up to here.
        offsets, entry_day, league, published, km, extra_time: the log's.
        recent_day, recent_km, last_extra_time, last_league_day, told_until_day: written to, see `clubstate.ClubState`.
    """
    slots = recent_day.shape[1]
    for i in order:
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
    order: Int,
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
    for i in order:
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
def _means(
    first: Float, second: Float, third: Float, at: Int, n: int, fade: Float, weights: Float, means: Float, column: int
) -> None:
    """Means of three values of the `n` results `at`, newest first: of the last 5, the last 10, and weighted by `fade`.

    Written to `means` from `column` on; `weights` are the sums of the first 1, 2, ... of `fade`.
    """
    a, b, c = 0.0, 0.0, 0.0
    k = 0
    for window in range(2):
        most = min(n, 5 * (window + 1))
        while k < most:
            a += first[at[k]]
            b += second[at[k]]
            c += third[at[k]]
            k += 1
        means[column + window] = a / most
        means[column + window + 3] = b / most
        means[column + window + 6] = c / most
    a, b, c = 0.0, 0.0, 0.0
    for k in range(n):
        a += fade[k] * first[at[k]]
        b += fade[k] * second[at[k]]
        c += fade[k] * third[at[k]]
    means[column + 2] = a / weights[n - 1]
    means[column + 5] = b / weights[n - 1]
    means[column + 8] = c / weights[n - 1]


@jit
def recall_form(
    club: Int,
    order: Int,
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
    fade = np.empty(MEMORY)
    weight = 1.0
    for k in range(MEMORY):
        fade[k] = weight
        weight *= WEIGHT_PER_MATCH
    weights = np.cumsum(fade)
    points, scored, conceded = np.empty(MEMORY), np.empty(MEMORY), np.empty(MEMORY)
    score_surplus, margin_surplus, margins = np.empty(MEMORY), np.empty(MEMORY), np.empty(MEMORY)
    # Places, among the results, of all, of home and of away matches. One more: there the next would go.
    every, at_home, at_away = np.arange(MEMORY), np.empty(MEMORY + 1, np.int64), np.empty(MEMORY + 1, np.int64)
    surpluses = np.empty(9)
    for i in order:
        c = club[i]
        if c < 0:
            continue
        n, n_home, n_away = 0, 0, 0
        entry = end[i] - 1
        # Without branches on results, which nobody can predict, the processor does not stumble.
        while entry >= offsets[c] and n < MEMORY:
            if not math.isnan(goals_for[entry]):
                margin = goals_for[entry] - goals_against[entry]
                won, drawn = 1.0 if margin > 0.0 else 0.0, 1.0 if margin == 0.0 else 0.0
                points[n] = 3.0 * won + drawn
                scored[n] = goals_for[entry]
                conceded[n] = goals_against[entry]
                score_surplus[n] = won + 0.5 * drawn - expected[entry]
                margin_surplus[n] = margin - expected_difference[entry]
                margins[n] = margin
                at_home[n_home] = n
                at_away[n_away] = n
                n_home += 1 if ground[entry] == 1 else 0
                n_away += 1 if ground[entry] == -1 else 0
                n += 1
            entry -= 1
        if n == 0:
            continue
        _means(points, scored, conceded, every, n, fade, weights, form[i], 0)
        _means(score_surplus, margin_surplus, margins, every, n, fade, weights, surpluses, 0)
        form[i, 9:15] = surpluses[:6]
        if n_home > 0:
            _means(points, scored, conceded, at_home, n_home, fade, weights, form[i], 15)
        if n_away > 0:
            _means(points, scored, conceded, at_away, n_away, fade, weights, form[i], 24)
        winning, unbeaten, winless = 0, 0, 0
        while winning < n and margins[winning] > 0.0:
            winning += 1
        while unbeaten < n and margins[unbeaten] >= 0.0:
            unbeaten += 1
        while winless < n and margins[winless] <= 0.0:
            winless += 1
        form[i, 33] = winning
        form[i, 34] = unbeaten
        form[i, 35] = winless
        form[i, 36] = margins[0]
        for k in range(min(n, LAST)):
            last_points[i, LAST - 1 - k] = int(points[k])
