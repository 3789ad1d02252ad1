"""Training end to end on a simulated world: judged, logged, registered, published."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from rich.console import Console

from features.table import MODEL_FEATURES
from football.competitions import load_competitions
from football.errors import NoDataError, StoreError
from serving.bundle import Bundle
from serving.champion import local_champion
from tests.training.trained import CONFIG, TEST_FROM, Trained
from training.dataset import build_dataset
from training.mlflow_store import default_uri
from training.train import TrainConfig, default_model_config, main, run
from training.twin import Twin
from training.workspace import Workspace


def artifacts(trained: Trained) -> Path:
    (folder,) = (trained.home / "mlartifacts").glob(f"{trained.result.run_id}/artifacts")
    return folder


def test_the_model_beats_base_rates_on_matches_it_has_not_seen(trained: Trained) -> None:
    metrics = trained.result.judgement.metrics()
    assert metrics["difference.base_rates.rps"] < -2 * metrics["difference.base_rates.rps_se"]
    played = trained.result.judgement.scores["matches"].iloc[0]
    assert metrics["matches"] == played > 300


def test_mlflow_holds_parameters_metrics_snapshot_and_the_champion(trained: Trained) -> None:
    from mlflow import MlflowClient

    uri = default_uri(trained.home)
    assert trained.result.tracking_uri == uri
    client = MlflowClient(uri, uri)
    champion = client.get_model_version_by_alias("awayday", "champion")
    assert str(champion.version) == trained.result.registered_version
    assert champion.run_id == trained.result.run_id
    run_data = client.get_run(trained.result.run_id).data
    metrics = trained.result.judgement.metrics()
    assert run_data.metrics == pytest.approx(metrics)
    for name in ("rps", "rps_se", "log_loss", "brier", "calibration_draw", "competition.eng-1.rps", "kind.league.rps"):
        assert name in run_data.metrics
    assert run_data.params["snapshot"] == trained.result.bundle.manifest.snapshot
    assert run_data.params["model.rounds"] == "15"
    assert run_data.params["feature_names"] == ", ".join(MODEL_FEATURES)
    assert run_data.tags["snapshot"] == trained.result.bundle.manifest.snapshot
    assert (run_data.tags["holdout.test_from"], run_data.tags["holdout.gap_days"]) == ("2023-01-01", "30")


def test_the_run_keeps_plots_tables_card_features_and_the_bundle(trained: Trained) -> None:
    folder = artifacts(trained)
    for name in ("reliability.png", "importance.png"):
        assert imread(folder / name).shape[2] >= 3
    assert json.loads((folder / "features.json").read_text(encoding="utf-8")) == list(MODEL_FEATURES)
    scores = pd.read_csv(folder / "scores.csv").set_index("forecast")
    assert scores.loc["awayday", "rps"] == pytest.approx(trained.result.judgement.metrics()["rps"])
    card = (folder / "model_card.md").read_text(encoding="utf-8")
    assert trained.result.version in card
    assert "| strength alone |" in card
    assert Bundle.load(folder / "bundle").manifest == trained.result.bundle.save(trained.home / "copy").manifest


def test_the_run_keeps_the_forecasts_of_the_twin(trained: Trained) -> None:
    twin = Twin.load(artifacts(trained) / "holdout.parquet", Twin.of(trained.result.judgement).tags)
    assert np.array_equal(twin.probabilities(), trained.result.judgement.forecasts["awayday"])
    assert twin.holdout["match_id"].tolist() == trained.result.judgement.matches["match_id"].tolist()


def test_the_registered_model_answers_as_the_bundle_does(trained: Trained) -> None:
    import mlflow

    table = build_dataset(Workspace(trained.home, workers=1).load(), load_competitions()).features.tail(40)
    mlflow.set_tracking_uri(default_uri(trained.home))
    try:
        answer = mlflow.pyfunc.load_model("models:/awayday@champion").predict(table)
    finally:
        mlflow.set_tracking_uri(None)  # type: ignore[arg-type]  # None is MLflow's way to say unset
    assert list(answer.columns) == ["p_home", "p_draw", "p_away"]
    expected = trained.result.bundle.model.predict_proba(table.to_numpy(np.float64))
    assert np.abs(answer.to_numpy() - expected).max() < 1e-12


def test_the_champion_is_published_for_the_service(trained: Trained) -> None:
    folder = local_champion(trained.home)
    assert folder is not None
    bundle = Bundle.load(folder)
    assert bundle.manifest.version == trained.result.version
    assert bundle.manifest.metrics["rps"] == pytest.approx(trained.result.judgement.metrics()["rps"])
    assert len(bundle.states.club_ids) == 32
    assert len(bundle.strength.checkpoints_s) == 1


def test_progress_and_result_are_told_in_words(trained: Trained) -> None:
    assert f"Judging on matches from {TEST_FROM} on" in trained.told
    out = StringIO()
    trained.result.show(Console(file=out, width=100))
    for words in ("held-out matches from 2023-01-01 on", "strength alone", "is a challenger", "is now the champion"):
        assert words in out.getvalue()


def test_without_promotion_the_champion_stays(trained: Trained) -> None:
    from mlflow import MlflowClient

    space = Workspace(trained.home, workers=1)
    second = run(TrainConfig(space, TEST_FROM, model=CONFIG))
    assert second.registered_version == str(int(trained.result.registered_version) + 1)
    client = MlflowClient(default_uri(trained.home), default_uri(trained.home))
    champion = client.get_model_version_by_alias("awayday", "champion")
    assert str(champion.version) == trained.result.registered_version
    challenger = client.get_model_version_by_alias("awayday", "challenger")
    assert str(challenger.version) == second.registered_version
    out = StringIO()
    second.show(Console(file=out, width=100))
    assert "is a challenger" in out.getvalue()
    assert "`awayday promote` makes it the champion" in out.getvalue()
    folder = local_champion(trained.home)
    assert folder is not None
    assert folder.name == trained.result.version
    # The same data and settings give the same figures.
    assert second.judgement.metrics() == pytest.approx(trained.result.judgement.metrics())


def test_only_features_that_the_model_reads_are_constrained() -> None:
    monotone = default_model_config().monotone
    assert set(monotone) <= set(MODEL_FEATURES)
    assert monotone["away_travel_km"] == 1
    assert monotone["home_key_players_out"] == -1


def test_without_matches_training_says_what_to_do_first(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="run `awayday sync` first"):
        run(TrainConfig(Workspace(tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_an_unusable_tracking_server_stops_training_before_it_begins(simulated_home: Path) -> None:
    told: list[str] = []
    with pytest.raises(StoreError, match="MLflow at nonsense://here: "):
        run(TrainConfig(Workspace(simulated_home, tracking_uri="nonsense://here", workers=1)), told.append)
    assert told == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--test-from", "July"], "test-from: got 'July', expected a day such as 2021-07-01"),
        (["--test-from", "2031-01-01"], "test_from: got '2031-01-01', expected a day with matches before it"),
    ],
)
def test_bad_arguments_end_in_one_clear_line(
    arguments: list[str], message: str, trained: Trained, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(trained.home), *arguments]) == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith(f"error: {message}")
