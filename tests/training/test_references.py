"""Reference forecasts: they find what was planted and answer every match."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit

from features.scores import outcome_probabilities
from training.references import BaseRates, OrderedLogit, StrengthAlone

Float = NDArray[np.float64]
Int = NDArray[np.int64]


def names(*values: str) -> NDArray[np.object_]:
    return np.array(values, dtype=object)


def sample(p: Float, seed: int) -> Int:
    random = np.random.default_rng(seed).random((len(p), 1))
    outcome: Int = (random > p.cumsum(axis=1)[:, :2]).sum(axis=1)
    return outcome


def test_base_rates_are_shrunk_towards_all_competitions_by_hand() -> None:
    competition = names("a", "a", "a", "b")
    outcome = np.array([0, 0, 1, 2])
    rates = BaseRates.fit(competition, outcome, prior_matches=4.0)
    # overall 1/2, 1/4, 1/4: four matches of it are 2, 1, 1
    assert rates.predict(names("a"))[0] == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert rates.predict(names("b"))[0] == pytest.approx([2 / 5, 1 / 5, 2 / 5])


def test_base_rates_of_an_unseen_competition_are_the_overall_ones() -> None:
    rates = BaseRates.fit(names("a", "a", "a", "b"), np.array([0, 0, 1, 2]))
    assert rates.predict(names("new")).tolist() == [[0.5, 0.25, 0.25]]
    assert rates.predict(names()).shape == (0, 3)


def test_ordered_logit_finds_planted_coefficients() -> None:
    rng = np.random.default_rng(1)
    inputs = np.column_stack([rng.normal(0, 200, 40_000), (rng.random(40_000) < 0.1).astype(np.float64)])
    edge = inputs @ np.array([0.005, -0.4])
    away, not_home = expit(-0.9 - edge), expit(0.3 - edge)
    outcome = sample(np.column_stack([1 - not_home, not_home - away, away]), 2)
    found = OrderedLogit.fit(inputs, outcome)
    assert found.slopes[0] == pytest.approx(0.005, rel=0.04)
    assert found.slopes[1] == pytest.approx(-0.4, abs=0.1)
    assert (found.low, found.high) == pytest.approx((-0.9, 0.3), abs=0.05)


def test_ordered_logit_is_at_the_likelihoods_maximum() -> None:
    rng = np.random.default_rng(3)
    inputs = rng.normal(0, 1, (500, 1))
    outcome = sample(np.tile([0.5, 0.2, 0.3], (500, 1)), 4)
    found = OrderedLogit.fit(inputs, outcome)

    def log_likelihood(model: OrderedLogit) -> float:
        return float(np.log(model.predict(inputs)[np.arange(500), outcome]).sum())

    best = log_likelihood(found)
    for step in (-0.02, 0.02):
        for moved in (
            OrderedLogit(found.low + step, found.high, found.slopes),
            OrderedLogit(found.low, found.high + step, found.slopes),
            OrderedLogit(found.low, found.high, (found.slopes[0] + step,)),
        ):
            assert log_likelihood(moved) < best


@settings(max_examples=20)
@given(difference=st.floats(-2000, 2000))
def test_ordered_logit_always_answers_with_probabilities(difference: float) -> None:
    p = OrderedLogit(-0.9, 0.3, (0.005,)).predict(np.array([[difference], [np.nan]]))
    assert (p >= 0).all()
    assert p.sum(axis=1) == pytest.approx(1.0)
    assert p[1] == pytest.approx([1 - expit(0.3), expit(0.3) - expit(-0.9), expit(-0.9)])


def test_a_better_rated_home_side_wins_more_often() -> None:
    p = OrderedLogit(-0.9, 0.3, (0.005,)).predict(np.array([[-300.0], [0.0], [300.0]]))
    assert (np.diff(p[:, 0]) > 0).all()
    assert (np.diff(p[:, 2]) < 0).all()


def test_strength_alone_finds_the_dependence_of_low_scores() -> None:
    rng = np.random.default_rng(6)
    home, away = np.exp(rng.normal(0.3, 0.3, 60_000)), np.exp(rng.normal(0.1, 0.3, 60_000))
    outcome = sample(outcome_probabilities(home, away, -0.1), 7)
    found = StrengthAlone.fit(home, away, outcome)
    assert found.rho == pytest.approx(-0.1, abs=0.02)
    assert found.predict(home[:5], away[:5]) == pytest.approx(outcome_probabilities(home[:5], away[:5], found.rho))
