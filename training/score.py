"""Score anyone's forecasts as our own are scored, or a backtest's again: `awayday score`.

Forecasts are joined with the results, either the file's own or those of the synced matches, and judged on the matches
that all of them answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from features.metrics import OUTCOMES
from football.clubs import load_registry
from football.competitions import load_competitions
from football.errors import InvalidValueError, NoDataError, SourceError
from football.facts import CLOSING as CLOSING_PHASE
from football.facts import OPENING as OPENING_PHASE
from football.margin import DEFAULT_METHOD
from football.market import opening_or_closing
from football.snapshots import Snapshot, SnapshotStore
from football.tables import PLAYED
from training.board import Board
from training.dataset import outcome_of
from training.market_board import CLOSING, OPENING
from training.predictions import board_of, forecasts_of, is_predictions, market_of, read_predictions, title_of
from training.progress import Progress
from training.score_file import Fault, read_forecasts
from training.score_join import Match, join
from training.scoreboard import common_rows
from training.segments import label_segments
from training.split import season_name

Float = NDArray[np.float64]

UNKNOWN: Final = "unknown"
"""Kind and competition of a match that neither the file nor the data tell of."""


@dataclass(frozen=True)
class ScoreConfig:
    """What to score.

    Args:
        file: forecasts, see `read_forecasts`; or a backtest's predictions, of which all forecasts are judged as they
            were, unless there is `against`: then the model's alone, under the file's name.
        home: AWAYDAY_HOME with the synced matches; without them the file has to give the results.
        against: a backtest's predictions to compare with, or None.
        method: how the bookmaker's margin is taken out of odds.
        start: first day to judge; None for all from the first on.
        until: last day to judge; None for all to the last.
    """

    file: Path
    home: Path
    against: Path | None = None
    method: str = DEFAULT_METHOD
    start: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.until is not None and self.until < self.start:
            raise InvalidValueError("until", self.until.isoformat(), f"a day not before the first, {self.start}")

    def within(self, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Which of the days are to be judged.

        Raises:
            InvalidValueError: none of them.
        """
        inside = np.ones(len(days), dtype=bool)
        if self.start is not None:
            inside &= days >= np.datetime64(self.start)
        if self.until is not None:
            inside &= days <= np.datetime64(self.until)
        if not inside.any():
            asked = f"{self.start or 'the first day'} to {self.until or 'the last'}"
            raise InvalidValueError("days", asked, f"some of {days.min()} to {days.max()}, when the matches are")
        return inside


@dataclass(frozen=True)
class ScoreResult:
    """The scoreboard and its title, how many matches each forecast answers, and the rows that were left out."""

    board: Board
    answered: Mapping[str, int]
    faults: tuple[Fault, ...]
    title: str

    def show(self, console: Console, *, full: bool = False) -> None:
        """Print the tables, and above them what they are about."""
        matches = int(self.board.scores["matches"].iloc[0])
        if any(count != matches for count in self.answered.values()):
            counts = ", ".join(f"{name} {count:,}" for name, count in self.answered.items())
            console.print(f"Matches answered: {counts}; compared are the {matches:,} that all answer.")
        self.board.show(console, self.title, full=full)


