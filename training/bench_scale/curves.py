"""Cost curves: the figures of each step by the number of matches, their slopes, and both as text and JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from training.bench_scale.measure import Figures

RACED: Final = ("ours", "polars", "pandas")


@dataclass(frozen=True)
class Point:
    """A step on so many matches: medians of its runs."""

    matches: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    runs: int

    @classmethod
    def of(cls, matches: int, runs: Sequence[Figures]) -> "Point":
        """The medians of one or more runs."""
        return cls(
            matches,
            median(run.seconds for run in runs),
            median(run.cpu_seconds for run in runs),
            int(median(run.peak_bytes for run in runs)),
            len(runs),
        )


@dataclass(frozen=True)
class Curve:
    """A step on worlds of growing size."""

    title: str
    points: Sequence[Point]

    @property
    def slope(self) -> float:
        """Of CPU seconds over matches on logarithmic axes, by least squares: 1 is proportional; NaN for a single point.

        CPU seconds, as other work on the machine disturbs them least.
        """
        return _slope([(point.matches, point.cpu_seconds) for point in self.points])

    @property
    def last_slope(self) -> float:
        """The same of the two largest worlds alone, where what does not depend on matches weighs least."""
        return _slope([(point.matches, point.cpu_seconds) for point in self.points[-2:]])


@dataclass(frozen=True)
class Race:
    """The shared columns on one world, runs taking turns; `runs` by contender, as many of each, in the order run."""

    matches: int
    runs: Mapping[str, Sequence[Figures]]

    def times_ours(self, name: str) -> float:
        """How many times our seconds another one takes: the median of the ratios of the same round."""
        pairs = zip(self.runs[name], self.runs[RACED[0]], strict=True)
        return median(theirs.seconds / ours.seconds for theirs, ours in pairs)


@dataclass(frozen=True)
class Report:
    """All that was measured."""

    curves: Sequence[Curve]
    races: Sequence[Race]

    def to_json(self) -> str:
        """Everything, for other programs: NaN as null."""
        document = {
            "curves": [
                {
                    "step": curve.title,
                    "slope": _or_null(curve.slope),
                    "last_slope": _or_null(curve.last_slope),
                    "points": [asdict(point) for point in curve.points],
                }
                for curve in self.curves
            ],
            "races": [
                {
                    "matches": race.matches,
                    "rounds": len(race.runs[RACED[0]]),
                    "contenders": {
                        name: {**asdict(Point.of(race.matches, runs)), "times_ours": race.times_ours(name)}
                        for name, runs in race.runs.items()
                    },
                }
                for race in self.races
            ],
        }
        return json.dumps(document, indent=1, allow_nan=False)

    def show(self, console: Console) -> None:
        """Print a table of the steps, and one of the race."""
        if self.curves:
            table = _table(
                "Cost by matches", "step", "matches", "seconds", "CPU s", "peak memory", "slope", "at the end"
            )
            for curve in self.curves:
                for point in curve.points:
                    first, last = point is curve.points[0], point is curve.points[-1]
                    slopes = [f"{value:.2f}" if last and math.isfinite(value) else "" for value in _slopes(curve)]
                    table.add_row(curve.title if first else "", *_cells(point), *slopes, end_section=last)
            console.print(table)
        if self.races:
            table = _table("The shared columns", "", "matches", "seconds", "CPU s", "peak memory", "times ours")
            for race in self.races:
                for name, runs in race.runs.items():
                    title = "awayday" if name == RACED[0] else name
                    table.add_row(title, *_cells(Point.of(race.matches, runs)), f"{race.times_ours(name):.1f}")
            console.print(table)


def _slopes(curve: Curve) -> tuple[float, float]:
    return curve.slope, curve.last_slope


def _slope(points: Sequence[tuple[int, float]]) -> float:
    if len(points) < 2:
        return math.nan
    matches, seconds = np.log(np.array(points, dtype=np.float64)).T
    return float(np.polyfit(matches, seconds, 1)[0])


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
    return table


def _cells(point: Point) -> tuple[str, str, str, str]:
    memory = f"{point.peak_bytes / 1e9:.2f} GB"
    return f"{point.matches:,}", _seconds(point.seconds), _seconds(point.cpu_seconds), memory


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1.0 else f"{value:.1f}"


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None
