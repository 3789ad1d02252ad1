"""`awayday backtest`: what the model would have said, season after season."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from awayday.commands.options import Parameters, ProcessCount, Scheduler, Without, day
from awayday.settings import Settings

_START = date(2021, 7, 1)


def backtest(
    context: typer.Context,
    start: Annotated[date, day("First day to forecast.")] = _START,
    out: Annotated[
        Path | None, typer.Option(help="File for the forecasts, one row a match: .parquet or .csv.", dir_okay=False)
    ] = None,
    parameters: Parameters = None,
    without: Without = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Estimator on top of the strength model: xgboost, histgb (scikit-learn's boosting) or logit (plain).",
        ),
    ] = "xgboost",
    full: Annotated[
        bool, typer.Option("--full", help="Print hard matches, seasons and competitions, too, not the short form.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all tables as JSON.")] = False,
    track: Annotated[
        bool, typer.Option("--track/--no-track", help="Whether MLflow keeps figures, forecasts and plots.")
    ] = True,
    scheduler: Scheduler = "local",
    workers: ProcessCount = None,
) -> None:
    """Walk through the synced matches, forecasting each by a model that knew only what came before it.

    The model is fitted anew at the start of each season. Prints how well it did beside reference forecasts and, where
    there are any, bookmakers' odds: overall, draws alone, by kind of competition, and with --full by every group.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging
    from training.backtest import BacktestConfig, run
    from training.compute import Compute
    from training.train import model_config
    from training.workspace import Workspace

    compute = Compute(scheduler, workers)
    config = model_config(parameters, without or (), model)
    configure_logging(settings.log_level)
    workspace = Workspace(settings.home, settings.database_url, settings.tracking_uri)
    with console.steps(console.stderr()) as say:
        result = run(BacktestConfig(workspace, start, out, track=track, model=config, compute=compute), say)
    if as_json:
        typer.echo(result.board.to_json())
        return
    result.show(console.stdout(), full=full)
