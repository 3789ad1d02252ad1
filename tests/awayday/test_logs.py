"""Logging goes to stderr, from a level on."""

import json
from collections.abc import Iterator

import pytest
import structlog

from awayday.logs import configure_logging


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_off_a_terminal_a_line_is_a_json_object_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("warning")
    log = structlog.get_logger("serving")

    log.info("not_worth_it")
    log.warning("old_data", days=12)

    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["level"], entry["days"]) == ("old_data", "warning", 12)
    assert entry["timestamp"].endswith("Z")
