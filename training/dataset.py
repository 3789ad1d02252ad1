"""The training table: every played match of a window with its features, its outcome and what it was.

The window begins in July 2005 by default: earlier matches have few kick-off days and clubs placed, and football was
another game. They still feed ratings and form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.encoding import days_of, moments, seconds_of
from features.inputs import Inputs
from features.table import MODEL_FEATURES, build_features
from football.competitions import Competition
from football.errors import InvalidValueError, NoDataError
from football.tables import PLAYED
from serving.model import EXPECTED_GOALS
from training.progress import Progress, Step

Int = NDArray[np.int64]
Mask = NDArray[np.bool_]

FIRST_DAY: Final = date(2005, 7, 1)

MATCH_COLUMNS: Final = (
    "match_id",
    "competition_id",
    "competition",
    "kind",
    "date",
    "kickoff_utc",
    "starts_at",
    "known_at",
    "home_id",
    "away_id",
    "home_name",
    "away_name",
    "neutral",
    "home_goals",
    "away_goals",
)


@dataclass(frozen=True)
class Dataset:
    """Matches (n rows, `MATCH_COLUMNS`) with their features on the same index, in order of `starts_at`.

    `outcome` (n,) is 0 home win, 1 draw, 2 away win after 90 minutes; `snapshot` names the data and `cut` is the
    moment of its newest result, UTC.
    """

    matches: pd.DataFrame
    features: pd.DataFrame
    outcome: Int
    snapshot: str
    cut: datetime

    def __post_init__(self) -> None:
        if not len(self.matches) == len(self.features) == len(self.outcome):
            sizes = (len(self.matches), len(self.features), len(self.outcome))
            raise InvalidValueError("dataset", sizes, "as many matches as feature rows and outcomes")
        missing = [name for name in MATCH_COLUMNS if name not in self.matches]
        if missing:
            raise InvalidValueError("matches", list(self.matches.columns), f"the columns {', '.join(missing)} too")
        if not self.matches["starts_at"].is_monotonic_increasing:
            raise InvalidValueError("matches", "unsorted", "rows in order of starts_at")

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def match_day(self) -> NDArray[np.datetime64]:
        """Calendar day of each match, shape (n,): the clusters of standard errors."""
        return self.matches["date"].to_numpy()

    @property
    def learnable(self) -> Mask:
        """Rows whose expected goals are known, shape (n,): all but those before the first strengths."""
        known: Mask = np.isfinite(self.features[list(EXPECTED_GOALS)].to_numpy(np.float64).sum(axis=1))
        return known

    def column(self, name: str) -> NDArray[np.object_]:
        """A column of ids or names, shape (n,)."""
        return self.matches[name].to_numpy(object)

    def age_days(self, at: datetime) -> NDArray[np.float64]:
        """Days from each match to a moment, shape (n,), 0 for later ones."""
        age_s: NDArray[np.float64] = (
            (pd.Timestamp(at) - self.matches["starts_at"]).dt.total_seconds().to_numpy(np.float64)
        )
        return np.maximum(age_s, 0.0) / 86_400.0

    def select(self, rows: Mask) -> Self:
        """The same with some rows only."""
        return type(self)(self.matches[rows], self.features[rows], self.outcome[rows], self.snapshot, self.cut)


def build_dataset(
    inputs: Inputs,
    competitions: Mapping[str, Competition],
    first_day: date = FIRST_DAY,
    progress: Progress = lambda _: None,
) -> Dataset:
    """Every played match from `first_day` on, with its features as of its start.

    Raises:
        NoDataError: there is none.
    """
    table = inputs.snapshot.matches
    played = table[(table["status"] == PLAYED) & (table["date"] >= pd.Timestamp(first_day))]
    if played.empty:
        raise NoDataError(f"No match was played from {first_day} on; run `awayday sync` for newer ones")
    of_match = [competitions[name] for name in played["competition_id"]]
    starts_s, known_s = moments(
        days_of(played["date"]), seconds_of(played["kickoff_utc"]), [c.time_zone for c in of_match]
    )
    matches = played.assign(
        competition=[c.name for c in of_match],
        kind=[c.kind for c in of_match],
        starts_at=pd.to_datetime(starts_s, unit="s", utc=True),
        known_at=pd.to_datetime(known_s, unit="s", utc=True),
        home_goals=played["home_goals"].astype("int64"),
        away_goals=played["away_goals"].astype("int64"),
    )
    matches = matches.sort_values(["starts_at", "match_id"], ignore_index=True)

    def built(done: int, total: int) -> None:
        progress(Step(f"Building features: {done:,} of {total:,} matches", done, total))

    features = build_features(
        matches, inputs.history, inputs.strength, inputs.absences, competitions, built, MODEL_FEATURES
    )
    return Dataset(
        matches[list(MATCH_COLUMNS)],
        features,
        outcome_of(matches["home_goals"], matches["away_goals"]),
        inputs.snapshot.id,
        inputs.cut,
    )


def outcome_of(home_goals: pd.Series, away_goals: pd.Series) -> Int:
    """0 home win, 1 draw, 2 away win of 90-minute goals, shape (n,)."""
    outcome: Int = 1 - np.sign(home_goals.to_numpy(np.int64) - away_goals.to_numpy(np.int64))
    return outcome
