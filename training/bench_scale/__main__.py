"""Measure how cost grows with matches: `python -m training.bench_scale` (`make bench-scale`).

Simulated worlds of 10,000 to 5 million matches. Each step runs in a process of its own: medians of several runs up to
100,000 matches, one run above. Then the columns that polars and plain pandas can tell too, the three taking turns round
by round: what counts is their ratio. polars is left out where it is not installed.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rich.console import Console

from football.errors import AwaydayError, InvalidValueError, NoDataError
from training.bench_scale import peer_polars
from training.bench_scale.curves import RACED, Curve, Point, Race, Report
from training.bench_scale.measure import Figures, in_own_process, measure_apart
from training.bench_scale.plot import plot_curves
from training.bench_scale.steps import MILLION, STEPS
from training.bench_scale.worlds import MadeWorld
from training.progress import Progress, in_lines

SIZES: Final = (10_000, 100_000, MILLION, 5 * MILLION)
RACE_SIZE: Final = MILLION
WIDTH: Final = 100
"""Characters of a line where no terminal says how many it has."""

FEW: Final = 100_000
"""Up to here several runs are cheap."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.bench_scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--matches", type=int, nargs="+", default=SIZES, metavar="N", help="sizes (10000 to 5000000)")
    parser.add_argument("--steps", nargs="*", default=list(STEPS), metavar="STEP", help=f"of {', '.join(STEPS)}")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each step up to 100,000 matches (5)")
    parser.add_argument(
        "--race", type=int, nargs="*", default=[RACE_SIZE], metavar="N", help="sizes of the race (1000000)"
    )
    parser.add_argument("--race-rounds", type=int, default=3, help="rounds of the race (3)")
    parser.add_argument(
        "--folder", type=Path, help="where worlds are kept, to be used again; a temporary one if not given"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, help="file for the same JSON")
    parser.add_argument("--plot", type=Path, help="PNG file for the curves")
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        for name in options.steps:
            if name not in STEPS:
                raise InvalidValueError("steps", name, f"one of {', '.join(STEPS)}")
        with ExitStack() as stack:
            folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            worlds = Worlds(folder, in_lines(errors.print))
            curves = measured(worlds, sorted(options.matches), options.steps, options.rounds)
            report = Report(curves, [raced(worlds, size, options.race_rounds) for size in sorted(options.race)])
        if options.plot is not None:
            plot_curves(report.curves, options.plot)
        if options.out is not None:
            options.out.write_text(report.to_json() + "\n", encoding="utf-8")
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    if options.json:
        print(report.to_json())
    else:
        console = Console()
        report.show(console if console.is_terminal else Console(width=WIDTH))
    return 0


class Worlds:
    """Worlds by their number of matches, each made when first asked for, in a process of its own."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder = folder
        self.progress = progress

    def of(self, matches: int) -> Path:
        """The folder of a world."""
        folder = self._folder / f"matches-{matches}"
        if not MadeWorld(folder).is_made:
            self.progress(f"Making a world of {matches:,} matches")
            in_own_process("training.bench_scale.worlds", str(folder), str(matches))
        return folder


def measured(worlds: Worlds, sizes: Sequence[int], steps: Sequence[str], rounds: int) -> list[Curve]:
    """The curve of each step over the sizes that it is measured at."""
    curves = []
    for name in steps:
        step, points = STEPS[name], []
        for size in sizes:
            if size > step.most:
                continue
            folder = worlds.of(size)
            worlds.progress(f"{step.title}, {size:,} matches")
            runs = rounds if size <= FEW else 1
            figures = [measure_apart(name, folder, worlds.of(min(sizes[0], SIZES[0]))) for _ in range(runs)]
            points.append(Point.of(size, figures))
        curves.append(Curve(step.title, points))
    return curves


def raced(worlds: Worlds, size: int, rounds: int) -> Race:
    """Rounds of ours, polars (where it is installed) and pandas in turn."""
    folder = worlds.of(size)
    contenders = list(RACED)
    try:
        peer_polars.load_polars()
    except NoDataError as error:
        worlds.progress(str(error))
        contenders.remove("polars")
    runs: dict[str, list[Figures]] = {name: [] for name in contenders}
    for number in range(rounds):
        worlds.progress(f"Shared columns, {size:,} matches, round {number + 1}")
        for name in contenders:
            runs[name].append(measure_apart(name, folder, worlds.of(min(size, SIZES[0]))))
    return Race(size, runs)


if __name__ == "__main__":
    sys.exit(main())
