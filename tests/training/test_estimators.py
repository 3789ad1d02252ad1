"""Every estimator keeps one contract, on matches with a planted effect of travel."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from football.errors import InvalidValueError
from serving.model import EXPECTED_GOALS
from tests.training.test_models import CONFIG as PLANTED
from tests.training.test_models import planted
from training.alternatives import BoostedPair, Logit, inputs_of
from training.estimators import ESTIMATORS, SERVED, Forecaster, check_estimator, check_served
from training.fold import fit_any, run_fold
from training.models import fit_outcome_model
from training.train import TrainConfig, model_config, run
from training.workspace import Workspace

CONFIG = replace(PLANTED, rounds=40)
FEATURES, OUTCOME = planted(6_000, seed=5)
NAMES = tuple(ESTIMATORS)


@lru_cache(maxsize=len(NAMES))
def fitted(name: str) -> Forecaster:
    return ESTIMATORS[name](FEATURES, OUTCOME, np.zeros(len(FEATURES)), CONFIG)


def log_loss(probabilities: np.ndarray[tuple[int, int], np.dtype[np.float64]], outcome: np.ndarray) -> float:
    return -float(np.log(probabilities[np.arange(len(outcome)), outcome]).mean())


@pytest.mark.parametrize("name", NAMES)
def test_probabilities_are_positive_and_sum_to_one(name: str) -> None:
    p = fitted(name).predict_proba(FEATURES.to_numpy(np.float64))
    assert p.shape == (len(FEATURES), 3)
    assert (p > 0.0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_it_learns_what_the_strength_model_cannot_know(name: str) -> None:
    features, outcome = planted(8_000, seed=6)
    base = fit_outcome_model(
        FEATURES[list(EXPECTED_GOALS)], OUTCOME, np.zeros(len(FEATURES)), replace(CONFIG, rounds=0)
    )
    alone = base.predict_proba(features[list(EXPECTED_GOALS)].to_numpy(np.float64))
    ours = fitted(name).predict_proba(features.to_numpy(np.float64))
    assert log_loss(ours, outcome) < log_loss(alone, outcome) - 0.005


@pytest.mark.parametrize("name", NAMES)
def test_it_is_calibrated_on_fresh_matches(name: str) -> None:
    features, outcome = planted(8_000, seed=7)
    p = fitted(name).predict_proba(features.to_numpy(np.float64))
    for k in range(3):
        assert p[:, k].mean() == pytest.approx((outcome == k).mean(), abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_matches_give_the_same_model_one_row_at_a_time_or_many(name: str) -> None:
    rows = FEATURES.head(60).to_numpy(np.float64)
    again = ESTIMATORS[name](FEATURES, OUTCOME, np.zeros(len(FEATURES)), CONFIG).predict_proba(rows)
    many = fitted(name).predict_proba(rows)
    np.testing.assert_array_equal(again, many)
    for i in range(0, 60, 7):
        np.testing.assert_allclose(fitted(name).predict_proba(rows[i : i + 1])[0], many[i], atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_values_and_columns_that_say_nothing_are_borne(name: str) -> None:
    odd = FEATURES.head(2_000).assign(home_constant=1.0, home_never_known=np.nan)
    odd.loc[::3, "home_rest_days"] = np.nan
    model = ESTIMATORS[name](odd, OUTCOME[:2_000], np.zeros(2_000), CONFIG)
    blind = odd.head(10).assign(away_travel_km=np.nan, home_rest_days=np.nan).to_numpy(np.float64)
    assert np.isfinite(model.predict_proba(blind)).all()


@pytest.mark.parametrize("name", NAMES)
def test_older_matches_weigh_less(name: str) -> None:
    turned = np.concatenate([2 - OUTCOME[:3_000], OUTCOME[3_000:]])
    age = np.concatenate([np.full(3_000, 36_500.0), np.zeros(3_000)])  # ten half-lives
    old_forgotten = ESTIMATORS[name](FEATURES, turned, age, CONFIG).predict_proba(FEATURES.to_numpy(np.float64))
    assert log_loss(old_forgotten[3_000:], OUTCOME[3_000:]) < log_loss(old_forgotten[:3_000], turned[:3_000])


def test_boosted_pairs_keep_their_constraints() -> None:
    base = fit_outcome_model(FEATURES, OUTCOME, np.zeros(len(FEATURES)), replace(CONFIG, rounds=0))
    inputs = inputs_of(base, FEATURES.to_numpy(np.float64))
    directions = np.array([1, -1, *(CONFIG.monotone.get(name, 0) for name in map(str, FEATURES))])
    pair = BoostedPair.fit(inputs, OUTCOME, np.ones(len(OUTCOME)), directions, CONFIG)
    travel = 2 + FEATURES.columns.get_loc("away_travel_km")  # type: ignore[operator]  # the name is there once
    some = inputs[:200].copy()
    home, away = [], []
    for km in range(0, 2_000, 200):
        some[:, travel] = km
        home.append(pair.home(some))
        away.append(pair.away(some))
    assert (np.diff(home, axis=0) >= 0.0).all()
    assert (np.diff(away, axis=0) <= 0.0).all()
    assert (home[-1] > home[0]).all()


def test_where_both_sides_exceed_certainty_a_draw_is_left_and_all_sum_to_one() -> None:
    pair = BoostedPair(lambda rows: np.full(len(rows), 0.8), lambda rows: np.full(len(rows), 0.4))
    expected = np.array([[0.8, 0.001, 0.4]]) / 1.201
    np.testing.assert_allclose(pair.predict_proba(np.zeros((1, 1))), expected)


def test_a_logit_standardises_what_is_known_and_flags_what_is_not() -> None:
    inputs = np.array([[1.0, 5.0], [3.0, np.nan], [1.0, 5.0], [3.0, 5.0]])
    logit = Logit.fit(inputs, np.array([0, 1, 2, 0]), np.ones(4))
    found = logit.standardised(np.array([[1.0, 5.0], [5.0, np.nan]]))
    assert found.tolist() == [[-1.0, 0.0, 0.0], [3.0, 0.0, 1.0]]


def test_a_fold_is_forecast_by_the_estimator_that_is_named() -> None:
    from tests.training.test_fold import CONFIG as FOLD_CONFIG
    from tests.training.test_fold import TEST, TRAIN

    at, config = TEST.matches["starts_at"].iloc[0], replace(FOLD_CONFIG, estimator="logit")
    rows = TEST.features.to_numpy(np.float64)
    named = fit_any(TRAIN, at, config).predict_proba(rows)
    np.testing.assert_array_equal(run_fold(TRAIN, TEST, at, config).forecasts["awayday"], named)
    assert not np.array_equal(named, fit_any(TRAIN, at, FOLD_CONFIG).predict_proba(rows))


def test_names_that_are_not_known_are_refused() -> None:
    assert check_estimator("logit") == "logit"
    assert model_config(None, (), "histgb").estimator == "histgb"
    with pytest.raises(InvalidValueError, match="model: got 'forest', expected one of xgboost, histgb, logit"):
        model_config(None, (), "forest")


def test_only_the_constrained_trees_are_trained_for_serving() -> None:
    check_served(SERVED)
    with pytest.raises(InvalidValueError, match=r"got 'logit', expected xgboost.*awayday backtest --model logit"):
        check_served("logit")


def test_training_refuses_others_before_it_begins(simulated_home: Path) -> None:
    told: list[str] = []
    config = TrainConfig(Workspace(simulated_home, workers=1), model=model_config(None, (), "histgb"))
    with pytest.raises(InvalidValueError, match="without pickle; `awayday backtest --model histgb` judges this one"):
        run(config, told.append)
    assert told == []
