"""What a simulation calls true: that it follows from what was planted, that features see it, and that goals obey it."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from features.history import History
from features.injuries import AbsenceIndex
from features.scores import outcome_probabilities, score_grid
from features.table import build_features
from football.errors import InvalidValueError
from tests.training.simulated import OUTCOMES
from training.dataset import outcome_of
from training.simulator.nature import Nature, Planted, Strengths, draw_goals
from training.simulator.simulate import Simulation, simulate
from training.simulator.squads import Injuries
from training.simulator.world import invent_world

PLANTED = Planted(travel=0.06, rest=0.03, key_absence=0.08)
LEVEL = Nature(home_advantage_sd=0.0, country_sd=0.0, club_sd=0.0, openness_sd=0.0)
UNLIKELY = 1e-4
"""A right simulation fails each test of chance once in so many seeds; the seed is fixed."""


@pytest.fixture(scope="module")
def level() -> Simulation:
    """Clubs of equal strength: what is planted and home advantage alone move goals; half the countries are watched."""
    world = invent_world(countries=6, clubs_a_league=10, seed=2)
    return simulate(world, 3, planted=PLANTED, nature=LEVEL, injuries=Injuries(watched_share=0.5), seed=2)


@pytest.fixture(scope="module")
def large() -> Simulation:
    """Some 64,000 matches with everything in them."""
    return simulate(invent_world(countries=12), 10, planted=PLANTED, seed=4)


def test_expected_goals_are_home_advantage_and_planted_effects(level: Simulation) -> None:
    truth, neutral = level.truth, level.matches["neutral"].to_numpy(bool)
    rest = truth["home_rest_days_capped"].fillna(7.0) - truth["away_rest_days_capped"].fillna(7.0)
    out = truth["home_key_players_out"] - truth["away_key_players_out"]
    edge = 0.06 * truth["away_travel_km"].fillna(0.0) / 1000.0 + 0.03 * rest - 0.08 * out + np.where(neutral, 0.0, 0.15)
    np.testing.assert_allclose(truth["home_expected_goals"], np.exp(0.2 + edge), rtol=1e-12)
    np.testing.assert_allclose(truth["away_expected_goals"], np.exp(0.2 - edge), rtol=1e-12)


def test_features_see_the_travel_rest_and_absences_of_the_truth(level: Simulation) -> None:
    world = level.world
    history = History.build(level.matches, world.clubs, world.competitions)
    index = AbsenceIndex.build(level.absences, level.coverage)
    features = build_features(level.matches, history, None, index, world.competitions)
    np.testing.assert_allclose(features["away_travel_km"], level.truth["away_travel_km"], rtol=1e-9)
    for side in ("home", "away"):
        rest, true_rest = (t[f"{side}_rest_days_capped"].to_numpy() for t in (features, level.truth))
        # Features know of a club's rest once they have seen it in a league: two weeks into the first season.
        seen = np.isfinite(rest)
        assert np.array_equal(rest[seen], true_rest[seen])
        assert level.matches["date"][~seen].max() <= level.matches["date"].min() + pd.Timedelta(days=14)
        watched = level.matches[f"{side}_id"].isin(set(level.coverage["club_id"]))
        assert 0.4 < watched.mean() < 0.6
        out = features[f"{side}_key_players_out"]
        assert (out[watched] == level.truth[f"{side}_key_players_out"][watched]).all()
        assert out[~watched].isna().all()
        assert level.truth[f"{side}_key_players_out"].max() == 3
    assert features["away_travel_km"].isna().sum() == level.matches["neutral"].sum() > 0
    assert set(features["home_rest_days_capped"].dropna()) >= {2.0, 3.0, 4.0, 5.0, 7.0}


def test_nothing_planted_leaves_travel_rest_and_absences_without_effect() -> None:
    nothing = simulate(invent_world(countries=3, clubs_a_league=6, continentals=1), 1, nature=LEVEL)
    at_home = ~nothing.matches["neutral"].to_numpy(bool)
    assert nothing.truth["home_expected_goals"][at_home].to_numpy() == pytest.approx(np.exp(0.35))
    assert nothing.truth["away_key_players_out"].sum() > 0


def test_probabilities_are_those_of_the_expected_goals_and_follow_the_edge(level: Simulation) -> None:
    home, away = (level.truth[f"{side}_expected_goals"].to_numpy() for side in ("home", "away"))
    assert np.array_equal(level.probabilities(), level.truth[OUTCOMES].to_numpy())
    assert np.array_equal(level.probabilities(), outcome_probabilities(home, away, -0.05))
    moved = level.probabilities(np.log(1.1))
    np.testing.assert_allclose(moved, outcome_probabilities(home * 1.1, away / 1.1, -0.05), rtol=1e-12)
    assert (moved[:, 0] > level.probabilities()[:, 0]).all()


@pytest.mark.parametrize("column", [0, 1, 2])
def test_outcomes_come_as_often_as_their_true_probabilities_say(large: Simulation, column: int) -> None:
    p = large.probabilities()[:, column]
    came = outcome_of(large.matches["home_goals"], large.matches["away_goals"]) == column
    assert abs((came - p).sum()) < 4.0 * np.sqrt((p * (1.0 - p)).sum())
    # In fifty bins of equal counts by the probability.
    where = np.argsort(np.argsort(p)) * 50 // len(p)
    surplus, variance = np.bincount(where, came - p), np.bincount(where, p * (1.0 - p))
    assert (surplus**2 / variance).sum() < chi2.isf(UNLIKELY, 50)


def test_goals_come_as_often_as_expected_whatever_is_planted(large: Simulation) -> None:
    for side in ("home", "away"):
        goals = large.matches[f"{side}_goals"].to_numpy(np.float64)
        expected = large.truth[f"{side}_expected_goals"].to_numpy()
        assert abs((goals - expected).sum()) < 4.0 * np.sqrt(expected.sum())
        for name in ("away_travel_km", "home_rest_days_capped", "away_key_players_out"):
            x = large.truth[name].fillna(0.0).to_numpy()
            x = x - x.mean()
            assert abs(x @ (goals - expected)) < 4.0 * np.sqrt((x**2) @ expected)


def test_drawn_scores_have_the_dependence_of_low_scores() -> None:
    n = 200_000
    home, away = np.full(n, 1.4), np.full(n, 1.1)
    drawn = draw_goals(home, away, -0.15, np.random.default_rng(8))
    counts = np.bincount(100 * drawn[0] + drawn[1], minlength=10_000).reshape(100, 100)[:5, :5]
    expected = n * score_grid(home[:1], away[:1], -0.15)[0, :5, :5]
    assert ((counts - expected) ** 2 / expected).sum() < chi2.isf(UNLIKELY, 25)
    plain = n * score_grid(home[:1], away[:1], 0.0)[0, :5, :5]
    assert ((counts - plain) ** 2 / plain).sum() > 10 * chi2.isf(UNLIKELY, 25)


def test_strengths_wander_and_keep_their_spread() -> None:
    nature, random = Nature(half_life_years=4.0), np.random.default_rng(3)
    strengths = Strengths(nature, countries=500, clubs_a_country=20, random=random)
    first = strengths.strength.copy()
    assert (np.diff(first.reshape(500, 20), axis=1) <= 0.0).all()
    for _ in range(52 * 4):
        strengths.drift(1.0, random)
    before, now = first - strengths.level, strengths.strength - strengths.level
    assert now.std() == pytest.approx(0.28, rel=0.03)
    # After one half-life, half of a deviation is left on average.
    assert np.corrcoef(before, now)[0, 1] == pytest.approx(0.5, abs=0.03)


def test_leagues_differ_as_their_clubs_do(large: Simulation) -> None:
    """A first league's clubs are at home against second-league ones in their cup, and score more."""
    first = {c.id for tiers in large.world.leagues for c in tiers[:1]}
    league = large.matches[large.matches["season"] == "2005-06"]
    tier = league[league["competition_id"].isin(first)]["home_id"].unique()
    cups = league[league["competition_id"].str.endswith("-cup")]
    mixed = cups[cups["home_id"].isin(tier) & ~cups["away_id"].isin(tier)]
    assert mixed["home_goals"].mean() > 1.5 * mixed["away_goals"].mean()


def test_a_dependence_that_is_no_probability_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"rho: got 0\.5, expected -0\.2 to 0\.1"):
        Nature(rho=0.5)


def test_planted_effects_are_nothing_by_default() -> None:
    assert all(getattr(Planted(), field.name) == 0.0 for field in fields(Planted))
    edge = Planted(0.1, 0.1, 0.1).edge(*(np.array([x]) for x in (2000.0, -3.0, 1.0, 2.0)))
    assert edge == pytest.approx([0.2 - 0.3 + 0.1])


def test_absences_are_told_on_their_first_day_and_never_overlap(level: Simulation) -> None:
    told = level.absences.sort_values(["club_id", "player", "absent_from"])
    assert (told["known_at"].dt.tz_localize(None) == told["absent_from"] + pd.Timedelta(hours=9)).all()
    assert (told["absent_until"] >= told["absent_from"]).all()
    same = (told["club_id"] == told["club_id"].shift()) & (told["player"] == told["player"].shift())
    assert (told["absent_from"] > told["absent_until"].shift())[same].all()
    days = (told["absent_until"] - told["absent_from"]).dt.days + 1
    assert days.mean() == pytest.approx(21.0, rel=0.1)
