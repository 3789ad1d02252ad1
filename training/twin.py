"""The held-out twin of a registered model: what is registered has seen all matches, its twin only those before a day.

The twin is fitted in the same way on what ends a gap before its test window, and its forecasts of that window stay
with the run as a file. So two models can be compared later on matches that neither twin had seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.errors import StoreError
from training.holdout import Judgement
from training.scoreboard import MODEL

FILE: Final = "holdout.parquet"
TEST_FROM_TAG: Final = "holdout.test_from"
GAP_TAG: Final = "holdout.gap_days"

PROBABILITIES: Final = ("p_home", "p_draw", "p_away")
COLUMNS: Final = ("match_id", "date", "competition_id", "kind", "outcome", *PROBABILITIES)


@dataclass(frozen=True)
class Twin:
    """Forecasts of matches that the twin had not seen.

    Args:
        holdout: one row a match, `COLUMNS`: its day (datetime64), its outcome (0 home win, 1 draw, 2 away win) and the
            three probabilities.
        test_from: first day of the test window.
        gap_days: days before it that were not learned from either.
    """

    holdout: pd.DataFrame
    test_from: date
    gap_days: int

    @property
    def learned_until(self) -> date:
        """The day before which all matches lie that the twin learned from."""
        return self.test_from - timedelta(days=self.gap_days)

    @property
    def tags(self) -> dict[str, str]:
        """What `load` needs beside the file."""
        return {TEST_FROM_TAG: self.test_from.isoformat(), GAP_TAG: str(self.gap_days)}

    @classmethod
    def of(cls, judgement: Judgement) -> Self:
        """The twin that a judgement was about."""
        matches, forecast = judgement.matches, judgement.forecasts[MODEL]
        told = {name: matches[name].to_numpy() for name in ("match_id", "date", "competition_id", "kind")}
        given = {name: forecast[:, i] for i, name in enumerate(PROBABILITIES)}
        holdout = pd.DataFrame({**told, "outcome": judgement.outcome, **given})
        return cls(holdout, judgement.split.test_from, judgement.split.gap_days)

    def save(self, folder: Path) -> None:
        """Write `FILE` into a folder."""
        self.holdout.to_parquet(folder / FILE, index=False)

    @classmethod
    def load(cls, path: Path, tags: Mapping[str, str]) -> Self:
        """Read what `save` wrote, with the tags of its run.

        Raises:
            StoreError: the file or a tag is missing, damaged, or they contradict each other.
        """
        try:
            test_from, gap_days = date.fromisoformat(tags[TEST_FROM_TAG]), int(tags[GAP_TAG])
        except (KeyError, ValueError) as error:
            raise StoreError(
                f"{path.name}: the run does not say what the model was judged on, tags {TEST_FROM_TAG} and {GAP_TAG} "
                f"({error})"
            ) from error
        try:
            holdout = pd.read_parquet(path)
        # Whatever is wrong with a Parquet file, pyarrow has an exception of its own for it.
        except Exception as error:
            raise StoreError(f"{path.name}: cannot be read ({str(error).splitlines()[0]})") from error
        _check(holdout, test_from, gap_days, path.name)
        return cls(holdout, test_from, gap_days)

    def probabilities(self) -> NDArray[np.float64]:
        """The forecasts, shape (n, 3)."""
        return self.holdout[list(PROBABILITIES)].to_numpy(np.float64)


def _check(holdout: pd.DataFrame, test_from: date, gap_days: int, name: str) -> None:
    missing = [column for column in COLUMNS if column not in holdout]
    if missing:
        raise StoreError(f"{name}: lacks the columns {', '.join(missing)}")
    if gap_days < 0:
        raise StoreError(f"{name}: tag {GAP_TAG} is {gap_days}, expected 0 or more days")
    if not pd.api.types.is_datetime64_any_dtype(holdout["date"]):
        raise StoreError(f"{name}: date is {holdout['date'].dtype}, expected days")
    if holdout.empty or holdout["match_id"].duplicated().any() or holdout["match_id"].isna().any():
        raise StoreError(f"{name}: expected every match once, and at least one")
    if not (holdout["date"] >= pd.Timestamp(test_from)).all():
        raise StoreError(f"{name}: has matches of {holdout['date'].min():%Y-%m-%d}, expected none before {test_from}")
    if not holdout["outcome"].isin((0, 1, 2)).all():
        raise StoreError(f"{name}: has outcomes other than 0, 1 and 2")
    given = holdout[list(PROBABILITIES)].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    # A NaN fails both comparisons.
    if not ((given >= 0.0).all() and (np.abs(given.sum(axis=1) - 1.0) <= 1e-6).all()):
        raise StoreError(f"{name}: has forecasts that are no three probabilities that sum to 1")
