"""How much more or less sides win than their strength alone says, by bins of a feature: the raw relation.

Where clubs that travel far are weak ones, they lose more for that; what strength expects of each match is taken out
first. Nothing else is: that is what `training.effect_size` and `training.ablation` are for.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.metrics import clustered_mean
from features.scores import outcome_probabilities
from football.errors import InvalidValueError
from serving.model import EXPECTED_GOALS
from training.dataset import Dataset
from training.models import DEFAULT_RHO

Float = NDArray[np.float64]

FEWEST: Final = 2
"""Matches of a bin; one alone has no error."""

SIDES: Final = ("home", "away")


def points_won(dataset: Dataset, side: str) -> tuple[Float, Float]:
    """Wins of a side (a draw is half a one) and what strength expects of them, each of shape (n,), NaN if unknown.

    Raises:
        InvalidValueError: a side that is not home or away.
    """
    if side not in SIDES:
        raise InvalidValueError("side", side, "home or away")
    ours = SIDES.index(side) * 2
    goals = dataset.features[list(EXPECTED_GOALS)].to_numpy(np.float64)
    expected = np.full(len(dataset), np.nan)
    known = np.isfinite(goals).all(axis=1)
    if known.any():
        p = outcome_probabilities(goals[known, 0], goals[known, 1], DEFAULT_RHO)
        expected[known] = p[:, ours] + 0.5 * p[:, 1]
    won = np.where(dataset.outcome == ours, 1.0, np.where(dataset.outcome == 1, 0.5, 0.0))
    return won, expected


def surplus_by_bin(
    dataset: Dataset, values: Float, edges: Sequence[float], side: str = "away", fewest: int = FEWEST
) -> pd.DataFrame:
    """Mean points won, expected and won beyond expectation, by bins of a number.

    Args:
        dataset: matches with their features.
        values: shape (n,), NaN where unknown; such matches are left out.
        edges: k + 1 rising numbers; a bin has its lower edge and not its upper one.
        side: whose points, `home` or `away`.
        fewest: matches of a bin; with fewer it is left out.

    Returns:
        A row for each bin: `low` and `high`, its edges; `matches`; `middle`, mean of the values; `won` and
        `expected`, per cent of all points; `surplus`, their difference, with `surplus_se` clustered by match day.

    Raises:
        InvalidValueError: edges that do not rise, or a side that is not home or away.
    """
    if len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise InvalidValueError("edges", list(edges), "two or more rising numbers")
    won, expected = points_won(dataset, side)
    found = []
    for low, high in pairwise(edges):
        inside = (values >= low) & (values < high) & np.isfinite(expected)
        if inside.sum() < max(fewest, FEWEST):
            continue
        surplus = clustered_mean(100.0 * (won - expected)[inside], dataset.match_day[inside])
        found.append(
            {
                "low": float(low),
                "high": float(high),
                "matches": int(inside.sum()),
                "middle": float(values[inside].mean()),
                "won": 100.0 * float(won[inside].mean()),
                "expected": 100.0 * float(expected[inside].mean()),
                "surplus": surplus.mean,
                "surplus_se": surplus.standard_error,
            }
        )
    columns = ["low", "high", "matches", "middle", "won", "expected", "surplus", "surplus_se"]
    return pd.DataFrame(found, columns=columns)
