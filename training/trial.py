"""One trial of a search: walked season by season, and given up once it is behind, wherever it runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from training.search_space import Value
from training.walk import FoldLoss

if TYPE_CHECKING:
    from optuna import Trial
    from optuna.pruners import MedianPruner

Evaluate = Callable[[Mapping[str, Value]], Iterator[FoldLoss]]
"""Losses of a set of parameters, season by season."""

STARTUP_TRIALS: Final = 5
"""Trials before any is given up: a median of fewer says little."""


@dataclass(frozen=True)
class Trying:
    """What whoever runs a trial has to know.

    Args:
        parameters: to be tried.
        earlier: mean losses after each season of the trials that ended before its batch began, one mapping a trial.
    """

    parameters: Mapping[str, Value]
    earlier: tuple[Mapping[int, float], ...]


@dataclass(frozen=True)
class Tried:
    """How a trial went: each season's name and loss, the mean over all matches after each, whether it was given up."""

    seasons: tuple[tuple[str, float], ...]
    means: tuple[float, ...]
    pruned: bool


def try_out(evaluate: Evaluate, trying: Trying) -> Tried:
    """A task: walk through the seasons with some parameters, until there is no hope."""
    trial = _among(trying.earlier)
    seasons: list[tuple[str, float]] = []
    means: list[float] = []
    total, matches = 0.0, 0
    for step, fold in enumerate(evaluate(trying.parameters)):
        total, matches = total + float(fold.rps.sum()), matches + len(fold.rps)
        seasons.append((fold.season, float(fold.rps.mean())))
        means.append(total / matches)
        trial.report(means[-1], step)
        if trial.should_prune():
            return Tried(tuple(seasons), tuple(means), pruned=True)
    return Tried(tuple(seasons), tuple(means), pruned=False)


def _among(earlier: Sequence[Mapping[int, float]]) -> "Trial":
    """A trial beside others of which nothing is known but their losses, so that the study's own pruner judges it."""
    import optuna
    from optuna.trial import create_trial

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(pruner=pruner())
    study.add_trials([create_trial(value=losses[max(losses)], intermediate_values=dict(losses)) for losses in earlier])
    return study.ask()


def pruner() -> "MedianPruner":
    """What gives trials up."""
    from optuna.pruners import MedianPruner

    return MedianPruner(n_startup_trials=STARTUP_TRIALS, n_warmup_steps=0)
