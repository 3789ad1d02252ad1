"""`awayday predict`: one match answered on the spot, or a file of them."""

from pathlib import Path
from typing import Annotated

import typer

from awayday import completion
from awayday.exit_codes import DONE, IN_PART
from awayday.settings import Settings
from football.errors import InvalidValueError, StoreError


def predict(
    context: typer.Context,
    home: Annotated[
        str | None,
        typer.Argument(
            metavar="HOME",
            help='Home club: name, alias or id, such as Kairat or "Real Madrid".',
            show_default=False,
            autocompletion=completion.clubs,
        ),
    ] = None,
    away: Annotated[
        str | None,
        typer.Argument(metavar="AWAY", help="Away club.", show_default=False, autocompletion=completion.clubs),
    ] = None,
    kickoff: Annotated[
        str | None,
        typer.Option(
            help="Kick-off with its time zone: 2025-09-30T16:45Z or 2025-09-30T21:45+05:00.", show_default=False
        ),
    ] = None,
    competition: Annotated[
        str | None,
        typer.Option(
            help="Competition, id or name (champions-league). Inferred if not given.",
            autocompletion=completion.competitions,
        ),
    ] = None,
    neutral: Annotated[
        bool | None, typer.Option("--neutral/--no-neutral", help="Whether the ground is neutral.", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Use only what was known at this moment. Now, or the kick-off if past, if not given."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each feature family gives or costs, in percentage points.")
    ] = False,
    knockout: Annotated[
        bool, typer.Option("--knockout", help="The match must have a winner: say who goes through.")
    ] = False,
    first_leg: Annotated[
        str | None,
        typer.Option(metavar="H-A", help="First leg's score, of HOME and AWAY of this match: 5-0 if HOME won it away."),
    ] = None,
    odds: Annotated[
        str | None, typer.Option(metavar="H/D/A", help="Decimal odds to set beside the answer: 11/6.5/1.25.")
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
    flags = (explain or None, knockout or None, as_json or None)
    alone = (competition, neutral, as_of, first_leg, odds, what_if, *flags)
    _check_use(home, away, kickoff, file, out, alone=alone)
    from awayday import console
    from awayday.commands.what_if import scenario_of
    from awayday.logs import configure_logging
    from features.told import read_absences
    from football.database import Database
    from serving.loading import load_predictor

    scenario = scenario_of(what_if or [])
    configure_logging("error")  # notes of the loading are warnings in the answer's health, not of interest here
    with console.steps(console.stderr()) as say:
        say("Loading the model")
        predictor = load_predictor(settings.home, tracking_uri=settings.tracking_uri)
        try:
            with Database(settings.database_url) as database:
                predictor.use_absences(read_absences(database))
        except StoreError as error:
            typer.echo(f"warning: absences cannot be read, they count as unknown: {error}", err=True)
    if file is not None:
        from awayday.commands.predict_file import predict_file

        refused = predict_file(predictor, file, out)
        raise typer.Exit(IN_PART if refused else DONE)
    assert home is not None
    assert away is not None
    assert kickoff is not None
    answer = predictor.ask(
        home,
        away,
        kickoff,
        competition=competition,
        neutral=neutral,
        as_of=as_of,
        explain=explain,
        knockout=True if knockout else None,
        first_leg=None if first_leg is None else parse_first_leg(first_leg),
        odds=None if odds is None else parse_odds(odds),
        scenario=scenario,
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


def parse_first_leg(text: str) -> dict[str, int]:
    """The first leg's goals of this match's home and away side, as the service takes them; from `5-0`."""
    home, dash, away = text.partition("-")
    if not (dash and home.strip().isdecimal() and away.strip().isdecimal()):
        raise InvalidValueError("--first-leg", text, "two whole numbers, such as 5-0: goals of HOME and AWAY")
    return {"home_goals": int(home), "away_goals": int(away)}


def parse_odds(text: str) -> dict[str, float]:
    """Decimal odds of home win, draw and away win, as the service takes them; from `11/6.5/1.25`."""
    try:
        home, draw, away = (float(part) for part in text.split("/"))
    except ValueError:
        raise InvalidValueError("--odds", text, "three decimal odds, such as 11/6.5/1.25: home, draw, away") from None
    return {"home": home, "draw": draw, "away": away}
