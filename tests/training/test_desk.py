"""Where notebooks work, and what they find of earlier commands."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from football.errors import InvalidValueError, StoreError
from tests.training.league import simulate_dataset
from tests.training.trained import CONFIG
from training.backtest import backtest
from training.champion_record import PREDICTIONS, RUN_NAME
from training.desk import Desk
from training.effects import ABLATION, COUNTERFACTUAL
from training.kept import kept_effects, kept_predictions
from training.mlflow_store import DATABASE
from training.predictions import write_predictions
from training.tracking import Record, Tracker
from training.workspace import Workspace


def a_table() -> pd.DataFrame:
    return pd.DataFrame({"family": ["travel"], "rps_difference": [-0.5]})


def keep(space: Workspace, name: str, folder: Path) -> str:
    return Tracker.open(space.home, space.tracking_uri).log(Record(name, {}, {}, {}, folder, "kept"))


def test_the_environment_describes_the_desk(tmp_path: Path) -> None:
    environ = {
        "AWAYDAY_HOME": str(tmp_path),
        "AWAYDAY_EFFECTS": "effects.csv",
        "AWAYDAY_BACKTEST": " ",
        "AWAYDAY_NOTEBOOK_SLICE": "1",
    }
    desk = Desk.from_environment(environ)
    assert desk.space.home == tmp_path
    assert desk.effects_file == Path("effects.csv")
    assert desk.backtest_file is None
    assert desk.small
    whole = Desk.from_environment({"AWAYDAY_HOME": str(tmp_path)})
    assert not whole.small
    assert whole.quick.rounds > desk.quick.rounds


def test_looking_for_runs_makes_no_database(tmp_path: Path) -> None:
    assert kept_effects(Workspace(tmp_path)) is None
    assert kept_predictions(Workspace(tmp_path)) is None
    assert not (tmp_path / DATABASE).exists()


def test_tables_of_effects_are_found_by_the_name_that_was_given_for_both(tmp_path: Path) -> None:
    a_table().to_csv(tmp_path / "effects-ablation.csv", index=False)
    kept = kept_effects(Workspace(tmp_path), tmp_path / "effects.csv")
    assert kept is not None
    assert list(kept.tables) == [ABLATION]
    pd.testing.assert_frame_equal(kept.tables[ABLATION], a_table())


def test_a_named_file_that_is_missing_or_damaged_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"effects: got 'e.csv', expected what .* e-ablation.csv is not there"):
        kept_effects(Workspace(tmp_path), tmp_path / "e.csv")
    (tmp_path / "e-ablation.parquet").write_bytes(b"no")
    with pytest.raises(StoreError, match=r"e-ablation.parquet: cannot be read .* `awayday effects --out FILE`"):
        kept_effects(Workspace(tmp_path), tmp_path / "e.parquet")
    with pytest.raises(StoreError, match="`awayday backtest --out FILE` writes such a file"):
        kept_predictions(Workspace(tmp_path), tmp_path / "none.parquet")


def test_the_newest_finished_run_of_a_name_is_read(tmp_path: Path) -> None:
    space, folder = Workspace(tmp_path / "home"), tmp_path / "files"
    folder.mkdir()
    for value in (1.0, 2.0):
        for part in (ABLATION, COUNTERFACTUAL):
            a_table().assign(rps_difference=value).to_csv(folder / f"{part}.csv", index=False)
        keep(space, "effects", folder)
    Tracker.open(space.home).start("effects", {})  # not finished
    keep(space, "other", tmp_path / "files")

    kept = kept_effects(space)
    assert kept is not None
    assert kept.source == "the newest run of awayday effects in MLflow"
    assert {part: table["rps_difference"].tolist() for part, table in kept.tables.items()} == {
        ABLATION: [2.0],
        COUNTERFACTUAL: [2.0],
    }
    assert kept_predictions(space) is None


def test_predictions_are_read_from_a_file_or_a_run(tmp_path: Path) -> None:
    dataset = simulate_dataset(800)
    table = backtest(dataset, date(2015, 11, 1), CONFIG)
    folder = tmp_path / "files"
    folder.mkdir()
    write_predictions(table, folder / PREDICTIONS)
    space = Workspace(tmp_path / "home")
    keep(space, RUN_NAME, folder)

    for kept in (kept_predictions(space), kept_predictions(space, folder / PREDICTIONS)):
        assert kept is not None
        assert kept.tables["predictions"]["match_id"].tolist() == table["match_id"].tolist()


def test_without_anything_kept_a_slice_of_the_newest_season_is_forecast_and_measured(
    simulated_home: Path, tmp_path: Path
) -> None:
    # Other tests keep their runs in that home.
    home = shutil.copytree(
        simulated_home, tmp_path / "home", ignore=shutil.ignore_patterns(f"{DATABASE}*", "mlartifacts")
    )
    desk = Desk(Workspace(home, workers=1), small=True)
    assert desk.newest_season == date(2023, 7, 1)

    kept = desk.predictions()
    assert kept.tables["predictions"]["date"].min() >= pd.Timestamp(2023, 7, 1)
    assert kept.source.startswith("a quick slice, matches since 2023-07-01 by models of the 3 seasons before")

    effects = desk.effects()
    assert "travel" in set(effects.tables[ABLATION]["family"])
    assert effects.tables[COUNTERFACTUAL]["violations"].sum() == 0
