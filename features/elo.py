"""Sequential ratings of all clubs in one pool: Elo with a goal margin, and pi-ratings.

Elo: Elo (1978), "The Rating of Chessplayers"; with home advantage and a goal margin as in Hvattum & Arntzen
(2010), "Using ELO ratings for match result prediction in association football", Int. J. of Forecasting 26.
Pi-ratings: Constantinou & Fenton (2013), "Determining the level of ability of football teams by dynamic ratings
based on the relative discrepancies in scores between adversaries", J. Quantitative Analysis in Sports 9.

Both are updated result by result in the order in which results became known. A club's first known result starts it
at the running mean of the competition it appears in, as one who newly comes up is likelier to be of that company
than of the whole pool's.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.jit import jit

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class RatingConfig:
    """Parameters of both ratings.

    Elo points: `elo_start` is the pool's level, `elo_k` the step for a margin of one goal (times log2(1 + margin) for
    more), `elo_home_advantage` added for the home side, `elo_cup_start` added where a club first appears in a national
    cup, as it comes from below the leagues that the data have. `pi_learning` and `pi_other_ground` are the paper's
    lambda (0.035 there) and gamma. `mean_step` is the weight of a new match in a competition's running mean.

    Chosen by the squared error of expected scores and goal differences, 2005 to 2026.
    """

    elo_start: float = 1500.0
    elo_k: float = 16.0
    elo_home_advantage: float = 65.0
    elo_cup_start: float = -200.0
    pi_learning: float = 0.05
    pi_other_ground: float = 0.7
    mean_step: float = 0.01


@jit
def rate_elo(
    home: Int,
    away: Int,
    competition: Int,
    is_cup: NDArray[np.bool_],
    neutral: Float,
    home_goals: Float,
    away_goals: Float,
    clubs: int,
    start: float,
    k: float,
    home_advantage: float,
    cup_start: float,
    mean_step: float,
) -> tuple[Float, Float]:
    """Elo ratings along matches in order of time.

    Args:
        home, away: club codes, shape (n,).
        competition: codes into `is_cup`, shape (n,).
        is_cup: whether it is a national cup, shape (competitions,).
        neutral: 1 on neutral ground; anything else counts as the home club's.
        home_goals, away_goals: shape (n,); NaN leaves all ratings as they are.
        clubs: number of clubs.
        start, k, home_advantage, cup_start, mean_step: see `RatingConfig`.

    Returns:
        `(after, expected_score)`: ratings after each match of its home and away club, shape (n, 2), NaN before a club's
        first result; and the home side's expected score (win 1, draw 0.5) before it, shape (n,), NaN without result.
    """
    rating = np.full(clubs, math.nan)
    mean = np.full(is_cup.shape[0], math.nan)
    after = np.empty((home.shape[0], 2))
    expected_score = np.full(home.shape[0], math.nan)
    for i in range(home.shape[0]):
        h, a, c = home[i], away[i], competition[i]
        if not math.isnan(home_goals[i]):
            entry = start if math.isnan(mean[c]) else mean[c]
            if is_cup[c]:
                entry += cup_start
            if math.isnan(rating[h]):
                rating[h] = entry
            if math.isnan(rating[a]):
                rating[a] = entry
            middle = 0.5 * (rating[h] + rating[a])
            mean[c] = middle if math.isnan(mean[c]) else mean[c] + mean_step * (middle - mean[c])
            edge = rating[h] - rating[a]
            if neutral[i] != 1.0:
                edge += home_advantage
            expected = 1.0 / (1.0 + 10.0 ** (-edge / 400.0))
            margin = home_goals[i] - away_goals[i]
            score = 1.0 if margin > 0.0 else (0.0 if margin < 0.0 else 0.5)
            step = k * math.log2(1.0 + max(abs(margin), 1.0)) * (score - expected)
            rating[h] += step
            rating[a] -= step
            expected_score[i] = expected
        after[i, 0] = rating[h]
        after[i, 1] = rating[a]
    return after, expected_score


@jit
def _goals_of(rating: float) -> float:
    """Expected goal difference against an average club: the paper's 10 ** (|R| / 3) - 1, signed."""
    goals: float = 10.0 ** (abs(rating) / 3.0) - 1.0
    return goals if rating >= 0.0 else -goals


@jit
def rate_pi(
    home: Int,
    away: Int,
    competition: Int,
    competitions: int,
    neutral: Float,
    home_goals: Float,
    away_goals: Float,
    clubs: int,
    learning: float,
    other_ground: float,
    mean_step: float,
) -> tuple[Float, Float]:
    """Pi-ratings along matches in order of time; arguments as in `rate_elo`.

    The paper knows no neutral ground: there each side plays with the mean of its two ratings, and both of them move.

    Returns:
        `(after, expected_goal_difference)`: home and away rating of the home club, then of the away club, after each
        match, shape (n, 4), NaN before a club's first result; and the goal difference (home minus away) expected
        before it, shape (n,), NaN without result.
    """
    at_home = np.full(clubs, math.nan)
    away_from_home = np.full(clubs, math.nan)
    mean = np.full((competitions, 2), math.nan)
    after = np.empty((home.shape[0], 4))
    expected_difference = np.full(home.shape[0], math.nan)
    for i in range(home.shape[0]):
        h, a, c = home[i], away[i], competition[i]
        if not math.isnan(home_goals[i]):
            for club in (h, a):
                if math.isnan(at_home[club]):
                    at_home[club] = 0.0 if math.isnan(mean[c, 0]) else mean[c, 0]
                    away_from_home[club] = 0.0 if math.isnan(mean[c, 1]) else mean[c, 1]
            middle_home = 0.5 * (at_home[h] + at_home[a])
            middle_away = 0.5 * (away_from_home[h] + away_from_home[a])
            if math.isnan(mean[c, 0]):
                mean[c, 0] = middle_home
                mean[c, 1] = middle_away
            else:
                mean[c, 0] += mean_step * (middle_home - mean[c, 0])
                mean[c, 1] += mean_step * (middle_away - mean[c, 1])
            on_neutral = neutral[i] == 1.0
            rating_h = 0.5 * (at_home[h] + away_from_home[h]) if on_neutral else at_home[h]
            rating_a = 0.5 * (at_home[a] + away_from_home[a]) if on_neutral else away_from_home[a]
            expected = _goals_of(rating_h) - _goals_of(rating_a)
            error = home_goals[i] - away_goals[i] - expected
            step = learning * 3.0 * math.log10(1.0 + abs(error))
            if error < 0.0:
                step = -step
            same = 1.0
            other = 1.0 if on_neutral else other_ground
            at_home[h] += step * same
            away_from_home[h] += step * other
            away_from_home[a] -= step * same
            at_home[a] -= step * other
            expected_difference[i] = expected
        after[i, 0] = at_home[h]
        after[i, 1] = away_from_home[h]
        after[i, 2] = at_home[a]
        after[i, 3] = away_from_home[a]
    return after, expected_difference
