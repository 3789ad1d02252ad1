"""What each family of features is worth: left out of the full model, and added alone to strength.

A walk forward fits every variant at each season's start on what was known then, so all of them forecast identical
matches and are compared match by match.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Table

from features.metrics import SCORES, clustered_mean
from features.table import FAMILIES
from football.errors import InvalidValueError
from training.dataset import Dataset
from training.fold import fit
from training.models import ModelConfig
from training.progress import Progress, Step
from training.scoreboard import common_rows
from training.split import walk_forward
from training.variants import STRENGTH, config_without

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]

REMOVED: Final = "removed"
ALONE: Final = "alone"
TOGETHER: Final = "together"
RESEEDED: Final = "reseeded"

ALL_FAMILIES: Final = "all families"
NO_FAMILY: Final = "chance"
"""Rows that compare the full model with strength alone, and with itself under another seed."""

EVERY_MATCH: Final = "all matches"

COMPARED: Final = ("rps", "log_loss")

FAR_KM: Final = 1_000.0
SHORT_REST_DAYS: Final = 4.0
REST_GAP_DAYS: Final = 2.0


@dataclass(frozen=True)
class Variant:
    """A model that differs from the full one in the families that it lacks, and in its seed."""

    name: str
    without: tuple[str, ...] = ()
    seed_offset: int = 0

    def config(self, config: ModelConfig, families: Mapping[str, Sequence[str]], columns: Sequence[str]) -> ModelConfig:
        """The hyper-parameters of the variant, from those of the full model; see `config_without`."""
        lacking = config_without(config, self.without, families, columns)
        return replace(lacking, seed=config.seed + self.seed_offset)


@dataclass(frozen=True)
class Comparison:
    """The variant that has a family against the one that lacks it."""

    family: str
    kind: str
    having: str
    lacking: str


@dataclass(frozen=True)
class Plan:
    """Every variant once, and who is compared with whom."""

    variants: tuple[Variant, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Group:
    """Matches in which a family can act at all; `needs` names the columns that `rows` reads."""

    title: str
    needs: tuple[str, ...]
    rows: Callable[[pd.DataFrame], "pd.Series[bool]"]


GROUPS: Final[Mapping[str, Group]] = {
    "travel": Group(f"trips over {FAR_KM:,.0f} km", ("away_travel_km",), lambda f: f["away_travel_km"] > FAR_KM),
    "rest": Group(
        "short or unequal rest",
        ("rest_days_difference", "home_rest_days_capped", "away_rest_days_capped"),
        lambda f: (
            (f["rest_days_difference"].abs() >= REST_GAP_DAYS)
            | (f["home_rest_days_capped"] < SHORT_REST_DAYS)
            | (f["away_rest_days_capped"] < SHORT_REST_DAYS)
        ),
    ),
    "injuries": Group(
        "absences known",
        ("home_absences_known", "away_absences_known"),
        lambda f: (f["home_absences_known"] == 1.0) | (f["away_absences_known"] == 1.0),
    ),
}
"""Travel: the away side's way to the match. Rest: the sides' rest is 2 days or more apart, or one's is under 4.
Injuries: the absences of one side at least are known. Other families act where any of their columns is known."""


def variants(dataset: Dataset, config: ModelConfig, families: Mapping[str, Sequence[str]] = FAMILIES) -> Plan:
    """The full model, strength alone, and for each other family the one without it and the one with it alone.

    Families are taken as far as the trees of `config` may read them; those with no such column are left out. The full
    model is there twice, under different seeds: their difference is what chance in the fitting does.

    Raises:
        InvalidValueError: no strength column to keep, or no other family.
    """
    readable = config.shift_features or tuple(dataset.features.columns)
    held = [name for name, columns in families.items() if set(columns).intersection(readable)]
    others = tuple(name for name in held if name != STRENGTH)
    if STRENGTH not in held or not others:
        raise InvalidValueError("families", held, "strength and others")
    made = [
        Variant("full"),
        Variant("full, other seed", seed_offset=1),
        Variant(STRENGTH, without=others),
    ]
    compared = [
        Comparison(ALL_FAMILIES, TOGETHER, "full", STRENGTH),
        Comparison(NO_FAMILY, RESEEDED, "full", "full, other seed"),
    ]
    for family in others:
        without, only = f"without {family}", f"strength and {family}"
        all_but_it = tuple(name for name in others if name != family)
        made += [Variant(without, without=(family,)), Variant(only, without=all_but_it)]
        compared += [
            Comparison(family, REMOVED, "full", without),
            Comparison(family, ALONE, only, STRENGTH),
        ]
    return Plan(tuple(made), tuple(compared))


def ablate(
    dataset: Dataset,
    start: date,
    config: ModelConfig,
    *,
    until: date | None = None,
    families: Mapping[str, Sequence[str]] = FAMILIES,
    progress: Progress = lambda _: None,
) -> pd.DataFrame:
    """How much better forecasts are with each family than without it, on every match and where the family can act.

    Columns: `family`; `variant` (removed: from the full model; alone: added to strength); `group`; `matches`; `rps`
    and `log_loss` of the model that has the family; and `rps_difference` and `log_loss_difference`, with the family
    less without it, each with its `_se` clustered by match day. Below zero, the family helps.

    Errors tell of other matches, not of another fit: the row `chance` shows what a mere change of seed does.

    Args:
        dataset: matches before and after `start`.
        start: first day to forecast.
        config: hyper-parameters of the full model.
        until: last day to forecast; None for all.
        families: columns of each family.
        progress: told of each fit.

    Raises:
        InvalidValueError: a window without matches, or nothing known before it.
    """
    dataset = up_to(dataset, start, until)
    plan = variants(dataset, config, families)
    columns = tuple(dataset.features.columns)
    configs = {variant.name: variant.config(config, families, columns) for variant in plan.variants}
    window, forecasts = _forecasts(dataset, start, configs, progress)
    rows = common_rows(forecasts)
    scores = {
        (name, score): SCORES[score](forecast[rows], window.outcome[rows])
        for name, forecast in forecasts.items()
        for score in COMPARED
    }
    judged = window.select(rows)
    table = []
    for comparison in plan.comparisons:
        for group, chosen in groups_of(comparison.family, judged.features, families).items():
            line: dict[str, object] = {"family": comparison.family, "variant": comparison.kind, "group": group}
            line["matches"] = int(chosen.sum())
            for score in COMPARED:
                having = scores[comparison.having, score][chosen]
                lacking = scores[comparison.lacking, score][chosen]
                found = clustered_mean(having - lacking, judged.match_day[chosen])
                line |= {
                    score: float(having.mean()),
                    f"{score}_difference": found.mean,
                    f"{score}_difference_se": found.standard_error,
                }
            table.append(line)
    return pd.DataFrame(table)


def groups_of(family: str, features: pd.DataFrame, families: Mapping[str, Sequence[str]] = FAMILIES) -> dict[str, Mask]:
    """Every match, and those in which the family can act where these are fewer but some; masks of shape (n,)."""
    groups: dict[str, Mask] = {EVERY_MATCH: np.ones(len(features), dtype=bool)}
    group = GROUPS.get(family)
    columns = [name for name in families.get(family, ()) if name in features]
    if group is not None and all(name in features for name in group.needs):
        title, acting = group.title, group.rows(features).to_numpy(bool)
    else:
        title, acting = f"{family} known", features[columns].notna().any(axis=1).to_numpy(bool)
    if acting.any() and not acting.all():
        groups[title] = acting
    return groups


def up_to(dataset: Dataset, start: date, until: date | None) -> Dataset:
    """The matches up to the day `until`; InvalidValueError if that is before `start`."""
    if until is None:
        return dataset
    if until < start:
        raise InvalidValueError("until", until.isoformat(), f"a day not before the start, {start}")
    return dataset.select((dataset.matches["date"] <= pd.Timestamp(until)).to_numpy(bool))


def learnable(dataset: Dataset, rows: Mask, start: date) -> Dataset:
    """The matches among `rows` whose strengths are known; InvalidValueError on the `start` if there is none."""
    chosen = dataset.select(rows & dataset.learnable)
    if not len(chosen):
        raise InvalidValueError("start", start.isoformat(), "a later day: no strengths are known before it")
    return chosen


def show_ablation(table: pd.DataFrame, title: str) -> Table:
    """An `ablate` table for people to read: a line for each family and group, removed and alone side by side."""
    shown = Table(
        title=title,
        caption="with the family less without it, ± standard error by match day; below zero: the family helps",
        title_justify="left",
        caption_justify="left",
        box=SIMPLE_HEAD,
    )
    shown.add_column("family", no_wrap=True)
    shown.add_column("on", no_wrap=True)
    shown.add_column("matches", justify="right", no_wrap=True)
    for kind in ("in the full model", "added to strength"):
        shown.add_column(f"Δ RPS\n{kind}", justify="right", no_wrap=True)
    shown.add_column("Δ log loss\nin the full model", justify="right", no_wrap=True)
    for (family, group), part in table.groupby(["family", "group"], sort=False):
        lines = {line["variant"]: line for line in part.to_dict("records")}
        alone = lines.pop(ALONE, None)
        (full,) = lines.values()
        shown.add_row(
            str(family) if group == EVERY_MATCH else "",
            str(group),
            f"{int(part['matches'].iloc[0]):,}",
            _difference(full, "rps"),
            "" if alone is None else _difference(alone, "rps"),
            _difference(full, "log_loss"),
        )
    return shown


def _forecasts(
    dataset: Dataset, start: date, configs: Mapping[str, ModelConfig], progress: Progress
) -> tuple[Dataset, dict[str, Float]]:
    """The matches from `start` on, and each model's forecast of them by name, shape (n, 3)."""
    matches = dataset.matches
    folds = list(walk_forward(matches["date"], matches["starts_at"], matches["known_at"], start))
    out = {name: np.full((len(dataset), 3), np.nan) for name in configs}
    for season, fold in enumerate(folds):
        train, test = learnable(dataset, fold.train, start), dataset.select(fold.test)
        rows = test.features.to_numpy(np.float64)
        for number, (name, config) in enumerate(configs.items()):
            text = f"{fold.season}: {name} ({number + 1} of {len(configs)}), {len(train):,} matches to learn from"
            progress(Step(text, season * len(configs) + number, len(folds) * len(configs)))
            out[name][fold.test] = fit(train, fold.fitted_at, config).predict_proba(rows)
    window = np.logical_or.reduce([fold.test for fold in folds])
    return dataset.select(window), {name: forecast[window] for name, forecast in out.items()}


def _difference(line: Mapping[Hashable, float], score: str) -> str:
    mean, error = line[f"{score}_difference"], line[f"{score}_difference_se"]
    return f"{mean:+.5f}" if np.isnan(error) else f"{mean:+.5f} ± {error:.5f}"
