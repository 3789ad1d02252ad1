"""What the commands print on: results on stdout, everything else on stderr, progress only where somebody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.markup import escape

PIPED_WIDTH: Final = 120


def stdout() -> Console:
    """Console for results. Piped, it has no colours and a fixed width."""
    return _console(stderr=False)


def stderr() -> Console:
    """Console for progress, warnings and errors."""
    return _console(stderr=True)


@contextmanager
def steps(console: Console) -> Iterator[Callable[[str], None]]:
    """A line that tells the present step, behind a spinner; nothing at all where `console` is no terminal."""
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("Starting") as status:
        yield lambda step: status.update(escape(step))


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console
