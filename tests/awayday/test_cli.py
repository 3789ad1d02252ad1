"""The command line as a whole: help, version, exit codes, errors without tracebacks."""

import subprocess
import sys
from importlib.metadata import version

import pytest

from awayday.exit_codes import sentence
from football.errors import StoreError
from tests.awayday.command import CommandLine

COMMANDS = (
    *("predict", "simulate", "clubs", "absences", "sync", "train", "promote", "tune"),
    *("backtest", "score", "effects", "track-record", "serve", "doctor"),
)


def test_help_lists_every_command_with_exit_codes_and_variables(awayday: CommandLine) -> None:
    outcome = awayday("--help")

    assert outcome.code == 0
    for word in (*COMMANDS, "AWAYDAY_HOME", "AWAYDAY_PORT", "MLFLOW_TRACKING_URI"):
        assert word in outcome.out
    assert sentence() in " ".join(outcome.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_that_ends_its_sentences(awayday: CommandLine, command: str) -> None:
    outcome = awayday(command, "--help")

    assert outcome.code == 0
    assert f"Usage: awayday {command}" in outcome.out
    assert "." in outcome.out.split("Options")[0]


def test_version_is_that_of_the_package(awayday: CommandLine) -> None:
    assert awayday("--version").out == f"awayday {version('awayday')}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fly",), "No such command 'fly'"),
        (("predict", "Kairat"), "AWAY --kickoff MOMENT, or give --file"),
        (("serve", "--port", "70000"), "less than or equal to 65535"),
        (("backtest", "--start", "last year"), "'last year' is no day such as 2021-07-01"),
        (("train", "--test-from", "2024-02-30"), "'2024-02-30' is no day such as 2021-07-01"),
        (("sync", "--from", "/no/such/folder"), "does not exist"),
        (("sync", "--only", "weather"), "weather"),
    ],
)
def test_wrong_usage_is_code_2_and_says_what_is_wrong(
    awayday: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    outcome = awayday(*arguments)

    assert outcome.code == 2
    assert said in " ".join(outcome.err.replace("│", " ").split())
    assert "Traceback" not in outcome.err


def test_a_wrong_variable_is_code_2_and_one_line(awayday: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWAYDAY_PORT", "eighty")

    outcome = awayday("clubs", "Kairat")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "error: AWAYDAY_PORT: got 'eighty', expected a number from 0 to 65535\n"


@pytest.mark.parametrize("command", ["train", "backtest", "effects"])
def test_what_needs_matches_says_to_sync_first(awayday: CommandLine, command: str) -> None:
    outcome = awayday(command)

    assert outcome.code == 1
    assert outcome.err.startswith("error: ")
    assert "awayday sync" in outcome.err
    assert outcome.err.count("\n") == 1


def _failing_with(awayday: CommandLine, error: BaseException) -> tuple[int, str]:
    def fail(*_: object, **__: object) -> None:
        raise error

    awayday.monkeypatch.setattr("football.clubs.load_registry", fail)
    outcome = awayday("clubs", "Kairat")
    return outcome.code, outcome.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (StoreError("the disk is full; make room"), 1, "error: the disk is full; make room\n"),
        (FileNotFoundError(2, "No such file or directory", "clubs.csv"), 1, "error: clubs.csv: No such file"),
        (ModuleNotFoundError("No module named 'mlflow'", name="mlflow"), 1, "pip install 'awayday[training]'"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_goes_wrong_is_one_plain_line(awayday: CommandLine, error: BaseException, code: int, said: str) -> None:
    got, err = _failing_with(awayday, error)

    assert got == code
    assert said in err
    assert err.count("\n") == (1 if said else 0)


def test_a_mistake_of_our_own_is_not_hidden(awayday: CommandLine) -> None:
    with pytest.raises(ZeroDivisionError):
        _run_raising(awayday, ZeroDivisionError())
    with pytest.raises(ModuleNotFoundError):
        _run_raising(awayday, ModuleNotFoundError("No module named 'football.lost'", name="football.lost"))


def _run_raising(awayday: CommandLine, error: Exception) -> None:
    def fail() -> None:
        raise error

    from awayday.cli import main

    awayday.monkeypatch.setattr("football.clubs.load_registry", fail)
    awayday.monkeypatch.setattr(sys, "argv", ["awayday", "clubs", "Kairat"])
    main()


def test_the_package_runs_as_a_module() -> None:
    run = subprocess.run([sys.executable, "-m", "awayday", "--version"], capture_output=True, text=True, check=True)

    assert run.stdout == f"awayday {version('awayday')}\n"
