"""A request's odds beside the answer."""

import numpy as np
import pytest

from serving.market_view import market_view


def test_fair_odds_are_their_own_probabilities_and_the_edge_is_the_difference() -> None:
    # 1/2 + 1/4 + 1/4 = 1: no margin to take out.
    found = market_view((2.0, 4.0, 4.0), np.array([0.6, 0.25, 0.15]))
    assert found["margin"] == pytest.approx(0.0)
    assert found["probabilities"] == pytest.approx({"home_win": 0.5, "draw": 0.25, "away_win": 0.25})
    assert found["edge"] == pytest.approx({"home_win": 0.1, "draw": 0.0, "away_win": -0.1})
    # 0.6 x 2 - 1, 0.25 x 4 - 1, 0.15 x 4 - 1
    assert found["expected_value"] == pytest.approx({"home_win": 0.2, "draw": 0.0, "away_win": -0.4})


def test_the_margin_is_taken_out_by_a_power_and_more_from_outsiders() -> None:
    found = market_view((1.25, 6.5, 11.0), np.array([0.8, 0.12, 0.08]))
    inverse = np.array([1 / 1.25, 1 / 6.5, 1 / 11.0])
    assert found["method"] == "power"
    assert found["margin"] == pytest.approx(inverse.sum() - 1.0)
    market = np.array(list(found["probabilities"].values()), dtype=float)
    assert market.sum() == pytest.approx(1.0, abs=1e-12)
    powers = np.log(market) / np.log(inverse)
    assert powers == pytest.approx([powers[0]] * 3)
    assert market[2] / inverse[2] < market[0] / inverse[0]
