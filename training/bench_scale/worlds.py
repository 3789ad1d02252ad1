"""Worlds of a given number of matches, made by the simulator and kept as files that the measured steps read.

All have the same density: countries of two leagues of 20 clubs and a cup, two continental cups above them, some 40
matches a club a season. More matches are more countries over the same 25 seasons; a small world has fewer seasons.

    python -m training.bench_scale.worlds FOLDER MATCHES
"""

import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from features.history import History
from features.injuries import AbsenceIndex
from features.inputs import Inputs
from features.strength_fit import fit_strength_history
from features.strengths import Strengths
from football.errors import InvalidValueError, NoDataError
from football.snapshots import Snapshot, SnapshotStore
from football.sync_report import SyncReport
from serving.bundle import Bundle
from serving.manifest import Manifest
from serving.states import FrozenStates
from training.dataset import Dataset, build_dataset
from training.fold import fit
from training.simulator.nature import Planted
from training.simulator.simulate import simulate
from training.simulator.world import World, invent_world
from training.train import default_model_config

SEASONS: Final = 25
CLUBS_A_LEAGUE: Final = 20
MATCHES_A_COUNTRY: Final = 799
"""A season: two leagues of 380 and a cup of 39; continental cups come on top."""

FEWEST: Final = 2_000
MOST: Final = 20_000_000
MOST_TRAINED: Final = 1_000_000
CHECKPOINT_DAYS: Final = 4 * 365
"""Between the strengths that training, bundle and batch are given; only how many matches there are is to matter."""

LEARNED: Final = 20_000
"""Matches, at most, that the bundle's model is fitted on: its size is the same in every world."""

PLANTED: Final = Planted(travel=0.03, rest=0.01, key_absence=0.03)
_PARTS: Final = ("matches", "features")
_WORLD, _ABSENCES, _COVERAGE = "world.json", "absences.parquet", "coverage.parquet"
_DATASET, _BUNDLE, _STRENGTH = "dataset", "bundle", "strength.npz"


@dataclass(frozen=True)
class MadeWorld:
    """A world's files in a folder."""

    folder: Path

    @cached_property
    def world(self) -> World:
        """Clubs and competitions; NoDataError where none was made."""
        if not self.is_made:
            raise NoDataError(f"{self.folder}: no world was made here; python -m training.bench_scale makes them")
        shape = json.loads((self.folder / _WORLD).read_text(encoding="utf-8"))
        return invent_world(shape["countries"], clubs_a_league=CLUBS_A_LEAGUE)

    @property
    def is_made(self) -> bool:
        """Whether `make` has finished here."""
        return (self.folder / _WORLD).is_file()

    @property
    def snapshot(self) -> Snapshot:
        """The matches as `awayday sync` keeps them."""
        return SnapshotStore(self.folder).latest()

    @property
    def bundle(self) -> Path:
        """The folder of the model's bundle."""
        return self.folder / _BUNDLE

    def absences(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Absences and coverage."""
        return pd.read_parquet(self.folder / _ABSENCES), pd.read_parquet(self.folder / _COVERAGE)

    def strength(self) -> Strengths:
        """Strengths every four years."""
        return Strengths.load(self.folder / _STRENGTH)

    def dataset(self) -> Dataset:
        """The training table."""
        matches, features = (pd.read_parquet(self.folder / f"{_DATASET}-{part}.parquet") for part in _PARTS)
        outcome = matches.pop("outcome").to_numpy(np.int64)
        return Dataset(matches, features, outcome, self.snapshot.id, matches["known_at"].max())

    def make(self, matches: int) -> None:
        """Write everything, the training table up to `MOST_TRAINED` matches.

        Raises:
            InvalidValueError: a number of matches that no world is made of.
        """
        if not FEWEST <= matches <= MOST:
            raise InvalidValueError("matches", matches, f"{FEWEST:,} to {MOST:,}")
        countries = -(-matches // (SEASONS * MATCHES_A_COUNTRY))
        seasons = min(SEASONS, -(-matches // (countries * MATCHES_A_COUNTRY)))
        world = invent_world(countries, clubs_a_league=CLUBS_A_LEAGUE)
        simulated = simulate(world, seasons, planted=PLANTED)
        table, absences, coverage = simulated.matches.head(matches), simulated.absences, simulated.coverage
        del simulated  # its truth alone is as large as the table
        self.folder.mkdir(parents=True, exist_ok=True)
        absences.to_parquet(self.folder / _ABSENCES, index=False)
        coverage.to_parquet(self.folder / _COVERAGE, index=False)
        index = AbsenceIndex.build(absences, coverage)
        del absences, coverage
        snapshot = SnapshotStore(self.folder).write(table, SyncReport())
        del table
        history = History.build(snapshot.matches, world.clubs, world.competitions)
        strength = _strength(history)
        strength.save(self.folder / _STRENGTH)
        inputs = Inputs(snapshot, history, strength, index)
        newest = snapshot.matches["date"].nlargest(LEARNED).min().date()
        _bundle(inputs, build_dataset(inputs, world.competitions, newest)).save(self.bundle)
        if matches <= MOST_TRAINED:
            first_known = pd.Timestamp(strength.checkpoints_s[0], unit="s").date() + timedelta(days=1)
            dataset = build_dataset(inputs, world.competitions, first_known)
            tables = (dataset.matches.assign(outcome=dataset.outcome), dataset.features)
            for part, table in zip(_PARTS, tables, strict=True):
                table.to_parquet(self.folder / f"{_DATASET}-{part}.parquet", index=False)
        (self.folder / _WORLD).write_text(json.dumps({"countries": countries}), encoding="utf-8")


def _strength(history: History) -> Strengths:
    first_s = int(history.results.known_at_s[len(history.results.known_at_s) // 20])
    checkpoints_s = np.arange(first_s, history.cut_s, CHECKPOINT_DAYS * 86_400, dtype=np.int64)
    checkpoints_s = np.unique(np.append(checkpoints_s, history.cut_s))
    return Strengths.of(fit_strength_history(history.results, history.leagues, checkpoints_s))


def _bundle(inputs: Inputs, dataset: Dataset) -> Bundle:
    model = fit(dataset.select(dataset.learnable), dataset.cut, default_model_config())
    manifest = Manifest(
        version="bench",
        trained_at=inputs.cut,
        data_cut=inputs.cut,
        snapshot=inputs.snapshot.id,
        feature_names=model.feature_names,
        metrics={},
    )
    return Bundle(manifest, model, inputs.strength.latest(), FrozenStates.of(inputs.history, {}))


if __name__ == "__main__":
    MadeWorld(Path(sys.argv[1])).make(int(sys.argv[2]))
