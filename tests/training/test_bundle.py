"""The bundle command: the champion becomes the default that comes with Awayday."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from features.table import MODEL_FEATURES
from football.errors import InvalidValueError, NoDataError
from football.snapshots import SnapshotStore
from serving.bundle import Bundle
from serving.champion import load_embedded, publish
from tests.training.backtested import predictions
from tests.training.trained import Trained
from training.backtest_record import record_of
from training.bundle import DOCS, embed, main
from training.predictions import write_predictions
from training.scoreboard import plus_minus


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
    card = tmp_path / "model-card.md"
    assert main(["--home", str(trained.home), "--to", str(folder), "--docs", str(card)]) == 0
    bundle = Bundle.load(folder)
    assert bundle.card == card.read_text(encoding="utf-8")
    assert bundle.card.startswith(f"# Awayday {trained.result.version}\n")
    assert bundle.manifest.version == trained.result.version
    assert not (folder / "older.txt").exists()
    assert f"model {trained.result.version}, 32 clubs, 0." in capsys.readouterr().out


def test_without_a_champion_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoDataError, match="run `awayday train` and `awayday promote` first"):
        embed(tmp_path, tmp_path / "bundled")
    assert main(["--home", str(tmp_path), "--to", str(tmp_path / "bundled")]) == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert not (tmp_path / "bundled").exists()


def test_a_champion_without_a_card_needs_its_own(trained: Trained, tmp_path: Path) -> None:
    home, to, card = tmp_path / "home", tmp_path / "bundled", tmp_path / "card.md"
    publish(home, replace(trained.result.bundle, card=None))

    with pytest.raises(InvalidValueError, match=r"card: got None, expected the model card of \d{4}"):
        embed(home, to)
    card.write_text("# Awayday 2020-01-01.20200102030405\n", encoding="utf-8")
    with pytest.raises(InvalidValueError, match=r"card: got '.*card.md', expected the model card of"):
        embed(home, to, card)
    assert not to.exists()

    card.write_text(f"# Awayday {trained.result.version}\nGood.\n", encoding="utf-8")
    embed(home, to, card)
    assert Bundle.load(to).card == card.read_text(encoding="utf-8")


def test_the_documented_card_is_that_of_the_embedded_model() -> None:
    bundle = load_embedded()
    text = DOCS.read_text(encoding="utf-8")

    assert text.startswith(f"# Awayday {bundle.manifest.version}\n")
    assert bundle.card in (None, text)  # bundles of earlier versions have none
    rps, error = bundle.manifest.metrics["rps"], bundle.manifest.metrics["rps_se"]
    assert f"| awayday | {rps:.4f} ± {error:.4f} |" in text


def arguments(home: Path, folder: Path, *more: str) -> list[str]:
    return ["--home", str(home), "--to", str(folder), "--docs", str(folder.with_name("card.md")), *more]


def test_a_backtest_that_is_named_travels_with_the_model(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = tmp_path / "bundled", tmp_path / "predictions.parquet"
    monkeypatch.delenv("AWAYDAY_BACKTEST", raising=False)
    assert main(arguments(trained.home, folder)) == 0
    assert Bundle.load(folder).backtest is None
    assert "no backtest is kept: run `awayday backtest`, or name" in capsys.readouterr().out

    write_predictions(predictions(), file)
    monkeypatch.setenv("AWAYDAY_BACKTEST", str(file))
    assert main(arguments(trained.home, folder)) == 0
    assert "backtest of 40 matches, 2024-08-01 to 2024-08-20: RPS 0.1150" in capsys.readouterr().out
    assert Bundle.load(folder).backtest == record_of(predictions())


def test_the_backtest_alone_is_written_anew_and_the_model_stays(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = tmp_path / "bundled", tmp_path / "predictions.csv"
    before = trained.result.bundle.save(folder).manifest
    monkeypatch.delenv("AWAYDAY_BACKTEST", raising=False)
    assert main(arguments(tmp_path / "empty", folder, "--only-backtest")) == 1
    assert "error: no backtest is kept" in capsys.readouterr().err

    write_predictions(predictions(), file)
    monkeypatch.setenv("AWAYDAY_BACKTEST", str(file))
    assert main(arguments(tmp_path / "empty", folder, "--only-backtest")) == 0
    after = Bundle.load(folder)
    assert after.backtest is not None
    assert (after.manifest.version, after.manifest.files.items() > before.files.items()) == (before.version, True)
    assert not (tmp_path / "card.md").exists()


def test_the_board_of_the_readme_is_that_of_the_embedded_record() -> None:
    record = load_embedded().backtest
    assert record is not None
    text = (DOCS.parents[1] / "README.md").read_text(encoding="utf-8")
    scores = record.scores
    assert f"{scores.matches:,} matches, {record.first_day} to {record.last_day}" in text
    told = "   ".join(
        plus_minus(one.mean, one.standard_error or 0.0) for one in (scores.rps, scores.log_loss, scores.brier)
    )
    assert re.search(rf"awayday +{told}\n", text)
