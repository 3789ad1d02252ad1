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
    spoken = _preferred(quotes, prices)
    probabilities = METHODS[method](spoken[list(OUTCOMES)].to_numpy(np.float64))
    margin = (1.0 / spoken[list(OUTCOMES)]).sum(axis=1) - 1.0
    return spoken.assign(
        **{outcome: probabilities[:, i] for i, outcome in enumerate(OUTCOMES)}, phase=phase, margin=margin
    )


def _preferred(quotes: pd.DataFrame, prices: Float) -> pd.DataFrame:
    """One row of prices a match: the best of `PREFERENCE` it has, else the odds of the average 1/odds."""
    told = [quotes[name].astype("category").cat for name in ("match_id", "bookmaker")]
    match, book = (of.codes.to_numpy() for of in told)
    ids, names = (of.categories.to_numpy(dtype=object) for of in told)
    rank = np.array([PREFERENCE.index(name) if name in PREFERENCE else len(PREFERENCE) for name in names])[book]
    order = np.lexsort((rank, match))
    best = order[np.unique(match[order], return_index=True)[1]]
    best = best[rank[best] < len(PREFERENCE)]
    table = pd.DataFrame(prices, columns=list(OUTCOMES)).assign(match_id=ids[match], bookmaker=names[book])
    rest = ~np.isin(match, match[best]) & ~np.isin(names, SUMMARIES)[book]
    inverse = (1.0 / table.loc[rest, list(OUTCOMES)]).groupby(table.loc[rest, "match_id"])
    average: pd.DataFrame = (1.0 / inverse.mean()).assign(bookmaker="average")
    return pd.concat([table.iloc[best].set_index("match_id"), average])
