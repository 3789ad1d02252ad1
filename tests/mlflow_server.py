"""An MLflow server as a process of its own: runs in PostgreSQL, artifacts in a folder that only the server knows."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed


@dataclass(frozen=True)
class MlflowServer:
    """A running server: its address, and the folder it keeps artifacts in."""

    address: str
    artifacts: Path


@contextmanager
def mlflow_server(database_url: str, artifacts: Path) -> Iterator[MlflowServer]:
    """A server on a free port of loopback, over a database that may be empty."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    where = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    store = ["--backend-store-uri", database_url, "--artifacts-destination", str(artifacts)]
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", *where, *store],
        env={**os.environ, **quiet},
        cwd=artifacts,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # it starts others, which end with it
    ) as process:
        try:
            for attempt in Retrying(
                stop=stop_after_delay(180), wait=wait_fixed(0.2), retry=retry_if_exception_type(httpx.TransportError)
            ):
                with attempt:
                    assert process.poll() is None, "the server ended"
                    httpx.get(f"{address}/health", timeout=60).raise_for_status()
            yield MlflowServer(address, artifacts)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
