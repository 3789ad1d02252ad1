"""What the commands print on: results on stdout, everything else on stderr, progress only where somebody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskProgressColumn, TextColumn
from rich.text import Text

from training.progress import Step

PIPED_WIDTH: Final = 120
SURE_AFTER_S: Final = 2.0
"""Time left is not told before; it would jump."""


def stdout() -> Console:
    """Console for results. Piped, it has no colours and a fixed width."""
    return _console(stderr=False)


def stderr() -> Console:
    """Console for progress, warnings and errors."""
    return _console(stderr=True)


class LeftColumn(ProgressColumn):
    """Time left; nothing of what cannot be counted, or has not gone on for long enough to say."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """Such as `about 0:02:10 left`."""
        ends_at: float | None = task.fields.get("ends_at")
        if ends_at is None:
            return Text()
        left = timedelta(seconds=round(max(ends_at - task.get_time(), 0.0)))
        return Text(f"about {left} left", style="progress.remaining")


class _Counted(ProgressColumn):
    """Another column, where the work can be counted."""

    def __init__(self, column: ProgressColumn) -> None:
        super().__init__()
        self._column = column

    def render(self, task: Task) -> object:  # type: ignore[override]  # whatever the other column shows
        return Text() if task.total is None else self._column.render(task)


@contextmanager
def steps(console: Console) -> Iterator[Callable[[str], None]]:
    """The present step behind a spinner, with a bar and the time left where it can be counted.

    Nothing at all where `console` is no terminal.
    """
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        _Counted(BarColumn(bar_width=24)),
        _Counted(TaskProgressColumn()),
        LeftColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        bars.add_task("Starting", total=None)
        task = bars.tasks[0]
        began, at_first = task.get_time(), 0.0

        def tell(step: str) -> None:
            nonlocal began, at_first
            now = task.get_time()
            counted = step if isinstance(step, Step) else None
            total, done = (None, 0.0) if counted is None else (counted.total, counted.done)
            if total != task.total or done < task.completed:
                began, at_first = now, done
                bars.reset(task.id)
                task.total = total  # `reset` and `update` keep the old one for None
            ends_at = None if counted is None else ending(counted, done - at_first, now - began, now)
            bars.update(task.id, description=str(step), completed=done, ends_at=ends_at)

        yield tell


def ending(step: Step, done: float, took_s: float, now: float) -> float | None:
    """The moment at which the work will be done, in seconds as `now` is; None while nobody can say.

    The work's own word, or else the pace of all that was `done` in `took_s`: by the last step alone it would jump.
    """
    if step.left_s is not None:
        return now + step.left_s
    if done <= 0.0 or took_s < SURE_AFTER_S:
        return None
    return now + took_s / done * (step.total - step.done)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console
