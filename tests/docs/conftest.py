"""Home folders for the commands of the documentation."""

from pathlib import Path

import pytest

from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from serving.champion import publish
from tests.serving import season_world
from tests.serving.synthetic import world
from tests.training.league import World, simulate_matches


@pytest.fixture(scope="module")
def matches_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with made-up matches of real competitions, enough to learn and judge; what is kept there stays."""
    home = tmp_path_factory.mktemp("home") / "matches"
    SnapshotStore(home).write(
        simulate_matches(
            World(clubs_a_league=20, seasons=tuple(range(2015, 2026)), leagues=("eng-1", "esp-1"), days_a_round=7)
        ),
        SyncReport(),
    )
    return home


@pytest.fixture(scope="module")
def seasons_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with half a league's season and half a league phase, made up, and a champion."""
    home = tmp_path_factory.mktemp("home") / "seasons"
    SnapshotStore(home).write(season_world.matches(), SyncReport())
    publish(home, world().bundle)
    return home
