"""The whole line on a simulated world, in one place: from its tables to the dataset that the model is fitted on."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.history import History
from features.injuries import AbsenceIndex
from features.inputs import Inputs
from features.strength_fit import fit_strength_history, week_starts
from features.strengths import Strengths
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from training.dataset import Dataset, build_dataset
from training.simulator.nature import Planted
from training.simulator.simulate import FIRST_SEASON, Simulation, simulate
from training.simulator.world import invent_world

Float = NDArray[np.float64]

COLUMNS = ("away_travel_km", "rest_days_difference", "home_key_players_out", "away_key_players_out")
OUTCOMES = ["p_home", "p_draw", "p_away"]
CHECKPOINT_WEEKS = 8


@dataclass(frozen=True)
class Line:
    """A simulation and the dataset made of it, its first season left out; `truth` has the dataset's rows."""

    simulation: Simulation
    dataset: Dataset
    truth: pd.DataFrame

    def probabilities(self) -> Float:
        """The true ones of the dataset's matches, shape (n, 3)."""
        return self.truth[OUTCOMES].to_numpy(np.float64)


def run_line(home: Path, planted: Planted, *, seed: int, countries: int = 12, seasons: int = 5) -> Line:
    """Simulate a world of wide countries, and take it all the way to a dataset."""
    world = invent_world(countries, country_radius_degrees=8.0, seed=seed)
    simulation = simulate(world, seasons, planted=planted, seed=seed)
    history = History.build(simulation.matches, world.clubs, world.competitions)
    checkpoints_s = week_starts(int(history.results.known_at_s[0]), history.cut_s)[4::CHECKPOINT_WEEKS]
    inputs = Inputs(
        SnapshotStore(home).write(simulation.matches, SyncReport()),
        history,
        Strengths.of(fit_strength_history(history.results, history.leagues, checkpoints_s)),
        AbsenceIndex.build(simulation.absences, simulation.coverage),
    )
    dataset = build_dataset(inputs, world.competitions, date(FIRST_SEASON + 1, 7, 1))
    truth = simulation.truth.set_index("match_id").loc[dataset.matches["match_id"]]
    return Line(simulation, dataset, truth)


def home_edge(probabilities: Float) -> Float:
    """Half the log odds of home against away win, shape (n,): the scale of `OutcomeModel.correction`."""
    edge: Float = 0.5 * np.log(probabilities[:, 0] / probabilities[:, 2])
    return edge
