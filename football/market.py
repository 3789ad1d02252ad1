"""What the betting market thought: odds without the bookmaker's margin, as probabilities.

The market is the benchmark of the scoreboard and evidence of strength for *later* matches; a match's own odds never
feed its forecast. `football.margin` takes the margin out.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.errors import InvalidValueError
from football.facts import CLOSING, OPENING, RESULT
from football.margin import DEFAULT_METHOD, METHODS, OUTCOMES, PLAUSIBLE_SUM

Float = NDArray[np.float64]

PREFERENCE: Final = ("pinnacle", "market-average", "betbrain-average", "bet365")
"""Whose odds speak for the market, best first: the sharpest bookmaker, then averages, then the largest. A match that
has none of them gets the average of whoever quoted."""

SUMMARIES: Final = ("market-average", "market-maximum", "betbrain-average", "betbrain-maximum")
"""Names under bookmakers that are none."""


def closing_probabilities(odds: pd.DataFrame, method: str = DEFAULT_METHOD) -> pd.DataFrame:
    """The market's last word on each match: closing odds where there are any, else the opening ones.

    Args:
        odds: ODDS table.
        method: one of `METHODS`.

    Returns:
        Index `match_id` (of every match with 1X2 odds, sorted); columns home, draw, away (probabilities), `bookmaker`
        (whose odds, `average` of several), `phase` (`opening` where there were no closing odds) and `margin` (sum of
        1/odds less 1).

    Raises:
        InvalidValueError: unknown method.
    """
    closing = opening_or_closing(odds, CLOSING, method)
    opening = opening_or_closing(odds, OPENING, method)
    return pd.concat([closing, opening[~opening.index.isin(closing.index)]]).sort_index()


def opening_probabilities(odds: pd.DataFrame, method: str = DEFAULT_METHOD) -> pd.DataFrame:
    """What the market thought when odds were first collected, as `closing_probabilities`, of matches with such odds."""
    return opening_or_closing(odds, OPENING, method).sort_index()


def opening_or_closing(odds: pd.DataFrame, phase: str, method: str = DEFAULT_METHOD) -> pd.DataFrame:
    """Probabilities from the odds of one phase alone, as `closing_probabilities`."""
    if method not in METHODS:
        raise InvalidValueError("method", method, f"one of {', '.join(METHODS)}")
    quotes = odds[(odds["market"] == RESULT) & (odds["phase"] == phase)]
    prices = quotes[list(OUTCOMES)].to_numpy(np.float64)
    total = (1.0 / prices).sum(axis=1)
    # A comparison with NaN is false: quotes that lack a price drop out here, too.
    plausible = (total >= PLAUSIBLE_SUM[0]) & (total <= PLAUSIBLE_SUM[1])
    quotes, prices = quotes[plausible], prices[plausible]
    bookmaker = quotes["bookmaker"].astype("str").to_numpy(dtype=object)
    match_id = quotes["match_id"].astype("str").to_numpy(dtype=object)
    spoken = _preferred(match_id, bookmaker, prices)
    probabilities = METHODS[method](spoken[list(OUTCOMES)].to_numpy(np.float64))
    margin = (1.0 / spoken[list(OUTCOMES)]).sum(axis=1) - 1.0
    return spoken.assign(
        **{outcome: probabilities[:, i] for i, outcome in enumerate(OUTCOMES)}, phase=phase, margin=margin
    )


def _preferred(match_id: NDArray[np.object_], bookmaker: NDArray[np.object_], prices: Float) -> pd.DataFrame:
    """One row of prices a match: the best of `PREFERENCE` it has, else the odds of the average 1/odds."""
    table = pd.DataFrame(prices, columns=list(OUTCOMES)).assign(match_id=match_id, bookmaker=bookmaker)
    table["rank"] = table["bookmaker"].map({name: i for i, name in enumerate(PREFERENCE)})
    best = table[table["rank"].notna()].sort_values("rank", kind="stable").drop_duplicates("match_id")
    rest = table[~table["match_id"].isin(best["match_id"]) & ~table["bookmaker"].isin(SUMMARIES)]
    inverse = rest.assign(**{outcome: 1.0 / rest[outcome] for outcome in OUTCOMES})
    average = 1.0 / inverse.groupby("match_id")[list(OUTCOMES)].mean()
    columns = [*OUTCOMES, "bookmaker"]
    return pd.concat([best.set_index("match_id")[columns], average.assign(bookmaker="average")[columns]])
