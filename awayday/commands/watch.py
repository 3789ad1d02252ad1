"""`awayday watch`: everything that has to be done again and again, by one process."""

import signal
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from awayday.commands.options import SourceFolder
from awayday.exit_codes import FAILED
from awayday.settings import Settings
from awayday.watching.durations import parse_duration
from awayday.watching.step_names import StepName


def watch(
    context: typer.Context,
    every: Annotated[
        str, typer.Option(metavar="DURATION", help="From the beginning of a round to that of the next: 30m, 6h, 1d.")
    ] = "6h",
    once: Annotated[bool, typer.Option("--once", help="One round, then end: for cron and timers.")] = False,
    train_every: Annotated[
        str, typer.Option(metavar="DURATION", help="From one training to the next; it begins with a round.")
    ] = "7d",
    skip: Annotated[list[StepName] | None, typer.Option(help="Leave this step out; may be given again.")] = None,
    source_dir: SourceFolder = None,
    parameters: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Hyper-parameters that `awayday tune` has found."
        ),
    ] = None,
) -> None:
    """Keep data, state and model fresh: sync and update, absences, track record, a training a week, the gate.

    A step that fails is logged, stands in the service's /health/ready and /metrics, is tried again in the next round,
    and hinders no other. How each step went is kept in the database: a watch that was broken off goes on where it was.
    A second watch on the same database ends at once and names the first. SIGTERM ends it after the step in progress.

    Exit codes with --once: 0 all steps that were due are done; 1 some failed.
    """
    settings: Settings = context.obj
    rounds, trainings = parse_duration("every", every), parse_duration("train-every", train_every)
    if run_watch(settings, rounds, trainings, source_dir, parameters, set(skip or ()), once=once):
        raise typer.Exit(FAILED)


def run_watch(
    settings: Settings,
    every: timedelta,
    train_every: timedelta,
    source_dir: Path | None,
    parameters: Path | None,
    skipped: set[StepName],
    *,
    once: bool,
) -> bool:
    """Watch until told to end; with `once` a single round, and whether a step of it failed."""
    from awayday.logs import configure_logging
    from awayday.watching.lock import WatchLock
    from awayday.watching.runner import Clock, Runner
    from awayday.watching.steps import WatchConfig, all_steps
    from football.database import Database
    from football.watch_store import WatchStore

    configure_logging(settings.log_level)
    config = WatchConfig(settings, source_dir, train_every, parameters)
    steps = [step for step in all_steps(config) if step.name not in skipped]
    clock = Clock()
    with Database(settings.database_url) as database:
        store = WatchStore(database)
        runner = Runner(store, steps, every, clock)
        with WatchLock(store, clock.end):
            before = signal.signal(signal.SIGTERM, lambda *_: clock.end())
            try:
                if once:
                    return any(record.failures for record in runner.round())
                runner.run()
            finally:
                signal.signal(signal.SIGTERM, before)
    return False
