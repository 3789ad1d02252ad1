"""Search hyper-parameters on the tuning window: matches before July 2021, none of those that are reported on.

    python -m training.tune [--trials N] [--timeout MINUTES] [--study NAME] [--storage URL] [--seed N] [--json]

Each trial walks forward through the window's seasons. A search that was stopped goes on under the same name.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from features.metrics import Estimate, Float, clustered_mean
from football.competitions import load_competitions
from football.errors import AwaydayError, StoreError
from football.snapshots import SnapshotStore
from training.compute import Compute, add_options
from training.dataset import FIRST_DAY, Dataset, build_dataset
from training.fold import WORTH_PROCESSES
from training.models import ModelConfig
from training.progress import Progress, in_lines
from training.scoreboard import plus_minus
from training.search_space import SPACE, Value, values_of
from training.study import AT_ONCE, Limits, claim, open_study, search
from training.tracking import Tracker
from training.train import default_model_config
from training.walk import FIRST_FOLD, TUNING_END, Walk, check_until, tuning_window
from training.workspace import Workspace

if TYPE_CHECKING:
    from optuna import Study

DATABASE: Final = "tuning.db"
FOLDER: Final = "tuning"
TRIALS: Final = 50
SEED: Final = 2025


@dataclass(frozen=True)
class TuneConfig:
    """What to search, and for how long.

    Args:
        workspace: where matches come from and results go.
        trials: sets of parameters to try in this sitting.
        timeout_min: minutes after which no further trial begins; None for no limit.
        seed: of the suggestions.
        study: name of the search; None for one of its own for each snapshot.
        storage: SQLAlchemy URL of the database that keeps trials; None for SQLite under AWAYDAY_HOME.
        start: first day to forecast.
        until: day on which the window ends, not after `TUNING_END`.
        first_day: matches before it are not trained on.
        model: the defaults, and what is not searched.
        at_once: trials that are suggested together and may run at the same time.
        compute: where trials run; they are the same, bit for bit.
    """

    workspace: Workspace
    trials: int = TRIALS
    timeout_min: float | None = None
    seed: int = SEED
    study: str | None = None
    storage: str | None = None
    start: date = FIRST_FOLD
    until: date = TUNING_END
    first_day: date = FIRST_DAY
    model: ModelConfig = field(default_factory=default_model_config)
    at_once: int = AT_ONCE
    compute: Compute = field(default_factory=Compute)


@dataclass(frozen=True)
class TuneResult:
    """The best parameters beside the defaults; `difference` is the RPS of the best minus the defaults', paired."""

    study: str
    trials: int
    pruned: int
    seasons: tuple[str, ...]
    matches: int
    parameters: Mapping[str, Value]
    defaults: Mapping[str, Value]
    rps: float
    default_rps: float
    difference: Estimate
    run_id: str
    tracking_uri: str
    file: Path

    def to_json(self) -> str:
        """Everything, as `awayday train --parameters` reads it."""
        error = self.difference.standard_error
        shown = {name.name: getattr(self, name.name) for name in fields(self)}
        shown |= {
            "seasons": list(self.seasons),
            "difference": self.difference.mean,
            "difference_se": error if np.isfinite(error) else None,
            "file": str(self.file),
        }
        return json.dumps(shown, indent=2)

    def show(self, console: Console) -> None:
        """Print the parameters, the difference, and how to use them."""
        # Lines of their own: a title would wrap at the width of so narrow a table.
        console.print(
            f"Study {self.study}: {self.trials:,} trials, {self.pruned:,} of them given up early, on {self.matches:,} "
            f"matches, {self.seasons[0]} to {self.seasons[-1]}",
            markup=False,
        )
        table = Table(box=SIMPLE_HEAD)
        table.add_column("", no_wrap=True)
        for title in ("default", "best"):
            table.add_column(title, justify="right", no_wrap=True)
        for name, value in self.parameters.items():
            table.add_row(name, f"{self.defaults[name]:.6g}", f"{value:.6g}")
        table.add_row("RPS", f"{self.default_rps:.5f}", f"{self.rps:.5f}", style="bold")
        console.print(table)
        if self.parameters == self.defaults:
            console.print("No trial was better than the defaults.")
            return
        difference = plus_minus(self.difference.mean, self.difference.standard_error, signed=True)
        console.print(
            f"Best minus defaults, paired: {difference} RPS. It was chosen as the best of {self.trials:,} on these "
            "very matches: expect less of it on others.",
            markup=False,
        )
        console.print(f"To use them: awayday train --parameters '{self.file}'", soft_wrap=True, markup=False)


