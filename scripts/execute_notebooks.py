"""Runs the notebooks and keeps their outputs, the same for the same data: `make notebooks`.

    python -m scripts.execute_notebooks [--into FOLDER] [NOTEBOOK ...]

In place by default. Written down is only what ran to its end without a word on stderr, and holds no path of this
machine.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "notebooks"
KERNEL: Final = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE: Final = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
TIMEOUT_SECONDS: Final = 1800
QUIET: Final = {"PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore", "AWAYDAY_LOG_LEVEL": "error", "COLUMNS": "110"}
"""Added to the environment of kernels, where the same cells are to have the same outputs."""

MACHINE: Final = re.compile(
    r"(?<![\w.:/-])/(?:home|root|tmp|var|usr|opt|work|Users|private)/\S+|\w:\\\S+|file://\S+|sqlite:/{3,4}[\w.]\S*"
)
"""A path of a machine, in an output."""


def notebooks() -> list[Path]:
    """The notebooks of the project, in order."""
    return sorted(FOLDER.glob("*.ipynb"))


def execute(path: Path, environ: Mapping[str, str]) -> nbformat.NotebookNode:
    """A notebook run from its beginning, with its new outputs and without what differs from run to run.

    Raises:
        CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    paths = [str(ROOT), *filter(None, [environ.get("PYTHONPATH")])]
    with tempfile.TemporaryDirectory(prefix="awayday-") as folder:
        client = NotebookClient(
            notebook,
            # Not over TCP, where others on the machine could read along; the sockets are files in a folder of its own.
            km=AsyncKernelManager(kernel_name=KERNEL["name"], transport="ipc", ip=str(Path(folder) / "kernel")),
            timeout=TIMEOUT_SECONDS,
            resources={"metadata": {"path": str(ROOT)}},
            record_timing=False,
        )
        client.owns_km = True  # so that the kernel ends with it
        client.execute(env={**environ, **QUIET, "PYTHONPATH": os.pathsep.join(paths)})
    return tidy(notebook)


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The same with fixed metadata, in which neither a version nor a moment of the run is told."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({})
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
    return notebook


def faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What should not stand in outputs: errors, words on stderr, paths of a machine, cells not run in order."""
    found = []
    expected = 0
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        expected += 1
        if cell.execution_count != expected:
            found.append(f"cell {number}: run as number {cell.execution_count}, expected {expected}")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"cell {number}: {output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                found.append(f"cell {number}: on stderr: {output.text.strip().splitlines()[0]}")
            paths = (path for text in _texts(output) for path in MACHINE.findall(text))
            found += [f"cell {number}: a path of this machine: {path}" for path in paths]
    return found


def _texts(output: Mapping[str, Any]) -> Iterator[str]:
    yield str(output.get("text", ""))
    for kind, content in output.get("data", {}).items():
        if not kind.startswith("image/"):
            yield str(content)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.execute_notebooks", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, default=notebooks(), help="which (default: all)")
    parser.add_argument("--into", type=Path, help="folder to write them to (default: in place)")
    options = parser.parse_args(arguments)
    failed = False
    for path in options.notebooks:
        began = time.monotonic()
        try:
            notebook = execute(path, os.environ)
        except CellExecutionError as error:
            print(f"error: {path.name}: {error}", file=sys.stderr)
            failed = True
            continue
        wrong = faults(notebook)
        for fault in wrong:
            print(f"error: {path.name}: {fault}", file=sys.stderr)
        failed |= bool(wrong)
        if not wrong:
            nbformat.write(notebook, (options.into or path.parent) / path.name)
            print(f"{path.name}: {time.monotonic() - began:.0f} s")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
