"""How good the predictions were that people got: what was served before the kick-off, against what happened.

One prediction a fixture counts, the last one served before its kick-off; scenarios and answers as of an earlier moment
do not. Results are those of the newest synced matches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.metrics import OUTCOMES, Reliability, Scores, evaluate, reliability
from football.errors import NoDataError
from football.served import ServedPrediction, ServedStore
from football.snapshots import SnapshotStore
from football.sql_store import SqlStore
from football.tables import PLAYED

Float = NDArray[np.float64]

SAME_MATCH: Final = timedelta(days=1)
"""A match of the same clubs that starts this near to the kick-off asked for is the one that was meant."""

BINS: Final = 10
PER_BIN: Final = 10
"""Matches that a bin of the reliability table should hold at least; fewer matches make fewer bins."""


@dataclass(frozen=True)
class Part:
    """The scores of one competition's, or one model's, predictions."""

    name: str
    scores: Scores


@dataclass(frozen=True)
class TrackRecord:
    """What served predictions were worth; `scores` and the rest are None or empty while no result is there.

    `waiting` counts fixtures served before their kick-off whose result is not known (yet). `calibration` maps each
    outcome to its reliability table.
    """

    scores: Scores | None
    waiting: int
    first_kickoff: datetime | None
    last_kickoff: datetime | None
    calibration: Mapping[str, Reliability]
    competitions: tuple[Part, ...]
    models: tuple[Part, ...]


class TrackRecords:
    """Makes track records.

    Args:
        database: where served predictions are logged.
        home: AWAYDAY_HOME, where the synced matches are.
    """

    def __init__(self, database: SqlStore, home: Path) -> None:
        self._database = database
        self._served = ServedStore(database)
        self._snapshots = SnapshotStore(home)
        self._results: tuple[str, pd.DataFrame] | None = None

    def record(
        self,
        start: datetime | None = None,
        until: datetime | None = None,
        *,
        competition_id: str | None = None,
        model_version: str | None = None,
    ) -> TrackRecord:
        """The track record of kick-offs from `start` on and before `until`, of one competition, of one model.

        `StoreError` if the log or the matches cannot be read. Without synced matches every fixture waits.
        """
        self._database.update()
        served = self._served.last_before_kickoff(
            start, until, competition_id=competition_id, model_version=model_version
        )
        table = _table(served)
        return score(table, self._matched(table, model_version))

    def _matched(self, served: pd.DataFrame, model_version: str | None) -> pd.DataFrame:
        """The predictions that have a result, with it (`match_id`, `match_day`, `outcome`)."""
        matched = with_results(served, self._known_results())
        # A match may have begun before the kick-off that was asked for: then what was served after its start is no
        # prediction, and the last one before takes its place. (Where only the day is known, the answer itself used
        # nothing that came after the beginning of that day.)
        late = matched["served_at"] >= matched["starts_at"]
        if late.any():
            earlier = [
                prediction
                for row in matched[late].to_dict("records")
                for prediction in self._served.last_served(
                    row["home_id"], row["away_id"], row["kickoff"], row["starts_at"], model_version
                )
            ]
            mended = with_results(_table(earlier), self._known_results())
            matched = pd.concat([matched[~late], mended], ignore_index=True)
        # The same match asked for under two kick-offs.
        return matched.sort_values("served_at", kind="stable").drop_duplicates("match_id", keep="last")

    def _known_results(self) -> pd.DataFrame:
        try:
            snapshot = self._snapshots.latest()
        except NoDataError:
            return results_of(None)
        if self._results is None or self._results[0] != snapshot.id:
            self._results = snapshot.id, results_of(snapshot.matches)
        return self._results[1]


def _table(served: Sequence[ServedPrediction]) -> pd.DataFrame:
    return pd.DataFrame(served, columns=list(ServedPrediction._fields))


def results_of(matches: pd.DataFrame | None) -> pd.DataFrame:
    """Played matches of a MATCHES table: clubs, day, start (null if only the day is known), outcome (0, 1, 2).

    Awarded ones are left out: nobody predicts a verdict.
    """
    columns = ["match_id", "home_id", "away_id", "match_day", "starts_at", "outcome"]
    if matches is None:
        return pd.DataFrame(columns=columns)
    played = matches[(matches["status"] == PLAYED) & matches["home_goals"].notna() & matches["away_goals"].notna()]
    margin = (played["home_goals"].astype("int64") - played["away_goals"].astype("int64")).to_numpy()
    return pd.DataFrame(
        {
            "match_id": played["match_id"],
            "home_id": played["home_id"],
            "away_id": played["away_id"],
            "match_day": played["date"],
            "starts_at": played["kickoff_utc"],
            "outcome": 1 - np.sign(margin),
        }
    ).reset_index(drop=True)


def with_results(served: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Predictions (columns of `ServedPrediction`) of matches that have a result, with the columns of `results_of`.

    A match is the nearest one of the same clubs, a day apart at most.
    """
    pairs = served.reset_index(names="row").merge(results, on=["home_id", "away_id"])
    kickoff = pd.to_datetime(pairs["kickoff"], utc=True)
    timed = pairs["starts_at"].notna()
    # Of some matches only the day is known, in the zone of the competition: up to half a day off its noon in UTC.
    noon = pd.to_datetime(pairs["match_day"]).dt.tz_localize("UTC") + timedelta(hours=12)
    apart = (kickoff - pd.to_datetime(pairs["starts_at"], utc=True).where(timed, noon)).abs()
    same = (apart <= SAME_MATCH) | (~timed & (apart <= SAME_MATCH + timedelta(hours=12)))
    near = pairs.assign(apart=apart)[same]
    nearest = near.sort_values(["row", "apart"], kind="stable").drop_duplicates("row")
    return nearest.drop(columns=["row", "apart"]).reset_index(drop=True)


def score(served: pd.DataFrame, matched: pd.DataFrame) -> TrackRecord:
    """The track record of predictions, of which those in `matched` have a result."""
    fixtures = len(served)
    if matched.empty:
        return TrackRecord(None, fixtures, None, None, {}, (), ())
    forecast = _forecast(matched)
    outcome = matched["outcome"].to_numpy(dtype=np.int64)
    bins = max(1, min(BINS, len(matched) // PER_BIN))
    kickoffs = pd.to_datetime(matched["kickoff"], utc=True)
    return TrackRecord(
        scores=_scores(matched),
        waiting=fixtures - len(matched),
        first_kickoff=kickoffs.min().to_pydatetime(),
        last_kickoff=kickoffs.max().to_pydatetime(),
        calibration={
            name: reliability(forecast[:, column], outcome == column, bins) for column, name in enumerate(OUTCOMES)
        },
        competitions=_parts(matched, "competition_id"),
        models=_parts(matched, "model_version"),
    )


def _parts(matched: pd.DataFrame, column: str) -> tuple[Part, ...]:
    named = matched.assign(**{column: matched[column].fillna("")})
    return tuple(Part(str(name), _scores(rows)) for name, rows in named.groupby(column, sort=True))


def _scores(matched: pd.DataFrame) -> Scores:
    return evaluate(_forecast(matched), matched["outcome"].to_numpy(dtype=np.int64), matched["match_day"].to_numpy())


def _forecast(matched: pd.DataFrame) -> Float:
    forecast: Float = matched[["home_win", "draw", "away_win"]].to_numpy(dtype=np.float64)
    return forecast
