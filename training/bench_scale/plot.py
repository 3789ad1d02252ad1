"""The cost curves as a picture: CPU seconds and peak memory over matches, on logarithmic axes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.bench_scale.curves import Curve
from training.plots import GREY

COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
"""Okabe and Ito's, which people with any colour vision can tell apart."""

MARKERS: Final = "osD^vPX"
SIZE: Final = (10.0, 4.6)
GIGABYTE: Final = 1e9


def plot_curves(curves: Sequence[Curve], path: Path) -> None:
    """Write a PNG; the title says the steepest slope at the large end."""
    figure = Figure(figsize=SIZE, layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    for number, curve in enumerate(curves):
        look = {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)], "markersize": 5}
        matches = [point.matches for point in curve.points]
        left.plot(matches, [point.cpu_seconds for point in curve.points], label=_label(curve), **look)
        right.plot(matches, [point.peak_bytes / GIGABYTE for point in curve.points], **look)
    points = [point for curve in curves for point in curve.points]
    _proportional(left, [point.matches for point in points], [point.cpu_seconds for point in points])
    for axes, title in ((left, "CPU seconds"), (right, "Peak memory of the process, GB")):
        axes.set(xscale="log", yscale="log", xlabel="Matches")
        axes.set_title(title, loc="left", fontsize=10.5)
        axes.grid(color="#e5e5e5", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(finding(curves), x=0.01, ha="left", fontsize=12)
    figure.legend(loc="outside lower left", ncols=3, frameon=False, fontsize=9)
    figure.savefig(path, dpi=120)


def finding(curves: Sequence[Curve]) -> str:
    """What the picture shows, in a sentence."""
    slopes = {curve.title: curve.last_slope for curve in curves if len(curve.points) > 1}
    if not slopes:
        return "Cost of each step"
    steepest = max(slopes, key=lambda title: slopes[title])
    times = 10.0 ** slopes[steepest]
    return f"Ten times the matches cost at most {times:.0f} times the CPU time ({steepest}, at the large end)"


def _label(curve: Curve) -> str:
    return f"{curve.title} (slope {curve.slope:.2f})" if len(curve.points) > 1 else curve.title


def _proportional(axes: Axes, matches: Sequence[int], seconds: Sequence[float]) -> None:
    """A grey line of what is proportional to matches, from the first point of the quickest step on."""
    first, last, low = min(matches), max(matches), min(seconds)
    axes.plot([first, last], [low, low * last / first], color=GREY, linestyle=":", linewidth=1.2, label="slope 1")
