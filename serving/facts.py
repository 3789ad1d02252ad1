"""What answers say of the model that made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from serving.backtest_record import BacktestRecord

Source = Literal["embedded", "champion"]

ADVICE: Final = "run `awayday sync`, `awayday train` and `awayday promote`"
UPDATE_ADVICE: Final = "run `awayday update`"


@dataclass(frozen=True)
class ModelFacts:
    """Where the model comes from; `metrics` are those of its evaluation, `backtest` is of its method."""

    version: str
    source: Source
    trained_at: datetime
    snapshot: str
    metrics: Mapping[str, float]
    backtest: BacktestRecord | None = None
