"""The command line as a fixture."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.awayday.command import CommandLine


@pytest.fixture
def awayday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[CommandLine]:
    for name in list(os.environ):
        if name.startswith(("AWAYDAY_", "MLFLOW_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWAYDAY_HOME", str(tmp_path / "home"))
    yield CommandLine(tmp_path / "home", monkeypatch, capsys)
    structlog.reset_defaults()  # the commands set up logging, on a stderr that is gone after the test
