"""A Dask scheduler and workers as processes of their own, started as a user would start them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

PROJECT = Path(__file__).parents[2]

ELSEWHERE = """
import sys
sys.path[:] = [path for path in sys.path if path != ""]
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
from dask.__main__ import main
sys.argv = ["dask", *sys.argv[1:]]
main()
"""
"""`dask` where this project is not installed."""


@dataclass
class DaskCluster:
    """A running scheduler; workers are of one thread and have no nanny, so that a killed one stays dead."""

    folder: Path
    address: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self, *, installed: bool = True) -> subprocess.Popen[bytes]:
        """One more worker; with `installed` False one that does not know this project."""
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder)]
        command = [sys.executable, "-m", "dask"] if installed else [sys.executable, "-I", "-c", ELSEWHERE]
        worker = _start([*command, "worker", self.address, *options])
        self.processes.append(worker)
        return worker


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[DaskCluster]:
    """A scheduler on a free port of loopback with so many workers, which join soon."""
    told = folder / "scheduler.json"
    options = [
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--dashboard-address",
        "127.0.0.1:0",
        "--scheduler-file",
        str(told),
    ]
    scheduler = _start([sys.executable, "-m", "dask", "scheduler", *options])
    cluster = DaskCluster(folder, "", [scheduler])
    try:
        cluster.address = _address(told)
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        for process in cluster.processes:
            process.kill()
        for process in cluster.processes:
            process.wait()


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _address(told: Path) -> str:
    for attempt in Retrying(
        stop=stop_after_delay(120), wait=wait_fixed(0.1), retry=retry_if_exception_type((OSError, ValueError))
    ):
        with attempt:
            return str(json.loads(told.read_text(encoding="utf-8"))["address"])
    raise AssertionError("tenacity raises")
