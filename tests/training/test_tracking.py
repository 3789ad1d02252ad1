"""Tracking: runs are kept, the model is registered, and it answers where this project is not installed."""

import json
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from football.errors import StoreError
from serving.model import OutcomeModel
from training.mlflow_store import default_uri
from training.models import ModelConfig, fit_outcome_model
from training.pyfunc_files import save_pyfunc
from training.tracking import Record, RunRecord, Tracker

NAMES = ("home_expected_goals", "away_expected_goals", "away_travel_km")

LOAD_AND_PREDICT = """
import json, logging, sys
sys.path[:] = [p for p in sys.path if p != sys.argv[4] and p != ""]
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
import mlflow, pandas as pd
logging.getLogger("mlflow").setLevel(logging.ERROR)
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
answer = model.predict(pd.read_parquet(sys.argv[3]))
try:
    import serving
except ImportError:
    project = False
else:
    project = True
ours = [m for m in sys.modules if m.split(".")[0] in ("awayday", "football", "features", "serving", "training")]
print(json.dumps({"columns": list(answer.columns), "index": answer.index.tolist(), "values": answer.to_numpy().tolist(),
                  "project": project, "ours": ours}))
"""


def some_features(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    goals = np.exp(rng.normal(0.2, 0.4, (n, 2)))
    travel = np.where(rng.random(n) < 0.2, np.nan, rng.uniform(0, 4000, n))
    return pd.DataFrame({NAMES[0]: goals[:, 0], NAMES[1]: goals[:, 1], NAMES[2]: travel})


@pytest.fixture(scope="module")
def model() -> OutcomeModel:
    features = some_features(3000)
    outcome = np.random.default_rng(1).choice(3, 3000, p=[0.5, 0.2, 0.3])
    config = ModelConfig(rounds=20, learning_rate=0.2, threads=1, monotone={"away_travel_km": 1})
    return fit_outcome_model(features, outcome, np.zeros(3000), config)


@pytest.fixture(scope="module")
def record(model: OutcomeModel, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    folder, files = tmp_path_factory.mktemp("model"), tmp_path_factory.mktemp("files")
    model.save(folder)
    (files / "bundle").mkdir()
    (files / "bundle" / "manifest.json").write_text("{}", encoding="utf-8")
    return RunRecord(
        name="train",
        parameters={"rounds": 20, "features": "x" * 7000, **{f"p{i}": i for i in range(120)}},
        metrics={"rps": 0.2, "competition.eng-1.rps": 0.19, **{f"m{i}": float(i) for i in range(1100)}},
        tags={"snapshot": "0123456789abcdef"},
        files=files,
        model=folder,
        example=some_features(2),
        description="# Awayday\nA card.",
    )


@pytest.fixture(scope="module")
def home(record: RunRecord, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a space in its name, two versions, the first of which is champion."""
    home = tmp_path_factory.mktemp("my home")
    tracker = Tracker.open(home)
    first = tracker.record(record)
    assert first.version == "1"
    tracker.make_champion(first)
    assert tracker.record(record).version == "2"
    return home


def test_a_run_keeps_parameters_metrics_tags_files_and_card(home: Path, record: RunRecord) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(default_uri(home), default_uri(home))
    version = client.get_model_version_by_alias("awayday", "champion")
    run = client.get_run(str(version.run_id))
    assert run.info.status == "FINISHED"
    assert run.data.metrics == pytest.approx(dict(record.metrics))
    assert run.data.params["rounds"] == "20"
    assert run.data.params["features"] == "x" * 6000
    assert len(run.data.params) == len(record.parameters)
    assert run.data.tags["snapshot"] == "0123456789abcdef"
    assert run.data.tags["mlflow.note.content"] == "# Awayday\nA card."
    assert [f.path for f in client.list_artifacts(str(version.run_id), "bundle")] == ["bundle/manifest.json"]
    assert str(run.info.artifact_uri).startswith((home / "mlartifacts").as_uri())


def test_a_long_card_is_kept_whole_lines_as_far_as_every_store_takes_them(
    home: Path, record: RunRecord, tmp_path: Path
) -> None:
    from mlflow import MlflowClient

    shutil.copytree(home, tmp_path / "home")
    card = "\n".join(f"{number:04} of a long card" for number in range(500))  # 19 characters and a line's end each
    version = Tracker.open(tmp_path / "home").record(replace(record, description=card, tags={"list": "x" * 6000}))
    client = MlflowClient(default_uri(tmp_path / "home"), default_uri(tmp_path / "home"))
    found = client.get_model_version("awayday", version.version)
    # 249 lines of 20 characters are 4,980; the next one would not go in with the last character.
    assert str(found.description).splitlines() == [*card.splitlines()[:249], "…"]
    note = client.get_run(version.run_id).data.tags["mlflow.note.content"]
    assert note.splitlines() == [*card.splitlines()[:399], "…"]
    assert found.tags["list"] == "x" * 4000


def test_a_run_without_a_model_is_kept_and_registers_nothing(home: Path, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    (tmp_path / "table.csv").write_text("a\n1\n", encoding="utf-8")
    tracker = Tracker.open(home)
    run_id = tracker.log(Record("effects", {"start": "2021-07-01"}, {"rps": 0.2}, {"part": "one"}, tmp_path, "Nil."))
    client = MlflowClient(default_uri(home), default_uri(home))
    run = client.get_run(run_id)
    assert (run.info.run_name, run.info.status) == ("effects", "FINISHED")
    assert (run.data.params, run.data.metrics) == ({"start": "2021-07-01"}, {"rps": 0.2})
    assert (run.data.tags["part"], run.data.tags["mlflow.note.content"]) == ("one", "Nil.")
    assert [f.path for f in client.list_artifacts(run_id)] == ["table.csv"]
    assert {int(v.version) for v in client.search_model_versions("name='awayday'")} == {1, 2}
    with pytest.raises(StoreError, match="MLflow at"):
        tracker.log(Record("broken effects", {}, {"what?": 0.2}, {}, tmp_path, ""))
    experiment = client.get_experiment_by_name("awayday")
    assert experiment is not None
    (broken,) = client.search_runs([experiment.experiment_id], "attributes.run_name = 'broken effects'")
    assert broken.info.status == "FAILED"


def test_a_new_version_is_a_challenger_and_leaves_the_champion(home: Path) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(default_uri(home), default_uri(home))
    assert str(client.get_model_version_by_alias("awayday", "champion").version) == "1"
    assert str(client.get_model_version_by_alias("awayday", "challenger").version) == "2"
    assert {int(v.version) for v in client.search_model_versions("name='awayday'")} == {1, 2}


def test_the_champion_answers_without_this_project(home: Path, model: OutcomeModel, tmp_path: Path) -> None:
    table = some_features(50, seed=3).set_axis(range(100, 150))
    table.insert(0, "unasked", "text")
    table = table[["unasked", *reversed(NAMES)]]
    table.to_parquet(tmp_path / "table.parquet")
    script = tmp_path / "elsewhere.py"
    script.write_text(LOAD_AND_PREDICT, encoding="utf-8")
    project = str(Path(__file__).parents[2])
    done = subprocess.run(
        [
            sys.executable,
            str(script),
            default_uri(home),
            "models:/awayday@champion",
            str(tmp_path / "table.parquet"),
            project,
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["project"] is False
    assert answer["ours"] == []
    assert answer["columns"] == ["p_home", "p_draw", "p_away"]
    assert answer["index"] == list(range(100, 150))
    expected = model.predict_proba(table[list(NAMES)].to_numpy(np.float64))
    assert np.abs(np.array(answer["values"]) - expected).max() < 1e-12


def test_a_missing_column_is_named(home: Path) -> None:
    import mlflow

    mlflow.set_tracking_uri(default_uri(home))
    try:
        model = mlflow.pyfunc.load_model("models:/awayday@champion")
    finally:
        mlflow.set_tracking_uri(None)  # type: ignore[arg-type]  # None is MLflow's way to say unset
    with pytest.raises(mlflow.exceptions.MlflowException, match=r"missing inputs .*away_travel_km"):
        model.predict(some_features(2).drop(columns="away_travel_km"))


def test_a_strength_model_without_trees_is_registered_too(model: OutcomeModel, tmp_path: Path) -> None:
    import mlflow

    (tmp_path / "files").mkdir()
    bare = OutcomeModel(NAMES, -0.06, model.calibration, None, ())
    bare.save(tmp_path / "files")
    with warnings.catch_warnings(action="ignore"):  # MLflow's own
        save_pyfunc(tmp_path / "saved", tmp_path / "files", some_features(2))
    table = some_features(20, seed=5)
    answer = mlflow.pyfunc.load_model(str(tmp_path / "saved")).predict(table)
    assert np.abs(answer.to_numpy() - bare.predict_proba(table.to_numpy(np.float64))).max() < 1e-12


def test_an_unusable_store_is_told_before_training(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"MLflow at gopher://nowhere: .*check MLFLOW_TRACKING_URI"):
        Tracker.open(tmp_path, "gopher://nowhere")


OPEN_TOGETHER = """
import sys
from pathlib import Path
import mlflow
from training.tracking import Tracker

home, ready = Path(sys.argv[1]), Path(sys.argv[2])
ready.touch()
while len(list(ready.parent.glob("ready-*"))) < 2:
    pass
Tracker.open(home)
"""


def test_processes_that_open_a_new_home_at_the_same_moment_share_it(tmp_path: Path) -> None:
    from mlflow import MlflowClient

    home = tmp_path / "home"
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", OPEN_TOGETHER, str(home)]
    processes = [
        subprocess.Popen([*command, str(tmp_path / f"ready-{name}")], stderr=subprocess.PIPE, text=True)
        for name in ("one", "other")
    ]
    told = [process.communicate(timeout=200)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    client = MlflowClient(default_uri(home), default_uri(home))
    assert sorted(experiment.name for experiment in client.search_experiments()) == ["Default", "awayday"]


def test_a_damaged_database_is_told_in_a_line_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.write_bytes(b"no database" * 100)
    with pytest.raises(
        StoreError, match=r"MLflow at sqlite:///.*mlflow.db: .*not a database.*; check MLFLOW_TRACKING_URI"
    ):
        Tracker.open(tmp_path)
    assert file.read_bytes() == b"no database" * 100


def test_a_home_that_is_there_is_opened_without_a_lock(home: Path, tmp_path: Path) -> None:
    (home / "mlflow.db.lock").unlink(missing_ok=True)
    assert Tracker.open(home).champion() is not None
    assert not (home / "mlflow.db.lock").exists()


def test_a_failed_run_is_marked_and_challenges_nobody(home: Path, record: RunRecord, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    tracker = Tracker.open(home)
    with pytest.raises(StoreError):
        tracker.record(replace(record, name="broken", model=tmp_path / "nowhere"))
    client = MlflowClient(default_uri(home), default_uri(home))
    experiment = client.get_experiment_by_name("awayday")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id], "attributes.run_name = 'broken'")
    assert [run.info.status for run in runs] == ["FAILED"]
    assert str(client.get_model_version_by_alias("awayday", "challenger").version) == "2"
