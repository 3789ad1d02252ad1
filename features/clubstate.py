"""What is known of a club at a moment: the numbers from which every feature row is made.

Training takes states from the full history, at each fixture's `as_of`; the embedded model stores one state per club, as
of its data cut. From there on both go the same way, so a stored state gives the same row as the history it came from.
"""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.history import PastMatches
from features.lookback import (
    LAST,
    ends_before_results,
    known_ends,
    recall_form,
    recall_results,
    recall_schedule,
)

Float = NDArray[np.float64]
Int = NDArray[np.int64]

RECENT: Final = 16
"""Matches kept for rest and travel; more than any club plays in 30 days."""

WINDOWS: Final = ("last_5", "last_10", "weighted")
STATISTICS: Final = ("points", "goals_for", "goals_against", "score_surplus", "goal_difference_surplus")
GROUND_STATISTICS: Final = STATISTICS[:3]
FORM: Final = (
    *(f"{name}_{window}" for name in STATISTICS for window in WINDOWS),
    *(f"home_{name}_{window}" for name in GROUND_STATISTICS for window in WINDOWS),
    *(f"away_{name}_{window}" for name in GROUND_STATISTICS for window in WINDOWS),
    "winning_streak",
    "unbeaten_streak",
    "winless_streak",
    "last_margin",
)
"""Columns of `ClubState.form`. All but streaks and margin are means per match of the last 5 or 10 known results (of as
many as there are) or of the last 40, "weighted" by half every four matches; `home_` and `away_` count home and away
matches alone. Surpluses adjust for the opponent: the score (win 1, draw 0.5) above Elo's expected score, the goal
difference above the pi-ratings'. Streaks are in matches, up to 40; the margin is of the last result."""

RATINGS: Final = ("elo", "pi_home", "pi_away", "known_results")
"""Columns of `ClubState.ratings`; results are counted up to 100."""

NO_DAY: Final = -1_000_000
WIN, DRAW, LOSS, NONE = 3, 1, 0, -1


@dataclass(frozen=True)
class ClubState:
    """States of n clubs (or of n clubs at n moments); unknown numbers are NaN, unknown days `NO_DAY`.

    `form` (n, len(FORM)); `ratings` (n, len(RATINGS)); `last_points` (n, 5) points of the last five known
    results, newest last, -1 where there are fewer; `last_result_day`, `first_unknown_day` (the first match since whose
    result is not known), `unknown_results` (n,); `recent_day`, `recent_km` (n, 16) days and one-way km of the
    last matches, newest last; `last_extra_time` (n,) 1 if the last of them went to extra time; `last_league_day` (n,)
    of the last league match; `told_until_day` (n,) up to which the data tell of the club's matches, played or
    published.
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
    last_league_day: Int
    told_until_day: Int

    @classmethod
    def empty(cls, n: int) -> Self:
        """States of clubs without any match."""
        return cls(
            form=np.full((n, len(FORM)), np.nan),
            ratings=np.full((n, len(RATINGS)), np.nan),
            last_points=np.full((n, LAST), NONE, dtype=np.int64),
            last_result_day=np.full(n, NO_DAY, dtype=np.int64),
            first_unknown_day=np.full(n, NO_DAY, dtype=np.int64),
            unknown_results=np.zeros(n, dtype=np.int64),
            recent_day=np.full((n, RECENT), NO_DAY, dtype=np.int64),
            recent_km=np.full((n, RECENT), np.nan),
            last_extra_time=np.full(n, np.nan),
            last_league_day=np.full(n, NO_DAY, dtype=np.int64),
            told_until_day=np.full(n, NO_DAY, dtype=np.int64),
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


def club_states(history: PastMatches, club: Int, as_of_s: Int, day: Int, ignored: Int | None = None) -> ClubState:
    """The states of clubs at moments.

    Args:
        history: all matches.
        club: shape (n,), codes of `history.club_ids`; -1 for a club that the history lacks.
        as_of_s: shape (n,), what was known by then counts; seconds since 1970, UTC.
        day: shape (n,), day of the fixture: published matches (see `club_log.ClubLog`) between `as_of` and this day
            count as matches that the club will have had, for rest and travel.
        ignored: shape (n,), how many of the newest known results form and ratings are to be without; None for none. The
            matches themselves stay: for rest, travel and what is known of their results.
    """
    log = history.log
    n = len(club)
    order = np.argsort(club, kind="stable")
    state = ClubState.empty(n)
    end = known_ends.for_rows(n)(club, order, as_of_s, log.offsets, log.known_s)
    recall_schedule.for_rows(n)(
        club,
        order,
        end,
        day,
        history.cut_day,
        log.offsets,
        log.day,
        log.league,
        log.published,
        log.km,
        log.extra_time,
        state.recent_day,
        state.recent_km,
        state.last_extra_time,
        state.last_league_day,
        state.told_until_day,
    )
    recall_results.for_rows(n)(
        club,
        order,
        end,
        log.offsets,
        log.day,
        log.goals_for,
        log.result_due,
        log.results,
        log.elo,
        log.pi_home,
        log.pi_away,
        state.ratings,
        state.last_result_day,
        state.first_unknown_day,
        state.unknown_results,
    )
    if ignored is not None:
        end = ends_before_results.for_rows(n)(club, end, ignored, log.offsets, log.goals_for)
        earlier = ClubState.empty(n)
        recall_results.for_rows(n)(
            club,
            order,
            end,
            log.offsets,
            log.day,
            log.goals_for,
            log.result_due,
            log.results,
            log.elo,
            log.pi_home,
            log.pi_away,
            earlier.ratings,
            earlier.last_result_day,
            earlier.first_unknown_day,
            earlier.unknown_results,
        )
        state.ratings[:] = earlier.ratings
    recall_form.for_rows(n)(
        club,
        order,
        end,
        log.offsets,
        log.goals_for,
        log.goals_against,
        log.ground,
        log.expected,
        log.expected_difference,
        state.form,
        state.last_points,
    )
    return state
