"""Plain Dixon-Coles against an independent slow likelihood, and what it may know at each moment."""

from dataclasses import replace
from math import exp, lgamma, log

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.optimize import approx_fprime, minimize

from features.scores import outcome_probabilities
from training.dixon_coles import (
    RHO_BOUNDS,
    DixonColes,
    DixonColesConfig,
    Games,
    fit_dixon_coles,
    penalised_loss,
    walk_dixon_coles,
)

Float = NDArray[np.float64]

CONFIG = DixonColesConfig(tolerance=1e-5)
CLUBS, COMPETITIONS = 5, 2


def some_games(n: int, seed: int = 1) -> Games:
    """Random results of five clubs, many of them 0 or 1."""
    rng = np.random.default_rng(seed)
    home = rng.integers(0, CLUBS, n)
    return Games(
        home=home,
        away=(home + rng.integers(1, CLUBS, n)) % CLUBS,
        competition=rng.integers(0, COMPETITIONS, n),
        neutral=(rng.random(n) < 0.2).astype(np.float64),
        home_goals=rng.poisson(1.3, n).astype(np.float64),
        away_goals=rng.poisson(0.9, n).astype(np.float64),
        weight=rng.uniform(0.1, 1.0, n),
        clubs=CLUBS,
        competitions=COMPETITIONS,
    )


def slow_loss(games: Games, theta: Float, config: DixonColesConfig) -> float:
    """The ridge and the weighted log likelihood, match by match from Poisson probabilities and tau as in the paper."""
    mean, rho, common = theta[:3]
    own, attack, defence = np.split(theta[3:], [COMPETITIONS, COMPETITIONS + CLUBS])
    value = sum(float(a**2) for a in own) / (2 * config.advantage_sd**2)
    value += sum(float(a**2) for a in (*attack, *defence)) / (2 * config.club_sd**2)
    for i in range(len(games.home)):
        h, a = games.home[i], games.away[i]
        x, y = int(games.home_goals[i]), int(games.away_goals[i])
        advantage = 0.0 if games.neutral[i] else common + own[games.competition[i]]
        lam, mu = exp(mean + advantage + attack[h] - defence[a]), exp(mean + attack[a] - defence[h])
        tau = {(0, 0): 1 - lam * mu * rho, (0, 1): 1 + lam * rho, (1, 0): 1 + mu * rho, (1, 1): 1 - rho}.get(
            (x, y), 1.0
        )
        goals = x * log(lam) - lam - lgamma(x + 1) + y * log(mu) - mu - lgamma(y + 1)
        value -= games.weight[i] * (log(tau) + goals)
    return float(value)


def constants(games: Games) -> float:
    """What the fast likelihood leaves out: the logarithms of the factorials."""
    return float(games.weight @ [sum(np.log(np.arange(1, x + 1)).sum() for x in pair) for pair in goals(games)])


def goals(games: Games) -> list[tuple[float, float]]:
    return list(zip(games.home_goals, games.away_goals, strict=True))


def some_theta(seed: int = 2) -> Float:
    theta: Float = np.random.default_rng(seed).normal(0, 0.2, 3 + COMPETITIONS + 2 * CLUBS)
    theta[1] = -0.08
    return theta


def test_the_likelihood_is_the_paper_s() -> None:
    games = some_games(120)
    for seed in (2, 3, 4):
        theta = some_theta(seed)
        value = penalised_loss(games, theta, CONFIG)[0]
        assert value == pytest.approx(slow_loss(games, theta, CONFIG) - constants(games), rel=1e-12)


def test_the_gradient_is_that_of_the_likelihood() -> None:
    games, theta = some_games(120), some_theta()

    def loss(values: Float) -> float:
        return slow_loss(games, values, CONFIG)

    numeric = approx_fprime(theta, loss, 1e-7)
    assert penalised_loss(games, theta, CONFIG)[1] == pytest.approx(numeric, abs=2e-4)


def test_the_fit_is_where_a_slow_search_ends() -> None:
    games = some_games(200)

    def loss(theta: Float) -> float:
        return slow_loss(games, theta, CONFIG)

    free: tuple[float | None, float | None] = (None, None)
    bounds = [free, RHO_BOUNDS, *[free] * (1 + COMPETITIONS + 2 * CLUBS)]
    slow = minimize(loss, some_theta(), method="L-BFGS-B", bounds=bounds)
    fitted = fit_dixon_coles(games, CONFIG)
    assert slow_loss(games, fitted.theta, CONFIG) == pytest.approx(slow.fun, abs=1e-5)
    assert fitted.attack == pytest.approx(slow.x[3 + COMPETITIONS : -CLUBS], abs=0.01)
    assert fitted.rho == pytest.approx(slow.x[1], abs=0.01)


def test_a_fit_does_not_depend_on_where_it_starts() -> None:
    games = some_games(200)
    cold = fit_dixon_coles(games, CONFIG)
    warm = fit_dixon_coles(games, CONFIG, some_theta())
    assert warm.theta == pytest.approx(cold.theta, abs=2e-3)


