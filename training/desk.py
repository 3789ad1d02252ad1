"""Where a notebook works: the places that the environment names, what was found out before, and slices in its stead.

`AWAYDAY_HOME` and the other variables of `training.workspace.Workspace` count, and besides them

- `AWAYDAY_EFFECTS`: what `awayday effects --out` was given;
- `AWAYDAY_BACKTEST`: what `awayday backtest --out` was given;
- `AWAYDAY_NOTEBOOK_SLICE`: not empty for as little work as shows that a notebook runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from features.inputs import Inputs
from football.competitions import load_competitions
from training.ablation import ablate
from training.backtest import backtest
from training.dataset import Dataset, build_dataset
from training.effects import ABLATION, COUNTERFACTUAL, EffectsConfig, change_newest_season
from training.kept import Kept, kept_effects, kept_predictions
from training.models import ModelConfig
from training.predictions import with_context
from training.split import season_start
from training.train import default_model_config
from training.workspace import Workspace

SEASONS_BEFORE: Final = 3
"""Seasons that a slice learns from."""

FIXTURES: Final = 300


@dataclass(frozen=True)
class Desk:
    """A place to work at.

    Args:
        space: matches, absences, runs and models.
        small: whether to do as little as possible.
        effects_file: see `AWAYDAY_EFFECTS`; None if not given.
        backtest_file: see `AWAYDAY_BACKTEST`.
    """

    space: Workspace
    small: bool = False
    effects_file: Path | None = None
    backtest_file: Path | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The desk that the environment describes; an empty variable counts as not set."""

        def file(name: str) -> Path | None:
            named = environ.get(name, "").strip()
            return Path(named).expanduser() if named else None

        return cls(
            Workspace.from_environment(environ),
            bool(environ.get("AWAYDAY_NOTEBOOK_SLICE", "").strip()),
            file("AWAYDAY_EFFECTS"),
            file("AWAYDAY_BACKTEST"),
        )

    @cached_property
    def inputs(self) -> Inputs:
        """The matches in use with their strengths, and the absences; read once."""
        return self.space.load()

    def dataset(self, first_day: date) -> Dataset:
        """Every played match from a day on, with its features as of its start."""
        return build_dataset(self.inputs, load_competitions(), first_day)

    @property
    def newest_season(self) -> date:
        """First day of the newest season of the data."""
        matches = self.inputs.snapshot.matches
        newest: date = matches.loc[matches["status"] == "played", "date"].max().date()
        return season_start(newest)

    @property
    def quick(self) -> ModelConfig:
        """Hyper-parameters for a slice: the default ones with fewer and larger steps."""
        return replace(default_model_config(), rounds=10 if self.small else 40, learning_rate=0.2)

    def effects(self) -> Kept:
        """What each family is worth and what burdens cost: as kept, else of a slice, the newest season."""
        kept = kept_effects(self.space, self.effects_file)
        if kept is not None:
            return kept
        start, data = self._slice()
        config = EffectsConfig(self.space, start, fixtures=FIXTURES, model=self.quick)
        changed, _ = change_newest_season(data, config)
        tables = {ABLATION: ablate(data, start, self.quick), COUNTERFACTUAL: changed}
        return Kept(tables, f"a quick slice, {self._told(start)}; `awayday effects` measures all seasons since 2021")

    def predictions(self) -> Kept:
        """Forecasts of past matches, each by what was known before it: as kept, else of a slice, the newest season."""
        kept = kept_predictions(self.space, self.backtest_file)
        if kept is not None:
            return kept
        start, data = self._slice()
        snapshot = self.inputs.snapshot
        table = with_context(backtest(data, start, self.quick), snapshot.matches, snapshot.odds)
        told = f"a quick slice, {self._told(start)}; `awayday backtest` forecasts all seasons since 2021"
        return Kept({"predictions": table}, told)

    def _slice(self) -> tuple[date, Dataset]:
        start = self.newest_season
        return start, self.dataset(date(start.year - SEASONS_BEFORE, start.month, start.day))

    def _told(self, start: date) -> str:
        return f"matches since {start} by models of the {SEASONS_BEFORE} seasons before"
