"""The service as a process of its own, over a real socket."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.serving.synthetic import world

PROGRAM = """
import sys
from pathlib import Path
import uvicorn
from serving.app import create_app
from serving.bundle import Bundle
from serving.loading import predictor_of
bundle = Bundle.load(Path(sys.argv[2]))
uvicorn.run(create_app(lambda: predictor_of(bundle, "embedded")), fd=int(sys.argv[1]), log_level="warning")
"""


def test_a_process_answers_over_http_and_stops_when_told(tmp_path: Path) -> None:
    world().bundle.save(tmp_path / "model")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor = listening.fileno()
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(descriptor), str(tmp_path / "model")], pass_fds=[descriptor]
        )
    try:
        base = f"http://127.0.0.1:{port}"
        for attempt in Retrying(
            stop=stop_after_delay(60), wait=wait_fixed(0.1), retry=retry_if_exception_type(httpx.TransportError)
        ):
            with attempt:
                assert httpx.get(f"{base}/health/live", timeout=60).json()["status"] == "ok"
        fixture = {"home": "esp-club-a", "away": "kaz-club-b", "kickoff": "2099-05-05T18:00:00Z"}
        with httpx.Client(base_url=base, timeout=60) as client:
            answer = client.post("/v1/predictions", json=fixture)
            assert answer.status_code == 200, answer.text
            assert sum(answer.json()["probabilities"].values()) == pytest.approx(1.0, abs=1e-9)
            # As monitors ask, on the same connection.
            for path in ("/health/ready", "/v1/clubs", "/nowhere"):
                head, full = client.head(path), client.get(path)
                assert (head.status_code, head.content) == (full.status_code, b"")
                assert head.headers["Content-Type"] == full.headers["Content-Type"]
                assert int(head.headers["Content-Length"]) > 0
            assert client.head("/v1/predictions").status_code == 405
            past = client.post("/v1/predictions", json=fixture | {"kickoff": "2020-05-05T18:00:00Z"})
            assert past.status_code == 409
            assert past.headers["content-type"] == "application/problem+json"
            assert json.loads(past.text)["field"] == "kickoff"
    finally:
        process.terminate()
        process.wait(30)
    assert process.returncode in (0, -15)
