"""What the tests of a finished training look at."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from training.gate import Rules
from training.train import TrainResult, default_model_config

CONFIG = replace(default_model_config(), rounds=15, learning_rate=0.1, threads=1)
TEST_FROM = date(2023, 1, 1)
RULES = Rules(calibration_bound=0.1, fewest_matches=100)
"""Those of the gate, for a world of few matches."""


@dataclass(frozen=True)
class Trained:
    """A home, the result of the training in it, promoted at once, and what it told of its progress."""

    home: Path
    result: TrainResult
    told: list[str]
