"""Plain Dixon and Coles as a reference: an attack and a defence for each club, and nothing that links leagues but play.

    log(home goals) = mean + advantage_c + attack_h - defence_a
    log(away goals) = mean               + attack_a - defence_h

with the dependence rho of low scores, and weights that halve in `half_life_days`. All clubs are fitted at once: those
that no chain of matches connects share the mean and rho alone. A weak ridge keeps clubs without goals, and the level
of each pool, finite.

Source: Dixon & Coles (1997), "Modelling association football scores and inefficiencies in the football betting market",
Applied Statistics 46. Their weights fall by 0.0065 a half-week, a half-life of about a year.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from features.encoding import codes_of, codes_together
from features.goal_model import DAY_S
from features.jit import jit
from features.scores import outcome_probabilities
from features.strength_fit import week_starts
from training.progress import Progress, Step

Float = NDArray[np.float64]
Int = NDArray[np.int64]

LEAST_TAU: Final = 1e-6
RHO_BOUNDS: Final = (-0.3, 0.2)
WEEK_S: Final = 7 * DAY_S

STRETCH: Final = 52
"""Weeks fitted in one chain, each fit from the one before; fixed, so that stretches may be fitted by anyone."""


@dataclass(frozen=True)
class DixonColesConfig:
    """How it is fitted, chosen on matches from July 2019 to June 2021.

    Args:
        half_life_days: age at which a match counts half.
        window_days: older matches are left out.
        club_sd: ridge on attack and defence, as a standard deviation in log goals.
        advantage_sd: the same on what a competition's home advantage differs from the common one.
        fewest_matches: a club with fewer in the window has no answer.
        tolerance: largest remaining gradient, in units of each parameter's own standard error.
    """

    half_life_days: float = 365.0
    window_days: int = 1461
    club_sd: float = 1.0
    advantage_sd: float = 0.5
    fewest_matches: int = 5
    tolerance: float = 0.05


@dataclass(frozen=True)
class Games:
    """n played matches as arrays of shape (n,); codes dense from 0, `neutral` 0 or 1, weights from 0 to 1."""

    home: Int
    away: Int
    competition: Int
    neutral: Float
    home_goals: Float
    away_goals: Float
    weight: Float
    clubs: int
    competitions: int


@dataclass(frozen=True)
class DixonColes:
    """Fitted parameters; `theta` holds them all in the order of the fields."""

    mean: float
    rho: float
    common_advantage: float
    own_advantage: Float
    attack: Float
    defence: Float
    theta: Float

    @classmethod
    def of(cls, theta: Float, clubs: int) -> "DixonColes":
        """Take a parameter vector (3 + competitions + 2 clubs,) apart."""
        attack, defence = theta[-2 * clubs : -clubs], theta[-clubs:]
        mean, rho, common = (float(value) for value in theta[:3])
        return cls(mean, rho, common, theta[3 : -2 * clubs], attack, defence, theta)

    def expected_goals(self, home: Int, away: Int, competition: Int, neutral: Float) -> tuple[Float, Float]:
        """Expected goals of both sides by club and competition code, each of shape (n,)."""
        advantage = (self.common_advantage + self.own_advantage[competition]) * (1.0 - neutral)
        return (
            np.exp(self.mean + advantage + self.attack[home] - self.defence[away]),
            np.exp(self.mean + self.attack[away] - self.defence[home]),
        )


def walk_dixon_coles(
    matches: pd.DataFrame,
    start: pd.Timestamp,
    config: DixonColesConfig | None = None,
    progress: Progress = lambda _: None,
) -> Float:
    """Forecasts of the matches that start at `start` or later, refitted every Tuesday on the results known by then.

    Args:
        matches: columns of `training.dataset.MATCH_COLUMNS`; each is forecast by the newest fit before it, on those of
            them whose `known_at` is not after the fit.
        start: moment (UTC).
        config: hyper-parameters.
        progress: told of each stretch of weeks.

    Returns:
        shape (n, 3), NaN for earlier matches and where a club has fewer than `fewest_matches` matches in the window.
    """
    forecast = np.full((len(matches), 3), np.nan)
    stretches = stretches_from(matches, start)
    for number, weeks_s in enumerate(stretches):
        text = f"Fitting Dixon and Coles: {number:,} of {len(stretches):,} stretches of up to {STRETCH} weeks"
        progress(Step(text, number, len(stretches)))
        rows, forecast_of_rows = walk_stretch(matches, start, weeks_s, config)
        forecast[rows] = forecast_of_rows
    return forecast


def stretches_from(matches: pd.DataFrame, start: pd.Timestamp) -> list[Int]:
    """The moments of the fits that forecast the matches from `start` on, seconds since 1970, in parts of `STRETCH`."""
    starts_s = _seconds(matches["starts_at"])[(matches["starts_at"] >= start).to_numpy(bool)]
    if not len(starts_s):
        return []
    tuesdays_s = week_starts(int(starts_s.min()) - WEEK_S, int(starts_s.max()))
    fits_s = tuesdays_s[np.unique(np.searchsorted(tuesdays_s, starts_s, side="right") - 1)]
    return [fits_s[i : i + STRETCH] for i in range(0, len(fits_s), STRETCH)]


def walk_stretch(
    matches: pd.DataFrame, start: pd.Timestamp, fits_s: Int, config: DixonColesConfig | None = None
) -> tuple[Int, Float]:
    """A part of `walk_dixon_coles`: one of `stretches_from`, each fit beginning where the one before ended.

    Returns:
        numbers of the k rows that have a forecast, shape (k,), and the forecasts, shape (k, 3).
    """
    config = config or DixonColesConfig()
    games = _games(matches)
    starts_s, known_s = (_seconds(matches[name]) for name in ("starts_at", "known_at"))
    wanted = (matches["starts_at"] >= start).to_numpy(bool)
    theta: Float | None = None
    found: list[tuple[Int, Float]] = [(np.empty(0, dtype=np.int64), np.empty((0, 3)))]
    for fit_s in fits_s.tolist():
        age_days = (fit_s - starts_s) / DAY_S
        rows = (known_s <= fit_s) & (age_days <= config.window_days)
        if not rows.any():
            continue
        learnt = _select(games, rows, np.exp2(-age_days[rows] / config.half_life_days))
        fitted = fit_dixon_coles(learnt, config, theta)
        theta = fitted.theta
        played = np.bincount(np.concatenate([learnt.home, learnt.away]), minlength=games.clubs)
        answered = played >= config.fewest_matches
        of_week = wanted & (starts_s >= fit_s) & (starts_s < fit_s + WEEK_S)
        asked = np.flatnonzero(of_week & answered[games.home] & answered[games.away])
        goals = fitted.expected_goals(
            games.home[asked], games.away[asked], games.competition[asked], games.neutral[asked]
        )
        found.append((asked, outcome_probabilities(*goals, fitted.rho)))
    asked_of, forecasts = zip(*found, strict=True)
    return np.concatenate(asked_of), np.concatenate(forecasts)


def fit_dixon_coles(games: Games, config: DixonColesConfig, start: Float | None = None) -> DixonColes:
    """The likeliest parameters under the ridge, by L-BFGS with the analytic gradient, from `start` (a `theta`)."""
    clubs, competitions = games.clubs, games.competitions
    theta0 = np.zeros(3 + competitions + 2 * clubs) if start is None else start
    if start is None:
        theta0[:3] = 0.15, -0.05, 0.25
    # Scaled by the square root of the Fisher information's diagonal the problem is round, and L-BFGS needs few steps.
    seen = np.bincount(games.home, games.weight, clubs) + np.bincount(games.away, games.weight, clubs)
    total = games.weight.sum()
    information = np.concatenate(
        [
            [2.8 * total, 0.3 * total, 1.5 * total],
            1.5 * np.bincount(games.competition, games.weight, competitions),
            1.4 * seen,
            1.4 * seen,
        ]
    )
    scale = 1.0 / np.sqrt(information + _precision(clubs, competitions, config) + 1e-6)

    def objective(scaled: Float) -> tuple[float, Float]:
        value, gradient = penalised_loss(games, scaled * scale, config)
        return value, gradient * scale

    bounds = [(None, None)] * len(theta0)
    bounds[1] = (RHO_BOUNDS[0] / scale[1], RHO_BOUNDS[1] / scale[1])
    found = minimize(
        objective,
        theta0 / scale,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 500, "maxcor": 15, "ftol": 1e-9, "gtol": config.tolerance},
    )
    return DixonColes.of(np.asarray(found.x, dtype=np.float64) * scale, clubs)


def penalised_loss(games: Games, theta: Float, config: DixonColesConfig) -> tuple[float, Float]:
    """Minus the weighted log likelihood (less its constants) plus the ridge, and its gradient."""
    model = DixonColes.of(theta, games.clubs)
    gradient = np.zeros_like(theta)
    fitted = DixonColes.of(gradient, games.clubs)  # views into the gradient
    value, *first = _loss(
        games.home,
        games.away,
        games.competition,
        games.neutral,
        games.home_goals,
        games.away_goals,
        games.weight,
        model.mean,
        model.rho,
        model.common_advantage + model.own_advantage,
        model.attack,
        model.defence,
        fitted.own_advantage,
        fitted.attack,
        fitted.defence,
    )
    gradient[:2] = first
    gradient[2] = fitted.own_advantage.sum()
    pull = _precision(games.clubs, games.competitions, config) * theta
    return value + 0.5 * float(pull @ theta), gradient + pull


def _precision(clubs: int, competitions: int, config: DixonColesConfig) -> Float:
    return np.concatenate(
        [np.zeros(3), np.full(competitions, config.advantage_sd**-2), np.full(2 * clubs, config.club_sd**-2)]
    )


@jit
def _loss(
    home: Int,
    away: Int,
    competition: Int,
    neutral: Float,
    home_goals: Float,
    away_goals: Float,
    weight: Float,
    mean: float,
    rho: float,
    advantage: Float,
    attack: Float,
    defence: Float,
    grad_advantage: Float,
    grad_attack: Float,
    grad_defence: Float,
) -> tuple[float, float, float]:
    """Returns (value, d/dmean, d/drho) and adds the other derivatives to the grad_ arrays."""
    value = 0.0
    grad_mean = 0.0
    grad_rho = 0.0
    for i in range(home.shape[0]):
        h, a, c, w = home[i], away[i], competition[i], weight[i]
        ground = 1.0 - neutral[i]
        eta_home = mean + advantage[c] * ground + attack[h] - defence[a]
        eta_away = mean + attack[a] - defence[h]
        rate_home, rate_away = np.exp(eta_home), np.exp(eta_away)
        loss = rate_home - home_goals[i] * eta_home + rate_away - away_goals[i] * eta_away
        d_home, d_away, d_rho = rate_home - home_goals[i], rate_away - away_goals[i], 0.0
        if home_goals[i] <= 1.0 and away_goals[i] <= 1.0:
            t_home, t_away = 0.0, 0.0  # derivatives of tau by eta
            if home_goals[i] == 0.0 and away_goals[i] == 0.0:
                t_rho = -rate_home * rate_away
                tau = 1.0 + t_rho * rho
                t_home, t_away = t_rho * rho, t_rho * rho
            elif home_goals[i] == 0.0:
                t_rho = rate_home
                tau = 1.0 + t_rho * rho
                t_home = t_rho * rho
            elif away_goals[i] == 0.0:
                t_rho = rate_away
                tau = 1.0 + t_rho * rho
                t_away = t_rho * rho
            else:
                t_rho = -1.0
                tau = 1.0 - rho
            if tau > LEAST_TAU:
                d_home -= t_home / tau
                d_away -= t_away / tau
                d_rho = -t_rho / tau
            loss -= np.log(max(tau, LEAST_TAU))
        value += w * loss
        grad_mean += w * (d_home + d_away)
        grad_rho += w * d_rho
        grad_advantage[c] += w * d_home * ground
        grad_attack[h] += w * d_home
        grad_attack[a] += w * d_away
        grad_defence[a] -= w * d_home
        grad_defence[h] -= w * d_away
    return value, grad_mean, grad_rho


def _games(matches: pd.DataFrame) -> Games:
    club_ids, (home, away) = codes_together(matches["home_id"], matches["away_id"])
    competition_ids, competition = codes_of(matches["competition_id"])
    return Games(
        home=home,
        away=away,
        competition=competition,
        # Unknown ground counts as the home club's.
        neutral=matches["neutral"].fillna(False).to_numpy(np.float64),
        home_goals=matches["home_goals"].to_numpy(np.float64),
        away_goals=matches["away_goals"].to_numpy(np.float64),
        weight=np.ones(len(matches)),
        clubs=len(club_ids),
        competitions=len(competition_ids),
    )


def _seconds(moments: pd.Series) -> Int:
    """Whole seconds since 1970 of a column of moments in UTC."""
    seconds: Int = moments.dt.tz_localize(None).to_numpy("datetime64[s]").astype(np.int64)
    return seconds


def _select(games: Games, rows: NDArray[np.bool_], weight: Float) -> Games:
    return Games(
        games.home[rows],
        games.away[rows],
        games.competition[rows],
        games.neutral[rows],
        games.home_goals[rows],
        games.away_goals[rows],
        weight,
        games.clubs,
        games.competitions,
    )
