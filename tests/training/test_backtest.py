"""The backtest: every match once, by a model that had not seen it, in a file that is whole or not there."""

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from football.errors import InvalidValueError, StoreError
from football.snapshots import SnapshotStore
from tests.training.league import MONOTONE, simulate_dataset
from training.backtest import COLUMNS, backtest, forecasts_of, main, print_scoreboard, write_predictions
from training.dataset import Dataset
from training.models import ModelConfig
from training.train import default_model_config

CONFIG = ModelConfig(rounds=20, learning_rate=0.1, threads=1, monotone=MONOTONE)
DATA = simulate_dataset(5000)
TABLE = backtest(DATA, date(2017, 1, 15), CONFIG)


def test_every_match_from_the_start_on_has_one_row() -> None:
    expected = DATA.matches[DATA.matches["date"] >= "2017-01-15"]
    assert TABLE["match_id"].tolist() == expected["match_id"].tolist()
    assert TABLE["season"].unique().tolist() == ["2016-17", "2017-18"]


def test_the_table_has_the_promised_columns() -> None:
    assert list(TABLE.columns) == list(COLUMNS)
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


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_predictions_are_written_and_read_back(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"predictions{suffix}"
    write_predictions(TABLE, out)
    back = pd.read_parquet(out) if suffix == ".parquet" else pd.read_csv(out)
    assert list(back.columns) == list(COLUMNS)
    assert back["p_home"].tolist() == TABLE["p_home"].tolist()
    assert back["home_goals"].tolist() == TABLE["home_goals"].tolist()
    if suffix == ".csv":
        assert back["date"].iloc[0] == "2017-01-15"
        assert back["kickoff_utc"].isna().tolist() == TABLE["kickoff_utc"].isna().tolist()
    assert pd.to_datetime(back["kickoff_utc"]).tolist()[1] == TABLE["kickoff_utc"][1]
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_an_output_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"out: got '.*x\.xlsx', expected a file name that ends in \.parquet"):
        write_predictions(TABLE, tmp_path / "x.xlsx")
    with pytest.raises(InvalidValueError, match=r"a file in a folder that exists; create .*nowhere first"):
        write_predictions(TABLE, tmp_path / "nowhere" / "x.csv")


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "predictions.csv"
    out.write_text("older", encoding="utf-8")

    def full(self: pd.DataFrame, path: Path, **_: object) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StoreError, match=r"predictions.csv: cannot be written \(No space left on device\)"):
        write_predictions(TABLE, out)
    assert out.read_text(encoding="utf-8") == "older"
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_the_scoreboard_is_printed_by_kind_and_season() -> None:
    out = StringIO()
    print_scoreboard(TABLE, Console(file=out, width=140))
    for words in ("matches, 2017-01-15 to", "By kind of competition", "continental", "By season", "2017-18"):
        assert words in out.getvalue()


def test_a_start_outside_the_data_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="start: got '2031-01-01', expected a day not after the newest"):
        backtest(DATA, date(2031, 1, 1), CONFIG)
    with pytest.raises(InvalidValueError, match="start: got '2015-07-01', expected a day after 2015-07-01"):
        backtest(DATA, date(2015, 7, 1), CONFIG)


def test_the_command_writes_every_match_of_a_simulated_world(
    simulated_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(default_model_config(), rounds=10, threads=1)
    monkeypatch.setattr("training.backtest.default_model_config", lambda: quick)
    out = tmp_path / "predictions.parquet"
    assert main(["--home", str(simulated_home), "--start", "2022-09-01", "--out", str(out)]) == 0
    table = pd.read_parquet(out)
    matches = SnapshotStore(simulated_home).latest().matches
    played = matches[(matches["status"] == "played") & (matches["date"] >= "2022-09-01")]
    assert sorted(table["match_id"]) == sorted(played["match_id"])
    goals = table.set_index("match_id")["home_goals"].astype(int)
    assert goals.equals(played.set_index("match_id")["home_goals"].astype(int).reindex(goals.index))
    assert table["season"].unique().tolist() == ["2022-23", "2023-24"]
    assert "By season" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--start", "soon"], "start: got 'soon', expected a day such as 2021-07-01"),
        (["--start", "2019-01-01"], "start: got '2019-01-01', expected a day after 2020-08-06"),
        (
            ["--out", "predictions.txt"],
            "out: got 'predictions.txt', expected a file name that ends in .parquet or .csv",
        ),
    ],
)
def test_bad_arguments_end_in_one_clear_line(
    arguments: list[str], message: str, simulated_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(simulated_home), *arguments]) == 1
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith(f"error: {message}")
