"""A search by Optuna: which parameters it tries, which it gives up early, and where it goes on after a stop.

Tree-structured Parzen estimator (Bergstra et al. 2011, NeurIPS 24) from a seed; a trial whose mean loss after a season
is above the median of the earlier trials' at that point is given up. Trials of a batch are suggested together and run
by whoever is free; they are kept in a database when all of them have ended.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from football.errors import InvalidValueError, StoreError
from training.compute import Published
from training.progress import Progress, Step
from training.search_space import SPACE, Suggestion, Value, suggest
from training.tracking import Tracker
from training.trial import Evaluate, Tried, Trying, pruner, try_out

if TYPE_CHECKING:
    from optuna import Study, Trial

AT_ONCE: Final = 8
"""Trials of a batch. More keep more workers busy, fewer learn more of each other; the results are other ones."""

NAME_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"

FACTS: Final = "awayday"
"""Attribute of a study that says what it is a search of."""


@dataclass(frozen=True)
class Limits:
    """When a sitting ends: after so many trials, or when no further one may begin; and how many make a batch."""

    trials: int
    timeout_s: float | None = None
    at_once: int = AT_ONCE

    def __post_init__(self) -> None:
        for name, value in (("trials", self.trials), ("timeout", self.timeout_s), ("at once", self.at_once)):
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
            pruner=pruner(),
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
    walk: Published[Evaluate],
    defaults: Mapping[str, Value],
    limits: Limits,
    tracker: Tracker,
    parent: str,
    progress: Progress,
    space: Mapping[str, Suggestion] = SPACE,
) -> None:
    """Run one sitting, each trial an MLflow run below `parent`; a new study begins with the defaults.

    Trials are suggested in batches, and a batch knows of the trials of earlier ones only: which trials there are, and
    how they end, does not depend on how many run at once, or which of them is the first to end.
    """
    from optuna.trial import TrialState

    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.WAITING)):
        study.enqueue_trial(dict(defaults))
    began, done = time.monotonic(), 0

    def tell() -> None:
        nonlocal done
        done += 1
        left_s = (time.monotonic() - began) / done * (limits.trials - done)
        if limits.timeout_s is not None:
            left_s = min(left_s, max(began + limits.timeout_s - time.monotonic(), 0.0))
        best = min([*known, *(tried.means[-1] for tried in batch.tried.values() if not tried.pruned)])
        progress(Step(f"{done:,} of {limits.trials:,} trials, best RPS {best:.5f}", done, limits.trials, left_s))

    def late() -> bool:
        return limits.timeout_s is not None and time.monotonic() - began >= limits.timeout_s

    progress(Step(f"0 of {limits.trials:,} trials", 0, limits.trials))
    for first in range(0, limits.trials, limits.at_once):
        if late():
            break
        complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        known = [trial.value for trial in complete if trial.value is not None]
        batch = _Batch(study, tracker, parent, tuple(trial.intermediate_values for trial in complete))
        asked = [study.ask() for _ in range(min(limits.at_once, limits.trials - first))]
        batch.run(walk, [(trial, suggest(trial, space)) for trial in asked], late, tell)


@dataclass
class _Batch:
    """Trials that know nothing of each other, and their runs in MLflow."""

    study: "Study"
    tracker: Tracker
    parent: str
    earlier: tuple[Mapping[int, float], ...]
    runs: dict[int, str] = field(default_factory=dict)
    tried: dict[int, Tried] = field(default_factory=dict)

    def run(
        self,
        walk: Published[Evaluate],
        trials: Sequence[tuple["Trial", Mapping[str, Value]]],
        late: Callable[[], bool],
        ended: Callable[[], None],
    ) -> None:
        """Run them all, or those that begin before it is `late`; then tell the study, in order."""
        try:
            for number, tried in walk.run(try_out, self._begun(trials, late)):
                self.tried[number] = tried
                self._log(self.runs[number], tried)
                ended()
        except BaseException:
            for number, run_id in self.runs.items():
                if number not in self.tried:
                    self.tracker.end(run_id, "KILLED")
            raise
        finally:
            self._tell([trial for trial, _ in trials])

    def _begun(
        self, trials: Sequence[tuple["Trial", Mapping[str, Value]]], late: Callable[[], bool]
    ) -> Iterator[Trying]:
        for number, (trial, parameters) in enumerate(trials):
            if late():
                return
            facts = {"study": self.study.study_name, "trial": str(trial.number)}
            self.runs[number] = self.tracker.start(f"trial {trial.number}", facts, self.parent)
            self.tracker.log_values(self.runs[number], parameters, {})
            yield Trying(parameters, self.earlier)

    def _log(self, run_id: str, tried: Tried) -> None:
        by_season = {f"rps.{season}": rps for season, rps in tried.seasons}
        self.tracker.log_values(run_id, {"pruned": tried.pruned}, {**by_season, "rps": tried.means[-1]})
        self.tracker.end(run_id, "FINISHED")

    def _tell(self, trials: Sequence["Trial"]) -> None:
        from optuna.trial import TrialState

        for number, trial in enumerate(trials):
            tried = self.tried.get(number)
            if tried is None:
                self.study.tell(trial, state=TrialState.FAIL)
                continue
            for step, mean in enumerate(tried.means):
                trial.report(mean, step)
            if tried.pruned:
                self.study.tell(trial, state=TrialState.PRUNED)
            else:
                self.study.tell(trial, tried.means[-1])
