"""Plots: files that are pictures, and shares that add up."""

from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb
from matplotlib.image import imread

from training.plots import gain_shares, plot_importance, plot_reliability

NAMES = ("home_rest_days", "away_travel_km", "never_used")
FAMILIES = {"rest": ("home_rest_days",), "travel": ("away_travel_km",)}


def booster() -> xgb.Booster:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 3)).astype(np.float32)
    x[:, 2] = 1.0
    target = (x[:, 0] + 3.0 * x[:, 1]).astype(np.float32)
    data = xgb.DMatrix(x, target, feature_names=list(NAMES), nthread=1)
    return xgb.train({"max_depth": 3, "nthread": 1}, data, num_boost_round=10)


def test_gain_shares_rank_what_matters_and_sum_to_one() -> None:
    shares = gain_shares(booster(), NAMES)
    assert list(shares) == list(NAMES)
    assert shares["never_used"] == 0.0
    assert shares["away_travel_km"] > 4 * shares["home_rest_days"] > 0.0
    assert sum(shares.values()) == pytest.approx(1.0)


def test_without_trees_nothing_has_a_share() -> None:
    assert gain_shares(None, NAMES) == dict.fromkeys(NAMES, 0.0)


def test_the_importance_plot_is_a_picture_for_many_features_few_and_none(tmp_path: Path) -> None:
    for i, shares in enumerate((gain_shares(booster(), NAMES), {f"feature_{k}": k / 780 for k in range(40)}, {})):
        path = tmp_path / f"{i}.png"
        plot_importance(shares, FAMILIES, path)
        assert imread(path).ndim == 3


def test_the_reliability_plot_is_a_picture_with_one_panel_an_outcome(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    forecast = rng.dirichlet([4.0, 2.5, 3.0], 800)
    outcome = (rng.random((800, 1)) > forecast.cumsum(axis=1)[:, :2]).sum(axis=1)
    plot_reliability({"awayday": forecast, "base rates": np.full((800, 3), 1 / 3)}, outcome, tmp_path / "r.png")
    height, width, _ = imread(tmp_path / "r.png").shape
    assert width > 2 * height
