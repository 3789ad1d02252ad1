"""The effects end to end on a simulated world: both tables, their files, and the run that keeps them."""

import shutil
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.image import imread
from rich.console import Console

from football.errors import InvalidValueError, NoDataError, StoreError
from tests.training.trained import CONFIG
from training.effects import EffectsConfig, EffectsResult, files_of, main, metrics, run, write_table
from training.mlflow_store import default_uri
from training.workspace import Workspace

QUICK = replace(CONFIG, rounds=5)
START = date(2023, 1, 1)


@pytest.fixture(scope="module")
def home(simulated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the simulated home, so that the runs here are its only ones."""
    home = tmp_path_factory.mktemp("effects") / "home"
    shutil.copytree(simulated_home, home, ignore=shutil.ignore_patterns("mlflow.db*", "mlartifacts"))
    return home


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables") / "effects.csv"


@pytest.fixture(scope="module")
def result(home: Path, out: Path) -> EffectsResult:
    space = Workspace(home, workers=1)
    return run(EffectsConfig(space, START, date(2023, 12, 31), out=out, fixtures=60, model=QUICK))


def test_both_tables_are_made_of_the_window(result: EffectsResult) -> None:
    ablation, changed = result.tables["ablation"], result.tables["counterfactual"]
    assert {"form", "rest", "travel"} < set(ablation["family"])
    assert set(ablation["variant"]) == {"together", "reseeded", "removed", "alone"}
    assert result.titles["ablation"].endswith("matches, 2023-01-01 to 2023-12-28")
    assert result.titles["counterfactual"] == "What if, on 60 fixtures of 2023-24"
    assert changed.groupby(["change", "side"])["fixtures"].sum().tolist() == [60] * 6
    assert changed["violations"].sum() == 0


def test_without_a_source_of_absences_their_changes_start_from_nobody_out(result: EffectsResult) -> None:
    changed = result.tables["counterfactual"]
    absences = changed[changed["change"] == "2 key players out"]
    assert absences["inputs"].tolist() == ["typical", "typical"]
    assert absences["unaffected"].tolist() == [1.0, 1.0]


def test_mlflow_keeps_figures_tables_and_a_plot_and_no_model(result: EffectsResult, home: Path) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(default_uri(home), default_uri(home))
    kept = client.get_run(result.run_id)
    assert kept.info.run_name == "effects"
    assert kept.data.metrics == pytest.approx(metrics(result.tables))
    assert kept.data.metrics["counterfactual.violations"] == 0.0
    assert "ablation.travel.removed.all.rps_difference" in kept.data.metrics
    assert kept.data.params["until"] == "2023-12-28"
    assert "0 burdens helped" in kept.data.tags["mlflow.note.content"]
    (folder,) = (home / "mlartifacts").glob(f"{result.run_id}/artifacts")
    assert imread(folder / "families.png").ndim == 3
    assert {path.name for path in folder.iterdir()} == {"ablation.csv", "counterfactual.csv", "families.png"}
    assert client.search_registered_models() == []


def test_the_tables_are_written_beside_each_other(result: EffectsResult, out: Path) -> None:
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "effects-ablation.csv",
        "effects-counterfactual.csv",
    ]
    for part, path in files_of(out, ("ablation", "counterfactual")).items():
        pd.testing.assert_frame_equal(pd.read_csv(path), result.tables[part], check_dtype=False)


def test_both_tables_are_printed_with_the_run(result: EffectsResult) -> None:
    shown = StringIO()
    result.show(Console(file=shown, width=140))
    for words in ("Worth of each family", "What if, on 60 fixtures", "0 violations", f"Run {result.run_id} at sqlite"):
        assert words in shown.getvalue()


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".json"])
def test_a_table_is_written_and_read_back(suffix: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"family": ["rest", "Zürich"], "rps_difference": [-0.00012345678901234, 0.1]})
    path = tmp_path / f"table{suffix}"
    write_table(table, path)
    if suffix == ".parquet":
        back = pd.read_parquet(path)
    else:
        back = pd.read_csv(path) if suffix == ".csv" else pd.read_json(path)
    pd.testing.assert_frame_equal(back, table, check_dtype=False)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_single_part_goes_to_the_file_itself() -> None:
    assert files_of(Path("x.csv"), ("ablation",)) == {"ablation": Path("x.csv")}


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "effects.csv"
    out.write_text("older", encoding="utf-8")

    def full(self: pd.DataFrame, path: Path, **_: object) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StoreError, match=r"effects.csv: cannot be written \(No space left on device\)"):
        write_table(pd.DataFrame(), out)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("effects.csv", "older")]


def test_what_cannot_be_asked_is_refused_before_the_work(tmp_path: Path) -> None:
    space = Workspace(tmp_path)
    with pytest.raises(InvalidValueError, match=r"out: got '.*x\.xlsx', expected a file name that ends in \.parquet, "):
        EffectsConfig(space, out=tmp_path / "x.xlsx")
    with pytest.raises(InvalidValueError, match=r"a file in a folder that exists; create .*nowhere first"):
        EffectsConfig(space, out=tmp_path / "nowhere" / "x.csv")
    with pytest.raises(InvalidValueError, match="only: got 'odds', expected ablation or counterfactual"):
        EffectsConfig(space, only="odds")
    with pytest.raises(InvalidValueError, match="until: got '2021-06-30', expected a day not before the start"):
        EffectsConfig(space, until=date(2021, 6, 30))
    with pytest.raises(NoDataError, match="awayday sync"):
        run(EffectsConfig(space))
    assert list(tmp_path.iterdir()) == []


def test_the_script_runs_one_part_and_says_what_is_wrong(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.effects.default_model_config", lambda: QUICK)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    out = tmp_path / "changed.json"
    arguments = ["--home", str(home), "--start", "2023-07-01", "--only", "counterfactual", "--out", str(out)]
    assert main(arguments) == 0
    assert "0 violations" in capsys.readouterr().out
    assert pd.read_json(out)["violations"].sum() == 0
    assert main(["--home", str(home), "--start", "2023-07-01", "--until", "soon"]) == 1
    assert "until: got 'soon', expected a day such as 2021-07-01" in capsys.readouterr().err
    assert main(["--home", str(home), "--start", "2031-07-01"]) == 1
    assert "expected a day not after the newest played match" in capsys.readouterr().err
