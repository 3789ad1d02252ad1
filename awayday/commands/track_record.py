"""`awayday track-record`: how good the predictions were that people got."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from awayday import completion
from awayday.commands.options import day
from awayday.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from serving.track_record_schemas import ScoresAnswer, TrackRecordAnswer


def track_record(
    context: typer.Context,
    start: Annotated[date | None, day("First day of kick-offs, UTC.", "--from")] = None,
    until: Annotated[date | None, day("Last day of kick-offs, UTC.")] = None,
    competition: Annotated[
        str | None,
        typer.Option(help="Only this competition, id or name.", autocompletion=completion.competitions),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Only this version of the model.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, as the service gives it.")] = False,
) -> None:
    """Score what the service answered before the matches: RPS, log loss, Brier score and calibration.

    One prediction a fixture counts, the last one served before its kick-off; scenarios and answers as of an earlier
    moment do not. Results are those of the newest synced matches.
    """
    settings: Settings = context.obj
    from awayday import console
    from football.competitions import resolve_competition
    from football.database import Database
    from serving.routes.track_record import midnight
    from serving.track_record import TrackRecords
    from serving.track_record_schemas import TrackRecordAnswer

    chosen = None if competition is None else resolve_competition(competition)
    with Database(settings.database_url) as database:
        record = TrackRecords(database, settings.home).record(
            midnight(start),
            midnight(until, days=1),
            competition_id=None if chosen is None else chosen.id,
            model_version=model,
        )
    answer = TrackRecordAnswer.of(record)
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        _print(console.stdout(), answer)


def _print(out: "Console", answer: "TrackRecordAnswer") -> None:
    from rich.table import Table

    if answer.scores is None or answer.first_kickoff is None or answer.last_kickoff is None:
        typer.echo(f"No result is known yet of a match that was predicted; {answer.waiting:,} wait for theirs.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for title in ("matches", "RPS", "log loss", "Brier", "calibration error (home, draw, away)"):
        table.add_column(title, justify="right")
    table.add_row("all", *_figures(answer.scores), style="bold")
    for title, parts in (("competition", answer.by_competition), ("model", answer.by_model)):
        table.add_row(title, style="dim")
        for part in parts:
            table.add_row(f"  {part.name or 'not known'}", *_figures(part.scores))
    out.print(table)
    bins = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("outcome", "predicted", "happened", "matches"):
        bins.add_column(title, justify="left" if title == "outcome" else "right")
    for reliability in answer.reliability:
        for found in reliability.bins:
            happened = f"{found.observed:.1%} ± {found.standard_error:.1%}"
            bins.add_row(reliability.outcome, f"{found.forecast:.1%}", happened, f"{found.matches:,}")
    out.print()
    out.print(bins)
    out.print(
        f"\nKick-offs {answer.first_kickoff:%Y-%m-%d} to {answer.last_kickoff:%Y-%m-%d}; {answer.waiting:,} fixtures "
        "wait for their result.",
        soft_wrap=True,
    )


def _figures(scores: "ScoresAnswer") -> list[str]:
    means = (scores.rps, scores.log_loss, scores.brier)
    figures = [
        f"{score.mean:.4f}" + ("" if score.standard_error is None else f" ± {score.standard_error:.4f}")
        for score in means
    ]
    return [f"{scores.matches:,}", *figures, ", ".join(f"{found.error:.1%}" for found in scores.calibration)]
