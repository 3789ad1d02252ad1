"""Pictures of a model, as PNG files: how honest its probabilities are, and what its correction listens to."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import xgboost as xgb
from matplotlib.patches import Patch

from features.metrics import OUTCOMES, Float, Int, calibration_error, reliability
from training.ablation import ALONE, EVERY_MATCH, REMOVED
from training.figures import new_figure, write_figure

COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442")
"""Okabe & Ito's palette, which people with colour blindness can tell apart."""

GREY: Final = "#666666"
WORDS: Final = {"home": "home wins", "draw": "draws", "away": "away wins"}


def plot_reliability(
    forecasts: Mapping[str, Float], outcome: Int, path: Path, matches: str = "held-out matches"
) -> None:
    """Forecast probability against observed frequency, one panel an outcome, with two standard errors.

    Args:
        forecasts: name to forecast (n, 3), ours first.
        outcome: shape (n,).
        path: PNG file to write.
        matches: what the matches are called in the title.
    """
    figure = new_figure(12.0, 4.6)
    ours = next(iter(forecasts.values()))
    errors = [calibration_error(ours[:, i], outcome == i, np.arange(len(outcome))).error for i in range(3)]
    worst = int(np.argmax(errors))
    figure.suptitle(
        f"Forecast and frequency differ by {max(errors):.3f} on average at worst, for {WORDS[OUTCOMES[worst]]} "
        f"({len(outcome):,} {matches})"
    )
    for i, kind in enumerate(OUTCOMES):
        axes = figure.add_subplot(1, 3, i + 1)
        curves = {name: reliability(forecast[:, i], outcome == i) for name, forecast in forecasts.items()}
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":", label="perfect")
        for colour, marker, (name, curve) in zip(COLOURS, "os^Dv", curves.items(), strict=False):
            axes.errorbar(
                curve.forecast,
                curve.observed,
                yerr=2 * curve.standard_error,
                label=name,
                color=colour,
                marker=marker,
                markersize=4,
                linewidth=1,
                capsize=2,
            )
        top = min(1.0, 1.2 * max(float(max(curve.forecast.max(), curve.observed.max())) for curve in curves.values()))
        axes.set_xlim(0, top)
        axes.set_ylim(0, top)
        axes.set_title(WORDS[kind].capitalize())
        axes.set_xlabel("forecast probability")
        axes.set_ylabel("observed frequency (± 2 s.e.)" if i == 0 else "")
        axes.legend(frameon=False)
    write_figure(figure, path)


def plot_importance(
    importance: Mapping[str, float], families: Mapping[str, Sequence[str]], path: Path, most: int = 25
) -> None:
    """How much of the trees' gain each feature has, coloured by family.

    Args:
        importance: share of the total gain by feature, as `gain_shares` gives it.
        families: family to its features.
        path: PNG file to write.
        most: features shown, the most important ones.
    """
    family_of = {name: family for family, names in families.items() for name in names}
    ranked = sorted(importance.items(), key=lambda item: item[1])[-most:]
    shown = list(dict.fromkeys(family_of.get(name, "other") for name, _ in reversed(ranked)))
    colour_of = {family: COLOURS[i % len(COLOURS)] for i, family in enumerate(shown)}
    figure = new_figure(8.0, 1.6 + 0.26 * max(len(ranked), 4))
    axes = figure.add_subplot(1, 1, 1)
    axes.barh(
        [name for name, _ in ranked],
        [100.0 * share for _, share in ranked],
        color=[colour_of[family_of.get(name, "other")] for name, _ in ranked],
    )
    axes.set_xlabel("share of the correction's gain, %")
    axes.set_title(f"{ranked[-1][0]} moves the correction most" if ranked else "The correction listens to nothing")
    if shown:
        handles = [Patch(color=colour_of[family], label=family) for family in shown]
        axes.legend(handles=handles, frameon=False, loc="lower right")
    write_figure(figure, path)


def plot_families(table: pd.DataFrame, path: Path) -> None:
    """What each family is worth in RPS with two standard errors, on all matches and where it can act.

    Args:
        table: as `training.ablation.ablate` gives it.
        path: PNG file to write.
    """
    worth = table[table["variant"].isin((REMOVED, ALONE))].assign(
        gain=lambda t: -1e4 * t["rps_difference"], spread=lambda t: 2e4 * t["rps_difference_se"]
    )
    families = list(dict.fromkeys(worth["family"]))[::-1]
    everywhere = worth["group"] == EVERY_MATCH
    panels = [("on all matches", worth[everywhere]), ("where the family can act", worth[~everywhere])]
    panels = [(title, part) for title, part in panels if len(part)]
    figure = new_figure(6.0 * len(panels) + 1.0, 1.8 + 0.62 * len(families))
    figure.suptitle(families_finding(table))
    axes = None
    for number, (title, part) in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), number, sharey=axes)
        axes.axvline(0.0, color=GREY, linewidth=1, linestyle=":")
        kinds = ((REMOVED, "kept in the full model", "o", 0.12), (ALONE, "added to strength alone", "s", -0.12))
        for colour, (kind, label, marker, offset) in zip(COLOURS, kinds, strict=False):
            lines = part[part["variant"] == kind]
            axes.errorbar(
                lines["gain"],
                [families.index(family) + offset for family in lines["family"]],
                xerr=lines["spread"].fillna(0.0),
                label=label,
                color=colour,
                marker=marker,
                markersize=5,
                linestyle="none",
                capsize=2,
            )
        axes.set_yticks(range(len(families)), families)
        axes.set_ylim(-0.6, len(families) - 0.4)
        axes.tick_params(labelleft=number == 1)
        axes.set_title(title)
        axes.set_xlabel("RPS saved by the family, in 0.0001 (± 2 s.e.); right of 0 it helps")
        if number == 1:
            axes.legend(frameon=False, loc="best")
    write_figure(figure, path)


def families_finding(table: pd.DataFrame) -> str:
    """One sentence on an `ablate` table: which families are worth something in the full model, beyond two errors."""
    removed = table[(table["variant"] == REMOVED) & (table["group"] == EVERY_MATCH)]
    helps = removed[removed["rps_difference"] < -2.0 * removed["rps_difference_se"]].sort_values("rps_difference")
    matches = f"{int(removed['matches'].max()):,} matches"
    if helps.empty:
        return f"No family of features improves the full model measurably ({matches})"
    *others, last = helps["family"]
    names = f"{', '.join(others)} and {last}" if others else str(last)
    sentence = f"{names[0].upper()}{names[1:]} {'improve' if others else 'improves'} the full model measurably"
    rest = len(removed) - len(helps)
    if rest:
        sentence += "; the other does not" if rest == 1 else f"; the other {rest} do not"
    return f"{sentence} ({matches})"


def gain_shares(shift: xgb.Booster | None, names: tuple[str, ...]) -> dict[str, float]:
    """Each feature's share of the total gain of all splits, 0 for those never used; sums to 1 if any is."""
    gains = dict.fromkeys(names, 0.0)
    if shift is not None:
        for name, gain in shift.get_score(importance_type="total_gain").items():
            gains[name] = float(np.asarray(gain).sum())
    total = sum(gains.values())
    return {name: gain / total if total else 0.0 for name, gain in gains.items()}
