"""Train, judge and register the model.

    python -m training.train [--home FOLDER] [--test-from DAY] [--parameters FILE] [--without FAMILY]
        [--model NAME] [--promote]

Judged first: a model fitted on what ends a gap before the test window is scored, with the references, on every match
from there on. Registered then: the same fitted on all matches to the data's cut. The figures are those of the former,
its twin. The new version is a challenger; `training.promote` makes it champion.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console

from features.goal_model import GoalModelConfig
from features.table import FAMILIES, MODEL_FEATURES, MONOTONE
from football.competitions import load_competitions
from football.errors import AwaydayError, InvalidValueError
from football.snapshots import SnapshotStore
from serving.bundle import CARD_FILE, Bundle
from serving.champion import ARTIFACT
from training import promote
from training.bundle import build_bundle
from training.dataset import FIRST_DAY, Dataset, build_dataset
from training.estimators import ESTIMATORS, SERVED, check_estimator, check_served
from training.fold import fit
from training.gate import DEFAULT_RULES, Rules
from training.holdout import Judgement, judge
from training.json_rows import plain
from training.model_card import CardFacts, model_card
from training.models import ModelConfig
from training.plots import gain_shares, plot_importance, plot_reliability
from training.progress import Progress, in_lines
from training.promote import PromoteConfig, Promotion
from training.scoreboard import MODEL
from training.search_space import read_parameters, with_parameters
from training.split import GAP_DAYS, default_test_start
from training.tracking import VERSION_TAG, RunRecord, Tracker
from training.twin import Twin
from training.variants import config_without
from training.workspace import Workspace

EXAMPLE_ROWS = 3


def default_model_config() -> ModelConfig:
    """The model's hyper-parameters with the constraints that football imposes."""
    return ModelConfig(monotone={name: sign for name, sign in MONOTONE.items() if name in MODEL_FEATURES})


def model_config(parameters: Path | None, without: Sequence[str], estimator: str = SERVED) -> ModelConfig:
    """The defaults with the hyper-parameters of a file, where there is one, and without some families of features.

    Raises:
        InvalidValueError: a file that `awayday tune` has not written, or a family or estimator that is not known.
    """
    config = replace(default_model_config(), estimator=check_estimator(estimator))
    if parameters is not None:
        config = with_parameters(config, read_parameters(parameters))
    return config_without(config, without)


@dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Args:
        workspace: where matches come from and results go.
        test_from: first day of the held-out window; by default the 1 July that leaves 12 to 24 months.
        gap_days: days between the training matches and that window.
        first_day: matches before it are not trained on; they still feed ratings.
        promote: let the gate decide at once whether the new version becomes champion.
        model: hyper-parameters.
        rules: what the gate asks for.
    """

    workspace: Workspace
    test_from: date | None = None
    gap_days: int = GAP_DAYS
    first_day: date = FIRST_DAY
    promote: bool = False
    model: ModelConfig = field(default_factory=default_model_config)
    rules: Rules = DEFAULT_RULES


@dataclass(frozen=True)
class TrainResult:
    """What came of it: our version's name, MLflow's number of it and its run, and what the gate said if asked."""

    version: str
    registered_version: str
    run_id: str
    tracking_uri: str
    promotion: Promotion | None
    judgement: Judgement
    bundle: Bundle
    seconds: float

    @property
    def refused(self) -> bool:
        """Whether promotion was asked for and refused."""
        return self.promotion is not None and not self.promotion.promoted

    def to_json(self) -> str:
        """What was registered, the figures of its judgement, and what the gate said, null if it was not asked."""
        document = {
            "version": self.version,
            "registered_version": self.registered_version,
            "run_id": self.run_id,
            "tracking_uri": self.tracking_uri,
            "seconds": round(self.seconds, 1),
            "test_from": self.judgement.split.test_from.isoformat(),
            "metrics": plain(self.judgement.metrics()),
            "promotion": None if self.promotion is None else self.promotion.document(),
        }
        return json.dumps(document, indent=1, ensure_ascii=False)

    def show(self, console: Console) -> None:
        """Print the accuracy tables, what was registered, and what the gate said."""
        self.judgement.show(console)
        console.print(
            f"Model {self.version}, version {self.registered_version} of 'awayday' at {self.tracking_uri}, is a "
            f"challenger ({self.seconds:.0f} s).",
            markup=False,
        )
        if self.promotion is None:
            console.print("`awayday promote` makes it the champion, which answers, if it is no worse than the present.")
        else:
            self.promotion.show(console)


def run(config: TrainConfig, progress: Progress = lambda _: None) -> TrainResult:
    """Train, log to MLflow, register, and (if told to) ask the gate; `progress` is told of each step.

    Raises:
        NoDataError: there are no matches yet.
        InvalidValueError: a test window without matches on both sides, or an estimator that cannot be served.
        StoreError: MLflow cannot be used, which shows before the work begins, or what is kept cannot be read.
    """
    began = time.monotonic()
    check_served(config.model.estimator)
    space = config.workspace
    SnapshotStore(space.home).latest()  # without matches not even a database of runs is made
    tracker = Tracker.open(space.home, space.tracking_uri)
    inputs = space.load(progress)
    progress("Building features")
    dataset = build_dataset(inputs, load_competitions(), config.first_day, progress)
    test_from = config.test_from or default_test_start(dataset.matches["date"].iloc[-1].date())
    progress(f"Judging on matches from {test_from} on")
    judgement = judge(dataset, test_from, config.gap_days, config.model, progress)
    dataset = dataset.select(dataset.learnable)
    progress(f"Fitting on all {len(dataset):,} matches")
    bundle = build_bundle(inputs, fit(dataset, dataset.cut, config.model), judgement.metrics())
    bundle = replace(bundle, card=_card(dataset, bundle, judgement, config))
    progress(f"Logging to {tracker.uri}")
    with tempfile.TemporaryDirectory() as folder:
        record = _record(Path(folder), dataset, bundle, judgement, config)
        registered = tracker.record(record)
    promotion = None
    if config.promote:
        number = int(registered.version)
        promotion = promote.run(PromoteConfig(space, number, rules=config.rules), progress)
    return TrainResult(
        version=bundle.manifest.version,
        registered_version=registered.version,
        run_id=registered.run_id,
        tracking_uri=tracker.uri,
        promotion=promotion,
        judgement=judgement,
        bundle=bundle,
        seconds=time.monotonic() - began,
    )


def _card(dataset: Dataset, bundle: Bundle, judgement: Judgement, config: TrainConfig) -> str:
    """The model card: the bundle's own file, and what MLflow shows of run and version."""
    facts = CardFacts(
        version=bundle.manifest.version,
        trained_at=bundle.manifest.trained_at,
        snapshot=dataset.snapshot,
        cut=dataset.cut,
        first_day=config.first_day,
        matches=len(dataset),
        train_matches=judgement.train_matches,
        test_from=judgement.split.test_from,
        gap_days=config.gap_days,
        config=config.model,
    )
    used = {
        family: [name for name in names if name in bundle.model.shift_features] for family, names in FAMILIES.items()
    }
    used = {family: names for family, names in used.items() if names}
    return model_card(facts, judgement.scores, judgement.differences, judgement.by_kind, used)


