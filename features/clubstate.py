"""What is known of a club at a moment: the numbers from which every feature row is made.

Training takes states from the full history, at each fixture's `as_of`; the embedded model stores one state per club, as
of its data cut. From there on both go the same way, so a stored state gives the same row as the history it came from.
"""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.history import History
from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]

RECENT: Final = 16
"""Matches kept for rest and travel; more than any club plays in 30 days."""

MEMORY: Final = 20
"""Known results that form looks back on."""

FORM: Final = (
    "points_last_5",
    "points_last_10",
    "goals_for_last_5",
    "goals_against_last_5",
    "goals_for_last_10",
    "goals_against_last_10",
    "points_weighted",
    "goals_for_weighted",
    "goals_against_weighted",
    "score_surplus_last_5",
    "score_surplus_last_10",
    "score_surplus_weighted",
    "home_points_last_5",
    "home_goal_difference_last_5",
    "away_points_last_5",
    "away_goal_difference_last_5",
    "winning_streak",
    "unbeaten_streak",
    "winless_streak",
    "last_margin",
)
"""Columns of `ClubState.form`. All but streaks and margin are means per match; "weighted" halves every four matches;
a surplus is the score (win 1, draw 0.5) above Elo's expected score, which adjusts for the opponent."""

RATINGS: Final = ("elo", "pi_home", "pi_away", "known_results")
"""Columns of `ClubState.ratings`."""

WEIGHT_PER_MATCH: Final = 0.5**0.25
NO_DAY: Final = -1_000_000
WIN, DRAW, LOSS, NONE = 3, 1, 0, -1


@dataclass(frozen=True)
class ClubState:
    """States of n clubs (or of n clubs at n moments); unknown numbers are NaN, unknown days `NO_DAY`.

    `form` (n, len(FORM)); `ratings` (n, len(RATINGS)); `last_points` (n, 5) points of the last five known
    results, newest last, -1 where there are fewer; `last_result_day`, `first_unknown_day` (the first match since whose
    result is not known), `unknown_results` (n,); `recent_day`, `recent_km` (n, 16) days and one-way km of the
    last matches, newest last; `last_extra_time` (n,) 1 if the last of them went to extra time.
    """

    form: Float
    ratings: Float
    last_points: Int
    last_result_day: Int
    first_unknown_day: Int
    unknown_results: Int
    recent_day: Int
    recent_km: Float
    last_extra_time: Float

    @classmethod
    def empty(cls, n: int) -> Self:
        """States of clubs without any match."""
        return cls(
            form=np.full((n, len(FORM)), np.nan),
            ratings=np.full((n, len(RATINGS)), np.nan),
            last_points=np.full((n, 5), NONE, dtype=np.int64),
            last_result_day=np.full(n, NO_DAY, dtype=np.int64),
            first_unknown_day=np.full(n, NO_DAY, dtype=np.int64),
            unknown_results=np.zeros(n, dtype=np.int64),
            recent_day=np.full((n, RECENT), NO_DAY, dtype=np.int64),
            recent_km=np.full((n, RECENT), np.nan),
            last_extra_time=np.full(n, np.nan),
        )

    def take(self, rows: Int) -> Self:
        """The states of some rows, in the order asked for; -1 gives an empty state."""
        if bool((rows >= 0).all()):
            return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})
        taken = type(self).empty(len(rows))
        known = rows >= 0
        for f in fields(self):
            getattr(taken, f.name)[known] = getattr(self, f.name)[rows[known]]
        return taken

    def last_letters(self, row: int) -> str:
        """The last known results as letters, newest last, such as `WWDLW`."""
        return "".join("WDL"[(WIN, DRAW, LOSS).index(p)] for p in self.last_points[row].tolist() if p != NONE)

    def newest_day(self) -> Int:
        """Day of each club's newest match, played or scheduled, shape (n,)."""
        return self.recent_day[:, -1]


def club_states(history: History, club: Int, as_of_s: Int, day: Int) -> ClubState:
    """The states of clubs at moments.

    Args:
        history: all matches.
        club: shape (n,), codes of `history.club_ids`; -1 for a club that the history lacks.
        as_of_s: shape (n,), what was known by then counts; seconds since 1970, UTC.
        day: shape (n,), day of the fixture: league matches scheduled between `as_of` and this day count as
            matches that the club will have had, for rest and travel.
    """
    log = history.log
    state = ClubState.empty(len(club))
    _fill(
        club,
        as_of_s,
        day,
        log.offsets,
        log.day,
        log.known_s,
        log.goals_for,
        log.goals_against,
        log.ground,
        log.km,
        log.extra_time,
        log.expected,
        log.elo,
        log.pi_home,
        log.pi_away,
        log.published,
        state.form,
        state.ratings,
        state.last_points,
        state.last_result_day,
        state.first_unknown_day,
        state.unknown_results,
        state.recent_day,
        state.recent_km,
        state.last_extra_time,
    )
    return state


@jit
def _mean(total: float, count: float) -> float:
    return total / count if count > 0.0 else np.nan


