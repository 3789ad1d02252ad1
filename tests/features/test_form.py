import math

import numpy as np
import pytest

from features.table import build_features
from tests.features.world import COMPETITIONS, LONDON, MADRID, Row, history, match, table

Features = dict[str, float]

# London's results: a win at home, a defeat away, a draw at home, wins away and at home, a win at home.
SEASON = [
    match("2025-01-04 15:00", LONDON, MADRID, "3-1"),
    match("2025-01-11 15:00", MADRID, LONDON, "2-0"),
    match("2025-01-18 15:00", LONDON, MADRID, "1-1"),
    match("2025-01-25 15:00", MADRID, LONDON, "0-1"),
    match("2025-02-01 15:00", LONDON, MADRID, "4-0"),
    match("2025-02-08 15:00", LONDON, MADRID, "2-1"),
]
NEXT = match("2025-02-15 15:00", LONDON, MADRID)


def features(*rows: Row, fixture: Row = NEXT) -> Features:
    found = build_features(table([fixture]), history(*rows), None, None, COMPETITIONS)
    return {str(name): float(value) for name, value in found.iloc[0].items()}


def test_means_of_the_last_five_and_ten() -> None:
    found = features(*SEASON)
    # The last five: L 0-2, D 1-1, W 1-0, W 4-0, W 2-1.
    assert found["home_points_last_5"] == pytest.approx(10 / 5)
    assert found["home_goals_for_last_5"] == pytest.approx(8 / 5)
    assert found["home_goals_against_last_5"] == pytest.approx(4 / 5)
    # All six, as there are no ten.
    assert found["home_points_last_10"] == pytest.approx(13 / 6)
    assert found["home_goals_for_last_10"] == pytest.approx(11 / 6)
    assert found["away_points_last_5"] == pytest.approx(4 / 5)
    assert found["away_goals_for_last_10"] == pytest.approx(5 / 6)


def test_a_weighted_mean_halves_a_result_every_four_matches() -> None:
    weights = [0.5 ** (i / 4) for i in range(6)]
    newest_first = [3, 3, 3, 1, 0, 3]
    expected = sum(w * p for w, p in zip(weights, newest_first, strict=True)) / sum(weights)
    assert features(*SEASON)["home_points_weighted"] == pytest.approx(expected)


def test_the_fifth_last_result_counts_half_as_much_as_the_newest() -> None:
    rows = [match(f"2025-01-0{d} 15:00", LONDON, MADRID, "1-0" if d == 1 else "0-1") for d in range(1, 6)]
    weights = [0.5 ** (i / 4) for i in range(5)]
    assert weights[4] == 0.5
    assert features(*rows)["home_points_weighted"] == pytest.approx(3 * 0.5 / sum(weights))


def test_venue_form_counts_home_matches_of_the_home_side_and_away_matches_of_the_away_side() -> None:
    found = features(*SEASON)
    assert found["home_venue_points_last_5"] == pytest.approx((3 + 1 + 3 + 3) / 4)
    assert found["home_venue_goals_for_last_5"] == pytest.approx((3 + 1 + 4 + 2) / 4)
    assert found["away_venue_goals_against_last_10"] == pytest.approx((3 + 1 + 4 + 2) / 4)
    swapped = features(*SEASON, fixture=match("2025-02-15 15:00", MADRID, LONDON))
    assert swapped["away_venue_points_last_5"] == pytest.approx((0 + 3) / 2)
    assert swapped["home_venue_points_last_5"] == pytest.approx((3 + 0) / 2)


def test_matches_on_neutral_ground_are_neither_home_nor_away_form() -> None:
    found = features(match("2025-01-04 15:00", LONDON, MADRID, "3-1", neutral=True))
    assert found["home_points_last_5"] == 3.0
    assert math.isnan(found["home_venue_points_last_5"])


def test_streaks_and_the_last_margin() -> None:
    found = features(*SEASON)
    assert (found["home_winning_streak"], found["home_unbeaten_streak"], found["home_winless_streak"]) == (3, 4, 0)
    assert (found["away_winning_streak"], found["away_unbeaten_streak"], found["away_winless_streak"]) == (0, 0, 4)
    assert (found["home_last_margin"], found["away_last_margin"]) == (1, -1)


def test_form_against_expectation_adjusts_for_the_opponent() -> None:
    # The first match of two new clubs: Elo expects 0.5925 of the home side, the pi-ratings a draw.
    found = features(SEASON[0])
    assert found["home_score_surplus_last_5"] == pytest.approx(1 - 0.592466, abs=1e-6)
    assert found["away_score_surplus_last_5"] == pytest.approx(0 - (1 - 0.592466), abs=1e-6)
    assert found["home_goal_difference_surplus_last_5"] == 2.0
    assert found["away_goal_difference_surplus_last_5"] == -2.0


def test_a_match_without_a_known_result_makes_form_stale_and_nothing_else() -> None:
    unknown = [match("2025-02-11 15:00", LONDON, MADRID), match("2025-02-12 15:00", LONDON, "eng-york")]
    before, after = features(*SEASON), features(*SEASON, *unknown)
    assert after["home_unknown_results"] == 2
    assert after["away_unknown_results"] == 1
    assert before["home_unknown_results"] == 0
    assert after["home_days_since_result"] == 7  # 8 to 15 February
    for name in ("home_points_last_5", "home_winning_streak", "home_elo", "home_known_results"):
        assert after[name] == before[name]


def test_an_abandoned_match_leaves_no_result_to_wait_for() -> None:
    found = features(*SEASON, match("2025-02-11 15:00", LONDON, MADRID, status="abandoned"))
    assert found["home_unknown_results"] == 0
    assert found["home_rest_days"] == 4


def test_unknown_results_before_the_newest_known_one_do_not_make_form_stale() -> None:
    found = features(match("2025-01-01 15:00", LONDON, MADRID), *SEASON)
    assert found["home_unknown_results"] == 0


def test_without_any_result_form_is_unknown() -> None:
    found = features(match("2025-01-01 15:00", LONDON, MADRID))
    assert found["home_unknown_results"] == 1
    for name in ("points_last_5", "goals_for_weighted", "winning_streak", "last_margin", "days_since_result"):
        assert math.isnan(found[f"home_{name}"]), name


def test_form_looks_back_on_forty_results() -> None:
    # Forty draws after a win: the win has left the weighted mean and every streak.
    days = [str(np.datetime64("2024-01-01") + 3 * i) for i in range(41)]
    rows = [match(day, LONDON, MADRID, "0-0" if i else "1-0") for i, day in enumerate(days)]
    found = features(*rows)
    assert found["home_points_weighted"] == pytest.approx(1.0)
    assert found["home_unbeaten_streak"] == 40
    assert found["home_known_results"] == 41
