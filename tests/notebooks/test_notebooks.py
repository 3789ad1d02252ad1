"""The notebooks run on a small world, and what is kept of their last real run is fit to be read."""

import os
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest

from scripts.execute_notebooks import MACHINE, ROOT, execute, faults, notebooks, tidy

NAMES = (
    "01-kairat-v-real-madrid",
    "02-the-data",
    "03-do-travel-rest-and-injuries-matter",
    "04-models",
    "05-retrain-and-compare",
)


def path_of(name: str) -> Path:
    return ROOT / "notebooks" / f"{name}.ipynb"


def images(notebook: nbformat.NotebookNode) -> int:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_every_notebook_of_the_project_is_tested() -> None:
    assert [path.stem for path in notebooks()] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_on_a_small_world_to_its_end(name: str, notebook_home: Path) -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("AWAYDAY_", "MLFLOW_"))}
    environ |= {"AWAYDAY_HOME": str(notebook_home), "AWAYDAY_NOTEBOOK_SLICE": "1", "OMP_NUM_THREADS": "1"}

    done = execute(path_of(name), environ)

    assert faults(done) == []
    assert images(done) > 0


@pytest.mark.parametrize("name", NAMES)
def test_kept_outputs_hold_no_errors_no_stderr_and_no_paths_of_a_machine(name: str) -> None:
    notebook = nbformat.read(path_of(name), as_version=4)

    assert faults(notebook) == []
    assert images(notebook) > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_as_the_command_writes_it(name: str) -> None:
    kept = nbformat.read(path_of(name), as_version=4)

    assert kept == tidy(nbformat.read(path_of(name), as_version=4))


@pytest.mark.parametrize("name", NAMES)
def test_code_of_a_notebook_keeps_to_the_projects_line_length(name: str) -> None:
    cells = (cell for cell in nbformat.read(path_of(name), as_version=4).cells if cell.cell_type == "code")

    assert [line for cell in cells for line in cell.source.splitlines() if len(line) > 120] == []


def notebook_with(output: Mapping[str, object], count: int = 1) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell("1", execution_count=count, outputs=[nbformat.from_dict(output)])
    return nbformat.v4.new_notebook(cells=[cell])


def test_what_should_not_be_kept_is_found() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "run awayday sync; 3 of 4/5"}
    assert faults(notebook_with(stream)) == []
    assert faults(notebook_with(stream, count=2)) == ["cell 1: run as number 2, expected 1"]
    assert faults(notebook_with(stream | {"name": "stderr", "text": "hm\n"})) == ["cell 1: on stderr: hm"]
    assert faults(notebook_with(stream | {"text": "kept in /home/me/x"})) == [
        "cell 1: a path of this machine: /home/me/x"
    ]
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": []}
    assert faults(notebook_with(error)) == ["cell 1: KeyError: 'a'"]


@pytest.mark.parametrize("text", ["/tmp/a", "C:\\Users\\me", "file:///x", "sqlite:////home/x.db", "in /root/a b"])
def test_paths_of_a_machine_are_told_from_other_slashes(text: str) -> None:
    assert MACHINE.search(text)
    assert not MACHINE.search("home/draw/away, 2024/25, https://example.org/home/x, sqlite:///$AWAYDAY_HOME")
