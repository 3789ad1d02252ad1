"""The bundle command: the champion becomes the default that comes with Awayday."""

from pathlib import Path

import pytest

from features.table import MODEL_FEATURES
from football.errors import NoDataError
from football.snapshots import SnapshotStore
from serving.bundle import Bundle
from tests.training.trained import Trained
from training.bundle import embed, main


def test_the_bundle_says_what_it_was_made_from(trained: Trained) -> None:
    manifest = trained.result.bundle.manifest
    assert manifest.version.startswith(f"{manifest.data_cut:%Y-%m-%d}.")
    assert manifest.snapshot == SnapshotStore(trained.home).latest().id
    assert manifest.feature_names == MODEL_FEATURES
    assert {"rps", "log_loss", "brier", "calibration_draw", "matches"} <= set(manifest.metrics)


def test_the_command_writes_the_champion_and_replaces_an_older_default(
    trained: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "bundled"
    folder.mkdir()
    (folder / "older.txt").write_text("older", encoding="utf-8")
    assert main(["--home", str(trained.home), "--to", str(folder)]) == 0
    bundle = Bundle.load(folder)
    assert bundle.manifest.version == trained.result.version
    assert not (folder / "older.txt").exists()
    assert f"model {trained.result.version}, 32 clubs, 0." in capsys.readouterr().out


def test_without_a_champion_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoDataError, match="run `awayday train` and `awayday promote` first"):
        embed(tmp_path, tmp_path / "bundled")
    assert main(["--home", str(tmp_path), "--to", str(tmp_path / "bundled")]) == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert not (tmp_path / "bundled").exists()
