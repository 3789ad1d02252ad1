"""`awayday backtest` and `awayday score`: what reaches training, and what is printed where."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from tests.awayday.command import CommandLine
from training.backtest import BacktestConfig
from training.compute import Compute
from training.train import default_model_config
from training.variants import config_without
from training.workspace import Workspace

HEADER = "home,away,date,p_home,p_draw,p_away,home_goals,away_goals\n"


class Tables:
    """A scoreboard without figures."""

    def to_json(self) -> str:
        return "{}"


class Walked:
    """A result that prints what it was asked for."""

    board = Tables()

    def show(self, console: Console, *, full: bool) -> None:
        console.print("all the scores" if full else "the scores")


def test_backtest_hands_over_settings_and_options(
    awayday: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[BacktestConfig] = []

    def run(config: BacktestConfig, progress: object) -> Walked:
        asked.append(config)
        return Walked()

    monkeypatch.setattr("training.backtest.run", run)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow:5000")

    assert awayday("backtest").out == "the scores\n"
    assert awayday("backtest", "--full").out == "all the scores\n"
    assert awayday("backtest", "--json").out == "{}\n"
    elsewhere_only = ("--no-track", "--scheduler", "tcp://10.0.0.5:8786")
    awayday("backtest", "--start", "2023-07-01", "--out", "forecasts.parquet", *elsewhere_only)

    workspace = Workspace(awayday.home, f"sqlite:///{awayday.home}/awayday.db", "http://mlflow:5000")
    found = tmp_path / "best.json"
    found.write_text('{"parameters": {"max_depth": 5}}', encoding="utf-8")
    awayday("backtest", "--parameters", str(found), "--without", "travel", "--without", "injuries")
    model = config_without(replace(default_model_config(), max_depth=5), ["travel", "injuries"])
    local, elsewhere = Compute("local"), Compute("tcp://10.0.0.5:8786")
    assert asked[4] == BacktestConfig(workspace, date(2021, 7, 1), model=model, compute=local)
    assert asked[:3] == [BacktestConfig(workspace, date(2021, 7, 1), compute=local)] * 3
    out = Path("forecasts.parquet")
    assert asked[3] == BacktestConfig(workspace, date(2023, 7, 1), out, track=False, compute=elsewhere)


@pytest.mark.parametrize("command", ["backtest", "tune", "simulate"])
def test_a_scheduler_that_is_none_is_wrong_usage(awayday: CommandLine, command: str) -> None:
    done = awayday(command, "--scheduler", "here")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: scheduler: got 'here', expected local, none or the address of a Dask scheduler")
    done = awayday(command, "--scheduler", "none", "--workers", "3")
    assert done.code == 2
    assert done.err.startswith("error: workers: got 3, expected nothing: it is for --scheduler local")


def test_a_family_that_is_not_there_is_wrong_usage(awayday: CommandLine) -> None:
    for command in ("backtest", "train"):
        done = awayday(command, "--without", "strength")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: without: got 'strength', expected one of form, rest, travel")


def test_score_prints_tables_on_stdout_and_faults_on_stderr(awayday: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"{HEADER}A,B,2024-08-01,0.5,0.3,0.2,2,0\nA,B,2024-08-02,0.5,0.3,0.9,2,0\n", encoding="utf-8")
    done = awayday("score", str(file))
    assert done.code == 0
    assert "mine  " in done.out
    assert "1 rows of" not in done.out
    assert f"1 row of {file} was left out:\n  line 3: probabilities 0.5 / 0.3 / 0.9" in done.err
    content = json.loads(awayday("score", str(file), "--json").out)
    assert content["model"] == "mine"
    assert content["tables"]["scores"][0]["rps"] == pytest.approx((0.5**2 + 0.2**2) / 2)


def test_score_judges_the_days_from_one_to_another(awayday: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    days = "".join(f"A,B,2024-08-0{day},0.5,0.3,0.2,2,0\n" for day in range(1, 6))
    file.write_text(HEADER + days, encoding="utf-8")
    assert (
        "3 matches, 2024-08-02 to 2024-08-04"
        in awayday("score", str(file), "--from", "2024-08-02", "--until", "2024-08-04").out
    )
    nothing = awayday("score", str(file), "--from", "2025-01-01")
    assert (nothing.code, nothing.out) == (2, "")
    assert "expected some of 2024-08-01 to 2024-08-05" in nothing.err


def test_score_tells_at_most_ten_faults(awayday: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    bad = "".join("A,B,never,0.5,0.3,0.2,2,0\n" for _ in range(12))
    file.write_text(f"{HEADER}{bad}A,B,2024-08-01,0.5,0.3,0.2,2,0\n", encoding="utf-8")
    lines = awayday("score", str(file)).err.splitlines()
    assert lines[0] == f"12 rows of {file} were left out:"
    assert len(lines) == 12
    assert lines[-1] == "  …"


def test_score_of_nothing_it_can_read_is_an_error_without_traceback(awayday: CommandLine, tmp_path: Path) -> None:
    done = awayday("score", str(tmp_path / "nothing.csv"))
    assert (done.code, done.out) == (1, "")
    assert done.err == f"error: {tmp_path}/nothing.csv: cannot be read: No such file or directory\n"
    (tmp_path / "empty.csv").write_text(HEADER, encoding="utf-8")
    assert "no row can be scored" in awayday("score", str(tmp_path / "empty.csv")).err
    assert awayday("score", str(tmp_path / "empty.csv"), "--method", "magic").code == 2


def test_score_s_help_shows_an_example(awayday: CommandLine) -> None:
    help_text = awayday("score", "--help").out
    assert "Kairat,Real Madrid,2025-09-30" in help_text
    assert "--against" in help_text
