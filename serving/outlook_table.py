"""An outlook for the eyes: a table with heat colours; and for programs, one row a club."""

from typing import Final

import pandas as pd
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from serving.outlook_schemas import ClubOutlook, Outlook

NEVER: Final = "·"
"""Shown for what happened in no season."""

_COLD: Final = (32, 34, 37)
_HOT: Final = (196, 77, 38)


def render(outlook: Outlook) -> RenderableType:
    """The outlook as `awayday simulate` prints it."""
    title = Text.assemble((outlook.competition.name, "bold"), f" {outlook.season}")
    parts = [
        f"as known at {outlook.as_of:%Y-%m-%d %H:%M} UTC",
        f"{outlook.seasons:,} seasons (± {100 * outlook.standard_error:.1f} points at most)",
        f"{outlook.matches_left} matches left",
    ]
    if outlook.matches_overdue:
        parts.append(f"{outlook.matches_overdue} of them overdue, without a known result")
    notes = [
        Text(f"Level on points: {', '.join(outlook.tie_breakers)}; then lots ({outlook.rules})", style="dim"),
        Text(
            f"Model {outlook.model.version} ({outlook.model.source}), data to {outlook.data_cut:%Y-%m-%d}", style="dim"
        ),
    ]
    return Group(title, Text(", ".join(parts), style="dim"), Text(), _table(outlook), Text(), *notes)


def frame(outlook: Outlook) -> pd.DataFrame:
    """One row a club: what `ClubOutlook` holds, with a column for each band, round and place."""
    return pd.DataFrame(
        [
            {
                "competition_id": outlook.competition.id,
                "season": outlook.season,
                "as_of": outlook.as_of,
                "club_id": club.club.id,
                "club": club.club.name,
                "group": club.group,
                "position": club.position,
                "played": club.played,
                "points": club.points,
                "goal_difference": club.goal_difference,
                "expected_points": club.expected_points,
                "title": club.title,
                **club.bands,
                **{f"plays-{name}": chance for name, chance in club.rounds.items()},
                **{f"place-{place}": chance for place, chance in enumerate(club.positions, start=1)},
            }
            for club in outlook.clubs
        ]
    ).astype({"group": "Int16", "title": "float64"})


def _table(outlook: Outlook) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    grouped = outlook.shape == "groups"
    for name in (*(("Gr",) if grouped else ()), "Now"):
        table.add_column(name, justify="right")
    table.add_column("Club", no_wrap=True, max_width=26)
    for name in ("P", "Pts", "xPts"):
        table.add_column(name, justify="right")
    columns = _chances(outlook, outlook.clubs[0])
    for name in columns:
        table.add_column(name, justify="right")
    for club in outlook.clubs:
        table.add_row(
            *((str(club.group),) if grouped else ()),
            str(club.position),
            club.club.name,
            str(club.played),
            str(club.points),
            f"{club.expected_points:.1f}",
            *(_cell(chance) for chance in _chances(outlook, club).values()),
        )
    return table


def _chances(outlook: Outlook, club: ClubOutlook) -> dict[str, float]:
    """The chances that fit on a screen, by heading: bands, rounds and the title, of a league its best places."""
    shown: dict[str, float] = {}
    if not outlook.rounds:
        shown |= {f"{place}.": chance for place, chance in enumerate(club.positions[:4], start=1)}
    shown |= {name.replace("-", " "): chance for name, chance in club.bands.items()}
    # Who is in the first 24 or two plays on: the first round after them tells nothing more.
    shown |= {_SHORT.get(name, name): chance for name, chance in club.rounds.items() if name in _SHORT}
    if outlook.rounds and club.title is not None:
        shown["title"] = club.title
    return shown


_SHORT: Final = {"round-of-16": "last 16", "quarter-final": "last 8", "semi-final": "last 4", "final": "final"}


def _cell(chance: float) -> Text:
    if chance == 0.0:
        return Text(NEVER, style="dim")
    share = chance**0.5  # so that small chances are told apart
    red, green, blue = (round(cold + share * (hot - cold)) for cold, hot in zip(_COLD, _HOT, strict=True))
    style = Style(color="white", bgcolor=f"rgb({red},{green},{blue})")
    text = f"{100 * chance:.1f}" if 0.001 <= chance < 0.9995 else "<0.1" if chance < 0.5 else "100"
    return Text(f" {text} ", style=style)
