"""Plots: files that are pictures, and shares that add up."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from matplotlib.image import imread

from training.plots import families_finding, gain_shares, plot_families, plot_importance, plot_reliability

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


def worth(**differences: float) -> pd.DataFrame:
    """An ablation's table in which families help by these differences, ± 0.0001, removed and alone."""
    lines = [
        {"family": family, "variant": variant, "group": group, "matches": 5000, "rps_difference": difference}
        for family, difference in differences.items()
        for variant in ("removed", "alone")
        for group in ("all matches", f"{family} known")
    ]
    return pd.DataFrame(lines).assign(rps_difference_se=0.0001)


@pytest.mark.parametrize(
    ("differences", "finding"),
    [
        (
            {"rest": -0.00019, "travel": -0.0003, "form": -0.0004, "injuries": 0.0009},
            "Form and travel improve the full model measurably; the other 2 do not (5,000 matches)",
        ),
        ({"rest": -0.0003, "form": 0.0}, "Rest improves the full model measurably; the other does not (5,000 matches)"),
        ({"rest": -0.0003, "form": -0.0004}, "Form and rest improve the full model measurably (5,000 matches)"),
        ({"rest": 0.0, "form": 0.0002}, "No family of features improves the full model measurably (5,000 matches)"),
    ],
)
def test_the_finding_names_what_helps_beyond_two_standard_errors(differences: dict[str, float], finding: str) -> None:
    assert families_finding(worth(**differences)) == finding


def test_the_plot_of_families_has_a_second_panel_where_a_family_acts_on_some_matches_only(tmp_path: Path) -> None:
    table = worth(rest=-0.0003, form=0.0001)
    plot_families(table, tmp_path / "two.png")
    plot_families(table[table["group"] == "all matches"], tmp_path / "one.png")
    assert imread(tmp_path / "two.png").shape[1] > 1.5 * imread(tmp_path / "one.png").shape[1]
