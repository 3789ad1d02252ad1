"""Scoreboards: identical matches for all, groups that add up, tables that can be read."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from football.errors import InvalidValueError
from training.evaluate import evaluate
from training.scoreboard import (
    common_rows,
    difference_table,
    grouped_table,
    plus_minus,
    score_table,
    show_calibration,
    show_differences,
    show_groups,
    show_scores,
)

Float = NDArray[np.float64]

RNG = np.random.default_rng(8)
TRUTH: Float = RNG.dirichlet([4.0, 2.5, 3.0], 900)
OUTCOME = (RNG.random((900, 1)) > TRUTH.cumsum(axis=1)[:, :2]).sum(axis=1).astype(np.int64)
DAY = np.arange(900) // 9
FLAT = np.full((900, 3), 1 / 3)
FORECASTS = {"awayday": TRUTH, "flat": FLAT}


def rendered(table: Table, width: int = 160) -> str:
    out = StringIO()
    Console(width=width, file=out).print(table)
    return out.getvalue()


def figure(table: pd.DataFrame, forecast: str, column: str) -> float:
    label = "forecast" if "forecast" in table else "against"
    return float(table.loc[table[label] == forecast, column].to_numpy(np.float64)[0])


def test_the_table_holds_what_evaluate_says() -> None:
    table = score_table(FORECASTS, OUTCOME, DAY).set_index("forecast")
    expected = evaluate(TRUTH, OUTCOME, DAY)
    ours = table.loc["awayday"]
    assert ours["rps"] == expected.rps.mean
    assert ours["log_loss_se"] == expected.log_loss.standard_error
    assert ours["calibration_draw"] == expected.calibration[1].error
    assert ours["calibration_away_floor"] == expected.calibration[2].noise_floor
    assert (ours["matches"], ours["match_days"]) == (900, 100)
    assert table.loc["flat", "rps"] > ours["rps"]


def test_only_matches_that_all_forecasts_have_are_judged() -> None:
    gaps = FLAT.copy()
    gaps[:300] = np.nan
    forecasts = {"awayday": TRUTH, "odds": gaps}
    assert common_rows(forecasts).sum() == 600
    table = score_table(forecasts, OUTCOME, DAY).set_index("forecast")
    assert table["matches"].tolist() == [600, 600]
    assert table.loc["awayday", "rps"] == evaluate(TRUTH[300:], OUTCOME[300:], DAY[300:]).rps.mean


def test_differences_have_the_sign_of_who_is_better() -> None:
    table = difference_table(FORECASTS, OUTCOME, DAY)
    assert table["against"].tolist() == ["flat"]
    scores = score_table(FORECASTS, OUTCOME, DAY)
    for score in ("rps", "log_loss", "brier"):
        difference = figure(table, "flat", score)
        assert difference == pytest.approx(figure(scores, "awayday", score) - figure(scores, "flat", score))
        assert difference < -2 * figure(table, "flat", f"{score}_se")


def test_groups_add_up_to_the_whole() -> None:
    kind = np.where(np.arange(900) % 3 == 0, "cup", "league")
    table = grouped_table(FORECASTS, OUTCOME, DAY, kind)
    assert list(dict.fromkeys(table["group"])) == ["cup", "league"]
    ours = table[table["forecast"] == "awayday"]
    assert ours["matches"].tolist() == [300, 600]
    whole = figure(score_table(FORECASTS, OUTCOME, DAY), "awayday", "rps")
    assert (ours["rps"] * ours["matches"]).sum() / 900 == pytest.approx(whole)


def test_small_groups_are_left_out() -> None:
    group = pd.Series(["big"] * 890 + ["small"] * 10)
    assert set(grouped_table(FORECASTS, OUTCOME, DAY, group, min_matches=20)["group"]) == {"big"}
    assert grouped_table(FORECASTS, OUTCOME, DAY, group, min_matches=1000).empty


def test_shown_tables_name_forecasts_and_their_figures() -> None:
    scores = score_table(FORECASTS, OUTCOME, DAY)
    text = rendered(show_scores(scores, "Held-out matches"))
    assert "Held-out matches" in text
    assert plus_minus(figure(scores, "awayday", "rps"), figure(scores, "awayday", "rps_se")) in text
    differences = difference_table(FORECASTS, OUTCOME, DAY)
    assert f"{figure(differences, 'flat', 'brier'):+.4f} ± " in rendered(show_differences(differences, "Paired"))
    groups = grouped_table(FORECASTS, OUTCOME, DAY, np.where(np.arange(900) < 90, "cup", "league"))
    text = rendered(show_groups(groups, "By kind"))
    assert "cup" in text
    assert "810" in text


def test_shown_tables_fit_a_terminal_of_80_columns_without_loss() -> None:
    names = ("awayday", "base rates", "Elo, ordered logit", "strength alone")
    forecasts = dict.fromkeys(names, TRUTH) | {"base rates": FLAT}
    scores = score_table(forecasts, OUTCOME, DAY)
    groups = grouped_table(forecasts, OUTCOME, DAY, np.where(np.arange(900) < 90, "continental", "league"))
    tables = (
        show_scores(scores, "Scores"),
        show_calibration(scores),
        show_differences(difference_table(forecasts, OUTCOME, DAY), "Paired"),
        show_groups(groups, "By kind"),
    )
    for table in tables:
        text = rendered(table, width=80)
        assert "…" not in text
        figures = [line for line in text.splitlines() if line.strip().startswith(("strength alone", "continental"))]
        assert len(figures[0].replace("±", " ").split()) >= 7


def test_shown_tables_hold_no_markup_for_consoles_that_take_none() -> None:
    out = StringIO()
    console = Console(width=160, file=out, markup=False)
    console.print(show_scores(score_table(FORECASTS, OUTCOME, DAY), "Scores"))
    console.print(show_groups(grouped_table(FORECASTS, OUTCOME, DAY, np.where(DAY < 50, "cup", "league")), "Kinds"))
    assert "bold" not in out.getvalue()


def test_figures_without_an_error_stand_alone() -> None:
    assert plus_minus(0.20344, 0.00061) == "0.2034 ± 0.0006"
    assert plus_minus(-0.0012, 0.0004, signed=True) == "-0.0012 ± 0.0004"
    assert plus_minus(0.2, float("nan")) == "0.2000"


def test_a_scoreboard_without_our_forecast_or_without_any_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="model: got 'awayday', expected one of flat"):
        difference_table({"flat": FLAT}, OUTCOME, DAY)
    with pytest.raises(InvalidValueError, match="forecasts: got 'none'"):
        score_table({}, OUTCOME, DAY)
