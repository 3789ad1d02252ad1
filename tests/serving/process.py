"""The service as a process of its own over a home folder, on a free port."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

PROGRAM = """
import functools, sys
from pathlib import Path
import uvicorn
from serving.app import create_app
from serving.loading import load_predictor, renewal_of
from serving.options import ServiceOptions
home, seconds = Path(sys.argv[2]), int(sys.argv[3])
options = ServiceOptions(reload_seconds=0.05, old_data_days=36_500, body_seconds=60)
app = create_app(functools.partial(load_predictor, home), renewal=renewal_of(home), options=options)
uvicorn.run(app, fd=int(sys.argv[1]), log_level="error", timeout_graceful_shutdown=seconds)
"""


@dataclass(frozen=True)
class Service:
    """A running service."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def version(self) -> str:
        return str(httpx.get(f"{self.address}/v1/model", timeout=60).raise_for_status().json()["version"])

    def ready(self) -> httpx.Response:
        return httpx.get(f"{self.address}/health/ready", timeout=60)


@contextmanager
def serving(home: Path, *, shutdown_seconds: int = 30) -> Iterator[Service]:
    """A service over `home`, ready to answer."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        descriptor = listening.fileno()
        command = [sys.executable, "-c", PROGRAM, str(descriptor), str(home), str(shutdown_seconds)]
        process = subprocess.Popen(command, pass_fds=[descriptor], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    service = Service(process, port)
    try:
        for attempt in Retrying(
            stop=stop_after_delay(90), wait=wait_fixed(0.1), retry=retry_if_exception_type(httpx.TransportError)
        ):
            with attempt:
                service.ready()
        yield service
    finally:
        process.kill()
        process.wait()
