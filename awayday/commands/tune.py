"""`awayday tune`: better hyper-parameters."""

from typing import Annotated

import typer

from awayday.commands.options import ProcessCount, Scheduler
from awayday.settings import Settings


def tune(
    context: typer.Context,
    trials: Annotated[int, typer.Option(min=1, help="How many sets of parameters to try.")] = 50,
    timeout: Annotated[
        float | None, typer.Option(metavar="MINUTES", help="Begin no further trial after so many minutes.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the suggestions.")] = 2025,
    study: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the search. By default one of its own for each state of the data."),
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Database that keeps the trials; SQLite in the home folder if not given."),
    ] = None,
    at_once: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="N",
            help="Trials that are suggested together and may run at the same time. With more, more workers are busy "
            "and each trial knows less of the others: the results are other ones.",
        ),
    ] = 8,
    scheduler: Scheduler = "local",
    workers: ProcessCount = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search the model's hyper-parameters on matches before July 2021; later ones are not touched.

    Each trial is judged season by season as a backtest would, and given up once it is behind. Stop it when you like:
    the same command goes on where it was. Prints the best parameters beside the defaults; `awayday train --parameters`
    uses them.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging
    from training.compute import Compute
    from training.tune import TuneConfig, run
    from training.workspace import Workspace

    compute = Compute(scheduler, workers)
    configure_logging(settings.log_level)
    workspace = Workspace(settings.home, settings.database_url, settings.tracking_uri)
    with console.steps(console.stderr()) as say:
        config = TuneConfig(
            workspace, trials, timeout, seed, study=study, storage=storage, at_once=at_once, compute=compute
        )
        result = run(config, say)
    if as_json:
        typer.echo(result.to_json())
    else:
        result.show(console.stdout())
