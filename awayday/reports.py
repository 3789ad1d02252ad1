"""How a sync shows itself: progress while it runs, and what was understood."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from football.sync_report import FootballDataReport, Progress, ProgressCallback, SyncReport, UnresolvedName

if TYPE_CHECKING:
    from football.absence_sync import AbsenceReport

SHOWN: Final = 10
"""Lines of a long list that are printed; all are in the stored report."""

_DONE: Final = {"unchanged": "unchanged", "fetched": "fetched", "failed": "failed"}


class _ReceivedColumn(ProgressColumn):
    """Bytes of an archive, or files of a site that has many small ones."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes, self._files = DownloadColumn(), MofNCompleteColumn()

    def render(self, task: Task) -> Text:
        return self._files.render(task) if task.fields["unit"] == "files" else self._bytes.render(task)


@contextmanager
def sync_progress(console: Console) -> Iterator[ProgressCallback]:
    """Bars for downloads and for reading; nothing at all where `console` is no terminal."""
    if not console.is_terminal:
        yield lambda _: None
        return
    downloads = Bars(
        TextColumn("{task.description:24}"), BarColumn(), _ReceivedColumn(), TextColumn("{task.fields[state]}"),
        TimeRemainingColumn(compact=True), console=console, transient=True,
    )  # fmt: skip
    reading = Bars(
        TextColumn("{task.description:24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )
    tasks: dict[str, TaskID] = {}
    reads: list[TaskID] = []
    with downloads:
        shown = downloads

        def tell(step: Progress) -> None:
            nonlocal shown
            if step.stage == "read":
                if shown is downloads:
                    downloads.stop()
                    reading.start()
                    shown = reading
                    reads.append(reading.add_task(step.repository))
                reading.update(reads[0], description=step.repository, completed=step.done, total=step.total)
                return
            if step.repository not in tasks:
                tasks[step.repository] = downloads.add_task(step.repository, total=None, state="", unit=step.unit)
            if step.stage == "download":
                downloads.update(tasks[step.repository], completed=step.done, total=step.total)
            else:
                downloads.update(tasks[step.repository], state=_DONE[step.stage])

        try:
            yield tell
        finally:
            reading.stop()


def print_matches(console: Console, report: SyncReport, stored: Path | None) -> None:
    """What was read of each source, and the first of what was not understood; `stored` is the snapshot's folder."""
    if report.repositories:
        _print_repositories(console, report)
    if report.football_data is not None:
        _print_football_data(console, report.football_data, stored)
    if stored is not None:
        console.print(
            f"Snapshot {report.snapshot_id}; the whole report is in {stored / 'report.json'}",
            soft_wrap=True,
            markup=False,
        )


def _print_repositories(console: Console, report: SyncReport) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("matches")
    for title in ("files", "played", "fixtures", "other", "duplicates", "not understood"):
        table.add_column(title, justify="right")
    for r in report.repositories:
        counts = (r.files, r.played, r.fixtures, r.other, r.duplicates_removed, len(r.not_understood))
        table.add_row(r.name, *(f"{count:,}" for count in counts))
    totals = (
        sum(r.files for r in report.repositories),
        report.played,
        report.fixtures,
        sum(r.other for r in report.repositories),
        report.duplicates_removed,
        len(report.not_understood),
    )
    table.add_row("all", *(f"{count:,}" for count in totals), style="bold")
    console.print(table)
    # What comes from files is printed as it is: nothing in it is markup.
    _list(console, "lines not understood", [str(line) for line in report.not_understood])
    questions = [str(line) for r in report.repositories for line in r.questions]
    _list(console, "lines that contradict themselves", questions)
    conflicts = [f"{c.kept} was kept, {c.dropped} dropped" for r in report.repositories for c in r.conflicts]
    _list(console, "matches told twice with different scores", conflicts)
    _print_names(console, "club names not in the registry", report.unresolved)


def _print_football_data(console: Console, report: FootballDataReport, stored: Path | None) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("football-data.co.uk")
    titles = ("files", "played", "fixtures", "statistics", "odds", "in both", "only here", "duplicates")
    for title in titles:
        table.add_column(title, justify="right")
    counts = (report.files, report.played, report.fixtures, report.statistics, report.odds, report.merged, report.alone)
    table.add_row("all", *(f"{count:,}" for count in (*counts, len(report.duplicates))))
    console.print()
    console.print(table)
    if report.disagreements:
        fields = ", ".join(f"{field} {count:,}" for field, count in report.disagreements.items())
        where = "" if stored is None else f"; all are in {stored / 'conflicts.parquet'}"
        console.print(
            f"\ndisagreements with openfootball, which was kept: {fields}{where}", soft_wrap=True, markup=False
        )
    _list(
        console,
        "matches with another score or status there",
        [f"{c.kept} was kept, {c.dropped} dropped" for c in report.conflicts],
    )
    _list(console, "doubtful cells", report.doubtful)
    columns = [f"{column}: {files:,} files" for column, files in report.unknown_columns.items()]
    _list(console, "columns that the site's notes do not explain, not read", columns)
    recognised = [f"{name}: {club}" for name, club in report.recognised.items()]
    _list(console, "club names not in the registry that their schedule told", recognised)
    _print_names(console, "football-data.co.uk's club names not in the registry", report.unresolved)


def _print_names(console: Console, title: str, unresolved: Sequence[UnresolvedName]) -> None:
    names = sorted(unresolved, key=lambda name: -name.matches)
    in_matches = sum(name.matches for name in names)
    _list(
        console,
        f"{title} (they have no place; they stand {in_matches:,} times in matches)",
        [f"{name.name} ({name.country or '?'}): {name.matches:,}" for name in names],
    )


def print_absences(console: Console, report: "AbsenceReport") -> None:
    """What a source of absences told."""
    console.print(
        f"Absences ({report.source}): {report.absences:,} read, {report.new:,} new, {report.clubs:,} clubs watched",
        markup=False,
    )
    _list(console, "club names not in the registry, left out", report.unresolved)


def _list(console: Console, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console.print(f"\n{len(lines):,} {title}:" if len(lines) > SHOWN else f"\n{title}:", style="bold", soft_wrap=True)
    for line in lines[:SHOWN]:
        console.print(f"  {line}", soft_wrap=True, markup=False)
    if len(lines) > SHOWN:
        console.print("  …")