def _record(folder: Path, dataset: Dataset, bundle: Bundle, judgement: Judgement, config: TrainConfig) -> RunRecord:
    """Write everything that MLflow is to keep below `folder`."""
    files, model_folder, model = folder / "files", folder / "model", bundle.model
    files.mkdir()
    model_folder.mkdir()
    model.save(model_folder)
    shown = {name: judgement.forecasts[name] for name in (MODEL, *list(judgement.forecasts)[-1:])}
    plot_reliability(shown, judgement.outcome, files / "reliability.png")
    importance = gain_shares(None if model.shift is None else model.shift.booster, model.shift_features)
    plot_importance(importance, FAMILIES, files / "importance.png")
    pd.Series(importance, name="gain_share").rename_axis("feature").to_csv(files / "importance.csv")
    for name in ("scores", "differences", "by_kind", "by_competition"):
        getattr(judgement, name).to_csv(files / f"{name}.csv", index=False)
    (files / "features.json").write_text(json.dumps(model.feature_names, indent=1) + "\n", encoding="utf-8")
    assert bundle.card is not None
    (files / CARD_FILE).write_text(bundle.card, encoding="utf-8")
    bundle.save(files / ARTIFACT)
    twin = Twin.of(judgement)
    twin.save(files)
    tags = {
        "snapshot": dataset.snapshot,
        VERSION_TAG: bundle.manifest.version,
        "data_cut": dataset.cut.isoformat(),
        **twin.tags,
    }
    parameters = {
        **{f"model.{name}": value for name, value in asdict(config.model).items() if name != "monotone"},
        "model.monotone": json.dumps(dict(config.model.monotone)),
        **{f"strength.{name}": value for name, value in asdict(GoalModelConfig()).items()},
        "snapshot": dataset.snapshot,
        "data_cut": dataset.cut.isoformat(),
        "first_day": config.first_day,
        "test_from": judgement.split.test_from,
        "gap_days": config.gap_days,
        "matches": len(dataset),
        "features": len(model.feature_names),
        "feature_names": ", ".join(model.feature_names),
    }
    return RunRecord(
        name=bundle.manifest.version,
        parameters=parameters,
        metrics=judgement.metrics(),
        tags=tags,
        files=files,
        model=model_folder,
        example=dataset.features.tail(EXAMPLE_ROWS).reset_index(drop=True),
        description=bundle.card,
    )


def parse_day(field_name: str, text: str) -> date:
    """A day such as 2021-07-01; InvalidValueError naming the field if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(field_name, text, "a day such as 2021-07-01") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.train", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where matches and models are kept")
    parser.add_argument("--test-from", metavar="DAY", help="first day of the held-out window, such as 2024-07-01")
    parser.add_argument("--parameters", type=Path, metavar="FILE", help="hyper-parameters that a search has found")
    parser.add_argument(
        "--without", action="append", default=[], metavar="FAMILY", help="leave a family of features out; repeatable"
    )
    parser.add_argument("--model", default=SERVED, metavar="NAME", help=f"estimator, one of {', '.join(ESTIMATORS)}")
    parser.add_argument("--promote", action="store_true", help="make it champion if the gate lets it pass")
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        space = Workspace.from_environment(os.environ, home=options.home)
        test_from = None if options.test_from is None else parse_day("test-from", options.test_from)
        model = model_config(options.parameters, options.without, options.model)
        result = run(TrainConfig(space, test_from, promote=options.promote, model=model), in_lines(errors.print))
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    result.show(Console())
    return 1 if result.refused else 0


if __name__ == "__main__":
    sys.exit(main())
