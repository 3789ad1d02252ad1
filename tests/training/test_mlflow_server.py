"""Training and service on different machines, which meet at an MLflow server."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from mlflow import MlflowClient

from football.errors import StoreError
from serving.loading import load_predictor, renewal_of
from tests.mlflow_server import MlflowServer
from tests.training.trained import CONFIG, RULES, TEST_FROM
from training.mlflow_store import DATABASE
from training.promote import PromoteConfig
from training.promote import run as promote
from training.tracking import Tracker
from training.train import TrainConfig, TrainResult, run
from training.tune import TuneConfig
from training.tune import run as tune
from training.workspace import Workspace


@pytest.fixture(scope="module")
def space(tracking_server: MlflowServer, simulated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The simulated matches in a home of its own, whose runs are kept by the server."""
    home = tmp_path_factory.mktemp("machine of training") / "home"
    shutil.copytree(simulated_home, home, ignore=shutil.ignore_patterns(f"{DATABASE}*", "mlartifacts", "models"))
    return Workspace(home, tracking_uri=tracking_server.address, workers=1)


@pytest.fixture(scope="module")
def trained(space: Workspace) -> TrainResult:
    return run(TrainConfig(space, TEST_FROM, promote=True, model=CONFIG, rules=RULES))


def test_a_service_elsewhere_fetches_the_champion(
    trained: TrainResult, tracking_server: MlflowServer, tmp_path: Path
) -> None:
    predictor = load_predictor(tmp_path, tracking_uri=tracking_server.address)
    told = predictor.model_details()
    assert (told.source, told.version) == ("champion", trained.version)
    assert list(tracking_server.artifacts.rglob("manifest.json"))


def test_the_home_of_training_keeps_neither_runs_nor_artifacts(trained: TrainResult, space: Workspace) -> None:
    assert not (space.home / DATABASE).exists()
    assert not (space.home / "mlartifacts").exists()


def test_a_running_service_sees_that_another_version_was_promoted(
    trained: TrainResult, space: Workspace, tracking_server: MlflowServer, tmp_path: Path
) -> None:
    renewal = renewal_of(tmp_path, tracking_uri=tracking_server.address)
    before = renewal.fingerprint()
    run(TrainConfig(space, TEST_FROM, model=replace(CONFIG, rounds=16), rules=RULES))
    assert renewal.fingerprint() == before
    promote(PromoteConfig(space, version=2, forced_because="a test"))
    assert renewal.fingerprint() != before
    promote(PromoteConfig(space, version=1, forced_because="back again"))
    assert renewal.fingerprint() == before


def test_a_search_keeps_its_trials_below_it_and_prints_nothing_of_mlflow_s(
    trained: TrainResult, space: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    model = replace(CONFIG, rounds=40)
    found = tune(TuneConfig(space, trials=2, study="short", start=date(2021, 1, 1), model=model))
    assert capsys.readouterr().out == ""
    client = MlflowClient(tracking_uri=space.tracking_uri, registry_uri=space.tracking_uri)
    parent = client.get_run(found.run_id)
    assert parent.info.status == "FINISHED"
    assert str(parent.info.artifact_uri).startswith("mlflow-artifacts:")
    below = client.search_runs([parent.info.experiment_id], f"tags.mlflow.parentRunId = '{found.run_id}'")
    assert {(trial.info.run_name, trial.info.status) for trial in below} == {
        ("trial 0", "FINISHED"),
        ("trial 1", "FINISHED"),
    }


def test_a_server_that_does_not_answer_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(
        StoreError, match=r"MLflow at http://127\.0\.0\.1:9: no server answers .*check MLFLOW_TRACKING_"
    ):
        Tracker.open(tmp_path, "http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"MLflow at http://127\.0\.0\.1:port: no address of a server"):
        Tracker.open(tmp_path, "http://127.0.0.1:port")
