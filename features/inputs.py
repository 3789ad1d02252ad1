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
from features.strength import StrengthHistory
from features.strength_filter import Evidence, FilterConfig, filter_strengths, mean_of
from features.strength_fit import load_or_fit, week_starts
from features.strength_store import CACHE_FOLDER, inputs_of, ready_made
from features.strengths import Strengths
from football.clubs import ClubRegistry
from football.competitions import Competition
from football.errors import NoDataError
from football.snapshots import Snapshot

FIRST_CHECKPOINT: Final = date(2005, 6, 1)
"""Strengths are known from here on; before the first match that is trained on."""

RHO: Final = -0.05
"""Dependence of low scores with which odds are read; what the outcome model fits is near it."""


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
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Strengths:
    """`load_strength` of a snapshot and its encoded matches, kept ready-made under `home`."""

    def compute() -> Strengths:
        return load_strength(
            home,
            history,
            config,
            statistics=snapshot.statistics,
            odds=snapshot.odds,
            processes=processes,
            progress=progress,
        )

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
    first_s = int(np.datetime64(FIRST_CHECKPOINT, "s").astype(np.int64))
    if history.cut_s <= first_s:
        raise NoDataError(f"No result is newer than {FIRST_CHECKPOINT}; run `awayday sync` for newer matches")
    first_s = max(first_s, int(history.results.known_at_s[0]))
    checkpoints_s = np.unique(np.append(week_starts(first_s, history.cut_s), history.cut_s))
    results = history.results

    def rated(evidence: Evidence | None, config: FilterConfig | None = None) -> StrengthHistory | None:
        if evidence is None:
            return None
        found = filter_strengths(results, history.leagues, checkpoints_s, config, evidence)
        return found.of_clubs(np.flatnonzero(found.information.max(axis=0) > 0.0))

    # Kernels let other threads run.
    with ThreadPoolExecutor(processors()) as pool:
        filtered = pool.submit(filter_strengths, results, history.leagues, checkpoints_s)
        shots = None if statistics is None else pool.submit(lambda: rated(shots_evidence(results, statistics)))
        market = None if odds is None else pool.submit(lambda: rated(odds_evidence(results, odds, RHO), ODDS_FILTER))
        fitted = load_or_fit(
            home / CACHE_FOLDER,
            results,
            history.leagues,
            checkpoints_s,
            config,
            processes=processes,
            progress=progress,
        )
        return Strengths(
            leagues=mean_of(fitted, filtered.result()),
            others=fitted,
            league_ids=tuple(league.id for league in history.leagues if league.is_league),
            shots=None if shots is None else shots.result(),
            odds=None if market is None else market.result(),
        )


def _index(store: AbsenceTables) -> AbsenceIndex | None:
    absences, coverage = store.absences(), store.coverage()
    return None if absences.empty and coverage.empty else AbsenceIndex.build(absences, coverage)
