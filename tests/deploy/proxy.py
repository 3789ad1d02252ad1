"""nginx with the configuration of `deploy/`, on loopback."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenacity import Retrying, stop_after_delay, wait_fixed

from tests.docs.blocks import ROOT

REQUIRED: Final = "AWAYDAY_TEST_NGINX"
"""Set to `required` where a missing nginx is to fail the tests, not to skip them."""

TEMPLATE: Final = ROOT / "deploy" / "nginx.conf.template"

_MAIN: Final = """
daemon off;
{user}
worker_processes 2;
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/client;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/awayday.conf;
}}
"""


def program() -> str | None:
    """nginx; Debian keeps it off a user's path."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


def render(text: str, values: Mapping[str, str]) -> str:
    """The template as nginx's image renders it: names of the environment alone; `KeyError` for one without a value."""
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], text)


def configured(folder: Path, values: Mapping[str, str]) -> list[str]:
    """Write a configuration into `folder`; returns the command that starts nginx with it."""
    found = program()
    assert found is not None
    folder.mkdir(parents=True)
    (folder / "awayday.conf").write_text(render(TEMPLATE.read_text(encoding="utf-8"), values), encoding="utf-8")
    # Without a word on it workers of root's would be nobody, who may not enter the tests' folders.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user), encoding="utf-8")
    return [found, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


@dataclass(frozen=True)
class Proxy:
    """A running proxy."""

    address: str
    error_log: Path


@contextmanager
def proxy(folder: Path, replicas: tuple[str, str], limits: Mapping[str, str]) -> Iterator[Proxy]:
    """A proxy in front of two replicas (`host:port`); `limits` are the other values of the template."""
    port = free_port()
    values = {"PROXY_LISTEN": f"127.0.0.1:{port}", "PROXY_REPLICA_1": replicas[0], "PROXY_REPLICA_2": replicas[1]}
    process = subprocess.Popen(configured(folder, {**values, **limits}))
    try:
        for attempt in Retrying(stop=stop_after_delay(30), wait=wait_fixed(0.05)):
            with attempt:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
        yield Proxy(f"http://127.0.0.1:{port}", folder / "error.log")
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
