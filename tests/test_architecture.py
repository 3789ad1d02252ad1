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
    env["PYTHONPATH"] = str(Path(__file__).parents[1])
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


TABLES = ("pandas", "pandera", "pyarrow", "sqlalchemy", "sklearn", "mlflow")


def test_kept_matches_and_strengths_are_taken_up_without_the_packages_of_tables(tmp_path: Path) -> None:
    modules = "serving.historical, serving.past, serving.past_maker, features.strength_store"
    code = f"import sys, {modules}; print([name for name in {TABLES!r} if name in sys.modules])"

    assert run(tmp_path, "-c", code).strip() == "[]"


PREDICT = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)

sys.meta_path.insert(0, Refuse())
import asyncio, json, structlog
structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
from serving.app import create_app
from serving.loading import load_predictor
from serving.store import Store
from pathlib import Path

async def ask():
    store = Store("sqlite:///awayday.db", Path()) if WITH_STORE else None
    app = create_app(lambda: load_predictor(Path("nowhere")), store=store)
    body = json.dumps({"home": "Kairat", "away": "Real Madrid", "kickoff": "2030-12-09T16:45:00Z"}).encode()
    head = {"type": "http", "method": "POST", "path": "/v1/predictions", "raw_path": b"/v1/predictions"}
    head |= {"query_string": b"", "root_path": "", "http_version": "1.1"}
    head["headers"] = [(b"content-type", b"application/json")]
    sent = []
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}
    async def send(message):
        sent.append(message)
    async with app.router.lifespan_context(app):
        await app(head, receive, send)
        loaded = [name for name in (*BLOCKED, *SQL) if name in sys.modules]
    return sent[0]["status"], sorted(json.loads(sent[1]["body"])["probabilities"]), loaded

print(*asyncio.run(ask()))
"""
SQL = ("sqlalchemy", "alembic", "psycopg")
NOT_TO_PREDICT = ("mlflow", "sklearn", "matplotlib", "pandas", "pandera", "pyarrow", "scipy", "numba", "xgboost")


def predict(folder: Path, blocked: tuple[str, ...], *, with_store: bool, and_then: str = "") -> str:
    """What the embedded model's first answer says, and which packages were loaded for it that should not be."""
    given = f"BLOCKED, SQL, WITH_STORE = {blocked!r}, {SQL!r}, {with_store}\n"
    return run(folder, "-c", f"{given}{PREDICT}\n{and_then}")


def test_the_embedded_model_answers_without_the_packages_of_tables_and_training(tmp_path: Path) -> None:
    said = predict(tmp_path, NOT_TO_PREDICT, with_store=False)

    assert said.strip() == "200 ['away_win', 'draw', 'home_win'] []"


def test_a_store_that_holds_no_absences_loads_the_packages_of_sql_after_the_first_answer(tmp_path: Path) -> None:
    said = predict(tmp_path, (), with_store=True, and_then="print([name for name in SQL[:1] if name in sys.modules])")

    assert said.splitlines() == ["200 ['away_win', 'draw', 'home_win'] []", "['sqlalchemy']"]
    assert (tmp_path / "awayday.db").exists(), "the answer is logged at the end"


TRAINING = ("mlflow", "sklearn", "matplotlib", "optuna", "distributed", "dask", "jupyterlab", "nbclient", "bentoml")


def test_the_service_needs_no_package_of_an_extra(tmp_path: Path) -> None:
    more = "import football.sync, features.inputs, serving.historical, serving.sql_parts"

    assert predict(tmp_path, TRAINING, with_store=True, and_then=more).startswith("200")


def test_the_service_starts_without_training_and_its_packages(tmp_path: Path) -> None:
    code = (
        "import sys, serving.app, serving.loading\n"
        "print([name for name in ('mlflow', 'matplotlib', 'training', 'awayday') if name in sys.modules])"
    )

    assert run(tmp_path, "-c", code).strip() == "[]"
