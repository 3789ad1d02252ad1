"""`awayday update`: today's results into what answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from awayday.commands.options import SourceFolder
from awayday.commands.sync import MOST_FAILURES, Source, Told, sync_matches
from awayday.exit_codes import FAILED
from awayday.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from football.snapshots import Snapshot
    from serving.update import StateUpdate


def update(
    context: typer.Context,
    source_dir: SourceFolder = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Fetch and read nothing: take the matches that are synced already.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Sync the matches, and bring ratings, form, journeys, strengths and the champion's state up to them.

    It extends what is there by what is new: files that changed, the clubs that they tell of, weeks that their results
    touch; and the state is the same as one built from all matches anew. The model itself is not trained. A running
    service takes the new state within AWAYDAY_RELOAD_SECONDS; broken off or failed, the old one answers on.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging

    configure_logging(settings.log_level)
    done, failures = bring_up_to_date(settings, source_dir, stored=stored)
    if as_json:
        typer.echo(_json(done, failures))
    elif done is not None:
        _print(console.stdout(), done)
    for failure in failures[:MOST_FAILURES]:
        typer.echo(f"error: {failure}", err=True)
    if len(failures) > MOST_FAILURES:
        typer.echo(f"error: and {len(failures) - MOST_FAILURES:,} more", err=True)
    if failures:
        raise typer.Exit(FAILED)


def bring_up_to_date(
    settings: Settings, source_dir: Path | None = None, *, stored: bool = False
) -> "tuple[StateUpdate | None, list[str]]":
    """Sync and update; what was made of it (None for nothing), and what failed on the way.

    Raises `AwaydayError` where there is nothing to go on from, or the new state cannot be made; the old one stays.
    """
    import time

    from awayday import console
    from features.strength_fit import WORKERS
    from football.errors import NoDataError
    from football.snapshots import SnapshotStore
    from serving.update import update_state
    from training.progress import Step

    store = SnapshotStore(settings.home)
    try:
        in_use: Snapshot | None = store.latest()
    except NoDataError:
        if stored:
            raise
        in_use = None
    made: list[StateUpdate] = []

    def prepare(snapshot: "Snapshot") -> None:
        with console.steps(console.stderr()) as say:
            say(f"Taking up snapshot {snapshot.id}")

            def fitting(done: int, total: int) -> None:
                say(Step(f"Fitting strengths: {done:,} of {total:,} weeks", done, total))

            made.append(update_state(settings.home, snapshot, in_use, processes=WORKERS, progress=fitting))

    began = time.perf_counter()
    told: Told = []
    failures: list[str] = []
    if stored:
        assert in_use is not None
        prepare(in_use)
        if made[0].fitted:
            # A service that has looked at these matches before looks at them again.
            store.use(in_use)
    else:
        chosen = {Source.OPENFOOTBALL, Source.FOOTBALL_DATA}
        failures = sync_matches(settings, source_dir, chosen, told, must_be_there=False, before_use=prepare)
    if not made:
        return None, failures
    (done,) = made
    elapsed = time.perf_counter() - began
    done.seconds["sync"] = elapsed - sum(done.seconds.values())
    return done, failures


def _json(done: "StateUpdate | None", failures: list[str]) -> str:
    """The update's fields and `failures`; without an update only these, and `snapshot` null."""
    import json
    from dataclasses import asdict

    document: dict[str, object] = {"snapshot": None}
    if done is not None:
        document = {**asdict(done), "rebuilt": done.rebuilt}
        document["seconds"] = {step: round(seconds, 3) for step, seconds in done.seconds.items()}
    return json.dumps({**document, "failures": failures}, ensure_ascii=False, indent=1, default=str)


def sentences(done: "StateUpdate") -> list[str]:
    """What was new, what was done, and what is the state now."""
    news = done.news
    days = "" if news.first_day is None else f", of {news.first_day} to {news.last_day}"
    told = f"{news.results:,} new results, {news.changed:,} changed{days}; {news.fixtures:,} fixtures new or changed."
    fitted = f"{done.fitted:,} of {done.weeks:,} weeks of strengths fitted"
    model = "no champion yet: `awayday train` and `awayday promote` make one" if done.model is None else done.model
    return [
        "Nothing new." if news.nothing else told,
        f"{fitted}: nothing of them was kept, so all was built anew." if done.rebuilt else f"{fitted}.",
        f"State: snapshot {done.snapshot}, results to {done.cut:%Y-%m-%d %H:%M} UTC; model: {model}.",
    ]


def _print(out: "Console", done: "StateUpdate") -> None:
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in done.seconds.items() if seconds >= 0.05)
    for line in (*sentences(done), f"{sum(done.seconds.values()):.1f} s ({steps})"):
        out.print(line, soft_wrap=True, markup=False)
