"""A search by Optuna: which parameters it tries, which it gives up early, and where it goes on after a stop.

Tree-structured Parzen estimator (Bergstra et al. 2011, NeurIPS 24) from a seed; a trial whose mean loss after a season
is above the median of the earlier trials' at that point is given up. Trials are kept in a database as they end.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from football.errors import InvalidValueError, StoreError
from training.progress import Progress, Step
from training.search_space import SPACE, Suggestion, Value, suggest
from training.tracking import Tracker
from training.walk import FoldLoss

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.trial import FrozenTrial

Evaluate = Callable[[Mapping[str, Value]], Iterator[FoldLoss]]
"""Losses of a set of parameters, season by season."""

STARTUP_TRIALS: Final = 5
"""Trials before any is given up: a median of fewer says little."""

NAME_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"

FACTS: Final = "awayday"
"""Attribute of a study that says what it is a search of."""


@dataclass(frozen=True)
class Limits:
    """When a sitting ends: after so many trials, or when no further one may begin."""

    trials: int
    timeout_s: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("trials", self.trials), ("timeout", self.timeout_s)):
            if value is not None and not value > 0:
                raise InvalidValueError(name, value, "more than 0")


def open_study(storage: str, name: str, seed: int) -> "Study":
    """A study by its name, made if it is not there.

    Raises:
        InvalidValueError: a name that could not name a file.
        StoreError: the database cannot be used.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise InvalidValueError("study", name, "letters, digits, dots, dashes and underscores, such as deeper-trees")
    import optuna
    from optuna.exceptions import OptunaError
    from sqlalchemy.exc import SQLAlchemyError

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS, n_warmup_steps=0),
            load_if_exists=True,
        )
        # A search that goes on must not draw the numbers it began with again.
        study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.get_trials(deepcopy=False)))
    except (SQLAlchemyError, OptunaError, ImportError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise StoreError(f"the database of trials {storage}: {reason}; check --storage, or leave it out") from error
    return study


def claim(study: "Study", facts: Mapping[str, str]) -> None:
    """Say what a new study searches; for an older one check that it is the same, or its values are of other things.

    Raises:
        InvalidValueError: it is a search of something else.
    """
    known = study.user_attrs.get(FACTS)
    if known is None:
        study.set_user_attr(FACTS, dict(facts))
        return
    differing = [name for name in facts if known.get(name) != facts[name]]
    if differing:
        raise InvalidValueError(
            "study", study.study_name, f"another name: that one was a search with other {', '.join(differing)}"
        )


def search(
    study: "Study",
    evaluate: Evaluate,
    defaults: Mapping[str, Value],
    limits: Limits,
    tracker: Tracker,
    parent: str,
    progress: Progress,
    space: Mapping[str, Suggestion] = SPACE,
) -> None:
    """Run one sitting, each trial an MLflow run below `parent`; a new study begins with the defaults."""
    from optuna.trial import TrialState

    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.WAITING)):
        study.enqueue_trial(dict(defaults))
    began, done = time.monotonic(), 0

    def tell(study: "Study", _: "FrozenTrial") -> None:
        nonlocal done
        done += 1
        left_s = (time.monotonic() - began) / done * (limits.trials - done)
        if limits.timeout_s is not None:
            left_s = min(left_s, max(began + limits.timeout_s - time.monotonic(), 0.0))
        text = f"{done:,} of {limits.trials:,} trials, best RPS {study.best_value:.5f}"
        progress(Step(text, done, limits.trials, left_s))

    progress(Step(f"0 of {limits.trials:,} trials", 0, limits.trials))
    study.optimize(
        lambda trial: _run_trial(trial, evaluate, suggest(trial, space), tracker, parent),
        n_trials=limits.trials,
        timeout=limits.timeout_s,
        callbacks=[tell],
    )


def _run_trial(
    trial: "Trial", evaluate: Evaluate, parameters: Mapping[str, Value], tracker: Tracker, parent: str
) -> float:
    """Mean RPS over all matches. TrialPruned once there is no hope."""
    from optuna import TrialPruned

    facts = {"study": trial.study.study_name, "trial": str(trial.number)}
    run_id = tracker.start(f"trial {trial.number}", facts, parent)
    total, matches, pruned = 0.0, 0, False
    try:
        tracker.log_values(run_id, parameters, {})
        for step, fold in enumerate(evaluate(parameters)):
            total, matches = total + float(fold.rps.sum()), matches + len(fold.rps)
            tracker.log_values(run_id, {}, {f"rps.{fold.season}": float(fold.rps.mean()), "rps": total / matches})
            trial.report(total / matches, step)
            pruned = trial.should_prune()
            if pruned:
                break
        tracker.log_values(run_id, {"pruned": pruned}, {})
    except BaseException:
        tracker.end(run_id, "KILLED")
        raise
    tracker.end(run_id, "FINISHED")
    if pruned:
        raise TrialPruned
    return total / matches
