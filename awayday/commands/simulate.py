"""`awayday simulate`: how a season may end."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from awayday import completion
from awayday.commands.options import ProcessCount, Scheduler
from awayday.settings import Settings
from football.errors import InvalidValueError

if TYPE_CHECKING:
    from pandas import DataFrame

    from training.compute import Compute


def simulate(
    context: typer.Context,
    competition: Annotated[
        str | None,
        typer.Option(
            help='Competition, id or name, such as champions-league (if not given) or "Premier League"; with '
            "--backtest only this one.",
            show_default=False,
            autocompletion=completion.competitions,
        ),
    ] = None,
    season: Annotated[
        str | None, typer.Option(metavar="SEASON", help="Season such as 2025-26; the newest in the data if not given.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Use only what was known then: 2025-12-30, or a moment 2025-12-30T12:00Z."),
    ] = None,
    seasons: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many seasons to simulate; 100,000, or 10,000 each with --backtest, if not given."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")] = 2026,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one row a club: .csv or .parquet.", dir_okay=False)
    ] = None,
    fixtures: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the chances of each match left: .csv or .parquet.", dir_okay=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outlook as the service gives it.")] = False,
    backtest: Annotated[
        bool, typer.Option("--backtest", help="Simulate past seasons from their mid-point, and tell what happened.")
    ] = False,
    start: Annotated[int, typer.Option(metavar="YEAR", help="First season of --backtest, by its first year.")] = 2015,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="PNG file for the reliability of --backtest.", dir_okay=False)
    ] = None,
    scheduler: Scheduler = "local",
    workers: ProcessCount = None,
) -> None:
    """Simulate the rest of a season: chances of each final place, the title, qualification and relegation.

    The matches left are played by the served model, strengths drawn anew for each season within what is known of them;
    tables, groups, draws and ties follow the competition's rules. Needs synced matches and a champion
    (`awayday sync`, `awayday train`, `awayday promote`).

    With --backtest past seasons of all competitions are simulated from their mid-point, each by a model that was
    fitted before it, and the chances set beside what happened: title, relegation, top 8 and the like. Takes some
    minutes.
    """
    settings: Settings = context.obj
    from training.compute import Compute

    compute = Compute(scheduler, workers)
    for name, path in (("out", out), ("fixtures", fixtures)):
        if path is not None:
            _check_file(name, path)
    if backtest:
        if any(given is not None for given in (season, as_of, fixtures)) or as_json:
            raise typer.BadParameter("--backtest takes no --season, --as-of, --fixtures or --json")
        _backtest(settings, competition, start, seasons, seed, out, plot, compute)
        return
    if plot is not None:
        raise typer.BadParameter("--plot is for --backtest")
    competition, seasons = competition or "champions-league", seasons or 100_000
    from awayday import console
    from awayday.logs import configure_logging
    from serving.loading import load_predictor
    from serving.outlook_request import OutlookRequest
    from training.season_tasks import simulate_on

    moment = _moment(as_of)
    configure_logging("error")
    with console.steps(console.stderr()) as say, compute.connect() as connected:
        say("Loading the model")
        predictor = load_predictor(
            settings.home, tracking_uri=settings.tracking_uri, database_url=settings.database_url
        )
        request = OutlookRequest(competition, season, moment, seasons, seed)
        outlook = predictor.outlooks.outlook(request, simulate_on(connected, say))
    from awayday.commands.predict_file import answered
    from serving.outlook_table import frame, render

    if out is not None:
        _write(frame(outlook), out)
    if fixtures is not None:
        _write(answered(predictor, predictor.outlooks.fixtures_left(request)), fixtures)
    if as_json:
        typer.echo(outlook.model_dump_json(indent=2))
    else:
        console.stdout().print(render(outlook))


def _backtest(
    settings: Settings,
    competition: str | None,
    start: int,
    seasons: int | None,
    seed: int,
    out: Path | None,
    plot: Path | None,
    compute: "Compute",
) -> None:
    from awayday import console
    from awayday.logs import configure_logging
    from football.competitions import resolve_competition
    from training.season_backtest import SEASONS, SeasonBacktestConfig, run
    from training.season_reliability import show
    from training.workspace import Workspace

    only = () if competition is None else (resolve_competition(competition).id,)
    configure_logging(settings.log_level)
    workspace = Workspace(settings.home, settings.database_url, settings.tracking_uri)
    config = SeasonBacktestConfig(workspace, start, seasons or SEASONS, seed, only, out, plot, compute=compute)
    with console.steps(console.stderr()) as say:
        table = run(config, say)
    show(table, console.stdout())


def _write(rows: "DataFrame", path: Path) -> None:
    if path.suffix == ".parquet":
        rows.to_parquet(path, index=False)
    else:
        rows.to_csv(path, index=False)


def _check_file(name: str, path: Path) -> None:
    """Raise InvalidValueError, before the work, for a file that cannot be written."""
    if path.suffix not in (".csv", ".parquet"):
        raise InvalidValueError(name, str(path), "a file name that ends in .csv or .parquet")
    if not path.absolute().parent.is_dir():
        raise InvalidValueError(name, str(path), "a file in a folder that exists")


def _moment(text: str | None) -> datetime | None:
    """The end of a day (UTC) or a moment with its time zone."""
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
    except ValueError:
        pass
    from pydantic import TypeAdapter, ValidationError

    from serving.fields import Moment

    try:
        moment: datetime = TypeAdapter(Moment).validate_python(text)
    except ValidationError:
        raise InvalidValueError(
            "as-of", text, "a day such as 2025-12-30, or a moment such as 2025-12-30T12:00Z"
        ) from None
    return moment
