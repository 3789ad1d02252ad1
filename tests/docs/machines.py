"""The other machines that the documentation speaks of, on this one: a Dask cluster and an MLflow server.

A server is started as the documentation has it, at an address of this machine, and ends with its document.
"""

import os
import shlex
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.docs.blocks import ROOT
from tests.training.dask_processes import dask_cluster

SCHEDULER: Final = "tcp://10.0.0.5:8786"
MLFLOW: Final = "http://10.0.0.4:5000"
SERVERS: Final = (["mlflow", "server"], ["dask", "scheduler"], ["dask", "worker"])
"""How command lines begin that go on until they are told to end."""

_HEALTH: Final = {"mlflow": f"{MLFLOW}/health", "scheduler": "http://10.0.0.5:8787/health"}


def is_server(words: list[str]) -> bool:
    """Whether a command line starts one of `SERVERS`."""
    return words[:2] in SERVERS


@dataclass
class Machines:
    """Where each stands on this machine, and what was started.

    Args:
        folder: working folder of servers.
        exchanged: what stands for what in command lines.
        environ: further variables of servers.
    """

    folder: Path
    exchanged: dict[str, str]
    environ: dict[str, str]
    running: ExitStack = field(default_factory=ExitStack)
    _scheduler: bool = False

    def told(self, line: str) -> str:
        """A command line as it is meant here; a Dask cluster that it asks for and nobody began is begun."""
        begins = line.startswith("dask ")
        if SCHEDULER in line and not begins and not self._scheduler:
            self._scheduler = True
            cluster = self.running.enter_context(dask_cluster(self.folder, 2))
            self.exchanged[SCHEDULER] = cluster.address
        self._scheduler |= begins
        for said, meant in self.exchanged.items():
            line = line.replace(said, meant)
        return line

    def start(self, line: str) -> None:
        """Start a server, and wait until it answers."""
        words = shlex.split(line)
        program = Path(sys.executable).with_name(words[0])
        quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        process = subprocess.Popen(
            [str(program), *words[1:]],
            cwd=self.folder,
            env={**os.environ, **self.environ, **quiet, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # it starts others, which end with it
        )
        self.running.callback(_end, process)
        health = _HEALTH.get(words[0]) or _HEALTH.get(words[1])
        for attempt in Retrying(
            stop=stop_after_delay(120), wait=wait_fixed(0.2), retry=retry_if_exception_type(httpx.HTTPError)
        ):
            with attempt:
                assert process.poll() is None, f"it ended: {line}"
                if health is not None:
                    httpx.get(self.told(health), timeout=60).raise_for_status()


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
