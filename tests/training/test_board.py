"""The whole scoreboard: metrics under flat names, JSON without NaN, and forecasts that are not ours."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from features.metrics import evaluate, ranked_probability_score
from training.board import FEWEST_MATCHES, Board
from training.market_board import CLOSING, OPENING

Float = NDArray[np.float64]

RNG = np.random.default_rng(8)
TRUTH: Float = RNG.dirichlet([4.0, 2.5, 3.0], 900)
OUTCOME = (RNG.random((900, 1)) > TRUTH.cumsum(axis=1)[:, :2]).sum(axis=1).astype(np.int64)
DAY = np.arange(900) // 9
FLAT = np.full((900, 3), 1 / 3)
MIXED = 0.5 * TRUTH + 0.5 * FLAT
GROUPS = pd.DataFrame(
    {
        "kind": np.where(np.arange(900) < 880, "league", "cup"),
        "season": np.where(np.arange(900) < 450, "2021-22", "2022-23"),
        "competition": np.where(np.arange(900) < 900 - FEWEST_MATCHES + 1, "eng-1", "eng-cup"),
        "uefa": np.arange(900) % 2 == 0,
    }
)
ODDS = TRUTH.copy()
ODDS[:100] = np.nan
BOARD = Board.of({"awayday": MIXED, "flat rates": FLAT}, OUTCOME, DAY, GROUPS, {CLOSING: ODDS, OPENING: ODDS})


def test_metrics_have_flat_names_and_the_figures_of_the_tables() -> None:
    metrics = BOARD.metrics()
    scores = evaluate(MIXED, OUTCOME, DAY)
    assert metrics["rps"] == scores.rps.mean
    assert metrics["calibration_draw_se"] == scores.calibration[1].standard_error
    assert metrics["difference.flat_rates.rps"] == pytest.approx(metrics["rps"] - metrics["flat_rates.rps"])
    assert metrics["draw.flat_rates.difference"] < 0.0
    assert metrics["kind.cup.matches"] == 20
    assert metrics["segment.uefa.matches"] == 450
    priced = slice(100, 900)
    expected = (
        ranked_probability_score(MIXED, OUTCOME)[priced].mean()
        / ranked_probability_score(TRUTH, OUTCOME)[priced].mean()
    )
    assert metrics["market.ratio"] == pytest.approx(expected)
    assert metrics["market.matches"] == 800
    assert metrics["market.season.2021-22.matches"] == 350
    assert all(np.isfinite(value) for value in metrics.values())


def test_groups_too_small_have_no_line_but_kinds_do() -> None:
    assert set(BOARD.groups["competition"]["group"]) == {"eng-1"}
    assert set(BOARD.groups["kind"]["group"]) == {"league", "cup"}


def test_opening_odds_on_the_same_matches_share_the_market_table() -> None:
    assert BOARD.market is not None
    assert BOARD.market.ratios["forecast"].tolist() == ["awayday", "flat rates", CLOSING, OPENING]
    assert BOARD.market.opening is None


def test_json_holds_every_table_and_null_for_what_is_unknown() -> None:
    content = json.loads(BOARD.to_json(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert content["model"] == "awayday"
    assert set(content["tables"]) == set(BOARD.tables())
    assert content["tables"]["draws"][0]["difference"] is None
    assert content["tables"]["scores"][0]["rps"] == pytest.approx(BOARD.metrics()["rps"])
    assert {"scores", "differences", "draws", "by_kind", "by_segment", "market", "market_by_season"} <= set(
        BOARD.tables()
    )


def test_one_forecast_alone_under_any_name_is_judged() -> None:
    board = Board.of({"mine": TRUTH}, OUTCOME, DAY, GROUPS[["kind"]], model="mine")
    assert board.differences.empty
    assert board.market is None
    assert board.metrics()["rps"] == evaluate(TRUTH, OUTCOME, DAY).rps.mean
