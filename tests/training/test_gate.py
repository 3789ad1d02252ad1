"""The gate: known forecasts give known verdicts, on the newest season that neither twin has seen."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.metrics import Float
from training.gate import (
    CALIBRATION_BOUND,
    FEWEST_IN_SMALL,
    FEWEST_MATCHES,
    LOG_LOSS_MARGIN,
    MARGIN,
    SMALL_SEASON,
    Check,
    Decision,
    Rules,
    decide,
)
from training.twin import PROBABILITIES, Twin

FAVOURITE_HOME, FAVOURITE_AWAY = (0.6, 0.2, 0.2), (0.2, 0.2, 0.6)
LENIENT = Rules(calibration_bound=1.0, fewest_matches=100)


def season(opening: str = "2024-07-01", days: int = 300) -> pd.DataFrame:
    """Twenty matches a day, ten with each favourite, which win six, draw two and lose two: forecasts that are right."""
    start, label = pd.Timestamp(opening), opening[:4]
    one_day = [(FAVOURITE_HOME, o) for o in (0, 0, 0, 0, 0, 0, 1, 1, 2, 2)]
    one_day += [(FAVOURITE_AWAY, o) for o in (2, 2, 2, 2, 2, 2, 1, 1, 0, 0)]
    rows = [
        (f"{label}-{day}-{i}", start + pd.Timedelta(days=day), "eng-1", "league", outcome, *forecast)
        for day in range(days)
        for i, (forecast, outcome) in enumerate(one_day)
    ]
    return pd.DataFrame(rows, columns=["match_id", "date", "competition_id", "kind", "outcome", *PROBABILITIES])


def sharper(frame: pd.DataFrame, by: float) -> pd.DataFrame:
    """The favourite's chance up by so much, the outsider's down: costs `by`² RPS where forecasts were right."""
    sign = np.where(frame["p_home"] > frame["p_away"], by, -by)
    return frame.assign(p_home=frame["p_home"] + sign, p_away=frame["p_away"] - sign)


def twin(holdout: pd.DataFrame, test_from: date = date(2024, 7, 1), gap_days: int = 30) -> Twin:
    return Twin(holdout, test_from, gap_days)


def check(decision: Decision, name: str) -> Check:
    (found,) = (check for check in decision.checks if check.name == name)
    return found


SEASON = season()


def test_the_rules_are_those_that_are_published() -> None:
    assert (MARGIN, LOG_LOSS_MARGIN, CALIBRATION_BOUND) == (0.0005, 0.0015, 0.010)
    assert (FEWEST_MATCHES, FEWEST_IN_SMALL) == (5000, 500)
    assert len(SEASON) >= FEWEST_MATCHES


def test_a_model_equal_to_the_champion_passes() -> None:
    decision = decide(twin(SEASON), twin(SEASON))
    assert decision.passed
    assert decision.reasons == ()
    assert (decision.season, decision.matches, decision.match_days) == ("2024-25", 6000, 300)
    assert check(decision, "rps_difference").tested == 0.0


def test_a_better_model_passes_and_the_worse_one_does_not_take_its_place() -> None:
    blurred = twin(sharper(SEASON, -0.1))
    assert decide(twin(SEASON), blurred).passed
    decision = decide(blurred, twin(SEASON))
    assert not decision.passed
    assert [reason.partition(":")[0] for reason in decision.reasons] == [
        "RPS, challenger minus champion",
        "log loss, challenger minus champion",
        "calibration error, home",
        "calibration error, away",
    ]
    assert decision.reasons[0].endswith("+0.0100 ± 0.0000, upper end, 95 % one-sided +0.0100, expected at most +0.0005")


@pytest.mark.parametrize(("by", "holds"), [(0.02, True), (0.03, False)])
def test_the_margin_is_one_of_rps(by: float, holds: bool) -> None:
    # Each day has the same matches, so the error is zero and the difference exact: by².
    found = check(decide(twin(sharper(SEASON, by)), twin(SEASON), LENIENT), "rps_difference")
    assert found.value == pytest.approx(by**2)
    assert found.tested == pytest.approx(by**2)
    assert found.limit == MARGIN
    assert found.holds is holds


def two_days(first: float, second: float) -> tuple[Twin, Twin]:
    """A champion who gives an away win 1, and a challenger who gives it less on two days of two away wins each."""
    base = pd.DataFrame(
        {
            "match_id": list("abcd"),
            "date": pd.to_datetime(["2024-08-01"] * 2 + ["2024-08-02"] * 2),
            "competition_id": "eng-1",
            "kind": "league",
            "outcome": 2,
            "p_home": 0.0,
            "p_draw": 0.0,
            "p_away": 1.0,
        }
    )
    draw = np.repeat([first, second], 2)
    return twin(base.assign(p_draw=draw, p_away=1.0 - draw)), twin(base)


def test_the_upper_end_of_the_interval_counts_not_the_mean() -> None:
    # RPS is draw² / 2: 0.02 on the first day, 0 on the second. Mean 0.01; deviations of a day's sum are ±0.02, so the
    # error is sqrt(2 / 1 * 2 * 0.02²) / 4 = 0.01.
    rules = Rules(margin=0.02, calibration_bound=1.0, fewest_matches=4)
    found = check(decide(*two_days(0.2, 0.0), rules), "rps_difference")
    assert found.value == pytest.approx(0.01)
    assert found.standard_error == pytest.approx(0.01)
    assert found.tested == pytest.approx(0.01 + 1.6449 * 0.01)
    assert not found.holds
    assert check(decide(*two_days(0.2, 0.0), replace(rules, margin=0.027)), "rps_difference").holds


def excess_log_loss(by: float) -> float:
    """Log loss that `sharper` costs a match, six of ten of which the favourite wins and two the outsider."""
    return float(0.6 * np.log(0.6 / (0.6 + by)) + 0.2 * np.log(0.2 / (0.2 - by)))


@pytest.mark.parametrize(("by", "holds"), [(0.02, True), (0.025, False)])
def test_log_loss_has_a_margin_of_its_own(by: float, holds: bool) -> None:
    # 0.0014 and 0.0022, each the same on every day and so beyond chance.
    found = check(decide(twin(sharper(SEASON, by)), twin(SEASON), LENIENT), "log_loss_difference")
    assert found.value == pytest.approx(excess_log_loss(by))
    assert found.tested == pytest.approx(excess_log_loss(by))
    assert found.limit == LOG_LOSS_MARGIN
    assert found.holds is holds


def test_a_sure_difference_far_inside_the_margins_is_not_refused() -> None:
    decision = decide(twin(sharper(SEASON, 0.005)), twin(SEASON))
    found = check(decision, "log_loss_difference")
    assert found.value > 1000 * found.standard_error
    assert decision.passed


def test_the_upper_end_of_the_log_loss_counts_too() -> None:
    # On one of two days only: -log(0.8) / 2 = 0.112 ± 0.112, its upper end 0.295.
    rules = Rules(margin=1.0, log_loss_margin=0.29, calibration_bound=1.0, fewest_matches=4)
    refused = decide(*two_days(0.2, 0.0), rules)
    found = check(refused, "log_loss_difference")
    assert found.value == pytest.approx(-np.log(0.8) / 2)
    assert found.standard_error == pytest.approx(-np.log(0.8) / 2)
    assert found.tested == pytest.approx(-np.log(0.8) / 2 * 2.6449)
    assert [reason.partition(",")[0] for reason in refused.reasons] == ["log loss"]
    assert decide(*two_days(0.2, 0.0), replace(rules, log_loss_margin=0.30)).passed


def test_calibration_is_judged_above_what_chance_would_show() -> None:
    decision = decide(twin(sharper(SEASON, 0.02)), twin(SEASON), Rules(margin=1.0))
    home, draw = check(decision, "calibration_home"), check(decision, "calibration_draw")
    # Two bins of 3,000 matches, at 0.62 and 0.18.
    floor = np.sqrt(2 / np.pi) * (np.sqrt(3000 * 0.62 * 0.38) + np.sqrt(3000 * 0.18 * 0.82)) / 6000
    assert home.value == pytest.approx(0.02)
    assert home.tested == pytest.approx(0.02 - floor)
    assert not home.holds
    assert draw.value == pytest.approx(0.0, abs=1e-12)
    assert draw.holds
    assert check(decide(twin(sharper(SEASON, 0.015)), twin(SEASON)), "calibration_home").holds


def test_a_champions_bad_calibration_is_no_excuse() -> None:
    bad = sharper(SEASON, 0.1)
    decision = decide(twin(bad), twin(bad))
    assert check(decision, "rps_difference").holds
    assert not decision.passed


def test_without_a_champion_base_rates_have_to_be_beaten() -> None:
    decision = decide(twin(SEASON), None)
    found = check(decision, "rps_difference")
    # Rates are 0.4, 0.2, 0.4: each of their two cumulative errors is 0.2 from the right one.
    assert found.value == pytest.approx(-(0.2**2))
    assert (found.title, found.limit) == ("RPS, challenger minus base rates", 0.0)
    assert decision.passed
    knows_nothing = SEASON.assign(p_home=0.42, p_draw=0.2, p_away=0.38)
    refused = decide(twin(knows_nothing), None, LENIENT)
    assert [reason.partition(":")[0] for reason in refused.reasons] == [
        "RPS, challenger minus base rates",
        "log loss, challenger minus base rates",
    ]


def both(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([first, second], ignore_index=True)


def test_the_newest_season_with_enough_common_matches_decides() -> None:
    older, newer = season("2023-07-01"), season("2024-07-01", days=100)
    start = date(2023, 7, 1)
    champion, challenger = twin(both(older, newer), start), twin(both(sharper(older, 0.2), newer), start)
    enough = decide(challenger, champion, Rules(fewest_matches=2000))
    assert (enough.season, enough.matches, enough.passed) == ("2024-25", 2000, True)
    too_few = decide(challenger, champion, Rules(fewest_matches=2001))
    assert (too_few.season, too_few.matches, too_few.passed) == ("2023-24", 6000, False)


def test_a_small_season_decides_where_none_is_larger_and_it_says_so() -> None:
    older, newer = season("2023-07-01", days=100), season("2024-07-01", days=25)
    start = date(2023, 7, 1)
    small = decide(twin(both(older, newer), start), twin(both(older, newer), start))
    assert (small.season, small.matches, small.passed) == ("2024-25", 500, True)
    assert small.note == SMALL_SEASON == small.tags()["gate.note"]
    assert small.tags()["gate.matches"] == "500"
    smaller = both(older, newer.iloc[1:])
    before = decide(twin(smaller, start), twin(smaller, start))
    assert (before.season, before.matches, before.note) == ("2023-24", 2000, SMALL_SEASON)
    large = decide(twin(SEASON), twin(SEASON))
    assert large.note is None
    assert "gate.note" not in large.tags()


def test_only_matches_that_both_forecast_count_and_the_order_does_not_matter() -> None:
    shuffled = SEASON.sample(frac=1.0, random_state=1)
    decision = decide(twin(shuffled.iloc[:5500]), twin(SEASON))
    assert decision.matches == 5500
    assert check(decision, "rps_difference").value == 0.0


def test_matches_whose_result_was_corrected_are_left_out_and_counted() -> None:
    corrected = SEASON.assign(outcome=SEASON["outcome"].where(SEASON.index >= 3, 1))
    decision = decide(twin(SEASON), twin(corrected))
    assert (decision.matches, decision.left_out) == (5997, 3)


def test_without_a_common_season_it_says_how_to_train() -> None:
    champion = twin(season("2022-07-01"), date(2022, 7, 1))
    decision = decide(twin(SEASON), champion)
    assert not decision.passed
    assert decision.checks == ()
    assert decision.reasons == (
        "a season with at least 500 matches that neither twin had seen decides; found none. The test windows begin on "
        "2024-07-01 (challenger) and 2022-07-01 (champion): train the challenger with --test-from 2022-07-01, or use "
        "--force",
    )


def test_too_few_matches_decide_nothing() -> None:
    few = twin(season(days=24))
    assert (
        decide(few, few)
        .reasons[0]
        .startswith(
            "a season with at least 500 matches that neither twin had seen decides; found at most 480 a season."
        )
    )
    assert "that the challenger's twin had not seen decides; found at most 480" in decide(few, None).reasons[0]
    assert "or use --force" in decide(few, None).reasons[0]


def test_a_twin_that_learned_from_the_season_is_refused() -> None:
    late = SEASON[SEASON["date"] >= "2024-08-15"]
    seen = twin(late, date(2024, 8, 15))
    assert decide(seen, twin(SEASON)).reasons == (
        "the challenger's twin learned from matches before 2024-07-16, so it has seen part of the season 2024-25 that "
        "was to decide; train again with --test-from 2024-07-01",
    )
    (reason,) = decide(twin(SEASON), seen).reasons
    assert reason.startswith("the champion's twin learned from matches before 2024-07-16")
    # With a gap that reaches back to the season's first day it has seen nothing of it.
    assert decide(twin(late, date(2024, 8, 15), gap_days=45), twin(SEASON)).passed


def test_figures_become_tags() -> None:
    tags = decide(twin(sharper(SEASON, 0.02)), twin(SEASON), LENIENT).tags()
    assert tags["gate.season"] == "2024-25"
    assert tags["gate.matches"] == "6000"
    assert tags["gate.rps_difference"] == "0.000400"
    assert tags["gate.rps_difference.limit"] == "0.000500"
    assert tags["gate.calibration_home"] == "0.020000"
    assert tags["gate.log_loss_difference.limit"] == "0.001500"
    worse = decide(twin(sharper(SEASON, 0.03)), twin(SEASON), LENIENT).tags()["gate.reasons"]
    assert worse.startswith("RPS, challenger minus champion: +0.0009")
    assert "; log loss, challenger minus champion: +0.00" in worse
    assert decide(twin(SEASON), twin(SEASON)).tags()["gate.reasons"] == "all rules hold"


def test_an_unknown_error_meets_no_rule() -> None:
    one_day = SEASON[SEASON["date"] == "2024-07-01"]
    decision = decide(twin(one_day), twin(one_day), Rules(fewest_matches=20, calibration_bound=1.0))
    assert not check(decision, "rps_difference").holds


def test_probabilities_come_as_an_array() -> None:
    found: Float = twin(SEASON).probabilities()
    assert found[0].tolist() == [0.6, 0.2, 0.2]
