"""Training and backtest on the real matches: slow, and small enough in rounds to be quick about it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.history import History
from features.inputs import Inputs
from features.metrics import paired_difference
from features.strength_fit import fit_strength_history
from features.strengths import Strengths
from football.clubs import load_registry
from football.competitions import load_competitions
from football.snapshots import SnapshotStore
from football.sync import sync_matches
from training.backtest import backtest
from training.dataset import Dataset, build_dataset
from training.fold import BASE_RATES, ELO
from training.holdout import judge
from training.predictions import forecasts_of
from training.scoreboard import MODEL
from training.train import default_model_config

pytestmark = pytest.mark.full_data

CONFIG = replace(default_model_config(), rounds=25, learning_rate=0.15)


@pytest.fixture(scope="module")
def inputs(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """The shared matches with strengths at each season's start."""
    home = tmp_path_factory.mktemp("home")
    registry = load_registry()
    store = SnapshotStore(home)
    folder = shared_data / "openfootball"
    sync_matches(registry, store, openfootball=folder, football_data=None, downloads=home / "downloads")
    snapshot = store.latest()
    history = History.build(snapshot.matches, registry, load_competitions())
    starts = [f"{year}-07-01" for year in range(2018, 2026)]
    checkpoints_s = np.array(starts, dtype="datetime64[s]").astype(np.int64)
    strength = Strengths.of(fit_strength_history(history.results, history.leagues, checkpoints_s))
    return Inputs(snapshot, history, strength, None)


@pytest.fixture(scope="module")
def dataset(inputs: Inputs) -> Dataset:
    return build_dataset(inputs, load_competitions(), date(2018, 7, 2))


def test_the_model_beats_the_references_on_the_newest_matches(dataset: Dataset) -> None:
    judged = judge(dataset, date(2024, 7, 1), 30, CONFIG)
    metrics = judged.metrics()
    assert metrics["matches"] > 30_000
    assert metrics["rps"] < 0.210
    for score in ("rps", "log_loss", "brier"):
        for name in ("base_rates", "elo_ordered_logit"):
            difference = f"difference.{name}.{score}"
            assert metrics[difference] < -3 * metrics[f"{difference}_se"]
    for outcome in ("home", "draw", "away"):
        assert metrics[f"calibration_{outcome}"] < 0.02
    assert sum(name.startswith("competition.") and name.endswith(".rps") for name in metrics) > 40


def test_the_backtest_forecasts_every_played_match_of_the_data(inputs: Inputs, dataset: Dataset) -> None:
    table = backtest(dataset, date(2025, 7, 1), CONFIG)
    matches = inputs.snapshot.matches
    played = matches[(matches["status"] == "played") & (matches["date"] >= pd.Timestamp(2025, 7, 1))]
    assert sorted(table["match_id"]) == sorted(played["match_id"])
    assert table["season"].unique().tolist() == ["2025-26"]
    probabilities = table[["p_home", "p_draw", "p_away"]].to_numpy()
    assert np.isfinite(probabilities).all()
    assert np.allclose(probabilities.sum(axis=1), 1.0)
    outcome = 1 - np.sign(table["home_goals"].to_numpy(np.int64) - table["away_goals"].to_numpy(np.int64))
    forecasts = forecasts_of(table)
    for name in (BASE_RATES, ELO):
        ahead = paired_difference(forecasts[MODEL], forecasts[name], outcome, table["date"].to_numpy())
        assert ahead.mean < -2 * ahead.standard_error
    kairat = table[(table["home_id"] == "kaz-kairat") & (table["away_id"] == "esp-real-madrid")]
    assert kairat["p_away"].tolist()[0] > 0.7
