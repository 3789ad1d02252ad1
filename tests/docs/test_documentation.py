"""Every command and snippet of README.md, CONTRIBUTING.md and docs/ is run, or at least looked at.

`tests.docs.blocks` says which words behind a fence's language decide. A document is run from top to bottom.
"""

import configparser
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import typer
from sqlalchemy.engine import make_url

from awayday.cli import app
from features.history import History
from features.table import build_features
from football.clubs import load_registry
from football.competitions import load_competitions
from tests.awayday.command import CommandLine, command_line
from tests.docs.blocks import DOCUMENTS, LOOK, MATCHES, POSTGRESQL, ROOT, SEASONS, SHARED, SOURCES, Block, blocks
from tests.docs.machines import MLFLOW, SCHEDULER, Machines
from tests.docs.shell import Stage, free_port, look, run, wait_for
from tests.docs.standins import network, without_awayday, write_files
from tests.postgresql import REQUIRED, Cluster, binaries, running_cluster
from tests.training.league import World, simulate_matches

ALL = [block for document in DOCUMENTS for block in blocks(document)]
SHELL = ("sh", "console")
PLAIN = ("", "text", "json")
TOKEN = "a-token-of-the-tests"
INTERRUPTED = 130
FETCHING = ("sync", "update", "watch")


@pytest.fixture
def awayday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[CommandLine]:
    with command_line(tmp_path / "home", monkeypatch, capsys) as awayday:
        monkeypatch.setenv("AWAYDAY_TOKEN", TOKEN)
        monkeypatch.setenv("AWAYDAY_PORT", "0")
        yield awayday


@contextmanager
def _address(wanted: bool, monkeypatch: pytest.MonkeyPatch) -> Iterator[str | None]:
    """A running service's address, if one is asked for."""
    if not wanted:
        yield None
        return
    port = free_port()
    environ = {**os.environ, "AWAYDAY_PORT": str(port), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "awayday", "serve"], env=environ, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/v1/model")
        monkeypatch.setenv("AWAYDAY_URL", f"http://127.0.0.1:{port}")
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def _postgresql(wanted: bool) -> Iterator[Cluster | None]:
    """A PostgreSQL of its own, if one is asked for; skips where none is installed, unless it is required."""
    if not wanted:
        yield None
        return
    tools = binaries()
    if tools is None:
        if os.environ.get(REQUIRED) == "required":
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with running_cluster(tools) as cluster:
        without_awayday(cluster)
        yield cluster


@contextmanager
def _stage(folder: Path, address: str | None, cluster: Cluster | None) -> Iterator[Stage]:
    port, dashboard, mlflow = free_port(), free_port(), free_port()
    exchanged = {
        "--host 10.0.0.5 --port 8786": f"--host 127.0.0.1 --port {port} --dashboard-address 127.0.0.1:{dashboard}",
        "--nworkers auto --nthreads 1": "--nworkers auto --nthreads 1 --no-dashboard",
        SCHEDULER: f"tcp://127.0.0.1:{port}",
        "10.0.0.5:8787": f"127.0.0.1:{dashboard}",
        "--host 0.0.0.0 --port 5000": f"--host 127.0.0.1 --port {mlflow} --workers 1",
        MLFLOW: f"http://127.0.0.1:{mlflow}",
        "/var/lib/mlflow": str(folder),
    }
    environ = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    if cluster is not None:
        for name in ("awayday", "mlflow"):
            exchanged[f"@127.0.0.1/{name}"] = f"@/{name}?host={cluster.folder}"
        environ |= {"PGHOST": str(cluster.folder), "PGUSER": "postgres"}
        environ["PATH"] = f"{cluster.tools}{os.pathsep}{environ['PATH']}"
    machines = Machines(folder, exchanged, environ)
    with machines.running:
        yield Stage(folder, address, machines)


def _run_document(found: list[Block], awayday: CommandLine, stage: Stage, homes: Mapping[str, Path]) -> None:
    names: dict[str, object] = {"__name__": "documentation"}
    for block in found:
        kinds = [word for word in block.words if word in homes]
        if block.language == "python":
            awayday.monkeypatch.setenv("AWAYDAY_HOME", str(homes[kinds[0]] if kinds else awayday.home))
            exec(compile(block.text, block.where, "exec"), names)  # a snippet of ours
            continue
        for line in block.commands:
            # What fetches has a home of its own beside that in which there is enough to learn from.
            fetches = SOURCES in kinds and line.split()[1] in FETCHING
            kind = SOURCES if fetches else next((kind for kind in kinds if kind != SOURCES or len(kinds) == 1), None)
            awayday.monkeypatch.setenv("AWAYDAY_HOME", str(awayday.home if kind is None else homes[kind]))
            with network(awayday.monkeypatch) if SOURCES in block.words else nullcontext():
                outcome = run(line, awayday, stage)
            # What goes on until it is interrupted was.
            expected = INTERRUPTED if "--every" in line else 0
            assert outcome.code == expected, f"{block.where}: {line}\n{outcome.err}\n{outcome.out}"
            if "--json" in line:
                json.loads(outcome.out)


