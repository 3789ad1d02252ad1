"""Compact chances: the sums of the score distribution without its grid."""

import numpy as np
import pytest

from serving.chances import Chances, outcome_means
from serving.distribution import ScoreDistribution
from tests.serving.world import strength_alone


def test_the_sums_are_those_of_the_grid() -> None:
    random = np.random.default_rng(11)
    home, away = random.uniform(0.05, 6.0, 300), random.uniform(0.05, 6.0, 300)
    outcomes = random.dirichlet([3.0, 2.0, 2.0], 300)
    for rho in (-0.12, 0.0, 0.08):
        found = outcome_means(home, away, rho, outcomes)
        for i in range(300):
            scores = ScoreDistribution.of(home[i], away[i], rho, outcomes[i])
            expected = (*scores.expected_goals, scores.over[2], scores.both_to_score)
            assert found[i] == pytest.approx(expected, abs=1e-10)


def test_without_expected_goals_there_are_no_chances() -> None:
    chances = Chances.of(strength_alone(), np.array([[1.2, 1.1], [np.nan, 1.0]]))
    assert chances.known.tolist() == [True, False]
    assert np.isnan(chances.figures[1]).all()
    assert chances.outcomes[0].sum() == pytest.approx(1.0, abs=1e-12)


def test_parts_are_joined_in_order() -> None:
    model = strength_alone()
    rows = np.array([[1.2, 1.1], [0.4, 2.0], [2.2, 0.3]])
    joined = Chances.joined([Chances.of(model, rows[:1]), Chances.of(model, rows[1:])])
    np.testing.assert_array_equal(joined.outcomes, Chances.of(model, rows).outcomes)
    assert len(Chances.joined([])) == 0
