"""`awayday predict`: one match, answered on the spot."""

from typing import Annotated

import typer

from awayday.settings import Settings
from football.errors import InvalidValueError


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
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as the service gives it.")] = False,
) -> None:
    """Predict a match: chances of each result, goals, and the features behind them.

    Answers from the champion of `awayday promote` if there is one, else from the embedded one.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging
    from serving.loading import load_predictor

    configure_logging("error")  # notes of the loading are warnings in the answer's health, not of interest here
    with console.steps(console.stderr()) as say:
        say("Loading the model")
        predictor = load_predictor(
            settings.home, tracking_uri=settings.tracking_uri, database_url=settings.database_url
        )
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
    )
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
        return
    from serving.answer import render

    console.stdout().print(render(answer))


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
