"""A home folder with a simulated snapshot, and one training in it, shared by the tests of what comes of it."""

from pathlib import Path

import pytest

from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from tests.training.league import World, simulate_matches
from tests.training.trained import CONFIG, RULES, TEST_FROM, Trained
from training.train import TrainConfig, run
from training.workspace import Workspace


@pytest.fixture(scope="session")
def simulated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a snapshot of a simulated world, and a space in its name."""
    home = tmp_path_factory.mktemp("training home")
    SnapshotStore(home).write(simulate_matches(World(seasons=(2020, 2021, 2022, 2023))), SyncReport())
    return home


@pytest.fixture(scope="session")
def trained(simulated_home: Path) -> Trained:
    """The result of a small training that the gate let pass, with what it told of its progress."""
    told: list[str] = []
    space = Workspace(simulated_home, workers=1)
    config = TrainConfig(space, TEST_FROM, promote=True, model=CONFIG, rules=RULES)
    return Trained(simulated_home, run(config, told.append), told)
