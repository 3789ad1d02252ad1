import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from features.scores import reweight_grid, score_grid
from serving.distribution import ScoreDistribution
from serving.match_kernels import DIFFERENCES, GRID_GOALS, LINES, SHOWN_GOALS

GOALS = st.floats(0.05, 6.0)
RHO = st.floats(-0.15, 0.05)
WEIGHTS = st.tuples(*(st.floats(0.01, 1.0) for _ in range(3)))


def outcomes_of(weights: tuple[float, float, float]) -> np.ndarray:
    return np.array(weights) / sum(weights)


@settings(deadline=None)  # the first call compiles
@given(GOALS, GOALS, RHO, WEIGHTS)
def test_every_figure_agrees_with_the_given_outcomes_to_1e_9(
    home: float, away: float, rho: float, weights: tuple[float, float, float]
) -> None:
    outcomes = outcomes_of(weights)
    scores = ScoreDistribution.uncompiled(home, away, rho, outcomes)
    chance = {(h, a): float(scores.grid[h, a]) for h in range(GRID_GOALS + 1) for a in range(GRID_GOALS + 1)}

    def of(wanted: object) -> float:
        assert callable(wanted)
        return math.fsum(p for (h, a), p in chance.items() if wanted(h, a))

    assert min(chance.values()) >= 0.0
    assert of(lambda h, a: True) == pytest.approx(1.0, abs=1e-9)
    assert of(lambda h, a: h > a) == pytest.approx(outcomes[0], abs=1e-9)
    assert of(lambda h, a: h == a) == pytest.approx(outcomes[1], abs=1e-9)
    assert of(lambda h, a: h < a) == pytest.approx(outcomes[2], abs=1e-9)
    for line, over in zip(LINES, scores.over, strict=True):
        assert over == pytest.approx(of(lambda h, a, line=line: h + a > line), abs=1e-9)
    assert scores.both_to_score == pytest.approx(of(lambda h, a: h and a), abs=1e-9)
    assert scores.clean_sheets[0] == pytest.approx(of(lambda h, a: a == 0), abs=1e-9)
    assert scores.clean_sheets[1] == pytest.approx(of(lambda h, a: h == 0), abs=1e-9)
    assert scores.beyond == pytest.approx(of(lambda h, a: max(h, a) > SHOWN_GOALS), abs=1e-9)
    for difference, p in zip(DIFFERENCES, scores.differences, strict=True):
        pooled = of(lambda h, a, difference=difference: max(-5, min(5, h - a)) == difference)
        assert p == pytest.approx(pooled, abs=1e-9)
    assert scores.expected_goals[0] == pytest.approx(math.fsum(h * p for (h, _), p in chance.items()), abs=1e-9)
    assert scores.expected_goals[1] == pytest.approx(math.fsum(a * p for (_, a), p in chance.items()), abs=1e-9)
    ranked = sorted(chance.items(), key=lambda item: (-item[1], item[0]))[:10]
    assert scores.likely_scores == [(*score, p) for score, p in ranked]


@settings(deadline=None)  # the first call compiles
@given(st.floats(0.05, 2.5), st.floats(0.05, 2.5), RHO, WEIGHTS)
def test_the_grid_is_that_of_the_strength_model(
    home: float, away: float, rho: float, weights: tuple[float, float, float]
) -> None:
    # Up to 2.5 expected goals the shorter grid of the strength model lacks less than 1e-13.
    outcomes = outcomes_of(weights)
    expected = reweight_grid(score_grid(np.array([home]), np.array([away]), rho), outcomes[None, :])[0]
    found = ScoreDistribution.of(home, away, rho, outcomes).grid[:21, :21]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_the_shown_grid_and_what_lies_beyond_sum_to_one() -> None:
    outcomes = np.array([0.8, 0.12, 0.08])
    scores = ScoreDistribution.of(5.0, 3.0, -0.05, outcomes)
    shown = scores.shown_grid()
    assert [len(row) for row in shown] == [11] * 11
    assert math.fsum(p for row in shown for p in row) + scores.beyond == pytest.approx(1.0, abs=1e-9)
    # Almost all beyond it are many home goals: of Poisson's 1.4 % above 10, times what home wins are scaled by.
    poisson_home_win = sum(poisson.pmf(h, 5.0) * poisson.cdf(h - 1, 3.0) for h in range(60))
    expected = poisson.sf(10, 5.0) * 0.8 / poisson_home_win
    assert scores.beyond == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("rate", "limit"), [(5.0, 1e-14), (8.0, 1e-9), (10.0, 1e-7)])
def test_little_lies_beyond_the_grid(rate: float, limit: float) -> None:
    assert poisson.sf(GRID_GOALS, rate) < limit


def test_the_compiled_kernel_tells_what_the_plain_way_tells() -> None:
    random = np.random.default_rng(7)
    home, away = random.uniform(0.2, 4.0, 40), random.uniform(0.2, 4.0, 40)
    outcomes = random.dirichlet([3.0, 2.0, 2.0], 40)
    for i in range(40):
        found = ScoreDistribution.compiled(float(home[i]), float(away[i]), -0.05, outcomes[i])
        alone = ScoreDistribution.uncompiled(float(home[i]), float(away[i]), -0.05, outcomes[i])
        np.testing.assert_allclose(found.grid, alone.grid, rtol=1e-12, atol=0.0)
        assert [score[:2] for score in found.likely_scores] == [score[:2] for score in alone.likely_scores]
        for name in ("expected_goals", "over", "differences", "clean_sheets", "both_to_score", "beyond"):
            np.testing.assert_allclose(getattr(found, name), getattr(alone, name), rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("make", [ScoreDistribution.compiled, ScoreDistribution.uncompiled])
def test_equal_chances_come_with_fewer_home_goals_first(make: Callable[..., ScoreDistribution]) -> None:
    scores = make(1.2, 1.2, 0.0, np.array([0.35, 0.3, 0.35])).likely_scores
    assert [score[:2] for score in scores[:3]] == [(1, 1), (0, 1), (1, 0)]


def test_unchanged_outcomes_leave_the_poisson_grid_as_it_is() -> None:
    # Independent Poisson with means 1 and 1: P(0-0) = exp(-2); its own outcomes change nothing.
    drawn = 0.30850832255367103  # exp(-2) * I0(2), the Skellam distribution at 0
    outcomes = np.array([(1 - drawn) / 2, drawn, (1 - drawn) / 2])
    scores = ScoreDistribution.of(1.0, 1.0, 0.0, outcomes)
    assert scores.grid[0, 0] == pytest.approx(np.exp(-2.0), abs=1e-9)
    assert scores.expected_goals == pytest.approx((1.0, 1.0), abs=1e-9)
    # Chance of no goal at all, and so of fewer than 0.5.
    assert scores.over[0] == pytest.approx(1.0 - np.exp(-2.0), abs=1e-9)
    assert scores.clean_sheets == pytest.approx((np.exp(-1.0), np.exp(-1.0)), abs=1e-9)


@settings(deadline=None, max_examples=300)
@given(st.floats(0.05, 12.0), st.floats(0.05, 12.0), RHO, WEIGHTS)
def test_no_chance_exceeds_1_by_rounding(
    home: float, away: float, rho: float, weights: tuple[float, float, float]
) -> None:
    outcomes = outcomes_of(weights)
    for make in (ScoreDistribution.uncompiled, ScoreDistribution.compiled):
        scores = make(home, away, rho, outcomes)
        for chance in (*scores.over, scores.both_to_score, *scores.clean_sheets, scores.beyond, *scores.differences):
            assert 0.0 <= chance <= 1.0
