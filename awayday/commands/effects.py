"""`awayday effects`: whether form, rest, travel and absences do what they should."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from awayday.commands.options import day
from awayday.settings import Settings

_START = date(2021, 7, 1)


class Part(StrEnum):
    """What can be found out by itself."""

    ABLATION = "ablation"
    COUNTERFACTUAL = "counterfactual"


def effects(
    context: typer.Context,
    start: Annotated[date, day("First day to forecast.")] = _START,
    until: Annotated[date | None, day("Last day to forecast; the newest if not given.")] = None,
    only: Annotated[Part | None, typer.Option(help="Only one of the two tables.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File for the table: .parquet, .csv or .json. Two tables go into two files: effects.csv becomes "
            "effects-ablation.csv and effects-counterfactual.csv.",
            dir_okay=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure what each family of features is worth, and check that burdens never help.

    Ablation: season after season, models without a family, and with it alone beside strength, forecast matches they had
    not seen. Counterfactual: on 1,000 fixtures of the newest season, 3,000 km more travel, 3 days less rest, two key
    players out.

    The tables and a plot go to an MLflow run named `effects`. Takes some minutes.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging
    from training.effects import EffectsConfig, run
    from training.workspace import Workspace

    configure_logging(settings.log_level)
    workspace = Workspace(settings.home, settings.database_url, settings.tracking_uri)
    with console.steps(console.stderr()) as say:
        result = run(EffectsConfig(workspace, start, until, None if only is None else only.value, out), say)
    if as_json:
        typer.echo(result.to_json())
    else:
        result.show(console.stdout())
