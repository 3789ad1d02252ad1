"""The backtest: every match once, by a model that had not seen it, in a file that is whole or not there."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from football.errors import InvalidValueError
from football.snapshots import SnapshotStore
from tests.training.league import MONOTONE, simulate_dataset
from training.backtest import backtest, main
from training.dataset import Dataset
from training.mlflow_store import default_uri
from training.models import ModelConfig
from training.predictions import FORECAST_COLUMNS, board_of, forecasts_of
from training.tracking import EXPERIMENT
from training.train import default_model_config

CONFIG = ModelConfig(rounds=20, learning_rate=0.1, threads=1, monotone=MONOTONE)
DATA = simulate_dataset(5000)
TABLE = backtest(DATA, date(2017, 1, 15), CONFIG)


def test_every_match_from_the_start_on_has_one_row() -> None:
    expected = DATA.matches[DATA.matches["date"] >= "2017-01-15"]
    assert TABLE["match_id"].tolist() == expected["match_id"].tolist()
    assert TABLE["season"].unique().tolist() == ["2016-17", "2017-18"]


def test_the_table_has_the_promised_columns() -> None:
    assert list(TABLE.columns) == list(FORECAST_COLUMNS)
    promised = ["kickoff_utc", "competition", "home", "away", "home_goals", "away_goals", "p_home", "p_draw", "p_away"]
    assert set(promised) <= set(TABLE.columns)
    assert TABLE["home"].unique().tolist() == ["Home"]
    assert set(TABLE["competition"]) == {"Premier League", "Champions League"}
    assert TABLE["kickoff_utc"].isna().sum() == len(TABLE) / 10
    assert (TABLE["kickoff_utc"].dropna() >= "2017-01-15").all()
    for forecast in forecasts_of(TABLE).values():
        assert np.allclose(forecast.sum(axis=1), 1.0)


def test_a_season_knows_nothing_of_its_own_results_but_the_next_season_does() -> None:
    turned = DATA.outcome.copy()
    within = (DATA.matches["known_at"] > pd.Timestamp("2017-01-15", tz="UTC")).to_numpy()
    turned[within] = 2 - turned[within]
    other = backtest(Dataset(DATA.matches, DATA.features, turned, DATA.snapshot, DATA.cut), date(2017, 1, 15), CONFIG)
    same = np.isclose(other["p_home"], TABLE["p_home"], rtol=0, atol=0)
    assert same[TABLE["season"] == "2016-17"].all()
    assert not same[TABLE["season"] == "2017-18"].any()


def test_a_start_outside_the_data_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="start: got '2031-01-01', expected a day not after the newest"):
        backtest(DATA, date(2031, 1, 1), CONFIG)
    with pytest.raises(InvalidValueError, match="start: got '2015-07-01', expected a day after 2015-07-01"):
        backtest(DATA, date(2015, 7, 1), CONFIG)


def test_dixon_and_coles_learn_of_a_season_s_results_week_by_week_but_of_none_to_come() -> None:
    turned = DATA.outcome.copy()
    moment = pd.Timestamp("2017-03-01", tz="UTC")
    later = (DATA.matches["known_at"] > moment).to_numpy()
    turned[later] = 2 - turned[later]
    matches = DATA.matches.assign(
        home_goals=DATA.matches["home_goals"].where(~later, DATA.matches["away_goals"]),
        away_goals=DATA.matches["away_goals"].where(~later, DATA.matches["home_goals"]),
    )
    other = backtest(Dataset(matches, DATA.features, turned, DATA.snapshot, DATA.cut), date(2017, 1, 15), CONFIG)
    same = (other["dixon_coles_home"] == TABLE["dixon_coles_home"]).to_numpy()
    assert same[TABLE["date"] < "2017-03-01"].all()
    assert not same[TABLE["date"] > "2017-03-08"].any()


def test_the_command_writes_every_match_and_keeps_all_in_mlflow(
    simulated_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(default_model_config(), rounds=10, threads=1)
    monkeypatch.setattr("training.train.default_model_config", lambda: quick)
    out = tmp_path / "predictions.parquet"
    assert main(["--home", str(simulated_home), "--start", "2022-09-01", "--out", str(out), "--full"]) == 0
    table = pd.read_parquet(out)
    matches = SnapshotStore(simulated_home).latest().matches
    played = matches[(matches["status"] == "played") & (matches["date"] >= "2022-09-01")]
    assert sorted(table["match_id"]) == sorted(played["match_id"])
    goals = table.set_index("match_id")["home_goals"].astype(int)
    assert goals.equals(played.set_index("match_id")["home_goals"].astype(int).reindex(goals.index))
    assert table["season"].unique().tolist() == ["2022-23", "2023-24"]
    printed = capsys.readouterr().out
    assert "Dixon & Coles" in printed
    assert "By season" in printed
    client = MlflowClient(tracking_uri=default_uri(simulated_home))
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    run = client.search_runs([experiment.experiment_id], "attributes.run_name = 'backtest'")[0]
    assert run.data.metrics["matches"] == len(table)
    assert run.data.metrics["rps"] == pytest.approx(board_of(table).metrics()["rps"])
    assert run.data.params["start"] == "2022-09-01"
    kept = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert {"predictions.parquet", "scoreboard.json", "scores.csv", "by_kind.csv"} <= kept
    assert {"reliability.png", "rps_over_time.png", "by_competition.png"} <= kept
    assert "market.png" not in kept


def test_without_matches_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path)]) == 1
    assert "run `awayday sync` first" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
