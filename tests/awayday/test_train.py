"""`awayday train` and `awayday effects`: what reaches training, and how its tables are printed."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from tests.awayday.command import CommandLine
from training.effects import EffectsConfig
from training.train import TrainConfig, default_model_config
from training.variants import config_without
from training.workspace import Workspace


class Judged:
    """A result that prints a figure in bold, as the score tables do."""

    refused = False

    def show(self, console: Console) -> None:
        console.print("[bold]0.2048[/bold]")


@pytest.fixture
def workspace(awayday: CommandLine) -> Workspace:
    return Workspace(awayday.home, f"sqlite:///{awayday.home}/awayday.db", "http://mlflow:5000")


def test_train_hands_over_settings_and_options(
    awayday: CommandLine, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[TrainConfig] = []

    def run(config: TrainConfig, progress: object) -> Judged:
        asked.append(config)
        return Judged()

    monkeypatch.setattr("training.train.run", run)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow:5000")

    assert awayday("train").out == "0.2048\n"
    awayday("train", "--test-from", "2024-07-01", "--promote")
    found = tmp_path / "best.json"
    found.write_text('{"study": "deeper", "parameters": {"max_depth": 5, "subsample": 0.9}}', encoding="utf-8")
    awayday("train", "--parameters", str(found))
    awayday("train", "--without", "rest")

    assert asked == [
        TrainConfig(workspace),
        TrainConfig(workspace, date(2024, 7, 1), promote=True),
        TrainConfig(workspace, model=replace(default_model_config(), max_depth=5, subsample=0.9)),
        TrainConfig(workspace, model=config_without(default_model_config(), ["rest"])),
    ]


def test_train_fails_where_the_gate_refused(awayday: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(Judged):
        refused = True

    monkeypatch.setattr("training.train.run", lambda config, progress: Refused())
    outcome = awayday("train", "--promote")
    assert (outcome.code, outcome.out, outcome.err) == (1, "0.2048\n", "")


def test_effects_hands_over_settings_and_options(
    awayday: CommandLine, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[EffectsConfig] = []

    def run(config: EffectsConfig, progress: object) -> Judged:
        asked.append(config)
        return Judged()

    monkeypatch.setattr("training.effects.run", run)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow:5000")

    assert awayday("effects").out == "0.2048\n"
    awayday(
        *("effects", "--start", "2022-07-01", "--until", "2023-06-30"),
        *("--only", "counterfactual", "--out", "effects.json"),
    )

    assert asked == [
        EffectsConfig(workspace, date(2021, 7, 1)),
        EffectsConfig(workspace, date(2022, 7, 1), date(2023, 6, 30), "counterfactual", Path("effects.json")),
    ]


def test_effects_refuses_a_window_that_ends_before_it_starts(awayday: CommandLine) -> None:
    outcome = awayday("effects", "--until", "2021-06-30")

    assert outcome.code == 2
    assert outcome.err == "error: until: got '2021-06-30', expected a day not before the start, 2021-07-01\n"


def test_steps_are_shown_to_a_terminal_as_they_are_written() -> None:
    code = (
        "import time\n"
        "from awayday import console\n"
        "with console.steps(console.stderr()) as say:\n"
        "    say('Logging to sqlite:///[home]/mlflow.db')\n"
        "    time.sleep(0.3)\n"
    )

    def said(**variables: str) -> str:
        return subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True).stderr

    assert said() == ""
    assert "Logging to sqlite:///[home]/mlflow.db" in said(FORCE_COLOR="1")
