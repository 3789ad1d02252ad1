"""Runs the command line in this process, as `main` would be run by a shell."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from awayday.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """`awayday` with a home folder of its own and no other variables."""

    home: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Outcome:
        self.monkeypatch.setattr(sys, "argv", ["awayday", *arguments])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self.capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Outcome(code or 0, captured.out, captured.err)


@contextmanager
def command_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[CommandLine]:
    """`awayday` for one test, with a home folder and none of the variables of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(("AWAYDAY_", "MLFLOW_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWAYDAY_HOME", str(home))
    yield CommandLine(home, monkeypatch, capsys)
    structlog.reset_defaults()  # the commands set up logging, on a stderr that is gone after the test
