"""`awayday serve` as a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from awayday.commands.serve import _bind
from awayday.service_settings import VARIABLES
from football.errors import StoreError
from serving import loading
from serving.predictor import Predictor
from tests.awayday.command import CommandLine


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    env = {**os.environ, "AWAYDAY_HOME": str(tmp_path / "home"), "AWAYDAY_PORT": "0", "AWAYDAY_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "awayday", "serve"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def test_it_says_where_it_is_answers_and_ends_when_interrupted(process: subprocess.Popen[str], tmp_path: Path) -> None:
    assert process.stderr is not None
    said = re.fullmatch(r"Awayday at (http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)\n", process.stderr.readline())
    assert said is not None
    assert httpx.get(f"{said[1]}/health/live", timeout=60).json()["status"] == "ok"

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 130
    assert "Traceback" not in process.stderr.read()
    assert not (tmp_path / "home").exists()


def test_a_port_that_is_taken_is_code_2_and_one_line(awayday: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = awayday("serve", "--port", str(port))

    assert outcome.code == 2
    assert outcome.err.startswith(f"error: host and port: got '127.0.0.1:{port}', expected an address to listen at")
    assert outcome.err.count("\n") == 1


def test_connections_are_refused_until_there_is_something_to_answer_with() -> None:
    with _bind("127.0.0.1", 0) as bound, pytest.raises(ConnectionRefusedError):
        socket.create_connection(bound.getsockname(), timeout=5)


def test_a_port_that_another_takes_while_the_model_is_loaded_is_code_2_and_one_line(
    awayday: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _bind("127.0.0.1", 0) as another:
        port = another.getsockname()[1]

        def load(*_: object, **__: object) -> Predictor:
            another.listen()
            raise StoreError("nothing to load")

        monkeypatch.setattr(loading, "load_predictor", load)
        outcome = awayday("serve", "--port", str(port))

    assert outcome.code == 2
    assert f"error: host and port: got '127.0.0.1:{port}', expected an address to listen at" in outcome.err
    assert "Awayday at" not in outcome.err
    assert "Traceback" not in outcome.err


def test_a_host_that_is_none_is_code_2(awayday: CommandLine) -> None:
    outcome = awayday("serve", "--host", "256.0.0.1", "--port", "0")

    assert outcome.code == 2
    assert "host and port: got '256.0.0.1:0'" in outcome.err


def test_the_help_names_every_variable_and_its_default(awayday: CommandLine) -> None:
    said = " ".join(awayday("serve", "--help").out.split())

    for variable in VARIABLES:
        assert variable.name in said
    assert "longest body of a request; 65,536 if not set" in said
