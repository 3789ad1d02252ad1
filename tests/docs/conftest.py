"""Home folders for the commands of the documentation."""

from pathlib import Path

import pytest

from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from tests.training.league import World, simulate_matches


@pytest.fixture
def matches_home(tmp_path: Path) -> Path:
    """A home with made-up matches of real competitions, as `awayday sync` would leave it."""
    home = tmp_path / "matches"
    SnapshotStore(home).write(
        simulate_matches(World(clubs_a_league=4, seasons=(2023, 2024, 2025), leagues=("eng-1", "esp-1"))), SyncReport()
    )
    return home
