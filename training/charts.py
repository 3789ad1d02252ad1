"""How the charts of the notebooks look: a finding as title, the source below, colours that all can tell apart."""

import textwrap
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.plots import COLOURS, GREY

HOME, DRAW, AWAY = COLOURS[0], GREY, COLOURS[4]
"""Colours of the three results."""

TITLE_SIZE: Final = 12
LETTERS_AN_INCH: Final = 11.5
"""Of a title in its size."""

STYLE: Final = MappingProxyType(
    {
        "figure.dpi": 100,
        "figure.facecolor": "white",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 10.5,
        "axes.labelsize": 9.5,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
    }
)


def chart(
    finding: str,
    source: str,
    *,
    size: tuple[float, float] = (9.0, 3.8),
    rows: int = 1,
    columns: int = 1,
    **options: Any,
) -> tuple[Figure, list[Axes]]:
    """A figure of one or more panels, shown at the end of the notebook's cell.

    Args:
        finding: what is to be seen, a sentence; the title.
        source: where the numbers come from, below the chart.
        size: width and height in inches.
        rows: panels from top to bottom.
        columns: panels from left to right.
        options: for `matplotlib.pyplot.subplots`, such as `sharey=True`.

    Returns:
        The figure and its panels, row by row.
    """
    # It chooses how figures are shown as it is imported.
    from matplotlib import pyplot

    style: Any = dict(STYLE)  # its keys are typed one by one
    # Not for this call alone: legends and labels are added later.
    pyplot.rcParams.update(style)
    figure, axes = pyplot.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False, **options)
    title = textwrap.fill(finding, round(size[0] * LETTERS_AN_INCH))
    figure.suptitle(title, x=0.01, ha="left", fontsize=TITLE_SIZE, weight="bold")
    figure.supxlabel(f"Source: {source}", x=0.01, ha="left", fontsize=8, color=GREY)
    return figure, list(axes.flat)


def dots(
    axes: Axes,
    labels: Sequence[str],
    values: Sequence[float] | NDArray[np.float64],
    errors: Sequence[float] | NDArray[np.float64],
    *,
    colour: str = COLOURS[0],
    marker: str = "o",
    shift: float = 0.0,
    label: str | None = None,
) -> None:
    """Values with error bars, one line a label, the first on top, and a dotted line at 0.

    Args:
        axes: where to draw.
        labels: names of the lines.
        values: one a line.
        errors: half the length of each bar; NaN for none.
        colour: of dots and bars.
        marker: shape of the dots.
        shift: down by so many lines, for a second series.
        label: in the legend.
    """
    places = np.arange(len(labels)) + shift
    spread = np.nan_to_num(np.asarray(errors, dtype=np.float64))
    axes.errorbar(
        values, places, xerr=spread, fmt=marker, color=colour, markersize=5.5, capsize=2.5, linewidth=1.3, label=label
    )
    axes.set_yticks(np.arange(len(labels)), list(labels))
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.axvline(0.0, color=GREY, linewidth=1, linestyle=":", zorder=0)
