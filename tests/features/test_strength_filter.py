"""The filter of strengths: by hand for one match, against leaks, across leagues, and its mean with the fitted model."""

import math
from dataclasses import fields

import numpy as np
import pytest

from features.strength import League, ResultTable, StrengthHistory
from features.strength_filter import FilterConfig, filter_strengths, mean_of

DAY_S = 86_400
START_S = 1_000_000_000
LEAGUES = (League("aaa-1", "aaa", 1, True), League("bbb-1", "bbb", 1, True), League("cup", None, 1, False))


def results(*rows: tuple[int, str, str, str, int, int]) -> ResultTable:
    """Rows of day, home, away, competition, goals; known three hours after the start."""
    start = np.array([START_S + row[0] * DAY_S for row in rows], dtype=np.int64)
    home, away, competition = (np.array([row[k] for row in rows], dtype=object) for k in (1, 2, 3))
    goals = np.array([row[4:] for row in rows], dtype=np.float64).reshape(-1, 2)
    return ResultTable(
        home, away, competition, np.zeros(len(rows)), goals[:, 0], goals[:, 1], start, start + 10_800, home
    )


def at(day: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([START_S + day * DAY_S], dtype=np.int64)


def strength_of(history: StrengthHistory, club: str) -> float:
    return float(history.strength[0, history.club_ids.index(club)])


def test_one_match_moves_both_clubs_by_the_variance_times_the_surprise_over_its_spread() -> None:
    config = FilterConfig(reversion_days=1e12, entry=0.0)

    history = filter_strengths(results((0, "aaa-x", "aaa-y", "aaa-1", 3, 0)), LEAGUES, at(1), config)

    home_rate, away_rate = math.exp(0.25 + 0.3), math.exp(0.25 - 0.3)
    surprise = (3 - home_rate) - (0 - away_rate)
    variance = 2 * config.club_strength + 0.25 * config.advantage
    moved = config.club_strength * surprise / (1 + variance * (home_rate + away_rate))
    assert strength_of(history, "aaa-x") == pytest.approx(moved, abs=1e-6)
    assert strength_of(history, "aaa-y") == pytest.approx(-moved, abs=1e-6)
    assert history.home_advantage[0, 0] > history.home_advantage[0, 1]


def test_a_night_across_leagues_moves_the_whole_league() -> None:
    domestic = [(d, "aaa-x", "aaa-y", "aaa-1", 1, 1) for d in range(0, 70, 7)]
    abroad = (71, "aaa-x", "bbb-z", "cup", 5, 0)

    before = filter_strengths(results(*domestic), LEAGUES, at(80))
    after = filter_strengths(results(*domestic, abroad), LEAGUES, at(80))

    assert strength_of(after, "aaa-y") > strength_of(before, "aaa-y")
    assert strength_of(after, "bbb-z") < 0.0
    assert after.league_strength[0, 0] > after.league_strength[0, 1]


def test_results_known_after_a_checkpoint_do_not_move_it() -> None:
    known = (0, "aaa-x", "aaa-y", "aaa-1", 2, 1)
    later = [(5, "aaa-y", "aaa-x", "aaa-1", goals, 0) for goals in (0, 9)]

    one, other = (
        filter_strengths(results(known, row, (6, "aaa-x", "aaa-y", "aaa-1", row[4], 3)), LEAGUES, at(2))
        for row in later
    )

    for field in fields(StrengthHistory):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_a_club_not_seen_yet_has_no_information_and_more_results_give_more() -> None:
    rows = [(d, "aaa-x", "aaa-y", "aaa-1", 1, 0) for d in range(0, 210, 7)]
    history = filter_strengths(results(*rows, (300, "bbb-z", "aaa-x", "cup", 1, 1)), LEAGUES, at(20))
    more = filter_strengths(results(*rows), LEAGUES, at(209))

    assert history.information[0, history.club_ids.index("bbb-z")] == 0.0
    known = history.information[0, history.club_ids.index("aaa-x")]
    assert 0.0 < known < more.information[0, more.club_ids.index("aaa-x")]


def test_a_club_stays_as_strong_when_it_changes_its_league() -> None:
    leagues = (LEAGUES[0], League("aaa-2", "aaa", 2, True))
    config = FilterConfig(reversion_days=1e12, club_strength_a_day=0.0, break_variance=0.0)
    rows = [(d, "aaa-x", "aaa-y", "aaa-2", 2, 0) for d in range(0, 70, 7)]
    below = filter_strengths(results(*rows), leagues, at(70), config)
    # A first match above that goes as expected moves it by less than the gap between the tiers.
    above = filter_strengths(results(*rows, (70, "aaa-x", "aaa-w", "aaa-1", 2, 1)), leagues, at(72), config)

    assert abs(strength_of(above, "aaa-x") - strength_of(below, "aaa-x")) < config.tier_slope / 2


def test_expected_goals_of_the_mean_are_the_geometric_means() -> None:
    rows = [(d, "aaa-x", "aaa-y", "aaa-1", d % 3, 1) for d in range(0, 70, 7)]
    one, other = (filter_strengths(results(*rows), LEAGUES, at(75), FilterConfig(mean=mean)) for mean in (0.1, 0.5))
    fixture = (
        np.array(["aaa-x"], dtype=object),
        np.array(["aaa-y"], dtype=object),
        np.array(["aaa-1"], dtype=object),
        np.zeros(1),
        at(80),
    )

    goals = [history.expected_goals(*fixture)[:2] for history in (one, other, mean_of(one, other))]

    for side in range(2):
        assert goals[2][side] == pytest.approx(np.sqrt(goals[0][side] * goals[1][side]), rel=1e-6)
