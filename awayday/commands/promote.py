"""`awayday promote`: whether a trained model is to answer from now on."""

from typing import Annotated

import typer

from awayday.exit_codes import FAILED
from awayday.settings import Settings


def promote(
    context: typer.Context,
    version: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Number of a registered version. The challenger if not given."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Promote it whatever the gate says; needs a reason.")] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, with --force; it is recorded.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make the model of the last `awayday train` the champion, which answers, if it is no worse than the present one.

    Both are compared on the newest season that neither had seen when it was judged: the challenger may not be worse by
    more than a margin, and has to be calibrated. The verdict and its figures are printed and recorded in MLflow. An
    older version is brought back in the same way.

    Exit codes: 0 it is champion now; 1 refused.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.logs import configure_logging
    from training.promote import PromoteConfig, forced_because, run
    from training.workspace import Workspace

    because = forced_because(force, reason)
    configure_logging(settings.log_level)
    workspace = Workspace(settings.home, settings.database_url, settings.tracking_uri)
    with console.steps(console.stderr()) as say:
        promotion = run(PromoteConfig(workspace, version, because), say)
    if as_json:
        typer.echo(promotion.to_json())
    else:
        promotion.show(console.stdout())
    if not promotion.promoted:
        raise typer.Exit(FAILED)
