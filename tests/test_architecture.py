"""Nothing happens at import, and what starts often starts fast."""

import subprocess
import sys
from pathlib import Path

PACKAGES = ("awayday", "football", "features", "training", "serving")
SCRIPTS = ("awayday.__main__", "training.pyfunc_model")
"""Run, not imported: the second by MLflow, within a model that it loads."""

PROBE = f"""
import importlib, pkgutil, logging, threading, warnings
warnings.simplefilter("ignore")
for name in {PACKAGES!r}:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if module.name not in {SCRIPTS!r}:
            importlib.import_module(module.name)
print("threads", threading.active_count())
print("handlers", len(logging.getLogger().handlers))
"""


def run(folder: Path, *arguments: str) -> str:
    """Output of Python run in `folder`, with home and every temporary file there too."""
    env = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_DATA_HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"PATH": "", "NUMBA_CACHE_DIR": str(folder / "numba"), "MPLCONFIGDIR": str(folder / "matplotlib")}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_every_module_writes_nothing_and_starts_nothing(tmp_path: Path) -> None:
    said = run(tmp_path, "-c", PROBE)

    assert said.split() == ["threads", "1", "handlers", "0"]
    # numba and matplotlib make the folders of their caches themselves.
    assert {path.name for path in tmp_path.iterdir()} - {"numba", "matplotlib"} == set()


HEAVY = ("mlflow", "sklearn", "xgboost", "pandas", "numpy", "numba", "sqlalchemy", "fastapi", "uvicorn", "matplotlib")


def test_the_command_line_starts_without_the_heavy_packages(tmp_path: Path) -> None:
    code = f"import sys, awayday.cli; print([name for name in {HEAVY!r} if name in sys.modules])"

    assert run(tmp_path, "-c", code).strip() == "[]"


def test_the_service_starts_without_training_and_its_packages(tmp_path: Path) -> None:
    code = (
        "import sys, serving.app, serving.loading\n"
        "print([name for name in ('mlflow', 'matplotlib', 'training', 'awayday') if name in sys.modules])"
    )

    assert run(tmp_path, "-c", code).strip() == "[]"
