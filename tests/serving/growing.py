"""A made-up season as one learns of it: day by day, with results that come late, come wrong and come from newcomers."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from football.facts import CLOSING, ODDS, RESULT, STATISTICS
from football.snapshots import Snapshot, SnapshotStore
from football.sync_report import SyncReport
from football.tables import PLAYED, SCHEDULED
from tests.serving.synthetic import matches

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEWCOMER = "esp-club-h"
LATE_LEAGUE = "champions-league"


@dataclass(frozen=True)
class Growing:
    """The matches of `tests.serving.synthetic` as known at the end of a day.

    One result in twelve comes up to 20 days late, one in thirty is told wrongly for up to 30 days. The matches of
    `NEWCOMER`, old ones too, are told of from a day on; `LATE_LEAGUE` begins on a day. Two matches in three have shots
    on target, one in two odds, which come with the result.
    """

    seed: int = 1
    newcomer_from: date = date(2024, 1, 20)
    late_league_from: date = date(2024, 2, 10)

    def known(self, day: date) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Matches, statistics and odds."""
        table = matches()
        rng = np.random.default_rng(self.seed)
        n = len(table)
        late = np.where(rng.random(n) < 1 / 12, rng.integers(1, 21, n), 0)
        wrong = np.where(rng.random(n) < 1 / 30, rng.integers(1, 31, n), 0)
        shots, prices = rng.integers(0, 9, (n, 2)), rng.uniform(1.6, 5.0, (n, 3))
        prices *= (1.0 / prices).sum(axis=1, keepdims=True) / 1.05
        with_shots, with_odds = rng.random(n) < 2 / 3, rng.random(n) < 1 / 2

        told_on = table["date"].dt.date.to_numpy() + np.array([timedelta(days=int(d)) for d in late])
        known = (table["status"] == PLAYED).to_numpy() & (told_on <= day)
        wrongly = known & (wrong > 0) & (told_on + np.array([timedelta(days=int(d)) for d in wrong]) > day)
        hidden = np.zeros(n, dtype=np.bool_)
        if day < self.newcomer_from:
            hidden |= ((table["home_id"] == NEWCOMER) | (table["away_id"] == NEWCOMER)).to_numpy()
        before = (table["date"] < pd.Timestamp(self.late_league_from)).to_numpy() | (day < self.late_league_from)
        hidden |= (table["competition_id"] == LATE_LEAGUE).to_numpy() & before
        goals = {name: table[name].where(known) for name in ("home_goals", "away_goals")}
        goals["home_goals"] = goals["home_goals"] + np.where(wrongly, 1, 0).astype(np.int16)
        status = table["status"].where(known | (table["status"] != PLAYED), SCHEDULED)
        now = table.assign(status=status, **goals)
        told = known & ~hidden
        return now[~hidden], _statistics(table, told & with_shots, shots), _odds(table, told & with_odds, prices)

    def store(self, store: SnapshotStore, day: date) -> Snapshot:
        """The snapshot of a day, and the one in use."""
        table, statistics, odds = self.known(day)
        return store.write(table, SyncReport(), statistics, odds)


def _statistics(table: pd.DataFrame, rows: Flags, shots: Int) -> pd.DataFrame:
    facts = {
        "match_id": table.loc[rows, "match_id"].to_numpy(),
        "home_shots_on_target": shots[rows, 0],
        "away_shots_on_target": shots[rows, 1],
    }
    return _of(STATISTICS, facts)


def _odds(table: pd.DataFrame, rows: Flags, prices: Float) -> pd.DataFrame:
    facts = {
        "match_id": table.loc[rows, "match_id"].to_numpy(),
        "bookmaker": "pinnacle",
        "market": RESULT,
        "phase": CLOSING,
        **{name: prices[rows, i] for i, name in enumerate(("home", "draw", "away"))},
    }
    return _of(ODDS, facts)


def _of(schema: pa.DataFrameSchema, facts: dict[str, object]) -> pd.DataFrame:
    types = {name: str(column.dtype) for name, column in schema.columns.items()}
    return pd.DataFrame(facts).reindex(columns=list(schema.columns)).astype(types)
