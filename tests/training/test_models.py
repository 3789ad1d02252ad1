"""Fitting the outcome model: it learns planted effects, keeps its constraints, and survives storage."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.scores import outcome_probabilities
from football.errors import InvalidValueError, StoreError
from serving.model import OutcomeModel, softmax
from training.models import ModelConfig, fit_calibration, fit_outcome_model, fit_rho

CONFIG = ModelConfig(rounds=60, learning_rate=0.1, threads=1, monotone={"away_travel_km": 1, "home_rest_days": 1})


def planted(
    n: int, seed: int = 0, effect: float = 0.6
) -> tuple[pd.DataFrame, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Matches whose away side loses `effect` in log odds when it has travelled more than 1,000 km."""
    rng = np.random.default_rng(seed)
    features = pd.DataFrame(
        {
            "home_expected_goals": np.exp(rng.normal(0.3, 0.3, n)),
            "away_expected_goals": np.exp(rng.normal(0.1, 0.3, n)),
            "away_travel_km": rng.uniform(0, 2000, n),
            "home_rest_days": rng.integers(2, 8, n).astype(float),
        }
    )
    features.loc[rng.random(n) < 0.1, "away_travel_km"] = np.nan
    base = np.log(
        outcome_probabilities(
            features["home_expected_goals"].to_numpy(), features["away_expected_goals"].to_numpy(), -0.05
        )
    )
    shift = effect * (features["away_travel_km"].fillna(0).to_numpy() > 1000)
    p = softmax(base + shift[:, None] * np.array([1.0, 0.0, -1.0]))
    outcome = (rng.random((n, 1)) > p.cumsum(axis=1)[:, :2]).sum(axis=1).astype(np.int64)
    return features, outcome


FEATURES, OUTCOME = planted(12_000)
MODEL = fit_outcome_model(FEATURES, OUTCOME, np.zeros(len(FEATURES)), CONFIG)


def with_column(name: str, value: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return FEATURES.assign(**{name: value}).head(300).to_numpy(np.float64)


def test_a_planted_effect_is_recovered_and_only_where_it_was_planted() -> None:
    travel = MODEL.correction(with_column("away_travel_km", 1800.0)) - MODEL.correction(
        with_column("away_travel_km", 200.0)
    )
    rest = MODEL.correction(with_column("home_rest_days", 7.0)) - MODEL.correction(with_column("home_rest_days", 2.0))
    assert travel.mean() == pytest.approx(0.6, abs=0.2)
    assert abs(rest.mean()) < 0.1


@pytest.mark.parametrize(("name", "values"), [("away_travel_km", range(0, 2000, 100)), ("home_rest_days", range(1, 9))])
def test_constrained_features_never_help_the_side_they_burden(name: str, values: range) -> None:
    home = np.array([MODEL.predict_proba(with_column(name, float(value)))[:, 0] for value in values])
    away = np.array([MODEL.predict_proba(with_column(name, float(value)))[:, 2] for value in values])
    assert (np.diff(home, axis=0) >= -1e-12).all()
    assert (np.diff(away, axis=0) <= 1e-12).all()


def test_probabilities_are_calibrated_on_fresh_matches() -> None:
    features, outcome = planted(8000, seed=9)
    p = MODEL.predict_proba(features.to_numpy(np.float64))
    np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-12)
    for k in range(3):
        assert p[:, k].mean() == pytest.approx((outcome == k).mean(), abs=0.02)


def test_one_row_equals_the_same_row_among_many() -> None:
    matrix = FEATURES.head(200).to_numpy(np.float64)
    many = MODEL.predict_proba(matrix)
    for i in range(0, 200, 13):
        np.testing.assert_array_equal(MODEL.predict_proba(matrix[i : i + 1])[0], many[i])


def test_a_saved_model_predicts_the_same(tmp_path: Path) -> None:
    MODEL.save(tmp_path)
    matrix = FEATURES.head(500).to_numpy(np.float64)
    np.testing.assert_array_equal(OutcomeModel.load(tmp_path).predict_proba(matrix), MODEL.predict_proba(matrix))


def test_a_damaged_model_is_refused_with_advice(tmp_path: Path) -> None:
    MODEL.save(tmp_path)
    (tmp_path / "shift.ubj").write_bytes(b"{")
    with pytest.raises(StoreError, match=r"the trees of another booster; train again"):
        OutcomeModel.load(tmp_path)
    (tmp_path / "shift_trees.npz").unlink()
    with pytest.raises(StoreError, match=r"the trees cannot be read .* train again"):
        OutcomeModel.load(tmp_path)


def test_a_missing_model_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"outcome_model\.json"):
        OutcomeModel.load(tmp_path)


def test_the_wrong_number_of_columns_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"features: got \(1, 3\), expected shape \(n, 4\)"):
        MODEL.predict_proba(np.ones((1, 3)))


def test_unknown_expected_goals_are_refused_in_training() -> None:
    features = FEATURES.head(10).assign(home_expected_goals=np.nan)
    with pytest.raises(InvalidValueError, match="first strength checkpoint"):
        fit_outcome_model(features, OUTCOME[:10], np.zeros(10), CONFIG)


def test_rho_is_recovered() -> None:
    rng = np.random.default_rng(3)
    home, away = np.exp(rng.normal(0.2, 0.2, 60_000)), np.exp(rng.normal(0.1, 0.2, 60_000))
    p = outcome_probabilities(home, away, -0.1)
    outcome = (rng.random((60_000, 1)) > p.cumsum(axis=1)[:, :2]).sum(axis=1)
    assert fit_rho(home, away, outcome, np.ones(60_000)) == pytest.approx(-0.1, abs=0.03)


def test_calibration_mends_overconfidence_and_a_bias() -> None:
    rng = np.random.default_rng(4)
    truth = softmax(rng.normal(0, 0.7, (400_000, 3)) + np.array([0.3, 0.0, -0.2]))
    outcome = (rng.random((400_000, 1)) > truth.cumsum(axis=1)[:, :2]).sum(axis=1)
    told = 1.5 * (np.log(truth) - np.array([0.2, 0.0, -0.1]))
    calibration = fit_calibration(told, outcome, np.ones(400_000))
    # Of fewer matches less is believed.
    assert fit_calibration(told[:400], outcome[:400], np.ones(400)).slope == pytest.approx(1.0, abs=0.1)
    assert calibration.slope == pytest.approx(1 / 1.5, abs=0.03)
    np.testing.assert_allclose(calibration.apply(told).mean(axis=0), truth.mean(axis=0), atol=0.01)


def test_between_countries_a_share_of_the_shift_counts(tmp_path: Path) -> None:
    abroad = np.arange(len(FEATURES)) % 2 == 0
    config = replace(CONFIG, abroad_share=0.25)
    model = fit_outcome_model(FEATURES.assign(abroad=abroad.astype(float)), OUTCOME, np.zeros(len(OUTCOME)), config)
    assert "abroad" not in model.shift_features
    table = FEATURES.head(50).to_numpy(np.float64)
    here, there = (np.column_stack([table, np.full(50, value)]) for value in (0.0, 1.0))
    assert np.abs(model.correction(here)).max() > 0.01
    np.testing.assert_allclose(model.correction(there), 0.25 * model.correction(here), rtol=1e-12)
    for table in (here, there):
        forecasts = [model.predict_one(row)[2:] for row in table.tolist()]
        np.testing.assert_allclose(forecasts, model.predict_proba(table), atol=1e-12)
    model.save(tmp_path)
    np.testing.assert_allclose(OutcomeModel.load(tmp_path).predict_proba(there), model.predict_proba(there), atol=1e-6)