def run(config: ScoreConfig, progress: Progress = lambda _: None) -> ScoreResult:
    """Read, join and judge.

    Raises:
        SourceError: the file cannot be read, or not one row of it can be scored.
        InvalidValueError: an unknown method, no match on these days, or none that all forecasts answer.
        StoreError: what is kept, or the predictions to compare with, cannot be read.
    """
    progress(f"Reading {config.file}")
    if config.against is None and is_predictions(config.file):
        return _again(config, progress)
    read = read_forecasts(config.file, config.method)
    theirs = None if config.against is None else read_predictions(config.against)
    snapshot = _snapshot(config.home)
    progress("Finding the matches")
    joined = join(read.rows, _results(snapshot, theirs), load_registry())
    faults = sorted([*read.faults, *joined.faults], key=lambda fault: fault.line)
    if not joined.matches:
        first = faults[0] if faults else Fault(1, "there are no rows")
        raise SourceError(config.file, f"no row can be scored; the first: {first.reason}", first.line)
    progress("Judging")
    ids = [match.match_id for match in joined.matches]
    forecasts = {name: _spread(len(ids), rows, read.probabilities) for name, rows in joined.forecasts.items()}
    market = {} if snapshot is None else _odds(snapshot, ids)
    if theirs is not None:
        ours = forecasts_of(theirs)
        taken = [name for name in forecasts if name in ours]
        if taken:
            raise InvalidValueError("forecast", taken[0], "another name in the file: the other predictions have it")
        forecasts |= _aligned(ours, theirs, ids)
        if snapshot is None or snapshot.odds.empty:
            market = _aligned(market_of(theirs), theirs, ids)
    days = np.array([match.day for match in joined.matches], dtype="datetime64[D]")
    inside = config.within(days)
    forecasts = {name: np.where(inside[:, None], forecast, np.nan) for name, forecast in forecasts.items()}
    common = common_rows(forecasts)
    answered = {name: int(np.isfinite(forecast).all(axis=1).sum()) for name, forecast in forecasts.items()}
    if not common.any():
        told = ", ".join(f"{name} {count:,}" for name, count in answered.items())
        raise InvalidValueError("forecasts", told, "at least one match that all of them answer")
    goals = pd.DataFrame([match.goals for match in joined.matches], columns=["home", "away"])
    outcome = outcome_of(goals["home"], goals["away"])
    board = Board.of(forecasts, outcome, days, _groups(joined.matches, snapshot), market, next(iter(forecasts)))
    matches = int(common.sum())
    title = f"{matches:,} match{'es' if matches != 1 else ''}, {days[common].min()} to {days[common].max()}"
    return ScoreResult(board, answered, tuple(faults), title)


def _again(config: ScoreConfig, progress: Progress) -> ScoreResult:
    """A backtest's own predictions, all of its forecasts, on some of its days."""
    table = read_predictions(config.file)
    table = table[config.within(table["date"].to_numpy("datetime64[D]"))].reset_index(drop=True)
    progress("Judging")
    board = board_of(table)
    return ScoreResult(board, dict.fromkeys(forecasts_of(table), len(table)), (), title_of(table))


def _snapshot(home: Path) -> Snapshot | None:
    try:
        return SnapshotStore(home).latest()
    except NoDataError:
        return None


def _results(snapshot: Snapshot | None, theirs: pd.DataFrame | None) -> pd.DataFrame | None:
    """Where results are looked up: the synced matches, or else the predictions to compare with."""
    if snapshot is not None:
        return snapshot.matches
    if theirs is not None:
        return theirs.rename(columns={"home": "home_name", "away": "away_name"}).assign(status=PLAYED)
    return None


def _spread(n: int, rows: Mapping[int, int], probabilities: Float) -> Float:
    """Probabilities of n matches, NaN where the forecast has none."""
    spread = np.full((n, 3), np.nan)
    spread[list(rows)] = probabilities[list(rows.values())]
    return spread


def _odds(snapshot: Snapshot, match_id: Sequence[str | None]) -> dict[str, Float]:
    phases = {CLOSING: CLOSING_PHASE, OPENING: OPENING_PHASE}
    return {
        name: opening_or_closing(snapshot.odds, phase).reindex(list(match_id))[list(OUTCOMES)].to_numpy(np.float64)
        for name, phase in phases.items()
    }


def _aligned(of_table: Mapping[str, Float], table: pd.DataFrame, match_id: Sequence[str | None]) -> dict[str, Float]:
    """Forecasts of a predictions table on other matches, NaN where it has none."""
    where = pd.Index(table["match_id"]).get_indexer(pd.Index([name or "" for name in match_id]))
    return {name: np.where((where >= 0)[:, None], forecast[where], np.nan) for name, forecast in of_table.items()}


def _groups(matches: Sequence[Match], snapshot: Snapshot | None) -> pd.DataFrame:
    competitions = load_competitions()
    names = [match.competition for match in matches]
    groups = pd.DataFrame(
        {
            "kind": [competitions[name].kind if name in competitions else UNKNOWN for name in names],
            "season": [season_name(match.day) for match in matches],
            "competition": [name or UNKNOWN for name in names],
        }
    )
    if snapshot is None:
        return groups
    segments = label_segments(snapshot.matches).reindex([match.match_id for match in matches], fill_value=False)
    return pd.concat([groups, segments.reset_index(drop=True)], axis=1)
