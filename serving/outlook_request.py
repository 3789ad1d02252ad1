"""A question about a season; apart from the answer, which needs tables and compiled kernels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

DEFAULT_SEASONS: Final = 10_000
MOST_SEASONS: Final = 100_000
"""Over HTTP; the command line has no limit."""

DEFAULT_SEED: Final = 2026


@dataclass(frozen=True)
class OutlookRequest:
    """What is asked: `season` None for the newest, `as_of` None for now."""

    competition: str
    season: str | None = None
    as_of: datetime | None = None
    seasons: int = DEFAULT_SEASONS
    seed: int = DEFAULT_SEED
