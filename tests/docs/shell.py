"""Runs the command lines of the documentation: `awayday` in this process, services and small tools as programs."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import typer
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from awayday.cli import app
from tests.awayday.command import CommandLine, Outcome
from tests.deploy.compose import compose
from tests.docs.blocks import ROOT
from tests.docs.machines import Machines, is_server

ADDRESS: Final = "127.0.0.1:8000"
SHARED: Final = "../shared/data"
BY_SHELL: Final = ("curl", "cat", "head", "printf", "createuser", "createdb")
TARGETS: Final = frozenset(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@dataclass(frozen=True)
class Stage:
    """Where command lines run.

    Args:
        folder: the working folder.
        address: stands for 127.0.0.1:8000; None where no service runs.
        machines: stand for others; their variables are those of programs.
    """

    folder: Path
    address: str | None
    machines: Machines


def run(line: str, awayday: CommandLine, stage: Stage) -> Outcome:
    """Run a command line."""
    line = stage.machines.told(line)
    words = shlex.split(line, comments=True)
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        awayday.monkeypatch.setenv(name, value)
        return Outcome(0, "", "")
    if words[0] == "make":
        return _make(words[1], stage)
    if is_server(words):
        stage.machines.start(line)
        return Outcome(0, "", "")
    if words[:2] == ["awayday", "serve"]:
        return _serve(words[2:], stage)
    if words == ["awayday", "--install-completion"]:
        # It asks which shell called it, and writes into that one's files.
        line = f"{shlex.quote(sys.executable)} -m awayday --install-completion; exit $?"
        return _by_shell(line, stage, {"HOME": str(stage.folder), "PYTHONPATH": str(ROOT)})
    if words[0] == "awayday" and ">" not in words:
        awayday.monkeypatch.chdir(stage.folder)
        return awayday(*words[1:])
    line = line.removeprefix("sudo -u postgres ")
    assert shlex.split(line)[0] in BY_SHELL, f"{line}: mark its block `look`, or let it run here"
    assert stage.address is not None or words[0] != "curl"
    return _by_shell(line.replace(ADDRESS, stage.address or ADDRESS), stage, {})


def _make(target: str, stage: Stage) -> Outcome:
    """What `make` does; of the tests, which these are, what it would do."""
    if target == "serve" and _installed():
        return _serve([], stage, ["make", "serve"], ROOT)
    dry = ["--dry-run"] if target in ("serve", "test") else []
    done = subprocess.run(["make", *dry, target], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert dry == [] or {"serve": "awayday serve", "test": "-m pytest"}[target] in done.stdout, done.stdout
    return Outcome(done.returncode, done.stdout, done.stderr)


def _installed() -> bool:
    """Whether `make` has nothing to install."""
    return subprocess.run(["make", "--question", ".venv/.installed"], cwd=ROOT, check=False).returncode == 0


def _by_shell(line: str, stage: Stage, environ: Mapping[str, str]) -> Outcome:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=stage.folder,
        env={**os.environ, **stage.machines.environ, **environ},
        # Whoever asks for a password is told one; without a terminal it is read from here.
        input="secret\nsecret\n",
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def _serve(
    options: list[str],
    stage: Stage,
    program: Sequence[str] = (sys.executable, "-m", "awayday", "serve"),
    folder: Path | None = None,
) -> Outcome:
    """Start a service, on a free port whatever it asks for, until it answers; then tell it to end."""
    port = free_port()
    if "--port" in options:
        options[options.index("--port") + 1] = str(port)
    environ = {**os.environ, **stage.machines.environ, "AWAYDAY_PORT": str(port), "PYTHONPATH": str(ROOT)}
    command, cwd = [*program, *options], folder or stage.folder
    with subprocess.Popen(command, cwd=cwd, env=environ, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/v1/model")
        finally:
            process.terminate()
        _, told = process.communicate(timeout=60)
    ended_well = process.returncode == -signal.SIGTERM and "Application shutdown complete" in told
    return Outcome(0 if ended_well else process.returncode, "", told)


def wait_for(url: str) -> None:
    """Wait until an address answers well."""
    ask = Retrying(stop=stop_after_delay(90), wait=wait_fixed(0.2), retry=retry_if_exception_type(httpx.HTTPError))
    ask(lambda: httpx.get(url, timeout=60).raise_for_status())


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def look(line: str) -> None:
    """Fail where a command line names a command, an option or a target that does not exist."""
    words = shlex.split(line, comments=True)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        del words[0]
    while words and words[0] in ("sudo", "-u", "awayday-user", "env", "exec"):
        del words[0]
    if not words:
        return
    name = words[0].rpartition("/")[2]
    if name == "make":
        assert {word for word in words[1:] if "=" not in word} <= TARGETS, line
    elif name == "awayday":
        parse(words[1:])
    elif words[:2] == ["docker", "compose"]:
        _look_compose(words[2:])
    elif words[:2] == ["python", "-m"] or words[:2] == [".venv/bin/python", "-m"]:
        assert (ROOT / f"{words[2].replace('.', '/')}.py").is_file() or words[2] in ("venv", "pip"), line


COMPOSE: Final = {
    "up": {"--build", "--detach", "--wait", "--no-deps"},
    "run": {"--rm"},
    "exec": set[str](),
    "logs": {"--follow"},
}
"""Commands of Compose, and the options of each that do not take a value."""


def _look_compose(words: list[str]) -> None:
    """Every service is one of deploy/compose.yaml, and what is done in its container is a command that exists."""
    command, *rest = words
    options = {word for word in rest if word in COMPOSE[command]}
    named = [word for word in rest if word not in options]
    services = compose()["services"]
    if command in ("up", "logs"):
        assert set(named) <= set(services), words
        return
    service, *inside = named
    assert service in services, words
    if inside[0] == "python":
        assert inside[1] == "-c"
        compile(inside[2], " ".join(words[:3]), "exec")
    elif inside[0] == "awayday":
        parse(inside[1:])
    else:
        assert inside[0] == "pg_dump"
        assert services[service]["image"].startswith("postgres:")


def parse(words: list[str]) -> None:
    """Let the command line's own parser read words, without running anything."""
    command = typer.main.get_command(app)
    arguments = [word for word in words if word != "&"]
    for sign in (">", ">>", "|", "2>", "<"):
        if sign in arguments:
            arguments = arguments[: arguments.index(sign)]
    # The folder of real files need not be there to read the words.
    arguments = [str(ROOT) if word == SHARED else word for word in arguments]
    context = None
    while arguments and hasattr(command, "commands") and arguments[0] in command.commands:
        command = command.commands[arguments[0]]
        context = None
        name, *arguments = arguments
        if not hasattr(command, "commands"):
            context = command.make_context(name, arguments, resilient_parsing=False)
    assert context is not None or arguments in (["--help"], ["--version"], ["--install-completion"]), words
