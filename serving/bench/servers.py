"""The servers that are measured, each a process of its own that says where it listens."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from football.errors import AwaydayError

START_S: Final = 120.0
BIN: Final = Path(sys.executable).parent
"""Some servers start further programs of the environment that this interpreter belongs to."""
_AT: Final = re.compile(r"http://[^ :]+:([0-9]+)")


class BenchError(AwaydayError):
    """A server that does not start, or does not answer."""


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, its process, and the seconds it took to its first answer."""

    name: str
    port: int
    pid: int
    first_answer_s: float

    def resident_mb(self) -> float | None:
        """Memory of the process and the workers it started, in megabytes; None where the system does not say (not
        Linux)."""
        return self._memory_mb("Rss")

    def own_mb(self) -> float | None:
        """The same without what is mapped from files, libraries and data, which processes share."""
        return self._memory_mb("Anonymous")

    def _memory_mb(self, kind: str) -> float | None:
        try:
            pids = [self.pid, *_children(self.pid)]
            return sum(_kilobytes(pid, kind) for pid in pids) * 1024 / 1e6
        except (OSError, ValueError, StopIteration):
            return None


@contextmanager
def serve(
    name: str,
    command: Sequence[str],
    path: str,
    body: bytes,
    *,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Server]:
    """Start a server, wait for its first answer to a body, and stop it at the end.

    Args:
        name: for messages.
        command: what to run; it says `http://host:port` on its output unless the port is given.
        path: where to send the body.
        body: JSON.
        environment: variables besides those of this process.
        port: where it listens; None to read it from the output.

    Raises:
        BenchError: it does not answer within two minutes.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE if port is None else subprocess.DEVNULL,
        stderr=subprocess.STDOUT if port is None else subprocess.DEVNULL,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", **(environment or {})},
        start_new_session=True,
    )
    try:
        if port is None:
            assert process.stdout is not None
            said: list[str] = []
            while (found := _AT.search(said[-1] if said else "")) is None:
                line = process.stdout.readline().decode(errors="replace")
                if not line:
                    raise BenchError(f"{name} ended: {' '.join(said[-3:]) or 'without a word'}")
                said.append(line)
            port = int(found[1])
        while not _answers(port, path, body):
            if process.poll() is not None or time.perf_counter() - began > START_S:
                raise BenchError(f"{name} does not answer at port {port}")
            time.sleep(0.005)
        yield Server(name, port, process.pid, time.perf_counter() - began)
    finally:
        _stop(process)


def free_port() -> int:
    """A port that nothing listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def python(*arguments: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *arguments]


def post(port: int, path: str, body: bytes, timeout_s: float = 60.0) -> bytes:
    """The answer to one request; OSError unless it is a 200."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=timeout_s) as answer:
        content: bytes = answer.read()
    return content


def _answers(port: int, path: str, body: bytes) -> bool:
    try:
        post(port, path, body)
    except OSError:
        return False
    return True


def _kilobytes(pid: int, kind: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


def _children(pid: int) -> list[int]:
    direct = [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return [*direct, *(below for child in direct for below in _children(child))]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and those it started; they have a session of their own."""
    try:
        os.killpg(process.pid, 15)
        process.wait(10)
    except ProcessLookupError:
        process.wait()
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