# A training is among the commands: some 40 seconds, and several times that on a machine with other work.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_and_snippet_runs(
    document: Path, awayday: CommandLine, tmp_path: Path, matches_home: Path, seasons_home: Path
) -> None:
    found = [
        block
        for block in blocks(document)
        if block.language in (*SHELL, "python")
        and not {LOOK, SHARED}.intersection(block.words)
        and not any(word.startswith("file=") for word in block.words)
    ]
    served = any("127.0.0.1:8000" in block.text for block in found)
    if served and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    folder = tmp_path / "here"
    folder.mkdir()
    write_files(folder)
    homes = {MATCHES: matches_home, SEASONS: seasons_home, SOURCES: tmp_path / "synced"}
    with (
        _postgresql(any(POSTGRESQL in block.words for block in found)) as cluster,
        _address(served, awayday.monkeypatch) as address,
        _stage(folder, address, cluster) as stage,
    ):
        _run_document(found, awayday, stage, homes)


@pytest.mark.parametrize("block", [b for b in ALL if b.language in SHELL], ids=lambda block: block.where)
def test_every_command_line_names_what_exists(block: Block) -> None:
    commands = "\n".join(block.commands)
    done = subprocess.run(["bash", "-n"], input=commands, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    for line in block.commands:
        look(line)


@pytest.mark.parametrize("block", [b for b in ALL if b.language == "python"], ids=lambda block: block.where)
def test_every_snippet_compiles(block: Block) -> None:
    compile(block.text, block.where, "exec")


@pytest.mark.parametrize("block", [b for b in ALL if b.language == "ini"], ids=lambda block: block.where)
def test_units_are_whole_and_start_what_exists(block: Block) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # systemd minds capitals
    unit.read_string(block.text)

    assert unit["Unit"]["Description"]
    if "Timer" in unit:
        assert unit["Install"]["WantedBy"] == "timers.target"
    else:
        assert unit["Service"]["User"] == "awayday"
        look(unit["Service"]["ExecStart"])


@pytest.mark.parametrize("block", [b for b in ALL if b.language == "crontab"], ids=lambda block: block.where)
def test_lines_of_cron_have_five_fields_and_a_command_that_exists(block: Block) -> None:
    for line in block.text.splitlines():
        if re.match(r"[A-Z_]+=", line):
            continue
        *fields, command = line.split(maxsplit=5)
        assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields)
        look(command)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    strange = [
        block.where for block in ALL if block.language not in (*SHELL, *PLAIN, "python", "diff", "ini", "crontab")
    ]

    assert strange == []


def test_every_command_is_documented_with_an_example() -> None:
    used = {tuple(line.split()[:2]) for block in blocks(ROOT / "docs" / "commands.md") for line in block.commands}
    names = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has them

    assert {("awayday", name) for name in names} <= used


def test_links_of_the_documentation_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_database_urls_of_the_documentation_are_some() -> None:
    urls = re.findall(r"AWAYDAY_DATABASE_URL=(\S+)", "".join(block.text for block in ALL))

    assert urls
    assert {make_url(url).get_backend_name() for url in urls} == {"postgresql"}


def _module(name: str, text: str, folder: Path) -> ModuleType:
    path = folder / f"{name.rpartition('.')[2]}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _patched(text: str, diff: str) -> str:
    """`text` after a diff whose lines are found by what they say; each has to be there once."""
    for hunk in re.split(r"^@@.*@@\n", diff, flags=re.MULTILINE)[1:]:
        removed, added = (
            "".join(line[1:] + "\n" for line in hunk.splitlines() if line.startswith(sign)) for sign in "-+"
        )
        assert text.count(removed) == 1, removed
        text = text.replace(removed, added)
    return text


def test_the_example_of_a_family_of_features_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(blocks(ROOT / "docs" / "extending.md"))
    (family,) = (block for block in found if "file=features/congestion.py" in block.words)
    (diff,) = (block for block in found if block.language == "diff")
    for name in ("features.congestion", "features.extended"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    congestion = _module("features.congestion", family.text, tmp_path)
    monkeypatch.setattr("features.congestion", congestion, raising=False)
    table = (ROOT / "features" / "table.py").read_text(encoding="utf-8")
    extended = _module("features.extended", _patched(table, diff.text), tmp_path)

    matches = simulate_matches(World(seasons=(2023,)))
    history = History.build(matches, load_registry(), load_competitions())
    plain = build_features(matches, history, None, None)
    features = extended.build_features(matches, history, None, None)

    assert extended.FAMILIES["congestion"] == ("congestion_difference",)
    assert extended.MONOTONE["congestion_difference"] == -1
    assert features[list(plain)].equals(plain)
    expected = plain["home_matches_last_30_days"] - plain["away_matches_last_30_days"]
    np.testing.assert_array_equal(features["congestion_difference"], expected)
    assert expected.notna().sum() > 100
    assert (expected != 0).any()
