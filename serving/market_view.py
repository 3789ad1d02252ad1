"""The market beside the model: a request's odds without their margin, and what the answer says of them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from football.margin import DEFAULT_METHOD, METHODS
from serving.answer_shape import MarketShape, ProbabilitiesShape

Float = NDArray[np.float64]

METHOD: Final = DEFAULT_METHOD


def market_view(odds: tuple[float, float, float], outcomes: Float) -> MarketShape:
    """The market's probabilities, the model's edge over them and the expected value of the odds.

    Args:
        odds: decimal odds of home win, draw and away win, each above 1.
        outcomes: the model's probabilities, shape (3,), in the same order.
    """
    prices = np.array(odds)
    market = METHODS[METHOD](prices[None, :])[0]
    return {
        "method": METHOD,
        "margin": float((1.0 / prices).sum() - 1.0),
        "probabilities": _by_outcome(market),
        "edge": _by_outcome(outcomes - market),
        "expected_value": _by_outcome(outcomes * prices - 1.0),
    }


def _by_outcome(values: Float) -> ProbabilitiesShape:
    home, draw, away = values.tolist()
    return {"home_win": home, "draw": draw, "away_win": away}
