"""`awayday clubs`: which clubs a name may mean."""

import json
from typing import Annotated

import typer

from awayday.exit_codes import FAILED


def clubs(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Name, alias, id, or part of one; any spelling.")],
    limit: Annotated[int, typer.Option(min=1, help="How many to list at most.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find clubs by name: their id, country, city and other names.

    Piped, a club is a line: id, name, city, other names, separated by tabs.
    """
    from awayday import console
    from football.clubs import load_registry

    found = load_registry().search(query, limit)
    out = console.stdout()
    if as_json:
        rows = [
            {
                "id": club.id,
                "name": club.name,
                "country": club.country,
                "city": club.city,
                "time_zone": club.time_zone,
                "aliases": list(club.aliases),
            }
            for club in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not out.is_terminal:
        for club in found:
            typer.echo("\t".join((club.id, club.name, club.city or "", ", ".join(club.aliases))))
    elif found:
        from rich.table import Table

        table = Table(box=None, header_style="bold", pad_edge=False)
        for title in ("id", "name", "city", "also"):
            table.add_column(title)
        for club in found:
            table.add_row(club.id, club.name, club.city or "", ", ".join(club.aliases))
        out.print(table)
    if not found:
        typer.echo(f"error: no club is called anything like {query!r}", err=True)
        raise typer.Exit(FAILED)
