"""What the tests of a finished training look at."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from training.train import TrainResult, default_model_config

CONFIG = replace(default_model_config(), rounds=15, learning_rate=0.1, threads=1)
TEST_FROM = date(2023, 1, 1)


@dataclass(frozen=True)
class Trained:
    """A home, the result of the training in it, and what it told of its progress."""

    home: Path
    result: TrainResult
    told: list[str]
