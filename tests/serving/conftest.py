"""What tests of the service share: logs that are caught, and the real matches, read once."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import structlog

from features.history import History
from features.strength_fit import fit_strength_history
from features.strengths import Strengths
from football.clubs import load_registry
from football.competitions import load_competitions
from football.snapshots import Snapshot, SnapshotStore
from football.sync import sync_matches
from tests.serving.real import RealWorld


@pytest.fixture
def quiet() -> Iterator[None]:
    """Logs are not printed."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture(scope="session")
def real_world(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RealWorld:
    """The shared match files as a snapshot, with strengths at each year's start; half a minute."""
    home = tmp_path_factory.mktemp("home")
    registry = load_registry()
    store = SnapshotStore(home)
    folder = shared_data / "openfootball"
    sync_matches(registry, store, openfootball=folder, football_data=None, downloads=home / "downloads")
    snapshot: Snapshot = store.latest()
    history = History.build(snapshot.matches, registry, load_competitions())
    years = np.array([f"{year}-01-01" for year in range(2012, 2026)], dtype="datetime64[s]").astype(np.int64)
    strength = Strengths.of(fit_strength_history(history.results, history.leagues, np.append(years, history.cut_s)))
    return RealWorld(snapshot.matches, history, strength)
