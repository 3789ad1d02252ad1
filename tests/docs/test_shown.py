"""The answer that the README begins with is what the command prints of the real matches."""

import re
import shlex
from pathlib import Path

import pytest

from serving.champion import load_embedded, publish
from tests.awayday.command import command_line
from tests.docs.blocks import ROOT, SHARED, blocks

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def words(text: str) -> list[list[str]]:
    """What stands in each line, whatever the numbers."""
    return [NUMBER.sub("#", line).split() for line in text.splitlines()]


@pytest.mark.full_data
@pytest.mark.timeout(900)
def test_the_answer_in_the_readme_is_the_one_that_is_given(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = (block for block in blocks(ROOT / "README.md") if SHARED in block.words)
    (line,) = shown.commands
    expected = shown.text.partition("\n")[2]
    with command_line(tmp_path / "home", monkeypatch, capsys) as awayday:
        synced = awayday("sync", "--from", str(shared_data), "--only", "openfootball")
        assert synced.code == 0, synced.err
        # The model that comes with Awayday, as champion beside the matches that it learned from.
        publish(awayday.home, load_embedded())

        told = awayday(*shlex.split(line)[1:])

    assert told.code == 0, told.err
    assert words(told.out) == words(expected)
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (told.out, expected)]
    assert numbers[0] == pytest.approx(numbers[1], rel=0.02, abs=0.11)
