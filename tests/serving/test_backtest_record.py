"""What a backtest found, kept with the model and told by the service."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from football.errors import StoreError
from serving.app import create_app
from serving.backtest_record import METHOD, BacktestRecord, JudgedForecast
from serving.bundle import BACKTEST_FILE, Bundle, put_backtest
from serving.loading import predictor_of
from serving.track_record_schemas import (
    CalibrationAnswer,
    EstimateAnswer,
    ReliabilityBin,
    ReliabilityTable,
    ScoresAnswer,
)
from tests.serving.client import Client
from tests.serving.synthetic import world

PATH = "/v1/track-record/backtest"


def record() -> BacktestRecord:
    """One of made-up figures."""
    of = EstimateAnswer(mean=0.2, standard_error=0.001)
    names = ("home", "draw", "away")
    calibration = [CalibrationAnswer(outcome=n, error=0.01, standard_error=0.002, noise_floor=0.004) for n in names]
    scores = ScoresAnswer(matches=1200, match_days=300, rps=of, log_loss=of, brier=of, calibration=calibration)
    bins = [
        ReliabilityBin(forecast=(k + 0.5) / 10, observed=(k + 0.6) / 10, standard_error=0.02, matches=120)
        for k in range(10)
    ]
    return BacktestRecord(
        first_day=date(2021, 7, 1),
        last_day=date(2025, 12, 30),
        scores=scores,
        reliability=[ReliabilityTable(outcome=name, bins=bins) for name in names],
        references=[JudgedForecast(name="base rates", scores=scores)],
        by_kind=[JudgedForecast(name="league", scores=scores)],
    )


def test_it_comes_back_with_the_bundle_and_a_bundle_without_has_none(tmp_path: Path) -> None:
    bundle = replace(world().bundle, backtest=record())
    saved = bundle.save(tmp_path / "with")
    assert BACKTEST_FILE in saved.manifest.files
    assert Bundle.load(tmp_path / "with").backtest == record()
    world().bundle.save(tmp_path / "without")
    assert Bundle.load(tmp_path / "without").backtest is None


def test_it_is_put_into_a_bundle_whose_other_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    before = world().bundle.save(folder).manifest
    put_backtest(folder, record())
    put_backtest(folder, record())
    found = Bundle.load(folder)
    assert found.backtest == record()
    files = dict(found.manifest.files)
    del files[BACKTEST_FILE]
    assert (files, found.manifest.version) == (before.files, before.version)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    with pytest.raises(StoreError, match="is no model bundle"):
        put_backtest(tmp_path / "nothing", record())


@pytest.mark.parametrize("content", ["{}", "no JSON", '{"first_day": "soon"}'])
def test_a_file_that_is_something_else_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / BACKTEST_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=r"backtest\.json: no record of a backtest .*; make the bundle again"):
        BacktestRecord.load(tmp_path / BACKTEST_FILE)


def test_the_service_tells_it_with_the_method_and_the_model() -> None:
    bundle = replace(world().bundle, backtest=record())
    with Client(create_app(lambda: predictor_of(bundle, "champion"))) as client:
        answer = client.get(PATH)
    assert answer.status_code == 200
    told = answer.json()
    assert BacktestRecord.model_validate(told["backtest"]) == record()
    assert (told["method"], told["model"]["version"]) == (METHOD, bundle.manifest.version)


def test_a_model_without_a_backtest_says_so_by_null() -> None:
    with Client(create_app(lambda: predictor_of(world().bundle, "champion"))) as client:
        assert client.get(PATH).json()["backtest"] is None
