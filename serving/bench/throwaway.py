"""An environment of its own for what is measured once and not installed: made in a temporary folder, gone with it."""

import subprocess
import sys
import venv
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from serving.bench.servers import BenchError

INSTALL_S: Final = 600.0


def environment(folder: Path, packages: Sequence[str]) -> Path:
    """The interpreter of a new environment with packages from pip's own index.

    Raises:
        BenchError: they cannot be installed.
    """
    try:
        venv.create(folder, with_pip=True)
        python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        done = subprocess.run([*command, *packages], capture_output=True, check=False, timeout=INSTALL_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise BenchError(f"no environment for {', '.join(packages)}: {error}") from error
    if done.returncode:
        reason = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
        raise BenchError(f"pip cannot install {', '.join(packages)}: {reason[-1] if reason else 'no word why'}")
    return python


def xgboost_like_ours() -> str:
    """What to ask pip for to read the same trees: the package without CUDA, of the version that is installed here."""
    for name in ("xgboost-cpu", "xgboost"):
        try:
            return f"xgboost-cpu=={version(name)}"
        except PackageNotFoundError:
            continue
    raise BenchError("XGBoost is not installed")
