"""Tables of many seasons at once, by the rules of `football.standings`, which it equals.

Clubs level by every criterion are told apart by lot: what regulations have after goals (cards, coefficients, matches
to decide) is not known here.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.jit import jit
from football.standings import CRITERIA, DIRECT_AWAY_GOALS, DIRECT_POINTS, OPPONENTS_POINTS

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Goals = NDArray[np.int8]

_FIRST_DIRECT: Final = CRITERIA.index(DIRECT_POINTS)
_LAST_DIRECT: Final = CRITERIA.index(DIRECT_AWAY_GOALS)
_FIRST_OPPONENTS: Final = CRITERIA.index(OPPONENTS_POINTS)
# Columns of a tally.
_POINTS, _DIFFERENCE, _FOR, _AWAY_GOALS, _WINS, _AWAY_WINS, _TALLIES = range(7)


def rank_seasons(
    home: Int,
    away: Int,
    home_goals: Goals,
    away_goals: Goals,
    group: Int,
    criteria: Sequence[str],
    lots: Float,
    *,
    again: bool,
) -> tuple[Int, Int]:
    """Places (0 the first of all) and points of n clubs in s seasons, shape (s, n) each.

    Args:
        home, away: codes of the clubs of m matches, shape (m,).
        home_goals, away_goals: by season and match, shape (s, m).
        group: of each club, shape (n,), ascending; all of a group stand before those of the next.
        criteria: of `CRITERIA`, between clubs with as many points.
        lots: decide what is level at the end, the largest first, shape (s, n).
        again: whether direct criteria are applied again to clubs that they leave level.
    """
    codes = np.array([CRITERIA.index(name) for name in criteria], dtype=np.int64)
    start = np.searchsorted(group, group).astype(np.int64)
    place, points = np.empty(lots.shape, dtype=np.int64), np.empty(lots.shape, dtype=np.int64)
    _rank_seasons(home, away, home_goals, away_goals, start, codes, lots, again, place, points)
    return place, points


@jit
def _tally(home: Int, away: Int, home_goals: Goals, away_goals: Goals, label: Int, among: bool, tally: Int) -> None:
    """Fill `tally` (clubs, columns) from one season's matches, or those `among` clubs of the same label."""
    tally[:] = 0
    for i in range(home.shape[0]):
        h, a = home[i], away[i]
        if among and label[h] != label[a]:
            continue
        difference = np.int64(home_goals[i]) - np.int64(away_goals[i])
        tally[h, _DIFFERENCE] += difference
        tally[a, _DIFFERENCE] -= difference
        tally[h, _FOR] += home_goals[i]
        tally[a, _FOR] += away_goals[i]
        tally[a, _AWAY_GOALS] += away_goals[i]
        if difference > 0:
            tally[h, _POINTS] += 3
            tally[h, _WINS] += 1
        elif difference < 0:
            tally[a, _POINTS] += 3
            tally[a, _WINS] += 1
            tally[a, _AWAY_WINS] += 1
        else:
            tally[h, _POINTS] += 1
            tally[a, _POINTS] += 1


@jit
def _refine(label: Int, value: Int, moved: Int) -> bool:
    """Split clubs of the same label by a value, the larger first; whether any are still level."""
    level = False
    for i in range(label.shape[0]):
        moved[i] = label[i]
        for j in range(label.shape[0]):
            if i != j and label[j] == label[i]:
                if value[j] > value[i]:
                    moved[i] += 1
                elif value[j] == value[i]:
                    level = True
    label[:] = moved
    return level


@jit
def _rank_seasons(
    home: Int,
    away: Int,
    home_goals: Goals,
    away_goals: Goals,
    start: Int,
    criteria: Int,
    lots: Float,
    again: bool,
    place: Int,
    points: Int,
) -> None:
    clubs = start.shape[0]
    label, moved, base = np.empty(clubs, np.int64), np.empty(clubs, np.int64), np.empty(clubs, np.int64)
    tally, mini = np.empty((clubs, _TALLIES), np.int64), np.empty((clubs, _TALLIES), np.int64)
    value = np.empty(clubs, np.int64)
    # Columns by criterion, direct and opponents' ones in the order of `CRITERIA`.
    overall = np.array([_DIFFERENCE, _FOR, _AWAY_GOALS, _WINS, _AWAY_WINS])
    direct = np.array([_POINTS, _DIFFERENCE, _FOR, _AWAY_GOALS])
    for season in range(lots.shape[0]):
        goals_home, goals_away = home_goals[season], away_goals[season]
        _tally(home, away, goals_home, goals_away, start, False, tally)
        points[season] = tally[:, _POINTS]
        label[:] = start
        level = _refine(label, tally[:, _POINTS], moved)
        at = 0
        while level and at < criteria.shape[0]:
            code = criteria[at]
            if _FIRST_DIRECT <= code <= _LAST_DIRECT:
                last = at
                while last < criteria.shape[0] and _FIRST_DIRECT <= criteria[last] <= _LAST_DIRECT:
                    last += 1
                split = True
                while level and split:
                    base[:] = label
                    _tally(home, away, goals_home, goals_away, base, True, mini)
                    for k in range(at, last):
                        level = _refine(label, mini[:, direct[criteria[k] - _FIRST_DIRECT]], moved)
                    split = again and bool(np.any(base != label))
                at = last
                continue
            if code >= _FIRST_OPPONENTS:
                column = direct[code - _FIRST_OPPONENTS]
                value[:] = 0
                for i in range(home.shape[0]):
                    value[home[i]] += tally[away[i], column]
                    value[away[i]] += tally[home[i], column]
            else:
                value[:] = tally[:, overall[code]]
            level = _refine(label, value, moved)
            at += 1
        place[season] = label
        if level:
            for i in range(clubs):
                for j in range(clubs):
                    if label[j] == label[i] and lots[season, j] > lots[season, i]:
                        place[season, i] += 1
