"""The made-up seasons of the tests of outlooks, as training reads them."""

from pathlib import Path

from features.history import History
from features.inputs import Inputs
from features.strength_fit import fit_strength_history, week_starts
from features.strengths import Strengths
from football.clubs import ClubRegistry
from football.competitions import load_competitions
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from tests.serving import season_world


def season_inputs(home: Path) -> Inputs:
    """With strengths by the month; only the Norwegian season of 2023 has ended."""
    snapshot = SnapshotStore(home).write(season_world.matches(), SyncReport())
    history = History.build(snapshot.matches, ClubRegistry([]), load_competitions())
    months = week_starts(int(history.results.known_at_s[20]), history.cut_s)[::4]
    strength = Strengths.of(fit_strength_history(history.results, history.leagues, months))
    return Inputs(snapshot, history, strength, None)
