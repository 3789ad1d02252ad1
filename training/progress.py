"""What long work tells of itself: a line of text, and how much of the work is done where that can be counted."""

import math
from collections.abc import Callable
from typing import Self

Progress = Callable[[str], None]
"""Told of each step; most steps are plain text, a `Step` can be counted."""


class Step(str):
    """A text that says how much of some work is done: `done` of `total`, any unit, as the text names it.

    Steps of the same `total` that follow each other are the same work. `left_s` is the time that the rest will take
    where the work knows better than what was done and the time it took say; None else.
    """

    done: float
    total: float
    left_s: float | None

    def __new__(cls, text: str, done: float, total: float, left_s: float | None = None) -> Self:
        """The step; `total` is more than zero and not less than `done`."""
        assert 0 <= done <= total
        assert 0 < total < math.inf
        step = super().__new__(cls, text)
        step.done, step.total, step.left_s = done, total, left_s
        return step


def in_lines(write: Callable[[str], object]) -> Progress:
    """Progress as the lines of a log: every plain step, and of counted work its beginning and each tenth.

    Args:
        write: takes a line.
    """
    told: tuple[float, int] | None = None

    def tell(step: str) -> None:
        nonlocal told
        if not isinstance(step, Step):
            told = None
            write(step)
            return
        tenth = (step.total, int(10.0 * step.done / step.total))
        if tenth != told:
            told = tenth
            write(str(step) if step.left_s is None else f"{step}, about {_words(step.left_s)} left")

    return tell


def _words(seconds: float) -> str:
    return f"{seconds / 60.0:.0f} min" if seconds >= 90.0 else f"{seconds:.0f} s"
