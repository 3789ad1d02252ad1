"""Scores: against slow oracles of their definitions, and the properties that make them scores."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from features.metrics import (
    SCORES,
    Scores,
    brier_score,
    calibration_error,
    clustered_mean,
    draw_log_loss,
    entropy,
    evaluate,
    log_loss,
    paired_difference,
    ranked_probability_score,
    ratio_of_means,
    reliability,
)
from football.errors import InvalidValueError

Float = NDArray[np.float64]
Int = NDArray[np.int64]

WEIGHTS = hnp.arrays(np.float64, (40, 3), elements=st.floats(1e-6, 1.0))
RESULTS = hnp.arrays(np.int64, 40, elements=st.integers(0, 2))
DAYS = np.repeat(np.arange(8), 5)


def normalised(weights: Float) -> Float:
    shares: Float = weights / weights.sum(axis=1, keepdims=True)
    return shares


def drawn(seed: int, n: int) -> tuple[Float, Int]:
    """Forecasts, and outcomes that follow them."""
    rng = np.random.default_rng(seed)
    forecast = rng.dirichlet([4.0, 2.5, 3.0], n)
    outcome = (rng.random((n, 1)) > forecast.cumsum(axis=1)[:, :2]).sum(axis=1)
    return forecast, outcome.astype(np.int64)


@pytest.mark.parametrize(
    ("forecast", "outcome", "rps", "log", "brier"),
    [
        ((1.0, 0.0, 0.0), 0, 0.0, 0.0, 0.0),
        ((1.0, 0.0, 0.0), 1, 0.5, -math.log(1e-15), 2.0),
        ((1.0, 0.0, 0.0), 2, 1.0, -math.log(1e-15), 2.0),
        # cumulative errors 0.5 - 1 and 0.8 - 1: (0.25 + 0.04) / 2
        ((0.5, 0.3, 0.2), 0, 0.145, math.log(2), 0.25 + 0.09 + 0.04),
        # 0.5 and -0.2
        ((0.5, 0.3, 0.2), 1, 0.145, -math.log(0.3), 0.25 + 0.49 + 0.04),
        # 0.5 and 0.8
        ((0.5, 0.3, 0.2), 2, 0.445, -math.log(0.2), 0.25 + 0.09 + 0.64),
    ],
)
def test_scores_of_single_matches_by_hand(
    forecast: tuple[float, float, float], outcome: int, rps: float, log: float, brier: float
) -> None:
    p, y = np.array([forecast]), np.array([outcome])
    assert ranked_probability_score(p, y)[0] == pytest.approx(rps)
    assert log_loss(p, y)[0] == pytest.approx(log)
    assert brier_score(p, y)[0] == pytest.approx(brier)


def test_entropy_is_nil_for_certainty_and_log_three_for_ignorance() -> None:
    found = entropy(np.array([[1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.5, 0.0]]))
    assert found == pytest.approx([0.0, math.log(3), math.log(2)])


def slow_scores(forecast: Float, outcome: Int) -> dict[str, float]:
    """The definitions, one match and one category at a time."""
    totals = dict.fromkeys(("rps", "log_loss", "brier"), 0.0)
    for p, y in zip(forecast.tolist(), outcome.tolist(), strict=True):
        seen = [1.0 if k == y else 0.0 for k in range(3)]
        for r in range(2):
            totals["rps"] += (sum(p[: r + 1]) - sum(seen[: r + 1])) ** 2 / 2
        totals["log_loss"] -= math.log(max(p[y], 1e-15))
        totals["brier"] += sum((a - b) ** 2 for a, b in zip(p, seen, strict=True))
    return {name: total / len(outcome) for name, total in totals.items()}


@given(weights=WEIGHTS, outcome=RESULTS)
def test_means_equal_the_definitions_match_by_match(weights: Float, outcome: Int) -> None:
    forecast = normalised(weights)
    found = evaluate(forecast, outcome, DAYS)
    expected = slow_scores(forecast, outcome)
    assert found.rps.mean == pytest.approx(expected["rps"])
    assert found.log_loss.mean == pytest.approx(expected["log_loss"])
    assert found.brier.mean == pytest.approx(expected["brier"])


@given(weights=WEIGHTS, outcome=RESULTS)
def test_scores_stay_in_their_ranges(weights: Float, outcome: Int) -> None:
    forecast = normalised(weights)
    assert (
        (ranked_probability_score(forecast, outcome) >= 0) & (ranked_probability_score(forecast, outcome) <= 1)
    ).all()
    assert ((brier_score(forecast, outcome) >= 0) & (brier_score(forecast, outcome) <= 2)).all()
    assert (log_loss(forecast, outcome) >= 0).all()
    assert ((entropy(forecast) >= 0) & (entropy(forecast) <= math.log(3) + 1e-12)).all()


@given(weights=WEIGHTS, outcome=RESULTS, seed=st.integers(0, 1000))
def test_the_order_of_matches_does_not_matter(weights: Float, outcome: Int, seed: int) -> None:
    forecast = normalised(weights)
    order = np.random.default_rng(seed).permutation(40)
    one, other = evaluate(forecast, outcome, DAYS), evaluate(forecast[order], outcome[order], DAYS[order])
    assert flat(one) == pytest.approx(flat(other), abs=1e-9)


@given(weights=WEIGHTS, outcome=RESULTS)
def test_seen_from_the_away_side_nothing_changes(weights: Float, outcome: Int) -> None:
    forecast = normalised(weights)
    for score in SCORES.values():
        assert score(forecast[:, ::-1], 2 - outcome) == pytest.approx(score(forecast, outcome))


def flat(scores: Scores) -> list[float]:
    figures = [
        x for e in (scores.rps, scores.log_loss, scores.brier, scores.sharpness) for x in (e.mean, e.standard_error)
    ]
    return figures + [x for c in scores.calibration for x in (c.error, c.noise_floor)]


@given(
    truth=hnp.arrays(np.float64, 3, elements=st.floats(0.01, 1.0)),
    other=hnp.arrays(np.float64, 3, elements=st.floats(0.01, 1.0)),
    name=st.sampled_from(sorted(SCORES)),
)
def test_nothing_beats_the_truth_in_expectation(truth: Float, other: Float, name: str) -> None:
    p, q = truth / truth.sum(), other / other.sum()
    outcomes = np.arange(3)
    expected_truth = float(p @ SCORES[name](np.tile(p, (3, 1)), outcomes))
    expected_other = float(p @ SCORES[name](np.tile(q, (3, 1)), outcomes))
    assert expected_truth <= expected_other + 1e-12
    if np.abs(p - q).max() > 1e-3:
        assert expected_truth < expected_other


def test_the_rps_minds_how_far_off_a_forecast_is_and_brier_does_not() -> None:
    near, far = np.array([[0.2, 0.5, 0.3]]), np.array([[0.2, 0.3, 0.5]])
    won = np.array([0])
    assert ranked_probability_score(near, won)[0] < ranked_probability_score(far, won)[0]
    assert brier_score(near, won)[0] == pytest.approx(brier_score(far, won)[0])


def test_the_standard_error_of_days_of_one_match_is_the_textbook_one() -> None:
    values = np.array([0.1, 0.4, 0.2, 0.7, 0.3])
    found = clustered_mean(values, np.arange(5))
    assert found.mean == pytest.approx(0.34)
    assert found.standard_error == pytest.approx(float(values.std(ddof=1)) / math.sqrt(5))


def test_matches_of_one_day_that_repeat_each_other_count_once() -> None:
    values = np.array([0.1, 0.4, 0.2, 0.7, 0.3])
    alone = clustered_mean(values, np.arange(5))
    fourfold = clustered_mean(np.repeat(values, 4), np.repeat(np.arange(5), 4))
    assert fourfold.standard_error == pytest.approx(alone.standard_error)


def test_the_clustered_error_equals_its_definition_day_by_day() -> None:
    rng = np.random.default_rng(3)
    values, day = rng.random(60), rng.integers(0, 9, 60)
    mean = sum(values.tolist()) / 60
    squares = 0.0
    for d in set(day.tolist()):
        squares += sum(v - mean for v, when in zip(values.tolist(), day.tolist(), strict=True) if when == d) ** 2
    days = len(set(day.tolist()))
    assert clustered_mean(values, day).standard_error == pytest.approx(math.sqrt(days / (days - 1) * squares) / 60)


def test_the_clustered_error_covers_the_truth_where_days_differ() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(300):
        values = np.repeat(rng.normal(0, 1, 60), 10) + rng.normal(0, 1, 600)
        found = clustered_mean(values, np.repeat(np.arange(60), 10))
        inside += abs(found.mean) <= 1.96 * found.standard_error
    assert 0.90 <= inside / 300 <= 0.98


def test_one_match_day_has_no_standard_error() -> None:
    assert math.isnan(clustered_mean(np.array([0.1, 0.2]), np.array([7, 7])).standard_error)


def slow_calibration_error(probability: Float, happened: NDArray[np.bool_], bins: int) -> float:
    edges = [float(np.quantile(probability, k / bins)) for k in range(1, bins)]
    members: dict[int, list[int]] = {}
    for i, p in enumerate(probability.tolist()):
        members.setdefault(sum(p >= edge for edge in edges), []).append(i)
    total = 0.0
    for rows in members.values():
        observed = sum(bool(happened[i]) for i in rows) / len(rows)
        forecast = sum(float(probability[i]) for i in rows) / len(rows)
        total += len(rows) * abs(observed - forecast)
    return total / len(probability)


@given(
    probability=hnp.arrays(np.float64, 60, elements=st.sampled_from([0.1, 0.2, 0.25, 0.3, 0.31, 0.4, 0.6, 0.9])),
    happened=hnp.arrays(np.bool_, 60),
    bins=st.integers(1, 12),
)
def test_calibration_error_equals_its_definition_bin_by_bin(
    probability: Float, happened: NDArray[np.bool_], bins: int
) -> None:
    found = calibration_error(probability, happened, np.arange(60), bins)
    assert found.error == pytest.approx(slow_calibration_error(probability, happened, bins))


def test_calibration_error_by_hand() -> None:
    # Two bins: 0.2 with 1 of 4 and 0.6 with 3 of 4.
    probability = np.repeat([0.2, 0.6], 4)
    happened = np.array([1, 0, 0, 0, 1, 1, 1, 0], dtype=bool)
    found = calibration_error(probability, happened, np.arange(8), bins=2)
    assert found.error == pytest.approx((0.05 + 0.15) / 2)
    floor = math.sqrt(2 / math.pi) * (math.sqrt(4 * 0.16) + math.sqrt(4 * 0.24)) / 8
    assert found.noise_floor == pytest.approx(floor)


def test_a_true_forecast_has_about_the_calibration_error_of_the_noise_floor() -> None:
    errors, floors = [], []
    for seed in range(40):
        forecast, outcome = drawn(seed, 2000)
        found = calibration_error(forecast[:, 1], outcome == 1, np.arange(2000))
        errors.append(found.error)
        floors.append(found.noise_floor)
    assert np.mean(errors) == pytest.approx(np.mean(floors), rel=0.1)


def test_a_biased_forecast_shows_its_bias_as_calibration_error() -> None:
    forecast, outcome = drawn(1, 20_000)
    biased = forecast * np.array([0.9, 1.0, 1.0])
    biased[:, 2] += 1 - biased.sum(axis=1)
    found = calibration_error(biased[:, 0], outcome == 0, np.arange(20_000))
    assert found.error == pytest.approx(0.1 * forecast[:, 0].mean(), abs=2 * found.standard_error)
    assert found.error > 5 * found.noise_floor


def test_reliability_bins_hold_equal_counts_and_add_up() -> None:
    forecast, outcome = drawn(2, 1000)
    curve = reliability(forecast[:, 0], outcome == 0)
    assert curve.matches.tolist() == [100] * 10
    assert (np.diff(curve.forecast) > 0).all()
    assert curve.forecast @ curve.matches == pytest.approx(forecast[:, 0].sum())
    assert curve.observed @ curve.matches == pytest.approx(float((outcome == 0).sum()))


def test_reliability_of_a_constant_forecast_is_one_bin() -> None:
    curve = reliability(np.full(50, 0.25), np.arange(50) < 10)
    assert curve.matches.tolist() == [50]
    assert curve.observed == pytest.approx([0.2])


@given(weights=WEIGHTS, other=WEIGHTS, outcome=RESULTS, name=st.sampled_from(sorted(SCORES)))
def test_a_paired_difference_is_the_difference_of_means_and_turns_its_sign(
    weights: Float, other: Float, outcome: Int, name: str
) -> None:
    one, two = normalised(weights), normalised(other)
    found = paired_difference(one, two, outcome, DAYS, name)
    assert found.mean == pytest.approx(slow_scores(one, outcome)[name] - slow_scores(two, outcome)[name], abs=1e-12)
    turned = paired_difference(two, one, outcome, DAYS, name)
    assert (turned.mean, turned.standard_error) == pytest.approx((-found.mean, found.standard_error), abs=1e-12)


def test_pairing_removes_what_both_forecasts_share() -> None:
    forecast, outcome = drawn(4, 4000)
    nearly = 0.98 * forecast + 0.02 / 3
    days = np.arange(4000) // 10
    paired = paired_difference(nearly, forecast, outcome, days)
    assert paired.standard_error < evaluate(forecast, outcome, days).rps.standard_error / 20


@pytest.mark.parametrize(
    ("forecast", "outcome", "message"),
    [
        (np.zeros((0, 3)), np.zeros(0, dtype=np.int64), r"outcome: got \(0,\), expected shape"),
        (np.full((2, 2), 0.5), np.array([0, 1]), r"forecast: got \(2, 2\), expected shape \(2, 3\)"),
        (np.full((1, 3), 1 / 3), np.array([3]), r"outcome: got .*3.*, expected 0 \(home win\)"),
        (np.array([[0.5, 0.3, 0.3]]), np.array([0]), r"forecast: got \[0.5, 0.3, 0.3\], expected three probabilities"),
        (np.array([[1.2, -0.1, -0.1]]), np.array([0]), "row 0"),
        (np.array([[0.2, 0.3, 0.5], [np.nan, 0.5, 0.5]]), np.array([0, 0]), "row 1"),
    ],
)
def test_what_is_no_forecast_is_refused(forecast: Float, outcome: Int, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        evaluate(forecast, outcome, np.arange(len(outcome)))


def test_an_unknown_score_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidValueError, match="expected one of rps, log_loss, brier"):
        paired_difference(np.full((1, 3), 1 / 3), np.full((1, 3), 1 / 3), np.array([0]), np.array([0]), "accuracy")


def test_the_loss_of_draws_alone_by_hand() -> None:
    forecast = np.array([[0.5, 0.2, 0.3], [0.5, 0.2, 0.3], [0.6, 0.0, 0.4]])
    assert draw_log_loss(forecast, np.array([1, 2, 1])) == pytest.approx([-np.log(0.2), -np.log(0.8), -np.log(1e-15)])


def test_a_ratio_of_means_by_hand() -> None:
    # Two days: means 3 and 2, ratio 1.5; residuals (2 - 1.5, 4 - 4.5) / 2 = 0.25 and -0.25, a mean with error 0.25.
    found = ratio_of_means(np.array([2.0, 4.0]), np.array([1.0, 3.0]), np.array([1, 2]))
    assert (found.mean, found.standard_error) == pytest.approx((1.5, 0.25))
    assert np.isnan(ratio_of_means(np.array([2.0, 4.0]), np.array([1.0, 3.0]), np.array([1, 1])).standard_error)


def test_the_error_of_a_ratio_is_that_of_leaving_out_day_after_day() -> None:
    rng = np.random.default_rng(12)
    day = rng.integers(0, 300, 3000)
    shared = rng.normal(0, 0.05, 300)[day]
    other = rng.uniform(0.1, 0.3, 3000) + shared
    value = 1.03 * other + rng.normal(0, 0.05, 3000) + 0.2 * shared
    left_out = np.array([value[day != d].mean() / other[day != d].mean() for d in range(300)])
    jackknife = np.sqrt(299 / 300 * ((left_out - left_out.mean()) ** 2).sum())
    assert ratio_of_means(value, other, day).standard_error == pytest.approx(jackknife, rel=0.01)
