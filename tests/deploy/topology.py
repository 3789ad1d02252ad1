"""What `deploy/compose.yaml` starts, as processes on loopback: PostgreSQL, MLflow, two replicas, and the proxy."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import pandas as pd
import psycopg
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from serving.champion import load_embedded
from tests.deploy.compose import FOLDER, compose, environment, limits
from tests.deploy.containerfile import said
from tests.deploy.proxy import Proxy, free_port, proxy
from tests.docs.blocks import ROOT
from tests.postgresql import Cluster
from training.promote import PromoteConfig
from training.promote import run as promote
from training.tracking import RunRecord, Tracker
from training.workspace import Workspace

TOKEN: Final = "a-token-of-the-tests"
PASSWORDS: Final = {"MLFLOW_DATABASE_PASSWORD": 'it\'s "quoted"'}
RELOAD_S: Final = 1


@dataclass
class Replica:
    """A service on a port of its own, which it has again after every start."""

    settings: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        settings = {**self.settings, "AWAYDAY_PORT": str(self.port)}
        self.process = _started([sys.executable, "-m", "awayday", "serve"], settings, self.log)

    def kill(self) -> None:
        """As the kernel does it when memory is short."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(60) in (0, -signal.SIGTERM, 128 + signal.SIGTERM), self.log.read_text()

    def end(self) -> None:
        """It is gone, however it was."""
        if self.process is not None:
            _ended(self.process)

    def version(self) -> str:
        """Of the model that answers."""
        answer = httpx.get(f"http://{self.address}/v1/model", timeout=60).raise_for_status()
        return str(answer.json()["version"])

    def healthy(self) -> bool:
        """What the image's health check says."""
        check = said("service", "HEALTHCHECK")
        assert check is not None
        command = json.loads(check.partition("CMD ")[2].replace(":8000/", f":{self.port}/"))
        return subprocess.run([sys.executable, *command[1:]], capture_output=True, check=False).returncode == 0


@dataclass
class Topology:
    """Everything that runs, with the folders that the containers' volumes would be."""

    home: Path
    database_url: str
    cluster: Cluster
    tracking_uri: str
    replicas: tuple[Replica, Replica]
    proxy: Proxy

    def promote(self, version: str) -> None:
        """Register a model under a name of its own, and make it the champion."""
        register(self.tracking_uri, self.home.parent / version, version)
        promote(PromoteConfig(Workspace(self.home, tracking_uri=self.tracking_uri), None, "it is the same model"))


@contextmanager
def topology(folder: Path, cluster: Cluster) -> Iterator[Topology]:
    """All of it, ready to answer, with the model `one` as champion."""
    home = folder / "home"
    with ExitStack() as stack:
        url = _databases(cluster)
        tracking_uri = stack.enter_context(_mlflow(folder, cluster))
        until(lambda: httpx.get(f"{tracking_uri}/health").status_code == 200)
        Topology(home, url, cluster, tracking_uri, (), Proxy("", folder)).promote("one")  # type: ignore[arg-type]
        settings = {
            "AWAYDAY_HOME": str(home),
            "AWAYDAY_DATABASE_URL": url,
            "MLFLOW_TRACKING_URI": tracking_uri,
            "AWAYDAY_TOKEN": TOKEN,
            "AWAYDAY_RELOAD_SECONDS": str(RELOAD_S),
            "AWAYDAY_LOG_LEVEL": "warning",
        }
        one, two = (Replica(settings, folder / f"{name}.log") for name in ("one", "two"))
        for each in (one, two):
            stack.callback(each.end)
            each.start()
        for each in (one, two):
            until(each.healthy)
        found = stack.enter_context(proxy(folder / "proxy", (one.address, two.address), limits()))
        yield Topology(home, url, cluster, tracking_uri, (one, two), found)


def register(tracking_uri: str, folder: Path, version: str) -> None:
    """The embedded model under another name, as a training would register it."""
    bundle = load_embedded()
    named = replace(bundle, manifest=bundle.manifest.model_copy(update={"version": version}))
    (folder / "files").mkdir(parents=True)
    named.save(folder / "files" / "bundle")
    (folder / "model").mkdir()
    named.model.save(folder / "model")
    names = list(named.model.feature_names)
    example = pd.DataFrame(np.ones((1, len(names))), columns=names)
    record = RunRecord(version, {}, {}, {"version": version}, folder / "files", "card", folder / "model", example)
    Tracker.open(folder, tracking_uri).record(record)


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; what fails meanwhile does not hold."""
    for attempt in Retrying(stop=stop_after_delay(180), wait=wait_fixed(0.1), retry=retry_if_exception_type()):
        with attempt:
            assert holds()


def _databases(cluster: Cluster) -> str:
    """Two databases, that of MLflow by the script of the image's start; returns the URL of ours."""
    with psycopg.connect(host=str(cluster.folder), user="awayday", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE awayday")
    given = {
        "PATH": f"{cluster.tools}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": str(cluster.folder),
        "POSTGRES_USER": "awayday",
        "POSTGRES_DB": "awayday",
        "MLFLOW_DATABASE_PASSWORD": 'it\'s "quoted"',
    }
    subprocess.run([FOLDER / "make-mlflow-database.sh"], env=given, check=True)
    return f"postgresql://awayday@/awayday?host={cluster.folder}"


@contextmanager
def _mlflow(folder: Path, cluster: Cluster) -> Iterator[str]:
    """The server that the Compose file starts, where it is to be here."""
    port = free_port()
    here = {
        "0.0.0.0": "127.0.0.1",
        "5000": str(port),
        "@database/mlflow": f"@/mlflow?host={cluster.folder}",
        "/var/lib/mlflow": str(folder / "artifacts"),
    }
    words: list[str] = compose()["services"]["mlflow"]["command"]
    for told, meant in here.items():
        assert any(told in word for word in words), told
        words = [word.replace(told, meant) for word in words]
    told_so = {name: value for name, value in environment("mlflow", PASSWORDS).items() if name.startswith("MLFLOW_")}
    process = _started([sys.executable, "-m", *words], told_so, folder / "mlflow.log")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        _ended(process)


def _started(command: list[str], variables: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """A process in a session of its own, without settings of whoever runs the tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWAYDAY_", "MLFLOW_"))}
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env={**inherited, "PYTHONPATH": str(ROOT), **variables},
            cwd=log.parent,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """The process and those that it started are gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
