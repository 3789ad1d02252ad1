"""Odds without the margin: against slow oracles of each method, and the choice of whose odds to take."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.optimize import brentq

from features.metrics import evaluate, paired_difference
from football.errors import InvalidValueError
from football.facts import CLOSING, OPENING, OVER_UNDER, RESULT
from football.margin import METHODS, power, proportional, shin
from football.market import closing_probabilities, opening_or_closing, opening_probabilities
from football.sources.football_data import read_football_data
from tests.football.fakes import FakeRegistry

Float = NDArray[np.float64]

BOOKS = hnp.arrays(np.float64, (20, 3), elements=st.floats(1.01, 200.0))


def quotes(*rows: tuple[str, str, str, float, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["match_id", "bookmaker", "phase", "home", "draw", "away"])
    table = table.assign(market=RESULT, line=np.nan, over=np.nan, under=np.nan)
    return table.astype(dict.fromkeys(("match_id", "bookmaker", "phase", "market"), "category"))


def shin_prices(probabilities: Float, insiders: float) -> Float:
    """The inverse odds of Shin's bookmaker from true probabilities (Shin 1993, equation 4), one match."""
    root = np.sqrt(insiders * probabilities + (1.0 - insiders) * probabilities**2)
    prices: Float = root * root.sum()
    return prices


@pytest.mark.parametrize("method", METHODS)
@given(odds=BOOKS)
def test_probabilities_sum_to_one_and_keep_the_order_of_the_odds(method: str, odds: Float) -> None:
    found = METHODS[method](odds)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-12)
    assert (found > 0.0).all()
    order = np.argsort(odds, axis=1)
    assert (np.diff(np.take_along_axis(found, order, axis=1), axis=1) <= 1e-15).all()


@pytest.mark.parametrize("method", METHODS)
@given(weights=hnp.arrays(np.float64, (20, 3), elements=st.floats(0.05, 1.0)))
def test_a_book_without_margin_says_its_probabilities(method: str, weights: Float) -> None:
    fair = weights / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(METHODS[method](1.0 / fair), fair, atol=1e-7)


def test_proportional_is_the_share_of_the_inverse_odds() -> None:
    # 1/2 + 1/4 + 1/2 = 1.25
    np.testing.assert_allclose(proportional(np.array([[2.0, 4.0, 2.0]])), [[0.4, 0.2, 0.4]])


@given(odds=BOOKS)
def test_power_is_the_root_that_a_bracketing_search_finds(odds: Float) -> None:
    for row, found in zip(odds, power(odds), strict=True):
        k = brentq(lambda k, row=row: (row**-k).sum() - 1.0, 1e-3, 120.0, xtol=1e-14)
        np.testing.assert_allclose(found, row**-k, atol=1e-9)


@given(
    weights=hnp.arrays(np.float64, (10, 3), elements=st.floats(0.02, 1.0)),
    insiders=st.floats(0.001, 0.3),
)
def test_shin_finds_the_probabilities_his_bookmaker_started_from(weights: Float, insiders: float) -> None:
    true = weights / weights.sum(axis=1, keepdims=True)
    odds = np.array([1.0 / shin_prices(row, insiders) for row in true])
    odds = odds[(odds > 1.0).all(axis=1)]
    true = true[(np.array([shin_prices(row, insiders) for row in true]) < 1.0).all(axis=1)]
    np.testing.assert_allclose(shin(odds), true, atol=1e-9)


@given(odds=hnp.arrays(np.float64, (20, 2), elements=st.floats(1.05, 15.0)))
def test_shin_with_two_outcomes_takes_the_same_off_both(odds: Float) -> None:
    # With two outcomes Shin's formula has a closed form (Jullien & Salanié 1994): p1 - p2 = π1 - π2.
    inverse = 1.0 / odds
    margin = inverse.sum(axis=1) - 1.0
    held = (margin > 0.0) & (inverse.min(axis=1) > margin / 2.0)
    np.testing.assert_allclose(shin(odds[held]), inverse[held] - margin[held, None] / 2.0, atol=1e-9)


def test_power_and_shin_take_more_off_the_outsider() -> None:
    odds = np.array([[1.25, 6.0, 11.0]])
    even = proportional(odds)[0]
    for method in (power, shin):
        found = method(odds)[0]
        assert found[0] > even[0]
        assert found[2] < even[2]


