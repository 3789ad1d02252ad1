"""The command line as a fixture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.awayday.command import CommandLine, command_line


@pytest.fixture
def awayday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[CommandLine]:
    with command_line(tmp_path / "home", monkeypatch, capsys) as awayday:
        yield awayday
