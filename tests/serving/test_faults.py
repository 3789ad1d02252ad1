"""Models that break and processes that are killed: what is served stays good, and the health says what is not."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from serving import champion
from serving.bundle import Bundle
from serving.pointers import point
from tests.serving.process import serving
from tests.serving.synthetic import world

FIXTURE = {"home": "esp-club-a", "away": "kaz-club-b", "kickoff": "2099-05-05T18:00:00Z"}


def versioned(version: str) -> Bundle:
    return replace(world().bundle, manifest=world().bundle.manifest.model_copy(update={"version": version}))


def publish_damaged(home: Path, version: str) -> None:
    """What a disk may make of a good model: its hashes do not fit."""
    folder = home / champion.FOLDER / version
    versioned(version).save(folder)
    (folder / "states.npz").write_bytes(b"broken")
    point(home / champion.FOLDER / champion.POINTER, version)


def until(holds: Callable[[], bool]) -> None:
    Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.05), retry=retry_if_result(lambda held: not held))(holds)


def test_models_come_and_break_while_every_request_is_answered(tmp_path: Path) -> None:
    champion.publish(tmp_path, versioned("v1"))
    with serving(tmp_path) as service:
        stop = threading.Event()
        answers: list[tuple[int, str]] = []

        def keep_asking() -> None:
            with httpx.Client(base_url=service.address, timeout=60) as client:
                while not stop.is_set():
                    response = client.post("/v1/predictions", json=FIXTURE)
                    answers.append((response.status_code, response.json()["model"]["version"]))

        asking = threading.Thread(target=keep_asking)
        asking.start()
        try:
            until(lambda: len(answers) > 0)
            champion.publish(tmp_path, versioned("v2"))
            until(lambda: answers[-1][1] == "v2")
            publish_damaged(tmp_path, "v3")
            until(lambda: service.ready().json()["status"] == "degraded")
            count = len(answers)
            until(lambda: len(answers) > count + 1)
        finally:
            stop.set()
            asking.join()
        health = service.ready()
        assert health.status_code == 200
        (reason,) = health.json()["reasons"]
        assert reason.startswith("a newer model was refused, v2 answers on: ")
        assert "v3/states.npz: damaged" in reason
        versions = [version for _, version in answers]
        assert {status for status, _ in answers} == {200}
        assert versions == ["v1"] * versions.count("v1") + ["v2"] * versions.count("v2")

    with serving(tmp_path) as service:
        details = httpx.get(f"{service.address}/v1/model", timeout=60).json()
        assert details["source"] == "embedded"
        health = service.ready()
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert "the champion cannot be loaded, the next best model answers: " in health.json()["reasons"][0]
        champion.publish(tmp_path, versioned("v4"))
        until(lambda: service.version() == "v4")
        assert service.ready().json() == {"status": "ok", "reasons": []}


def begin_request(port: int, body: bytes) -> socket.socket:
    """A connection whose request is under way: its head is sent, its body is not."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    head = f"POST /v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    connection.sendall(f"{head}\r\nExpect: 100-continue\r\n\r\n".encode())
    # The server asks for the body once somebody reads it: now the request is in progress.
    assert connection.recv(1_000).startswith(b"HTTP/1.1 100")
    return connection


def test_told_to_end_it_finishes_what_is_in_progress(tmp_path: Path) -> None:
    champion.publish(tmp_path, versioned("v1"))
    body = httpx.Request("POST", "http://x", json=FIXTURE).content
    with (
        serving(tmp_path) as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=60) as idle,
        begin_request(service.port, body) as connection,
    ):
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(4_000).startswith(b"HTTP/1.1 200")
        service.process.send_signal(signal.SIGTERM)
        while idle.recv(4_000):  # closed once the signal is heeded
            pass
        connection.sendall(body)
        with connection.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
        assert service.process.wait(60) in (0, -signal.SIGTERM)


def test_what_does_not_finish_does_not_keep_it_alive(tmp_path: Path) -> None:
    with serving(tmp_path, shutdown_seconds=1) as service, begin_request(service.port, b"{}"):
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(60) in (0, -signal.SIGTERM)


KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from serving import champion
from serving.bundle import Bundle
from serving.loading import load_predictor

home, model = Path(sys.argv[1]), Bundle.load(Path(sys.argv[2]))

def versioned(version):
    return replace(model, manifest=model.manifest.model_copy(update={"version": version}))

def killed_at(step, version):
    "Publish in a process that is killed at its n-th change of the disk; whether it was."
    pid = os.fork()
    if pid == 0:
        count = 0
        def counted(change):
            def changed(*given, **more):
                nonlocal count
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return change(*given, **more)
            return changed
        for name in ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir"):
            setattr(os, name, counted(getattr(os, name)))
        champion.publish(home, versioned(version))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])

champion.publish(home, versioned("old"))
step = 0
while True:
    step += 1
    killed = killed_at(step, "new")
    found = Bundle.load(champion.local_champion(home)).manifest.version
    assert found == ("old" if killed else "new") or (killed and found == "new"), (step, found)
    print(step, killed, found)
    if not killed:
        break
    if found == "new":
        champion.publish(home, versioned("old"))
while killed_at(step, "new"):  # the same version again
    assert Bundle.load(champion.local_champion(home)).manifest.version == "new"
    step += 1
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_a_promotion_killed_at_any_moment_leaves_the_old_champion_or_the_new_one(tmp_path: Path) -> None:
    world().bundle.save(tmp_path / "model")
    command = [sys.executable, "-c", KILLED, str(tmp_path / "home"), str(tmp_path / "model")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    steps = [line.split() for line in done.stdout.splitlines()]
    assert steps[0][1:] == ["True", "old"]
    assert steps[-1][1:] == ["False", "new"]
    assert len(steps) > 8, "every file, the folder and the pointer are steps"


def test_the_same_version_again_is_never_gone_in_between(tmp_path: Path) -> None:
    folder = champion.publish(tmp_path, versioned("v1"))
    before = folder.stat().st_ino
    mark = champion.mark(tmp_path)
    assert champion.publish(tmp_path, versioned("v1")) == folder
    assert folder.stat().st_ino == before
    assert champion.mark(tmp_path) != mark, "a running service loads it again all the same"
    (folder / "states.npz").write_bytes(b"broken")
    champion.publish(tmp_path, versioned("v1"))
    assert Bundle.load(folder).manifest.version == "v1", "a damaged one is replaced"
