"""Scores of matches and winners of ties, drawn for many seasons at once.

A score is drawn from the distribution that stands behind the answer to a match: two Poisson goals with Dixon and
Coles's dependence, its home wins, draws and away wins weighted to the calibrated outcomes. In each season both sides'
edges (in log goals) move the expected goals. Drawn by rejection: goals by themselves, kept with a chance in proportion
to their weight.

A tie is decided over its legs, then by away goals where the rules have them, then by extra time with the home side of
the last match, then by penalties, which the better side wins a little more often.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.jit import jit
from features.scores import outcome_probabilities

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Goals = NDArray[np.int8]

EXTRA_TIME_SHARE: Final = 30.0 / 90.0
"""Expected goals of extra time, as a share of the match's."""

PENALTY_SLOPE: Final = 0.72
"""Log odds of winning a shoot-out, by the log supremacy (half the difference of log expected goals) of a side."""

MOST_GOALS: Final = 30


@dataclass(frozen=True)
class Games:
    """Matches as they are drawn, of any shape k: log expected goals (k) and weights (k, 3) of home win, draw, away win.

    Weights are calibrated outcomes over those of the goals alone; `rho` is the dependence of low scores.
    """

    log_home: Float
    log_away: Float
    weight: Float
    rho: float

    @classmethod
    def of(cls, home_goals: Float, away_goals: Float, outcomes: Float, rho: float) -> "Games":
        """From expected goals, shape (k,), and calibrated outcomes, shape (k, 3)."""
        weight = outcomes / outcome_probabilities(home_goals, away_goals, rho)
        return cls(np.log(home_goals), np.log(away_goals), weight, rho)


def play_matches(
    rng: np.random.Generator, games: Games, home: Int, away: Int, known: tuple[Int, Int], edge: Float
) -> tuple[Goals, Goals]:
    """Home and away goals of m matches in s seasons, shape (s, m) each.

    Args:
        rng: where chance comes from.
        games: the matches, shape (m,).
        home, away: codes of clubs, shape (m,).
        known: home and away goals of those that are played, -1 for the others, shape (m,) each.
        edge: by season and club, shape (s, clubs).
    """
    shape = (len(edge), len(home))
    out = np.empty(shape, dtype=np.int8), np.empty(shape, dtype=np.int8)
    _play_matches(
        rng, home, away, known[0], known[1], games.log_home, games.log_away, games.weight, games.rho, edge, *out
    )
    return out


def play_ties(
    rng: np.random.Generator,
    games: Games,
    first: Int,
    second: Int,
    legs: tuple[Int, Int],
    edge: Float,
    *,
    single: bool,
    away_goals: bool,
) -> Int:
    """Codes of the clubs that win t ties in s seasons, shape (s, t).

    Args:
        rng: where chance comes from.
        games: every ordered pair of clubs, shape (clubs, clubs): on the first one's ground, or for single matches on
            neutral ground.
        first, second: clubs by season and tie, shape (s, t); `first` is at home in the first leg.
        legs: goals of the legs as far as known, shape (t, 4), -1 else, and winners (0 first, 1 second, -1), (t,).
        edge: by season and club, shape (s, clubs).
        single: one match instead of two legs.
        away_goals: whether they decide a level tie.
    """
    out = np.empty(first.shape, dtype=np.int64)
    _play_ties(
        rng,
        np.ascontiguousarray(first),
        np.ascontiguousarray(second),
        legs[0],
        legs[1],
        games.log_home,
        games.log_away,
        games.weight,
        games.rho,
        edge,
        single,
        away_goals,
        EXTRA_TIME_SHARE,
        PENALTY_SLOPE,
        out,
    )
    return out


@jit
def _poisson(rng: np.random.Generator, rate: float) -> int:
    """Knuth's method: few uniform numbers for the few goals of a match."""
    limit, product, count = math.exp(-rate), rng.random(), 0
    while product > limit and count < MOST_GOALS:
        product *= rng.random()
        count += 1
    return count


