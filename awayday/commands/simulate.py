"""`awayday simulate`: how a season may end."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from awayday.settings import Settings
from football.errors import InvalidValueError


def simulate(
    context: typer.Context,
    competition: Annotated[
        str, typer.Option(help='Competition, id or name, such as champions-league or "Premier League".')
    ] = "champions-league",
    season: Annotated[
        str | None, typer.Option(metavar="SEASON", help="Season such as 2025-26; the newest in the data if not given.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Use only what was known then: 2025-12-30, or a moment 2025-12-30T12:00Z."),
    ] = None,
    seasons: Annotated[int, typer.Option(min=1, help="How many seasons to simulate.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")] = 2026,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one row a club: .csv or .parquet.", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outlook as the service gives it.")] = False,
) -> None:
    """Simulate the rest of a season: chances of each final place, the title, qualification and relegation.

    The matches left are played by the served model, strengths drawn anew for each season within what is known of them;
    tables, groups, draws and ties follow the competition's rules. Needs synced matches and a champion
    (`awayday sync`, `awayday train`, `awayday promote`).
    """
    settings: Settings = context.obj
    if out is not None:
        _check_file(out)
    from awayday import console
    from awayday.logs import configure_logging
    from serving.loading import load_predictor
    from serving.outlook import OutlookRequest

    moment = _moment(as_of)
    configure_logging("error")
    with console.steps(console.stderr()) as say:
        say("Loading the model")
        predictor = load_predictor(
            settings.home, tracking_uri=settings.tracking_uri, database_url=settings.database_url
        )
        say(f"Simulating {seasons:,} seasons")
        outlook = predictor.outlooks.outlook(OutlookRequest(competition, season, moment, seasons, seed))
    from serving.outlook_table import frame, render

    if out is not None:
        rows = frame(outlook)
        if out.suffix == ".parquet":
            rows.to_parquet(out, index=False)
        else:
            rows.to_csv(out, index=False)
    if as_json:
        typer.echo(outlook.model_dump_json(indent=2))
    else:
        console.stdout().print(render(outlook))


def _check_file(path: Path) -> None:
    """Raise InvalidValueError, before the work, for a file that cannot be written."""
    if path.suffix not in (".csv", ".parquet"):
        raise InvalidValueError("out", str(path), "a file name that ends in .csv or .parquet")
    if not path.absolute().parent.is_dir():
        raise InvalidValueError("out", str(path), "a file in a folder that exists")


def _moment(text: str | None) -> datetime | None:
    """The end of a day (UTC) or a moment with its time zone."""
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
    except ValueError:
        pass
    from pydantic import TypeAdapter, ValidationError

    from serving.schemas import Moment

    try:
        moment: datetime = TypeAdapter(Moment).validate_python(text)
    except ValidationError:
        raise InvalidValueError(
            "as-of", text, "a day such as 2025-12-30, or a moment such as 2025-12-30T12:00Z"
        ) from None
    return moment
