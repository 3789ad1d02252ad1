"""Measures one step: `python -m training.bench_scale.measure features FOLDER WARM_FOLDER` prints figures as JSON.

A process of its own for each measurement: its peak memory is the step's, and nothing is left over from another one.
Before the clock starts the step is done once on a small world, so that kernels are compiled and packages imported.
"""

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from football.errors import AwaydayError


@dataclass(frozen=True)
class Figures:
    """Of one run: seconds by the clock, of all processors together, and the peak memory of its process, tables that it
    was given included."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int

    @classmethod
    def of_json(cls, text: str) -> Self:
        """What `main` printed."""
        return cls(**json.loads(text))


def measure(name: str, folder: Path, warm: Path) -> Figures:
    """Do a step on the world in a folder, after the one in `warm`, in this process."""
    from training.bench_scale.steps import RACE, STEPS
    from training.bench_scale.worlds import MadeWorld

    step = {**STEPS, **RACE}[name]
    step.prepare(MadeWorld(warm))()
    work = step.prepare(MadeWorld(folder))
    gc.collect()
    cpu, began = time.process_time(), time.perf_counter()
    result = work()
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    del result
    # Kilobytes on Linux, bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Figures(seconds, cpu_seconds, peak)


class MeasuringError(AwaydayError):
    """A measurement that did not come to its end."""


def measure_apart(name: str, folder: Path, warm: Path) -> Figures:
    """`measure` in a new process; MeasuringError if it fails."""
    return Figures.of_json(
        in_own_process("training.bench_scale.measure", name, str(folder), str(warm)).splitlines()[-1]
    )


def in_own_process(module: str, *arguments: str) -> str:
    """What a module run as a program prints.

    Raises:
        MeasuringError: it failed; with the last line that it wrote.
    """
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        raise MeasuringError(f"{module} {' '.join(arguments)}: {last}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    name, folder, warm = arguments or sys.argv[1:]
    try:
        figures = measure(name, Path(folder), Path(warm))
    except AwaydayError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
