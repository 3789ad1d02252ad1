"""The goal model against an independent slow fit, and what its levels promise."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from features.goal_model import GoalData, GoalFit, GoalModelConfig, fit_goal_model

Float = NDArray[np.float64]

CONFIG = GoalModelConfig(tolerance=1e-4)


def league_data(
    rng: np.random.Generator, matches: int, *, clubs_per_league: int = 4, leagues: int = 2, gap: float = 0.0
) -> GoalData:
    """Random matches, mostly inside leagues; `gap` is how much stronger league 0 is than the next, in log goals."""
    clubs = clubs_per_league * leagues
    club_league = np.repeat(np.arange(leagues), clubs_per_league)
    strength = rng.normal(0, 0.2, clubs) - gap * club_league
    home = rng.integers(0, clubs, matches)
    inside = (home // clubs_per_league) * clubs_per_league + rng.integers(0, clubs_per_league, matches)
    away = np.where(rng.random(matches) < 0.8, inside, rng.integers(0, clubs, matches))
    keep = home != away
    home, away = home[keep], away[keep]
    edge = strength[home] - strength[away]
    return GoalData(
        home=home,
        away=away,
        competition=np.where(club_league[home] == club_league[away], club_league[home], leagues),
        neutral=np.zeros(len(home)),
        home_goals=rng.poisson(np.exp(0.2 + edge + 0.15)).astype(float),
        away_goals=rng.poisson(np.exp(0.2 - edge - 0.15)).astype(float),
        weight=rng.uniform(0.2, 1.0, len(home)),
        club_league=club_league,
        league_country=np.arange(leagues),
        league_tier=np.zeros(leagues),
        competitions=leagues + 1,
    )


def slow_fit(data: GoalData, config: GoalModelConfig) -> tuple[Float, Float, float]:
    """The same posterior written match by match, minimised without a gradient of ours."""
    clubs, leagues = len(data.club_league), len(data.league_country)
    countries = int(data.league_country.max()) + 1
    sizes = [1, 1, 1, data.competitions, clubs, clubs, leagues, leagues, countries, countries]
    cuts = np.cumsum(sizes)[:-1]
    sds = [100.0, 100.0, config.tier_strength_sd, config.home_advantage_sd]
    sds += [config.club_strength_sd, config.club_openness_sd, config.league_strength_sd]
    sds += [config.league_openness_sd, config.country_strength_sd, config.country_openness_sd]

    def levels(theta: Float) -> tuple[float, Float, Float, Float]:
        mean, home, tier, extra, cs, cg, ls, lg, ns, ng = np.split(theta, cuts)
        league = data.club_league
        country = data.league_country[league]
        return (
            float(mean[0]),
            home[0] + extra,
            cs + ls[league] + ns[country] - tier[0] * data.league_tier[league],
            cg + lg[league] + ng[country],
        )

    def loss(theta: Float) -> float:
        mean, advantage, s, g = levels(theta)
        value = sum(float((part**2).sum()) / (2 * sd**2) for part, sd in zip(np.split(theta, cuts), sds, strict=True))
        for i in range(len(data.home)):
            h, a = data.home[i], data.away[i]
            side = advantage[data.competition[i]] / 2 * (1 - data.neutral[i])
            eta_home = mean + side + (s[h] + g[h]) - (s[a] - g[a])
            eta_away = mean - side + (s[a] + g[a]) - (s[h] - g[h])
            value += data.weight[i] * (np.exp(eta_home) - data.home_goals[i] * eta_home)
            value += data.weight[i] * (np.exp(eta_away) - data.away_goals[i] * eta_away)
        return float(value)

    theta = minimize(loss, np.zeros(sum(sizes)), method="L-BFGS-B", options={"maxfun": 100_000, "ftol": 1e-13}).x
    mean, _, s, g = levels(theta)
    return s, g, mean


@pytest.mark.parametrize("seed", [1, 2])
def test_fit_equals_a_slow_independent_one(seed: int) -> None:
    data = league_data(np.random.default_rng(seed), 40, clubs_per_league=3)
    fit = fit_goal_model(data, CONFIG)
    strength, openness, mean = slow_fit(data, CONFIG)
    np.testing.assert_allclose(fit.strength, strength, atol=2e-3)
    np.testing.assert_allclose(fit.openness, openness, atol=2e-3)
    assert fit.mean == pytest.approx(mean, abs=2e-3)


def test_a_warm_start_ends_where_a_cold_one_does() -> None:
    data = league_data(np.random.default_rng(3), 2000)
    cold = fit_goal_model(data, CONFIG)
    warm = fit_goal_model(data, CONFIG, cold.theta * 1.1)
    np.testing.assert_allclose(warm.strength, cold.strength, atol=1e-3)


def club_gap(fit: GoalFit, first: int, second: int) -> float:
    return float(fit.strength[first] - fit.strength[second])


def test_matches_across_leagues_move_clubs_that_did_not_play_them() -> None:
    """Club 1 of league 0 beats club 5 of league 1: clubs 2 and 6, who never met, move apart too."""
    rng = np.random.default_rng(4)
    data = league_data(rng, 300)
    inside = data.club_league[data.home] == data.club_league[data.away]

    def with_results(goals: float) -> GoalFit:
        across = 20
        return fit_goal_model(
            GoalData(
                home=np.concatenate([data.home[inside], np.full(across, 1)]),
                away=np.concatenate([data.away[inside], np.full(across, 5)]),
                competition=np.concatenate([data.competition[inside], np.full(across, 2)]),
                neutral=np.concatenate([data.neutral[inside], np.ones(across)]),
                home_goals=np.concatenate([data.home_goals[inside], np.full(across, goals)]),
                away_goals=np.concatenate([data.away_goals[inside], np.full(across, 4.0 - goals)]),
                weight=np.concatenate([data.weight[inside], np.ones(across)]),
                club_league=data.club_league,
                league_country=data.league_country,
                league_tier=data.league_tier,
                competitions=3,
            ),
            CONFIG,
        )

    assert club_gap(with_results(4.0), 2, 6) > club_gap(with_results(2.0), 2, 6) + 0.1


def test_planted_strengths_are_recovered() -> None:
    data = league_data(np.random.default_rng(5), 20_000, gap=0.4)
    fit = fit_goal_model(data, CONFIG)
    leagues = [fit.strength[data.club_league == league].mean() for league in (0, 1)]
    truth = np.random.default_rng(5).normal(0, 0.2, 8)
    assert leagues[0] - leagues[1] == pytest.approx(0.4 + truth[:4].mean() - truth[4:].mean(), abs=0.05)
    assert fit.home_advantage_mean == pytest.approx(0.3, abs=0.04)


def test_a_club_without_matches_stands_at_its_league() -> None:
    data = league_data(np.random.default_rng(6), 200)
    absent = (data.home != 7) & (data.away != 7)
    fit = fit_goal_model(
        GoalData(
            **{
                name: getattr(data, name)[absent]
                for name in ("home", "away", "competition", "neutral", "home_goals", "away_goals", "weight")
            },
            club_league=data.club_league,
            league_country=data.league_country,
            league_tier=data.league_tier,
            competitions=data.competitions,
        ),
        CONFIG,
    )
    assert fit.information[7] == 0.0
    assert fit.strength[7] == pytest.approx(fit.league_strength[1], abs=1e-6)
