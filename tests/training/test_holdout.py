"""The judgement on held-out matches: figures, their flat names, and what is printed."""

from datetime import date
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from features.metrics import evaluate
from football.errors import InvalidValueError
from tests.training.league import MONOTONE, simulate_dataset
from training.holdout import judge
from training.models import ModelConfig

CONFIG = ModelConfig(rounds=30, learning_rate=0.1, threads=1, monotone=MONOTONE)
DATA = simulate_dataset(4000)
JUDGED = judge(DATA, date(2017, 1, 1), 30, CONFIG)
DAYS = DATA.matches["date"].to_numpy("datetime64[D]")


def test_training_ends_the_gap_before_the_test_and_all_later_matches_are_judged() -> None:
    assert JUDGED.train_matches == np.less(DAYS, np.datetime64("2016-12-02")).sum()
    assert JUDGED.scores["matches"].tolist() == [np.greater_equal(DAYS, np.datetime64("2017-01-01")).sum()] * 6


def test_the_held_out_matches_are_told_row_by_row() -> None:
    expected = DATA.matches[DATA.matches["date"] >= "2017-01-01"]
    assert JUDGED.matches.equals(expected)
    assert len(JUDGED.outcome) == len(expected)
    assert all(len(forecast) == len(expected) for forecast in JUDGED.forecasts.values())


def test_metrics_have_flat_names_and_the_scores_of_the_tables() -> None:
    metrics = JUDGED.metrics()
    scores = evaluate(JUDGED.forecasts["awayday"], JUDGED.outcome, DAYS[JUDGED.split.test])
    assert metrics["rps"] == pytest.approx(scores.rps.mean)
    assert metrics["rps_se"] == pytest.approx(scores.rps.standard_error)
    assert metrics["calibration_draw"] == pytest.approx(scores.calibration[1].error)
    assert metrics["difference.strength_alone.rps"] == pytest.approx(metrics["rps"] - metrics["strength_alone.rps"])
    assert metrics["elo_ordered_logit.log_loss"] < metrics["base_rates.log_loss"]
    by_kind = metrics["kind.league.rps"] * metrics["kind.league.matches"]
    by_kind += metrics["kind.continental.rps"] * metrics["kind.continental.matches"]
    assert by_kind / metrics["matches"] == pytest.approx(metrics["rps"])
    assert metrics["competition.champions-league.matches"] == metrics["kind.continental.matches"]
    assert all(np.isfinite(value) for value in metrics.values())


def test_the_judgement_is_printed_with_its_references() -> None:
    out = StringIO()
    JUDGED.show(Console(file=out, width=140))
    text = out.getvalue()
    for words in ("held-out matches from 2017-01-01 on", "awayday", "base rates", "strength alone", "continental", "±"):
        assert words in text


def test_a_test_window_outside_the_data_is_refused() -> None:
    with pytest.raises(
        InvalidValueError, match=r"test_from: got '2030-01-01', expected .* between 2015-07-01 and 2017-"
    ):
        judge(DATA, date(2030, 1, 1), 30, CONFIG)
