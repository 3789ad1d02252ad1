"""Pictures of a model, as PNG files: how honest its probabilities are, and what its correction listens to."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import xgboost as xgb
from matplotlib.patches import Patch

from training.evaluate import OUTCOMES, Float, Int, calibration_error, reliability
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


def gain_shares(shift: xgb.Booster | None, names: tuple[str, ...]) -> dict[str, float]:
    """Each feature's share of the total gain of all splits, 0 for those never used; sums to 1 if any is."""
    gains = dict.fromkeys(names, 0.0)
    if shift is not None:
        for name, gain in shift.get_score(importance_type="total_gain").items():
            gains[name] = float(np.asarray(gain).sum())
    total = sum(gains.values())
    return {name: gain / total if total else 0.0 for name, gain in gains.items()}
