"""`awayday predict`: one match, answered on the spot."""

from typing import Annotated

import typer

from awayday.settings import Settings
from football.errors import StoreError


def predict(
    context: typer.Context,
    home: Annotated[
        str, typer.Argument(metavar="HOME", help='Home club: name, alias or id, such as Kairat or "Real Madrid".')
    ],
    away: Annotated[str, typer.Argument(metavar="AWAY", help="Away club.")],
    kickoff: Annotated[
        str, typer.Option(help="Kick-off with its time zone: 2025-09-30T16:45Z or 2025-09-30T21:45+05:00.")
    ],
    competition: Annotated[
        str | None, typer.Option(help="Competition, id or name (champions-league). Inferred if not given.")
    ] = None,
    neutral: Annotated[
        bool | None, typer.Option("--neutral/--no-neutral", help="Whether the ground is neutral.", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Use only what was known at this moment. Now, or the kick-off if past, if not given."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as the service gives it.")] = False,
) -> None:
    """Predict a match: chances of each result, goals, and the features behind them.

    Answers from the champion of `awayday promote` if there is one, else from the embedded one.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging
    from football.database import Database
    from serving.absence_keeper import read_absences
    from serving.loading import load_predictor

    configure_logging("error")  # notes of the loading are warnings in the answer's health, not of interest here
    with console.steps(console.stderr()) as say:
        say("Loading the model")
        predictor = load_predictor(settings.home, tracking_uri=settings.tracking_uri)
        try:
            with Database(settings.database_url) as database:
                predictor.use_absences(read_absences(database))
        except StoreError as error:
            typer.echo(f"warning: absences cannot be read, they count as unknown: {error}", err=True)
    answer = predictor.ask(home, away, kickoff, competition=competition, neutral=neutral, as_of=as_of)
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
        return
    from serving.answer import render

    console.stdout().print(render(answer))
