"""A home folder in which every notebook runs: a simulated football world with a model that answers."""

from pathlib import Path

import pytest

from football.clubs import load_registry
from football.competitions import load_competitions
from tests.training.trained import CONFIG
from training.gate import Rules
from training.simulator.home import simulate_home
from training.simulator.simulate import simulate
from training.simulator.world import registered_world
from training.train import TrainConfig, run
from training.workspace import Workspace

COUNTRIES = ("kaz", "esp", "eng")
RULES = Rules(calibration_bound=0.3, fewest_matches=50, fewest_in_small=50)


@pytest.fixture(scope="session")
def notebook_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kairat and Real Madrid are among its clubs; its seasons are those of 2021 to 2025."""
    home = tmp_path_factory.mktemp("notebooks") / "home"
    listed = load_competitions()
    # The list has no cup of Kazakhstan: its clubs play for another one.
    competitions = {**listed, "kaz-cup": listed["conference-league-qualifying"]}
    world = registered_world(
        load_registry(), competitions, COUNTRIES, tiers=1, clubs_a_league=8, continentals=("champions-league",)
    )
    simulate_home(home, simulate(world, 5, first_season=2021, seed=3))
    space = Workspace(home, f"sqlite:///{home / 'awayday.db'}", workers=1)
    trained = run(TrainConfig(space, promote=True, model=CONFIG, rules=RULES))
    assert trained.promotion is not None
    assert trained.promotion.promoted
    return home
