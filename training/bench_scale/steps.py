"""The measured steps: what each needs beforehand, which is not measured, and the work, which is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd

from features.history import History
from features.injuries import AbsenceIndex
from features.strength_fit import BLOCK, fit_strength_history, week_starts
from features.table import build_features
from features.windows import window_features
from football.clubs import ClubRegistry
from serving.batch import MOST_FIXTURES
from serving.bundle import Bundle
from serving.embedded import EmbeddedKnowledge
from serving.facts import ModelFacts
from serving.historical import HistoryKnowledge
from serving.knowledge import Knowledge
from serving.predictor import Predictor
from serving.row_checks import check_rows
from training.bench_scale import peer_pandas, peer_polars
from training.bench_scale.worlds import MadeWorld
from training.fold import fit, run_fold
from training.split import walk_forward
from training.train import default_model_config

Work = Callable[[], object]
MILLION: Final = 1_000_000
MOST: Final = 5 * MILLION


@dataclass(frozen=True)
class Step:
    """`prepare` reads a world's files and gives the work; `most` matches are measured at most."""

    title: str
    prepare: Callable[[MadeWorld], Work]
    most: int = MILLION


def _features(made: MadeWorld) -> Work:
    matches, world = made.snapshot.matches, made.world
    absences, coverage = made.absences()

    def work() -> object:
        index = AbsenceIndex.build(absences, coverage)
        history = History.build(matches, world.clubs, world.competitions)
        return build_features(matches, history, None, index, world.competitions)

    return work


def _strength(made: MadeWorld) -> Work:
    history = History.build(made.snapshot.matches, made.world.clubs, made.world.competitions)
    weeks_s = week_starts(history.cut_s - BLOCK * 7 * 86_400, history.cut_s)[-BLOCK:]
    return lambda: fit_strength_history(history.results, history.leagues, weeks_s)


def _training(made: MadeWorld) -> Work:
    dataset = made.dataset()
    return lambda: fit(dataset, dataset.cut, default_model_config())


def _fold(made: MadeWorld) -> Work:
    dataset = made.dataset()
    matches = dataset.matches
    start = (matches["date"].iloc[-1] - timedelta(days=360)).date()
    fold = next(iter(walk_forward(matches["date"], matches["starts_at"], matches["known_at"], start)))

    def work() -> object:
        train, test = dataset.select(fold.train), dataset.select(fold.test)
        return run_fold(train, test, fold.fitted_at, default_model_config())

    return work


def _predictor(bundle: Bundle, made: MadeWorld, registry: ClubRegistry, knowledge: Knowledge) -> Predictor:
    manifest = bundle.manifest
    facts = ModelFacts(manifest.version, "champion", manifest.trained_at, manifest.snapshot, manifest.metrics)
    return Predictor(bundle.model, facts, knowledge, registry, made.world.competitions, clock=lambda: _LATER)


_LATER: Final = datetime(2100, 1, 1, tzinfo=UTC)


def _bundle(made: MadeWorld) -> Work:
    registry = ClubRegistry(made.world.clubs)

    def work() -> object:
        bundle = Bundle.load(made.bundle)
        return _predictor(bundle, made, registry, EmbeddedKnowledge(bundle.states, bundle.strength, registry))

    return work


def _with_matches(made: MadeWorld) -> Predictor:
    registry, world = ClubRegistry(made.world.clubs), made.world
    bundle, matches = Bundle.load(made.bundle), made.snapshot.matches
    history = History.build(matches, world.clubs, world.competitions)
    absences = AbsenceIndex.build(*made.absences())
    known = HistoryKnowledge.of(matches, history, made.strength(), absences, registry, world.competitions)
    return _predictor(bundle, made, registry, known)


def _start(made: MadeWorld) -> Work:
    assert made.world.clubs
    return lambda: _with_matches(made)


def _batch(made: MadeWorld) -> Work:
    predictor = _with_matches(made)
    matches = made.snapshot.matches[["home_id", "away_id", "kickoff_utc"]]

    def work() -> object:
        wrong = 0
        for start in range(0, len(matches), MOST_FIXTURES):
            part = matches.iloc[start : start + MOST_FIXTURES]
            columns = (part["home_id"].tolist(), part["away_id"].tolist(), part["kickoff_utc"].dt.to_pydatetime())
            names = ("home", "away", "kickoff")
            rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
            _, requests, bad = check_rows(rows, {})
            wrong += len(bad) + len(predictor.predict_many(requests).refused)
        return wrong

    return work


def places_of(made: MadeWorld) -> pd.DataFrame:
    """Where clubs are, as the peers take it."""
    rows = [(club.id, club.latitude, club.longitude) for club in made.world.clubs]
    return pd.DataFrame(rows, columns=["club", "latitude", "longitude"])


def leagues_of(made: MadeWorld) -> list[str]:
    """Which competitions are leagues, as the peers take it."""
    return [name for name, competition in made.world.competitions.items() if competition.kind == "league"]


def _ours(made: MadeWorld) -> Work:
    matches, world = made.snapshot.matches, made.world
    return lambda: window_features(matches, world.clubs, world.competitions)


def _pandas(made: MadeWorld) -> Work:
    matches, places, leagues = made.snapshot.matches, places_of(made), leagues_of(made)
    return lambda: peer_pandas.pandas_columns(matches, places, leagues)


def _polars(made: MadeWorld) -> Work:
    pl: Any = peer_polars.load_polars()
    (matches, places), leagues = peer_polars.polars_frames(pl, made.snapshot.matches, places_of(made)), leagues_of(made)
    return lambda: peer_polars.polars_columns(pl, matches, places, leagues)


STEPS: Final = {
    "features": Step("features", _features, MOST),
    "strength": Step(f"strength fit, {BLOCK} weeks", _strength),
    "training": Step("training", _training),
    "fold": Step("backtest fold", _fold),
    "bundle": Step("bundle load", _bundle),
    "start": Step("load with all matches", _start),
    "batch": Step("batch prediction", _batch, MOST),
}
"""In the order in which they are shown."""

RACE: Final = {
    "ours": Step("awayday", _ours, MOST),
    "polars": Step("polars", _polars, MOST),
    "pandas": Step("pandas", _pandas, MOST),
}
"""The columns of `features.windows`, ours and the peers'."""
