"""`awayday doctor`: is everything as it should be, and what to do."""

import json
import os
from typing import TYPE_CHECKING, Annotated, Final

import typer

from awayday.exit_codes import FAILED
from awayday.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from awayday.finding import Finding

_STYLES: Final = {"ok": "green", "note": "cyan", "warning": "yellow", "error": "bold red"}


def doctor(
    context: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as failures, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at everything: environment, home folder, data, model, database, MLflow, service; and say what to do.

    Nothing is changed. Notes are choices, such as the embedded model; warnings are things that grow worse, such as old
    data; errors have to be mended. The exit code is 1 if there are errors, with --strict also if there are warnings.
    """
    settings: Settings = context.obj
    from awayday import console
    from awayday.checkup import check_up
    from awayday.finding import Level
    from awayday.logs import configure_logging

    configure_logging("error")
    with console.steps(console.stderr()) as say:
        say("Looking")
        findings = check_up(settings, os.environ)
    levels = {finding.level for finding in findings}
    failed = Level.ERROR in levels or (strict and Level.WARNING in levels)
    if as_json:
        document = {"ok": not failed, "findings": [finding.document() for finding in findings]}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print(console.stdout(), findings)
    if failed:
        raise typer.Exit(FAILED)


def _print(out: "Console", findings: "list[Finding]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    part = None
    for finding in findings:
        level = Text(finding.level.value, style=_STYLES[finding.level.value])
        table.add_row("" if finding.part == part else finding.part, level, Text(finding.found))
        if finding.advice is not None:
            table.add_row("", "", Text(f"→ {finding.advice}", style="dim"))
        part = finding.part
    out.print(table)
