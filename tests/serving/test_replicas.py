"""Two replicas, processes of their own, on one PostgreSQL: both come up, and each sees what the other was told."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from football.database import Database
from football.served import ServedStore
from serving.spill import FOLDER
from tests.postgresql import Cluster
from tests.serving.synthetic import world

PROGRAM = """
import sys
from pathlib import Path
import uvicorn
from serving.app import create_app
from serving.bundle import Bundle
from serving.loading import predictor_of
from serving.options import ServiceOptions
from serving.store import Store
descriptor, url, home, model = sys.argv[1:]
bundle = Bundle.load(Path(model))
app = create_app(
    lambda: predictor_of(bundle, "embedded"), store=Store(url, Path(home)), options=ServiceOptions(token="sesame")
)
uvicorn.run(app, fd=int(descriptor), log_level="warning")
"""
FIXTURE = {"home": "esp-club-a", "away": "kaz-club-b", "kickoff": "2099-05-05T18:00:00Z"}
ABSENCES = "/v1/clubs/esp-club-a/absences"
HEADERS = {"Authorization": "Bearer sesame"}


@dataclass
class Replica:
    http: httpx.Client
    process: "subprocess.Popen[bytes]"

    def predict(self) -> str:
        """Predict; returns the request's id."""
        answer = self.http.post("/v1/predictions", json=FIXTURE)
        assert answer.status_code == 200, answer.text
        return answer.headers["X-Request-ID"]

    def players_out(self) -> float | None:
        answer = self.http.post("/v1/predictions", json=FIXTURE)
        found: float | None = answer.json()["features"]["home"]["injuries"]["players_out"]
        return found

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) in (0, -signal.SIGTERM)


@contextmanager
def replica(url: str, home: Path, model: Path) -> Iterator[Replica]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor, port = listening.fileno(), listening.getsockname()[1]
        command = [sys.executable, "-c", PROGRAM, str(descriptor), url, str(home), str(model)]
        process = subprocess.Popen(command, pass_fds=[descriptor], env={**os.environ, "AWAYDAY_HOME": str(home)})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            yield Replica(http, process)
    finally:
        process.kill()
        process.wait()


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; the test's own time limit is the only one that matters."""
    for attempt in Retrying(stop=stop_after_delay(90), wait=wait_fixed(0.1), retry=retry_if_exception_type()):
        with attempt:
            assert holds()


def up(one: Replica) -> bool:
    return one.http.get("/health/ready").status_code == 200


@pytest.fixture
def url(postgresql: Cluster) -> str:
    return postgresql.new_database()


@pytest.fixture
def replicas(url: str, tmp_path: Path) -> Iterator[tuple[Replica, Replica]]:
    """Started at the same moment, on an empty database."""
    world().bundle.save(tmp_path / "model")
    with ExitStack() as stack:
        one, two = (stack.enter_context(replica(url, tmp_path / name, tmp_path / "model")) for name in ("one", "two"))
        for each in (one, two):
            until(lambda each=each: up(each))  # type: ignore[misc]
        yield one, two


def test_replicas_share_absences_and_the_log_and_lose_nothing_when_told_to_stop(
    replicas: tuple[Replica, Replica], url: str, tmp_path: Path
) -> None:
    one, two = replicas
    assert (one.players_out(), two.players_out()) == (None, None)

    told = one.http.put(f"{ABSENCES}/Ann", json={"status": "out", "said_by": "joe"}, headers=HEADERS)

    assert told.status_code == 200, told.text
    assert one.players_out() == 1.0, "at once where it was told"
    until(lambda: two.players_out() == 1.0)
    assert two.http.get(ABSENCES).json()["absences"] == told.json()["absences"]

    cleared = two.http.delete(f"{ABSENCES}/Ann", params={"said_by": "sue"}, headers=HEADERS)
    assert cleared.status_code == 200, cleared.text
    assert two.players_out() == 0.0
    until(lambda: one.players_out() == 0.0)

    served = {one.predict(), two.predict()}
    one.stop()
    two.stop()
    with Database(url) as database:
        logged = {prediction.request_id for _, prediction in ServedStore(database).all()}
    assert served <= logged
    assert not any(list((tmp_path / name / FOLDER).glob("*")) for name in ("one", "two")), "nothing waits any more"


def test_a_replica_that_is_killed_loses_nothing_it_answered_and_the_other_goes_on(
    replicas: tuple[Replica, Replica], url: str, tmp_path: Path
) -> None:
    one, two = replicas
    answered = [one.predict() for _ in range(20)]
    one.process.send_signal(signal.SIGKILL)
    one.process.wait(60)
    answered.append(two.predict())

    def logged() -> set[str]:
        with Database(url) as database:
            return {prediction.request_id for _, prediction in ServedStore(database).all()}

    with replica(url, tmp_path / "one", tmp_path / "model"):  # a new start where it was
        until(lambda: set(answered) <= logged())
