"""Logging goes to stderr, from a level on."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from awayday.logs import configure_logging


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


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


def test_what_libraries_log_is_a_json_object_too_where_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", libraries=True)

    logging.getLogger("somebody").info("small talk")
    logging.getLogger("somebody").warning("it is %s", "late")

    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["level"], entry["logger"]) == ("it is late", "warning", "somebody")