def run(config: TuneConfig, progress: Progress = lambda _: None) -> TuneResult:
    """Search, log each trial to MLflow, and keep the best parameters; `progress` is told of each trial.

    Raises:
        NoDataError: there are no matches yet.
        InvalidValueError: a window that reaches beyond `TUNING_END` or has no matches, or a study of something else.
        StoreError: MLflow or the database of trials cannot be used, or what is kept cannot be read or written.
        ClusterError: the cluster cannot be used, or was lost.
    """
    space = config.workspace
    timeout_s = None if config.timeout_min is None else 60.0 * config.timeout_min
    limits = Limits(config.trials, timeout_s, config.at_once)
    check_until(config.until)
    snapshot = SnapshotStore(space.home).latest()
    tracker = Tracker.open(space.home, space.tracking_uri)
    storage = config.storage or f"sqlite:///{(space.home / DATABASE).resolve()}"
    study = open_study(storage, config.study or f"awayday-{snapshot.id[:12]}", config.seed)
    with config.compute.connect() as workers:
        inputs = space.load(progress)
        progress("Building features")
        dataset = tuning_window(build_dataset(inputs, load_competitions(), config.first_day, progress), config.until)
        walk = Walk(dataset, config.model, config.start)
        claim(study, _facts(dataset, walk))
        parent = tracker.start("tune", {"study": study.study_name, "snapshot": dataset.snapshot})
        defaults = values_of(config.model)
        try:
            asked = {"trials": config.trials, "seed": config.seed, "at_once": config.at_once}
            tracker.log_values(parent, {**asked, "seasons": ", ".join(walk.seasons)}, {})
            published = workers.publish(walk, worth=walk.learnt * config.trials >= WORTH_PROCESSES)
            search(study, published, defaults, limits, tracker, parent, progress)
            progress("Comparing the best parameters with the defaults")
            best = {name: study.best_params[name] for name in defaults}
            # Walked again: trials keep their means only, and the difference is one of matches.
            ours, theirs = published.results(losses, [best, defaults])
            file = space.home / FOLDER / f"{study.study_name}.json"
            result = _result(study, walk, (best, ours), (defaults, theirs), parent, tracker.uri, file)
            chosen = {f"best.{name}": value for name, value in best.items()}
            figures = {"rps": result.rps, "default_rps": result.default_rps, "rps_difference": result.difference.mean}
            tracker.log_values(parent, chosen, figures)
        except BaseException:
            tracker.end(parent, "KILLED")
            raise
    tracker.end(parent, "FINISHED")
    _write(result.to_json(), file)
    return result


def losses(walk: Walk, parameters: Mapping[str, Value]) -> Float:
    """A task: the RPS of each match that is forecast, shape (n,)."""
    return np.concatenate([fold.rps for fold in walk(parameters)])


def _facts(dataset: Dataset, walk: Walk) -> dict[str, str]:
    """All that values of one study have in common."""
    fixed = {name: value for name, value in asdict(walk.base).items() if name not in (*SPACE, "threads")}
    return {
        "snapshot": dataset.snapshot,
        "seasons": ", ".join(walk.seasons),
        "matches": f"{len(dataset):,}",
        "features": ", ".join(dataset.features.columns),
        "parameters": ", ".join(SPACE),
        "settings": json.dumps(fixed, sort_keys=True),
    }


def _result(
    study: "Study",
    walk: Walk,
    best: tuple[Mapping[str, Value], Float],
    defaults: tuple[Mapping[str, Value], Float],
    run_id: str,
    tracking_uri: str,
    file: Path,
) -> TuneResult:
    """`best` and `defaults` are parameters with their losses by match."""
    from optuna.trial import TrialState

    ours, theirs = best[1], defaults[1]
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))
    return TuneResult(
        study=study.study_name,
        trials=len(trials),
        pruned=sum(trial.state == TrialState.PRUNED for trial in trials),
        seasons=tuple(walk.seasons),
        matches=len(ours),
        parameters=best[0],
        defaults=defaults[0],
        rps=float(ours.mean()),
        default_rps=float(theirs.mean()),
        difference=clustered_mean(ours - theirs, walk.match_day),
        run_id=run_id,
        tracking_uri=tracking_uri,
        file=file,
    )


def _write(text: str, file: Path) -> None:
    """Write a file that is there whole or not at all."""
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise StoreError(f"{file}: cannot be written ({error.strerror or error})") from error
    finally:
        partial.unlink(missing_ok=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.tune", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where matches and trials are kept")
    parser.add_argument("--trials", type=int, default=TRIALS, metavar="N", help=f"sets of parameters to try ({TRIALS})")
    parser.add_argument("--timeout", type=float, metavar="MINUTES", help="begin no trial after so many minutes")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"seed of the suggestions ({SEED})")
    parser.add_argument("--study", metavar="NAME", help="name of the search; the same name goes on with it")
    parser.add_argument("--storage", metavar="URL", help="database of the trials (default: SQLite under AWAYDAY_HOME)")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, metavar="N", help=f"trials of a batch ({AT_ONCE})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_options(parser)
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        space = Workspace.from_environment(os.environ, home=options.home)
        config = TuneConfig(
            space,
            options.trials,
            options.timeout,
            options.seed,
            study=options.study,
            storage=options.storage,
            at_once=options.at_once,
            compute=Compute.of(options),
        )
        result = run(config, in_lines(errors.print))
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    if options.json:
        print(result.to_json())
    else:
        result.show(Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