def test_planted_strengths_come_back() -> None:
    rng = np.random.default_rng(5)
    games = some_games(20_000)
    attack, defence = np.array([0.3, 0.1, 0.0, -0.1, -0.3]), np.array([0.2, -0.2, 0.0, 0.1, -0.1])
    truth = DixonColes.of(np.concatenate([[0.1, 0.0, 0.3], [0.1, -0.1], attack, defence]), CLUBS)
    home, away = truth.expected_goals(games.home, games.away, games.competition, games.neutral)
    games = replace(
        games,
        home_goals=rng.poisson(home).astype(np.float64),
        away_goals=rng.poisson(away).astype(np.float64),
        weight=np.ones(len(home)),
    )
    found = fit_dixon_coles(games, CONFIG)
    assert found.attack == pytest.approx(attack, abs=0.05)
    assert found.defence == pytest.approx(defence, abs=0.05)
    assert found.common_advantage + found.own_advantage == pytest.approx([0.4, 0.2], abs=0.05)


def league(n: int = 600, seed: int = 6) -> pd.DataFrame:
    """A league of six clubs, four matches a day, a day a week, from a Saturday; the newcomer comes in at match 500."""
    rng = np.random.default_rng(seed)
    home = rng.integers(0, 6, n)
    away = (home + rng.integers(1, 6, n)) % 6
    clubs = np.array([f"eng-{letter}" for letter in "abcdef"], dtype=object)
    date = pd.Series(pd.Timestamp("2020-01-04") + pd.to_timedelta(7 * (np.arange(n) // 4), unit="D"))
    starts = date.dt.tz_localize("UTC") + pd.Timedelta(hours=15)
    home_id = np.where(np.arange(n) == 500, "eng-newcomer", clubs[home])
    return pd.DataFrame(
        {
            "competition_id": "eng-1",
            "home_id": home_id,
            "away_id": clubs[away],
            "neutral": pd.Series(False, index=range(n), dtype="boolean"),
            "home_goals": rng.poisson(np.exp(0.3 + 0.2 * (home - away))),
            "away_goals": rng.poisson(np.exp(0.1 + 0.2 * (away - home))),
            "starts_at": starts,
            "known_at": starts + pd.Timedelta(hours=3),
        }
    )


START = pd.Timestamp("2021-01-01", tz="UTC")


def test_matches_before_the_start_and_of_clubs_hardly_seen_have_no_answer() -> None:
    matches = league()
    forecast = walk_dixon_coles(matches, START)
    answered = np.isfinite(forecast).all(axis=1)
    expected = (matches["starts_at"] >= START).to_numpy(copy=True)
    expected[500] = False
    assert answered.tolist() == expected.tolist()
    assert forecast[answered].sum(axis=1) == pytest.approx(1.0)


def test_a_forecast_is_that_of_the_fit_of_the_tuesday_before() -> None:
    matches = league(240)
    forecast = walk_dixon_coles(matches, START, CONFIG)
    # 2021-01-09 is a Saturday; the Tuesday before is the 5th.
    row = int(np.flatnonzero(matches["starts_at"] >= pd.Timestamp("2021-01-09", tz="UTC"))[0])
    tuesday = pd.Timestamp("2021-01-05", tz="UTC")
    before = matches[matches["known_at"] <= tuesday]
    clubs = sorted(set(matches["home_id"]) | set(matches["away_id"]))
    code = {name: i for i, name in enumerate(clubs)}
    age_days = (tuesday - before["starts_at"]).dt.total_seconds().to_numpy() / 86_400
    games = Games(
        home=before["home_id"].map(code).to_numpy(),
        away=before["away_id"].map(code).to_numpy(),
        competition=np.zeros(len(before), dtype=np.int64),
        neutral=np.zeros(len(before)),
        home_goals=before["home_goals"].to_numpy(np.float64),
        away_goals=before["away_goals"].to_numpy(np.float64),
        weight=0.5 ** (age_days / 365.0),
        clubs=len(clubs),
        competitions=1,
    )
    fitted = fit_dixon_coles(games, CONFIG)
    home, away = (np.array([code[str(matches[side][row])]]) for side in ("home_id", "away_id"))
    expected = fitted.expected_goals(home, away, np.array([0]), np.array([0.0]))
    assert forecast[row] == pytest.approx(outcome_probabilities(*expected, fitted.rho)[0], abs=1e-4)


def test_later_results_change_nothing() -> None:
    matches = league()
    moment = pd.Timestamp("2021-11-01", tz="UTC")
    later = (matches["known_at"] > moment).to_numpy()
    changed = matches.assign(home_goals=np.where(later, 9, matches["home_goals"]))
    before, after = walk_dixon_coles(matches, START), walk_dixon_coles(changed, START)
    earlier = (matches["starts_at"] < moment).to_numpy()
    assert np.array_equal(before[earlier], after[earlier], equal_nan=True)
    assert not np.array_equal(before[~earlier], after[~earlier], equal_nan=True)


def test_matches_older_than_the_window_count_for_nothing() -> None:
    matches = league()
    old = (matches["starts_at"] < pd.Timestamp("2020-06-01", tz="UTC")).to_numpy()
    changed = matches.assign(home_goals=np.where(old, 9, matches["home_goals"]))
    config = DixonColesConfig(window_days=100)
    same = walk_dixon_coles(matches, START, config)
    assert np.array_equal(same, walk_dixon_coles(changed, START, config), equal_nan=True)


def test_nothing_known_yet_is_no_answer() -> None:
    assert np.isnan(walk_dixon_coles(league(4), pd.Timestamp("2020-01-01", tz="UTC"))).all()
    assert np.isnan(walk_dixon_coles(league(4), pd.Timestamp("2031-01-01", tz="UTC"))).all()
