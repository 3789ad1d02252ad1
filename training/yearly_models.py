"""Models of past summers: each fitted on what was known on a 1 July."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from serving.model import OutcomeModel
from training.compute import Workers
from training.dataset import Dataset
from training.fold import WORTH_PROCESSES, fit
from training.models import ModelConfig
from training.progress import Progress, Step
from training.split import SEASON_START, Fold, walk_forward


def models_of_years(
    dataset: Dataset, years: set[int], config: ModelConfig, progress: Progress, workers: Workers
) -> dict[int, OutcomeModel]:
    """The model of each 1 July, by its year, fitted on the results known by then; each is a task of its own.

    Raises:
        InvalidValueError: nothing is known before the first of them.
        ClusterError: the cluster was lost.
    """
    matches = dataset.matches
    start = date(min(years), *SEASON_START)
    folds = walk_forward(matches["date"], matches["starts_at"], matches["known_at"], start)
    fits = {int(fold.season[:4]): fold for fold in folds if int(fold.season[:4]) in years}

    def ended(done: int) -> None:
        progress(Step(f"Fitting {len(fits)} models: {done} done", done, len(fits)))

    ended(0)
    learnt = sum(int(fold.train.sum()) for fold in fits.values())
    data = _Fits(dataset, fits, replace(config, threads=1))
    models = workers.publish(data, worth=learnt >= WORTH_PROCESSES).results(_fitted, fits, ended)
    return dict(zip(fits, models, strict=True))


@dataclass(frozen=True)
class _Fits:
    """What all fits read: the matches, and which of them each year's model learns from."""

    dataset: Dataset
    folds: Mapping[int, Fold]
    config: ModelConfig


def _fitted(fits: _Fits, year: int) -> OutcomeModel:
    """A task: the model of a year."""
    fold, dataset = fits.folds[year], fits.dataset
    return fit(dataset.select(fold.train & dataset.learnable), fold.fitted_at, fits.config)
