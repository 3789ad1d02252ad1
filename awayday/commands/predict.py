"""`awayday predict`: one match answered on the spot, or a file of them."""

from pathlib import Path
from typing import Annotated

import typer

from awayday.settings import Settings


def predict(
    context: typer.Context,
    home: Annotated[
        str | None,
        typer.Argument(
            metavar="HOME", help='Home club: name, alias or id, such as Kairat or "Real Madrid".', show_default=False
        ),
    ] = None,
    away: Annotated[str | None, typer.Argument(metavar="AWAY", help="Away club.", show_default=False)] = None,
    kickoff: Annotated[
        str | None,
        typer.Option(
            help="Kick-off with its time zone: 2025-09-30T16:45Z or 2025-09-30T21:45+05:00.", show_default=False
        ),
    ] = None,
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
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            help="A change to show before and after: home_rest_days=7, away_rest_days=3, home_travel_km=0, "
            "away_travel_km=500, neutral=true. Once for each.",
            metavar="NAME=VALUE",
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            help="Fixtures to predict, .csv or .parquet: columns home, away, kickoff and, if wanted, competition, "
            "neutral, as_of; others are kept."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the predictions of --file go, .csv or .parquet; as CSV to stdout if not.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as the service gives it.")] = False,
) -> None:
    """Predict a match: chances of each result, goals, and the features behind them. Or a file of matches.

    Answers from the champion of `awayday promote` if there is one, else from the embedded one.

    With --file every row gets its prediction or, in the column `problem`, what is wrong with it; the exit code is 3 if
    there are such rows, and the others are written all the same.
    """
    settings: Settings = context.obj
    _check_use(home, away, kickoff, file, out, alone=(competition, neutral, as_of, what_if, as_json or None))
    from awayday import console
    from awayday.commands.what_if import scenario_of
    from awayday.logs import configure_logging
    from serving.loading import load_predictor

    scenario = scenario_of(what_if or [])
    configure_logging("error")  # notes of the loading are warnings in the answer's health, not of interest here
    with console.steps(console.stderr()) as say:
        say("Loading the model")
        predictor = load_predictor(
            settings.home, tracking_uri=settings.tracking_uri, database_url=settings.database_url
        )
    if file is not None:
        from awayday.commands.predict_file import predict_file

        refused = predict_file(predictor, file, out)
        raise typer.Exit(3 if refused else 0)
    assert home is not None
    assert away is not None
    assert kickoff is not None
    answer = predictor.ask(
        home, away, kickoff, competition=competition, neutral=neutral, as_of=as_of, scenario=scenario
    )
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
        return
    from serving.answer import render

    console.stdout().print(render(answer))


def _check_use(
    home: str | None,
    away: str | None,
    kickoff: str | None,
    file: Path | None,
    out: Path | None,
    *,
    alone: tuple[object, ...],
) -> None:
    """A usage error (exit code 2) unless it is one match or one file."""
    match = (home, away, kickoff)
    if file is not None:
        if any(part is not None for part in (*match, *alone)):
            raise typer.BadParameter("--file takes no clubs and no options but --out; each row says what it is")
    elif out is not None:
        raise typer.BadParameter("--out is for the predictions of --file")
    else:
        for name, part in zip(("HOME", "AWAY", "--kickoff"), match, strict=True):
            if part is None:
                raise typer.BadParameter(f"{name} is missing; a match is HOME AWAY --kickoff MOMENT, or give --file")