@jit
def _score(rng: np.random.Generator, home_rate: float, away_rate: float, weight: Float, rho: float) -> tuple[int, int]:
    nil_nil = max(1.0 - home_rate * away_rate * rho, 0.0)
    nil_one = max(1.0 + home_rate * rho, 0.0)
    one_nil = max(1.0 + away_rate * rho, 0.0)
    one_one = max(1.0 - rho, 0.0)
    largest = max(weight[0], weight[1], weight[2]) * max(1.0, nil_nil, nil_one, one_nil, one_one)
    while True:
        home, away = _poisson(rng, home_rate), _poisson(rng, away_rate)
        share = weight[0] if home > away else weight[1] if home == away else weight[2]
        if home <= 1 and away <= 1:
            if home == away:
                share *= nil_nil if home == 0 else one_one
            else:
                share *= nil_one if home == 0 else one_nil
        if rng.random() * largest < share:
            return home, away


@jit
def _play_matches(
    rng: np.random.Generator,
    home: Int,
    away: Int,
    known_home: Int,
    known_away: Int,
    log_home: Float,
    log_away: Float,
    weight: Float,
    rho: float,
    edge: Float,
    out_home: Goals,
    out_away: Goals,
) -> None:
    for season in range(edge.shape[0]):
        for i in range(home.shape[0]):
            if known_home[i] >= 0:
                out_home[season, i], out_away[season, i] = known_home[i], known_away[i]
                continue
            moved = edge[season, home[i]] - edge[season, away[i]]
            home_rate, away_rate = math.exp(log_home[i] + moved), math.exp(log_away[i] - moved)
            goals = _score(rng, home_rate, away_rate, weight[i], rho)
            out_home[season, i], out_away[season, i] = goals[0], goals[1]


@jit
def _play_ties(
    rng: np.random.Generator,
    first: Int,
    second: Int,
    known: Int,
    winner: Int,
    log_home: Float,
    log_away: Float,
    weight: Float,
    rho: float,
    edge: Float,
    single: bool,
    away_goals: bool,
    extra_time_share: float,
    penalty_slope: float,
    out: Int,
) -> None:
    for season in range(first.shape[0]):
        for tie in range(first.shape[1]):
            one, two = first[season, tie], second[season, tie]
            if winner[tie] >= 0:
                out[season, tie] = one if winner[tie] == 0 else two
                continue
            moved = edge[season, one] - edge[season, two]
            home_rate = math.exp(log_home[one, two] + moved)
            away_rate = math.exp(log_away[one, two] - moved)
            goals_one, goals_two = known[tie, 0], known[tie, 1]
            if goals_one < 0:
                goals_one, goals_two = _score(rng, home_rate, away_rate, weight[one, two], rho)
            # Goals scored as the visitor, and rates of `one` and `two` in the match that ends the tie.
            visiting_one, visiting_two = 0, goals_two
            rate_one, rate_two = home_rate, away_rate
            if not single:
                rate_two = math.exp(log_home[two, one] - moved)
                rate_one = math.exp(log_away[two, one] + moved)
                back_two, back_one = known[tie, 2], known[tie, 3]
                if back_two < 0:
                    back_two, back_one = _score(rng, rate_two, rate_one, weight[two, one], rho)
                visiting_one = back_one
                goals_one += back_one
                goals_two += back_two
            count_away = away_goals and not single
            margin = goals_one - goals_two
            if margin == 0 and count_away:
                margin = visiting_one - visiting_two
            if margin == 0:
                extra_one = _poisson(rng, rate_one * extra_time_share)
                extra_two = _poisson(rng, rate_two * extra_time_share)
                margin = extra_one - extra_two
                # Level again with goals: those of the visitor count twice.
                if margin == 0 and count_away:
                    margin = extra_one
            if margin == 0:
                supremacy = 0.5 * math.log(rate_one / rate_two)
                chance = 1.0 / (1.0 + math.exp(-penalty_slope * supremacy))
                margin = 1 if rng.random() < chance else -1
            out[season, tie] = one if margin > 0 else two
