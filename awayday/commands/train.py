"""`awayday train`: fit, judge and register a model."""

from datetime import date
from typing import Annotated

import typer

from awayday.commands.options import Parameters, Without, day
from awayday.exit_codes import FAILED
from awayday.settings import Settings


def train(
    context: typer.Context,
    test_from: Annotated[
        date | None,
        day(
            "First day of the matches to judge on, such as 2024-07-01. By default the 1 July that leaves one to "
            "two years."
        ),
    ] = None,
    parameters: Parameters = None,
    without: Without = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Estimator on top of the strength model: xgboost; histgb and logit are for backtests alone.",
        ),
    ] = "xgboost",
    promote: Annotated[
        bool, typer.Option("--promote", help="Then make it the champion if it is no worse, as `awayday promote` does.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Train on the synced matches, print how well the model does, and register it.

    A model fitted on what ended before the test matches is judged on them, beside base rates, Elo and the strength
    model alone; then one fitted on all matches is logged to MLflow and registered as `awayday`, with the alias
    `challenger`. `awayday promote` makes it the champion, which answers.
    Takes a few minutes; the first time some more.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging
    from training.train import TrainConfig, model_config, run
    from training.workspace import Workspace

    config = model_config(parameters, without or (), model)
    configure_logging(settings.log_level)
    workspace = Workspace(settings.home, settings.database_url, settings.tracking_uri)
    with console.steps(console.stderr()) as say:
        result = run(TrainConfig(workspace, test_from, promote=promote, model=config), say)
    if as_json:
        typer.echo(result.to_json())
    else:
        result.show(console.stdout())
    if result.refused:
        raise typer.Exit(FAILED)
