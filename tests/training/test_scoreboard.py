"""Scoreboards: identical matches for all, groups that add up, tables that can be read."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from features.metrics import evaluate
from football.errors import InvalidValueError
from training.score_printing import (
    show_calibration,
    show_differences,
    show_draws,
    show_groups,
    show_ratio_groups,
    show_ratios,
    show_scores,
)
from training.scoreboard import (
    common_rows,
    difference_table,
    draw_table,
    grouped_table,
    plus_minus,
    ratio_table,
    score_table,
    segment_table,
    slug,
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


def test_segments_may_overlap_and_come_in_their_own_order() -> None:
    segments = pd.DataFrame({"uefa": np.arange(900) < 300, "early": np.arange(900) < 100, "none": False})
    table = segment_table(FORECASTS, OUTCOME, DAY, segments, min_matches=50)
    ours = table[table["forecast"] == "awayday"]
    assert ours["group"].tolist() == ["uefa", "early"]
    assert ours["matches"].tolist() == [300, 100]
    assert ours["rps"].tolist()[1] == evaluate(TRUTH[:100], OUTCOME[:100], DAY[:100]).rps.mean
    assert segment_table(FORECASTS, OUTCOME, DAY, segments[["none"]]).empty


def test_draws_on_their_own_by_hand() -> None:
    ours = np.array([[0.4, 0.5, 0.1], [0.6, 0.2, 0.2]])
    other = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    table = draw_table({"awayday": ours, "flat": other}, np.array([1, 0]), np.array([1, 2]))
    # Drawn, then not: -log 0.5 and -log 0.8 against -log 0.25 and -log 0.75.
    losses = [-(np.log(0.5) + np.log(0.8)) / 2, -(np.log(0.25) + np.log(0.75)) / 2]
    assert table["log_loss"].tolist() == pytest.approx(losses)
    assert table["forecast_share"].tolist() == pytest.approx([0.35, 0.25])
    assert table["observed_share"].tolist() == [0.5, 0.5]
    assert np.isnan(table["difference"][0])
    assert table["difference"][1] == pytest.approx(losses[0] - losses[1])
    # Two days with differences log(1/2) and log(0.75/0.8): half their distance.
    assert table["difference_se"][1] == pytest.approx(abs(np.log(0.5) - np.log(0.75 / 0.8)) / 2)


def test_ratios_are_to_the_forecast_named_and_on_common_rows() -> None:
    gaps = FLAT.copy()
    gaps[:300] = np.nan
    table = ratio_table({"awayday": TRUTH, "odds": gaps}, OUTCOME, DAY, "odds").set_index("forecast")
    ours, flat = evaluate(TRUTH[300:], OUTCOME[300:], DAY[300:]), evaluate(FLAT[300:], OUTCOME[300:], DAY[300:])
    assert table["matches"].tolist() == [600, 600]
    assert table.loc["awayday", "ratio"] == pytest.approx(ours.rps.mean / flat.rps.mean)
    assert table.loc["awayday", "difference_log_loss"] == pytest.approx(ours.log_loss.mean - flat.log_loss.mean)
    assert [table.loc["odds", name] for name in ("ratio", "ratio_se", "difference_rps")] == [1.0, 0.0, 0.0]


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
    names = ("awayday", "base rates", "Elo, ordered logit", "pi, ordered logit", "Dixon & Coles", "strength alone")
    forecasts = dict.fromkeys(names, TRUTH) | {"base rates": FLAT}
    scores = score_table(forecasts, OUTCOME, DAY)
    groups = grouped_table(forecasts, OUTCOME, DAY, np.where(np.arange(900) < 90, "continental", "league"))
    tables = (
        show_scores(scores, "Scores"),
        show_calibration(scores),
        show_differences(difference_table(forecasts, OUTCOME, DAY), "Paired"),
        show_groups(groups, "By kind"),
        show_draws(draw_table(forecasts, OUTCOME, DAY)),
        show_ratios(ratio_table(forecasts, OUTCOME, DAY, "base rates"), "Market", "base rates"),
    )
    for table in tables:
        text = rendered(table, width=80)
        assert "…" not in text
        figures = [line for line in text.splitlines() if line.strip().startswith(("strength alone", "continental"))]
        assert len(figures[0].replace("±", " ").split()) >= 6


def test_many_forecasts_leave_those_across_that_come_nearest() -> None:
    others = {f"mix {i}": (1 - 0.1 * i) * TRUTH + 0.1 * i * FLAT for i in range(1, 7)}
    groups = grouped_table({"awayday": TRUTH, **others}, OUTCOME, DAY, np.full(900, "league"))
    text = rendered(show_groups(groups, "By kind"))
    assert "mix 3" in text
    assert "mix 4" not in text


def test_the_market_and_draws_are_shown_with_their_figures() -> None:
    table = ratio_table(FORECASTS, OUTCOME, DAY, "flat")
    text = rendered(show_ratios(table, "Against the market", "flat"))
    assert plus_minus(figure(table, "awayday", "ratio"), figure(table, "awayday", "ratio_se")) in text
    grouped = rendered(show_ratio_groups(table.assign(group="2021-22"), "By season"))
    assert "2021-22" in grouped
    assert "flat" not in grouped
    draws = draw_table(FORECASTS, OUTCOME, DAY)
    text = rendered(show_draws(draws))
    assert f"{100 * draws['observed_share'][0]:.2f} ± " in text
    assert f"{100 * draws['forecast_share'][0]:.2f}" in text


def test_names_of_metrics_are_plain_words() -> None:
    assert slug("Elo, ordered logit") == "elo_ordered_logit"
    assert slug("Dixon & Coles") == "dixon_coles"


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
    with pytest.raises(InvalidValueError, match="against: got 'odds', expected one of flat"):
        ratio_table({"flat": FLAT}, OUTCOME, DAY, "odds")
    with pytest.raises(InvalidValueError, match="model: got 'awayday', expected one of flat"):
        draw_table({"flat": FLAT}, OUTCOME, DAY)