@pytest.mark.parametrize("method", METHODS)
def test_no_matches_give_no_probabilities(method: str) -> None:
    assert METHODS[method](np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wrong", [1.0, 0.0, -2.0, np.nan, np.inf])
def test_odds_that_are_none_are_refused(method: str, wrong: float) -> None:
    with pytest.raises(InvalidValueError, match="decimal odds above 1"):
        METHODS[method](np.array([[2.0, 3.0, wrong]]))


def test_pinnacle_speaks_before_averages_and_averages_before_bet365() -> None:
    odds = quotes(
        ("a", "bet365", CLOSING, 2.0, 4.0, 3.6),
        ("a", "market-average", CLOSING, 2.0, 4.0, 3.7),
        ("a", "pinnacle", CLOSING, 2.0, 4.0, 3.8),
        ("b", "bet365", CLOSING, 2.0, 4.0, 3.6),
        ("b", "market-average", CLOSING, 2.0, 4.0, 3.7),
        ("c", "market-maximum", CLOSING, 2.2, 4.4, 3.8),
        ("c", "bet365", CLOSING, 2.0, 4.0, 3.6),
    )
    found = closing_probabilities(odds, "proportional")
    assert found["bookmaker"].to_dict() == {"a": "pinnacle", "b": "market-average", "c": "bet365"}
    assert found.loc["a", "margin"] == pytest.approx(0.5 + 0.25 + 1 / 3.8 - 1.0)
    assert found.loc["a", "home"] == pytest.approx(0.5 / (0.75 + 1 / 3.8))


def test_without_a_preferred_bookmaker_the_average_speaks() -> None:
    odds = quotes(
        ("a", "ladbrokes", OPENING, 2.0, 4.0, 3.0),
        ("a", "sportingbet", OPENING, 2.0, 4.0, 4.0),
        ("a", "market-maximum", OPENING, 2.5, 4.0, 4.0),
    )
    found = opening_probabilities(odds, "proportional").loc["a"]
    away = (1 / 3 + 1 / 4) / 2
    assert found["bookmaker"] == "average"
    assert found["away"] == pytest.approx(away / (0.75 + away))


def test_opening_odds_stand_in_for_closing_ones_and_say_so() -> None:
    odds = quotes(
        ("b", "pinnacle", OPENING, 2.0, 4.0, 3.8),
        ("a", "pinnacle", OPENING, 2.0, 4.0, 3.8),
        ("a", "bet365", CLOSING, 1.9, 4.0, 4.0),
    )
    found = closing_probabilities(odds)
    assert found["phase"].to_dict() == {"a": CLOSING, "b": OPENING}
    assert opening_probabilities(odds)["phase"].to_dict() == {"a": OPENING, "b": OPENING}
    assert list(opening_or_closing(odds, CLOSING).index) == ["a"]


def test_misprints_missing_prices_and_other_markets_are_left_out() -> None:
    odds = quotes(
        ("a", "pinnacle", CLOSING, 2.8, 2.2, 2.25),  # sums to 1.256
        ("a", "bet365", CLOSING, 2.8, 3.2, 2.5),
        ("b", "pinnacle", CLOSING, 4.0, 5.0, 11.0),  # sums to 0.54
        ("c", "pinnacle", CLOSING, 2.8, np.nan, 2.5),
        ("d", "pinnacle", CLOSING, 2.8, 3.2, 2.5),
    )
    odds["market"] = odds["market"].cat.add_categories([OVER_UNDER])
    odds.loc[odds["match_id"] == "d", "market"] = OVER_UNDER
    found = closing_probabilities(odds)
    assert found["bookmaker"].to_dict() == {"a": "bet365"}


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(InvalidValueError, match="got 'margin', expected one of proportional, power, shin"):
        closing_probabilities(quotes(("a", "pinnacle", CLOSING, 2.0, 4.0, 3.8)), "margin")


@pytest.mark.full_data
def test_closing_odds_of_real_seasons_score_as_published_and_better_than_opening_ones(shared_data: Path) -> None:
    data = read_football_data(shared_data / "football-data", FakeRegistry())
    matches = data.matches.set_index("match_id")
    matches = matches[(matches["status"] == "played") & (matches["season"].isin(["2021-22", "2022-23"]))]
    closing = opening_or_closing(data.odds, CLOSING).reindex(matches.index)
    opening = opening_or_closing(data.odds, OPENING).reindex(matches.index)
    assert closing["home"].notna().all()
    difference = matches["home_goals"].astype("int64") - matches["away_goals"].astype("int64")
    outcome = 1 - np.sign(difference.to_numpy(np.int64))
    forecast, earlier = (p[["home", "draw", "away"]].to_numpy(np.float64) for p in (closing, opening))
    scores = evaluate(forecast, outcome, matches["date"].to_numpy())
    assert scores.matches == 1520
    assert scores.rps.mean == pytest.approx(0.1952, abs=0.0002)
    assert paired_difference(forecast, earlier, outcome, matches["date"].to_numpy()).mean < 0.0
