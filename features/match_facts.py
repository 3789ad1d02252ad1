"""What is known of a match with a result, beside its goals: shots on target, and what the odds before it implied."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from features.scores import implied_edge
from features.strength import Float, Ids
from football.margin import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

RHO: Final = -0.05
"""Dependence of low scores with which odds are read; what the outcome model fits is near it."""


@dataclass(frozen=True)
class MatchFacts:
    """What is known of each of n results: shots on target of both sides, shape (n, 2), and the edge of the odds, (n,).

    The edge is that of the closing odds (of the opening ones where there are no others), see `Evidence`; NaN where
    nothing is known.
    """

    shots: Float
    edge: Float

    @classmethod
    def of(cls, match_id: Ids, statistics: "pd.DataFrame | None", odds: "pd.DataFrame | None") -> "MatchFacts":
        """Of n matches.

        Args:
            match_id: their ids.
            statistics: STATISTICS table (`football.facts`); None for none.
            odds: ODDS table (`football.facts`); None for none.
        """
        shots, edge = np.full((len(match_id), 2), np.nan), np.full(len(match_id), np.nan)
        from football.market import closing_probabilities

        if statistics is not None:
            columns = ["home_shots_on_target", "away_shots_on_target"]
            told = statistics.set_index("match_id")[columns].dropna().astype(np.float64)
            shots = told.reindex(match_id).to_numpy(np.float64)
        if odds is not None and not odds.empty:
            market = closing_probabilities(odds)[list(OUTCOMES)].reindex(match_id).to_numpy(np.float64)
            edge = implied_edge(market, RHO)
            edge[~np.isfinite(edge)] = np.nan
        return cls(shots, edge)

    def first_difference(self, other: "MatchFacts") -> int | None:
        """The first result of which the two do not know the same; None where one of them is the other's beginning."""
        count = min(len(self.edge), len(other.edge))
        same = _same(self.edge[:count], other.edge[:count]) & _same(self.shots[:count], other.shots[:count]).all(axis=1)
        return None if same.all() else int(np.argmin(same))


def _same(one: Float, other: Float) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (one == other) | (np.isnan(one) & np.isnan(other))
    return same
