"""What features are made from, loaded once: the matches in use, the strengths through time, the absences.

Training and the service take it from here, so that both see the same checkpoints and get the same rows.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pandas as pd

from features.evidence import ODDS_FILTER, odds_evidence, shots_evidence
from features.goal_model import GoalModelConfig
from features.history import History
from features.injuries import AbsenceIndex
from features.jit import processors
from features.match_facts import MatchFacts
from features.strength import StrengthHistory
from features.strength_filter import Evidence, FilterConfig, filter_problem, mean_of
from features.strength_fit import fit_or_load, week_starts
from features.strength_problem import Problem
from features.strength_store import CACHE_FOLDER, inputs_of, ready_made
from features.strengths import ODDS, SHOTS, Strengths
from features.strengths_before import Continued, StrengthsBefore
from football.clubs import ClubRegistry
from football.competitions import Competition
from football.errors import NoDataError
from football.snapshots import Snapshot

FIRST_CHECKPOINT: Final = date(2005, 6, 1)
"""Strengths are known from here on; before the first match that is trained on."""


class AbsenceTables(Protocol):
    """Where absences and coverage are kept; `football.database.Database` is one."""

    def absences(self) -> pd.DataFrame:
        """All absences, contract `football.tables.ABSENCES`."""

    def coverage(self) -> pd.DataFrame:
        """Who is watched when, contract `football.tables.COVERAGE`."""


@dataclass(frozen=True)
class Inputs:
    """A snapshot, encoded, with its strengths; `absences` is None where no source tells of any."""

    snapshot: Snapshot
    history: History
    strength: Strengths
    absences: AbsenceIndex | None

    @property
    def cut(self) -> datetime:
        """When the newest result became known, UTC."""
        return datetime.fromtimestamp(self.history.cut_s, UTC)


def load_inputs(
    home: Path,
    snapshot: Snapshot,
    registry: ClubRegistry,
    competitions: Mapping[str, Competition],
    absences: AbsenceTables | None = None,
    *,
    config: GoalModelConfig | None = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Inputs:
    """Encode a snapshot and fit its strengths, which are kept under `home` by a hash of all that goes into them.

    Args:
        home: AWAYDAY_HOME.
        snapshot: the matches.
        registry: where clubs are.
        competitions: all competitions by id.
        absences: the absence store, or None.
        config: hyper-parameters of the goal model.
        processes: worker processes for strengths that are not kept yet.
        progress: called with (checkpoints done, checkpoints in all).

    Raises:
        NoDataError: no result is newer than `FIRST_CHECKPOINT`.
    """
    history = History.build(snapshot.matches, registry, competitions)
    strength = strength_of(home, history, snapshot, config, processes=processes, progress=progress)
    return Inputs(snapshot, history, strength, None if absences is None else _index(absences))


def strength_of(
    home: Path,
    history: History,
    snapshot: Snapshot,
    config: GoalModelConfig | None = None,
    *,
    before: StrengthsBefore | None = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Strengths:
    """`load_strength` of a snapshot and its encoded matches, kept ready-made under `home`.

    With strengths of `before` their rows are taken over as far as no result, statistic or price is another.
    """

    def compute() -> Continued:
        problem = Problem.of(history.table, history.leagues)
        facts = (
            MatchFacts.of(history.results.match_id, snapshot.statistics, snapshot.odds)
            if before is None
            else before.facts(history.table)
        )
        return _strengths(home, history, problem, facts, config, before, processes, progress)

    return ready_made(home / CACHE_FOLDER, inputs_of(snapshot.id, history, config), compute)


def load_strength(
    home: Path,
    history: History,
    config: GoalModelConfig | None = None,
    *,
    statistics: pd.DataFrame | None = None,
    odds: pd.DataFrame | None = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Strengths:
    """Strengths at each week's start since `FIRST_CHECKPOINT` (or the first result), and at the history's cut.

    `statistics` and `odds` (`football.facts`) give ratings from shots and from odds; None for none.
    """
    facts = MatchFacts.of(history.results.match_id, statistics, odds)
    problem = Problem.of(history.table, history.leagues)
    return _strengths(home, history, problem, facts, config, None, processes, progress).joined()


def _strengths(
    home: Path,
    history: History,
    problem: Problem,
    facts: MatchFacts,
    config: GoalModelConfig | None,
    before: StrengthsBefore | None,
    processes: int,
    progress: Callable[[int, int], None] | None,
) -> Continued:
    first_s = int(np.datetime64(FIRST_CHECKPOINT, "s").astype(np.int64))
    if history.cut_s <= first_s:
        raise NoDataError(f"No result is newer than {FIRST_CHECKPOINT}; run `awayday sync` for newer matches")
    first_s = max(first_s, int(problem.known_at_s[0]))
    checkpoints_s = np.unique(np.append(week_starts(first_s, history.cut_s), history.cut_s))
    since = 0 if before is None else before.rows(problem, facts, checkpoints_s)
    then = before.strengths if before is not None and since else None

    def rated(
        evidence: Evidence | None, earlier: StrengthHistory | None, config: FilterConfig | None = None
    ) -> tuple[StrengthHistory | None, int]:
        """Ratings, and from which checkpoint on they are."""
        if evidence is None:
            return None, 0
        if before is not None and earlier is not None:
            newer = filter_problem(problem, checkpoints_s, config, evidence, since)
            if (of_known := before.ratings(earlier, newer, since)) is not None:
                return of_known, since
        found = filter_problem(problem, checkpoints_s, config, evidence)
        return found.of_clubs(np.flatnonzero(found.information.max(axis=0) > 0.0)), 0

    of_shots, of_odds = (None, None) if then is None else (then.shots, then.odds)
    # Kernels let other threads run.
    with ThreadPoolExecutor(processors()) as pool:
        filtered = pool.submit(filter_problem, problem, checkpoints_s, since=since)
        by_shots = pool.submit(lambda: rated(shots_evidence(problem, facts.shots), of_shots))
        by_odds = pool.submit(lambda: rated(odds_evidence(problem, facts.edge), of_odds, ODDS_FILTER))
        fitted = fit_or_load(
            home / CACHE_FOLDER, problem, checkpoints_s, config, since, processes=processes, progress=progress
        )
        (shots, since_shots), (odds, since_odds) = by_shots.result(), by_odds.result()
        league_ids = tuple(league.id for league in history.leagues if league.is_league)
        newer = Strengths(mean_of(fitted, filtered.result()), fitted, league_ids, shots, odds, facts)
    rows = {"leagues": since, "others": since, SHOTS: since_shots, ODDS: since_odds}
    return Continued(newer, {name: count for name, count in rows.items() if count}, then)


def _index(store: AbsenceTables) -> AbsenceIndex | None:
    absences, coverage = store.absences(), store.coverage()
    return None if absences.empty and coverage.empty else AbsenceIndex.build(absences, coverage)
