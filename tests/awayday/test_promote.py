"""`awayday promote` and `awayday tune`: what reaches training, and how they end."""

import json

import pytest
from rich.console import Console

from tests.awayday.command import CommandLine
from training.compute import Compute
from training.promote import PromoteConfig
from training.tune import TuneConfig
from training.workspace import Workspace


@pytest.fixture
def workspace(awayday: CommandLine) -> Workspace:
    return Workspace(awayday.home, f"sqlite:///{awayday.home}/awayday.db")


class Verdict:
    """A result that prints a line."""

    def __init__(self, promoted: bool) -> None:
        self.promoted = promoted

    def show(self, console: Console) -> None:
        console.print("the verdict")


@pytest.mark.parametrize(("promoted", "code"), [(True, 0), (False, 1)])
def test_promote_hands_over_its_options_and_ends_with_the_verdict(
    promoted: bool, code: int, awayday: CommandLine, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[PromoteConfig] = []

    def run(config: PromoteConfig, progress: object) -> Verdict:
        asked.append(config)
        return Verdict(promoted)

    monkeypatch.setattr("training.promote.run", run)
    outcome = awayday("promote")
    assert (outcome.code, outcome.out, outcome.err) == (code, "the verdict\n", "")
    awayday("promote", "--version", "3", "--force", "--reason", "the old one lacks a league")
    assert asked == [PromoteConfig(workspace), PromoteConfig(workspace, 3, "the old one lacks a league")]


def test_force_without_a_reason_is_wrong_usage(awayday: CommandLine) -> None:
    outcome = awayday("promote", "--force")
    assert outcome.code == 2
    assert outcome.err == ("error: reason: got None, expected why the gate is to be overruled: --force --reason TEXT\n")


def test_promote_without_models_says_what_to_do(awayday: CommandLine) -> None:
    outcome = awayday("promote")
    assert outcome.code == 1
    assert outcome.err.endswith("no model is registered yet; run `awayday train` first\n")
    assert not awayday.home.exists()


class Found:
    """The result of a search."""

    def show(self, console: Console) -> None:
        console.print("the parameters")

    def to_json(self) -> str:
        return '{"parameters": {}}'


def test_tune_hands_over_its_options_and_prints_for_people_or_programs(
    awayday: CommandLine, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TuneConfig] = []

    def run(config: TuneConfig, progress: object) -> Found:
        asked.append(config)
        return Found()

    monkeypatch.setattr("training.tune.run", run)
    assert awayday("tune").out == "the parameters\n"
    options = ("--trials", "3", "--timeout", "1.5", "--seed", "7", "--study", "deeper", "--storage", "sqlite:///x.db")
    outcome = awayday("tune", *options, "--json", "--at-once", "4", "--workers", "3")
    assert json.loads(outcome.out) == {"parameters": {}}
    assert outcome.err == ""
    local = Compute("local")
    assert asked == [
        TuneConfig(workspace, compute=local),
        TuneConfig(workspace, 3, 1.5, 7, "deeper", "sqlite:///x.db", at_once=4, compute=Compute("local", 3)),
    ]
