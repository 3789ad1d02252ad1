"""Points won beyond what strength says, by bins of a feature."""

import numpy as np
import pandas as pd
import pytest

from features.scores import outcome_probabilities
from football.errors import InvalidValueError
from tests.training.league import simulate_dataset
from training.dataset import Dataset
from training.models import DEFAULT_RHO
from training.surplus import points_won, surplus_by_bin


def four_matches() -> Dataset:
    """Home win, draw, away win and home win on four days, all of equal expected goals."""
    dataset = simulate_dataset(40)
    dataset = dataset.select(np.arange(40) % 10 == 0)
    features = dataset.features.assign(home_expected_goals=1.5, away_expected_goals=1.5)
    return Dataset(dataset.matches, features, np.array([0, 1, 2, 0]), dataset.snapshot, dataset.cut)


def test_a_draw_is_half_a_win_and_equal_sides_are_expected_to_share() -> None:
    won, expected = points_won(four_matches(), "away")
    assert won.tolist() == [0.0, 0.5, 1.0, 0.0]
    assert expected == pytest.approx([0.5] * 4)
    won, expected = points_won(four_matches(), "home")
    assert won.tolist() == [1.0, 0.5, 0.0, 1.0]


def test_a_match_without_expected_goals_has_no_expectation() -> None:
    dataset = four_matches()
    features = dataset.features.assign(home_expected_goals=[np.nan, 2.0, 2.0, 2.0])
    dataset = Dataset(dataset.matches, features, dataset.outcome, dataset.snapshot, dataset.cut)
    _, expected = points_won(dataset, "home")
    p = outcome_probabilities(np.array([2.0]), np.array([1.5]), DEFAULT_RHO)[0]
    assert np.isnan(expected[0])
    assert expected[1] == pytest.approx(p[0] + 0.5 * p[1])


def test_bins_hold_their_lower_edge_and_tell_surplus_with_its_error() -> None:
    table = surplus_by_bin(four_matches(), np.array([0.0, 9.0, 10.0, 12.0]), [0, 10, 20])
    assert table[["low", "high", "matches"]].to_numpy().tolist() == [[0, 10, 2], [10, 20, 2]]
    assert table["middle"].tolist() == [4.5, 11.0]
    assert table["won"].tolist() == [25.0, 50.0]
    assert table["surplus"].tolist() == pytest.approx([-25.0, 0.0])
    # Deviations of 25 points each way on two days: sqrt(2 / 1 * (25² + 25²)) / 2.
    assert table["surplus_se"].iloc[0] == pytest.approx(25.0)


def test_unknown_values_and_small_bins_are_left_out() -> None:
    values = np.array([1.0, np.nan, 2.0, 11.0])
    table = surplus_by_bin(four_matches(), values, [0, 10, 20])
    assert table["matches"].tolist() == [2]
    assert surplus_by_bin(four_matches(), values, [0, 10, 20], fewest=3).empty


def test_a_planted_burden_shows() -> None:
    dataset = simulate_dataset(6000, effect=0.5)
    table = surplus_by_bin(dataset, dataset.features["away_travel_km"].to_numpy(), [0, 1000, 2000])
    near, far = table.to_dict("records")
    assert abs(near["surplus"]) < 3 * near["surplus_se"]
    assert far["surplus"] < -5 * far["surplus_se"]


def test_edges_and_sides_are_checked() -> None:
    values = np.zeros(4)
    with pytest.raises(InvalidValueError, match=r"edges: got \[1, 1\], expected two or more rising numbers"):
        surplus_by_bin(four_matches(), values, [1, 1])
    with pytest.raises(InvalidValueError, match="side: got 'both', expected home or away"):
        surplus_by_bin(four_matches(), values, [0, 1], side="both")
    assert isinstance(surplus_by_bin(four_matches(), values, [5, 6]), pd.DataFrame)
