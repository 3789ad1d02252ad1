"""Runs the command lines of the documentation: `awayday` in this process, `curl` and small tools by the shell."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Final

import typer

from awayday.cli import app
from tests.awayday.command import CommandLine, Outcome
from tests.docs.blocks import ROOT

ADDRESS: Final = "127.0.0.1:8000"
BY_SHELL: Final = ("curl", "cat", "head", "printf")
TARGETS: Final = frozenset(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def run(line: str, awayday: CommandLine, folder: Path, address: str | None) -> Outcome:
    """Run a command line in `folder`; `address` stands for 127.0.0.1:8000."""
    words = shlex.split(line, comments=True)
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        awayday.monkeypatch.setenv(name, value)
        return Outcome(0, "", "")
    if words[0] == "awayday" and ">" not in words:
        awayday.monkeypatch.chdir(folder)
        return awayday(*words[1:])
    assert words[0] in BY_SHELL, f"{line}: mark its block `look`, or let it run here"
    assert address is not None or words[0] != "curl"
    told = line.replace(ADDRESS, address or ADDRESS)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", told],
        cwd=folder,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


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
    elif words[:2] == ["python", "-m"] or words[:2] == [".venv/bin/python", "-m"]:
        assert (ROOT / f"{words[2].replace('.', '/')}.py").is_file() or words[2] in ("venv", "pip"), line


def parse(words: list[str]) -> None:
    """Let the command line's own parser read words, without running anything."""
    command = typer.main.get_command(app)
    arguments = [word for word in words if word != "&"]
    for sign in (">", ">>", "|", "2>", "<"):
        if sign in arguments:
            arguments = arguments[: arguments.index(sign)]
    context = None
    while arguments and hasattr(command, "commands") and arguments[0] in command.commands:
        command = command.commands[arguments[0]]
        context = None
        name, *arguments = arguments
        if not hasattr(command, "commands"):
            context = command.make_context(name, arguments, resilient_parsing=False)
    assert context is not None or arguments in (["--help"], ["--version"], ["--install-completion"]), words
