"""What tests with the real matches work on."""

from dataclasses import dataclass

import pandas as pd

from features.history import History
from features.strengths import Strengths


@dataclass(frozen=True)
class RealWorld:
    """The shared match files: the table, encoded, and strengths at some checkpoints."""

    matches: pd.DataFrame
    history: History
    strength: Strengths
