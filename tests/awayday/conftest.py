"""The command line as a fixture."""

import os
from pathlib import Path

import pytest

from tests.awayday.command import CommandLine


@pytest.fixture
def awayday(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    for name in list(os.environ):
        if name.startswith(("AWAYDAY_", "MLFLOW_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWAYDAY_HOME", str(tmp_path / "home"))
    return CommandLine(tmp_path / "home", monkeypatch, capsys)