@jit
def _fill(
    club: Int,
    as_of_s: Int,
    day: Int,
    offsets: Int,
    entry_day: Int,
    known_s: Int,
    goals_for: Float,
    goals_against: Float,
    ground: Int,
    km: Float,
    extra_time: Float,
    expected: Float,
    elo: Float,
    pi_home: Float,
    pi_away: Float,
    published: NDArray[np.bool_],
    form: Float,
    ratings: Float,
    last_points: Int,
    last_result_day: Int,
    first_unknown_day: Int,
    unknown_results: Int,
    recent_day: Int,
    recent_km: Float,
    last_extra_time: Float,
) -> None:
    for i in range(club.shape[0]):
        c = club[i]
        if c < 0:
            continue
        first = offsets[c]
        end = offsets[c + 1]
        low = first
        high = end
        while low < high:
            middle = (low + high) // 2
            if known_s[middle] <= as_of_s[i]:
                low = middle + 1
            else:
                high = middle
        known = low

        # Where the club was, and by its published schedule will be before the fixture.
        last = RECENT
        upcoming = known
        while upcoming < end and entry_day[upcoming] < day[i]:
            upcoming += 1
        e = upcoming - 1
        newest = True
        while e >= first and last > 0:
            if e < known or published[e]:
                if newest:
                    last_extra_time[i] = extra_time[e] if e < known else np.nan
                    newest = False
                last -= 1
                recent_day[i, last] = entry_day[e]
                recent_km[i, last] = km[e]
            e -= 1

        if known > first:
            ratings[i, 0] = elo[known - 1]
            ratings[i, 1] = pi_home[known - 1]
            ratings[i, 2] = pi_away[known - 1]
        _fill_form(i, first, known, entry_day, goals_for, goals_against, ground, expected, form, last_points)

        results = 0
        since = 0
        e = known - 1
        while e >= first and results == 0:
            if np.isnan(goals_for[e]):
                since += 1
                first_unknown_day[i] = entry_day[e]
            else:
                last_result_day[i] = entry_day[e]
                results = 1
            e -= 1
        unknown_results[i] = since
        # Counting results beyond a few dozen tells nothing more.
        count = 0
        e = known - 1
        while e >= first and count < 100:
            if not np.isnan(goals_for[e]):
                count += 1
            e -= 1
        ratings[i, 3] = float(count)


@jit
def _fill_form(
    i: int,
    first: int,
    known: int,
    entry_day: Int,
    goals_for: Float,
    goals_against: Float,
    ground: Int,
    expected: Float,
    form: Float,
    last_points: Int,
) -> None:
    seen = 0
    sums = np.zeros(12)
    weight = 1.0
    weights = 0.0
    home_n = 0.0
    away_n = 0.0
    ground_sums = np.zeros(4)
    five = 0.0
    ten = 0.0
    winning = 0.0
    unbeaten = 0.0
    winless = 0.0
    w_open = True
    u_open = True
    l_open = True
    e = known - 1
    while e >= first and seen < MEMORY:
        if np.isnan(goals_for[e]):
            e -= 1
            continue
        scored = goals_for[e]
        conceded = goals_against[e]
        margin = scored - conceded
        points = 3.0 if margin > 0 else (1.0 if margin == 0 else 0.0)
        surplus = (1.0 if margin > 0 else (0.5 if margin == 0 else 0.0)) - expected[e]
        if seen == 0:
            form[i, 19] = margin
        if seen < 5:
            last_points[i, 4 - seen] = int(points)
            five += 1.0
            sums[0] += points
            sums[2] += scored
            sums[3] += conceded
            sums[9] += surplus
        if seen < 10:
            ten += 1.0
            sums[1] += points
            sums[4] += scored
            sums[5] += conceded
            sums[10] += surplus
        weights += weight
        sums[6] += weight * points
        sums[7] += weight * scored
        sums[8] += weight * conceded
        sums[11] += weight * surplus
        weight *= WEIGHT_PER_MATCH
        if ground[e] == 1 and home_n < 5.0:
            home_n += 1.0
            ground_sums[0] += points
            ground_sums[1] += margin
        if ground[e] == -1 and away_n < 5.0:
            away_n += 1.0
            ground_sums[2] += points
            ground_sums[3] += margin
        w_open = w_open and margin > 0
        u_open = u_open and margin >= 0
        l_open = l_open and margin <= 0
        winning += 1.0 if w_open else 0.0
        unbeaten += 1.0 if u_open else 0.0
        winless += 1.0 if l_open else 0.0
        seen += 1
        e -= 1
    if seen == 0:
        return
    form[i, 0] = _mean(sums[0], five)
    form[i, 1] = _mean(sums[1], ten)
    form[i, 2] = _mean(sums[2], five)
    form[i, 3] = _mean(sums[3], five)
    form[i, 4] = _mean(sums[4], ten)
    form[i, 5] = _mean(sums[5], ten)
    for k in range(6, 9):
        form[i, k] = _mean(sums[k], weights)
    form[i, 9] = _mean(sums[9], five)
    form[i, 10] = _mean(sums[10], ten)
    form[i, 11] = _mean(sums[11], weights)
    form[i, 12] = _mean(ground_sums[0], home_n)
    form[i, 13] = _mean(ground_sums[1], home_n)
    form[i, 14] = _mean(ground_sums[2], away_n)
    form[i, 15] = _mean(ground_sums[3], away_n)
    form[i, 16] = winning
    form[i, 17] = unbeaten
    form[i, 18] = winless
