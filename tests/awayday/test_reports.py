"""Progress of a download and of the reading after it, as a terminal would show it."""

import io

from rich.console import Console

from awayday.reports import sync_progress
from football.sync_report import Progress


def test_downloads_and_then_files_are_counted() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)

    with sync_progress(console) as tell:
        tell(Progress("england", "download", 500_000, 1_000_000))
        tell(Progress("italy", "unchanged", 0, None))
        tell(Progress("england", "fetched", 1_000_000, 1_000_000))
        tell(Progress("football-data", "download", 12, 634, "files"))
        tell(Progress("england", "read", 3, 149))

    shown = screen.getvalue()
    assert "unchanged" in shown
    assert "fetched" in shown
    assert "0.5/1.0 MB" in shown
    assert " 12/634" in shown
    assert "3/149" in shown


def test_where_nobody_watches_nothing_is_written() -> None:
    file = io.StringIO()

    with sync_progress(Console(file=file, force_terminal=False)) as tell:
        tell(Progress("england", "download", 1, 2))
        tell(Progress("england", "read", 1, 2))

    assert file.getvalue() == ""


def test_a_failure_midway_puts_the_terminal_right() -> None:
    console = Console(file=io.StringIO(), force_terminal=True)
    try:
        with sync_progress(console) as tell:
            tell(Progress("england", "read", 1, 2))
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass

    with console.status("only one live display may be there at a time"):
        pass
