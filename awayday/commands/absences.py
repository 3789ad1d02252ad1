"""`awayday absences`: who is absent, told and listed club by club."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from awayday import completion
from awayday.commands.options import checked, day, flowing
from awayday.settings import Settings
from football.errors import InvalidValueError

if TYPE_CHECKING:
    from football.told_absences import ClubAbsences
    from serving.absence_schemas import ClubAbsencesAnswer

app: Final = typer.Typer(
    name="absences",
    help="List and tell who is absent. Predictions, also those of a running service, use it at once.",
    no_args_is_help=True,
)

Club = Annotated[str, typer.Argument(metavar="CLUB", help="Club: name, alias or id.", autocompletion=completion.clubs)]
Player = Annotated[str, typer.Argument(metavar="PLAYER", help="The player; capitals and accents do not matter.")]
By = Annotated[str | None, typer.Option("--by", help="Who says so; you, if not given.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the service gives it.")]


class Status(StrEnum):
    """What may be said of a player."""

    OUT = "out"
    DOUBTFUL = "doubtful"
    SUSPENDED = "suspended"


@app.command("list")
def list_absences(
    context: typer.Context,
    club: Club,
    as_of: Annotated[
        str | None, typer.Option(help="As known at this moment, with its time zone: 2026-09-28T10:00Z. Now by default.")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Every word until then, not only what stands.")] = False,
    as_json: AsJson = False,
) -> None:
    """List who is absent, who said so and when."""
    from serving.fields import parse_moment

    try:
        moment = datetime.now(UTC) if as_of is None else parse_moment(as_of)
    except ValueError as error:
        raise InvalidValueError("as_of", as_of, str(error).removeprefix("expected ")) from None
    with _Session(context, club) as session:
        _print(session.answer(session.told.known(session.club_id, moment), moment, history=history), as_json=as_json)


@app.command("set")
def set_absence(
    context: typer.Context,
    club: Club,
    player: Player,
    status: Annotated[Status, typer.Option(help="What is the matter.")] = Status.OUT,
    chance: Annotated[float | None, typer.Option(help="Chance (0 to 1) that a doubtful player plays.")] = None,
    absent_from: Annotated[date | None, day("First day of the absence.", "--from")] = None,
    absent_until: Annotated[date | None, day("Last day; open if not given.", "--until")] = None,
    minutes_share: Annotated[
        float | None, typer.Option(help="Share (0 to 1) of the club's recent minutes; that of earlier word by default.")
    ] = None,
    minutes_rank: Annotated[int | None, typer.Option(help="Rank by these minutes, 1 the most used.")] = None,
    note: Annotated[str | None, typer.Option(help="Anything else, for people.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Say that a player is out, doubtful or suspended. It replaces earlier word on him, which is kept."""
    from serving.absence_schemas import ListedAbsence, TellAbsence

    given = {
        "status": status.value,
        "chance": chance,
        "absent_from": absent_from,
        "absent_until": absent_until,
        "minutes_share": minutes_share,
        "minutes_rank": minutes_rank,
        "note": note,
    }
    said_by = checked(TellAbsence, {**given, "said_by": by or _user()}).said_by
    listed = checked(ListedAbsence, {**given, "player": player})
    with _Session(context, club) as session:
        known = session.told.tell(session.club_id, [listed.word(listed.player)], f"cli:{said_by}")
        _print(session.answer(known), as_json=as_json)


@app.command("clear")
def clear_absence(
    context: typer.Context,
    club: Club,
    player: Annotated[str | None, typer.Argument(metavar="[PLAYER]", help="The player.", show_default=False)] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="All players of the club.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Say that a player, or with --everybody all of a club, is available again. What was said before is kept."""
    from serving.absence_schemas import TellAbsences

    if (player is None) != everybody:
        raise InvalidValueError("player", player, "a player, or --everybody, and not both")
    source = f"cli:{checked(TellAbsences, {'said_by': by or _user(), 'absences': []}).said_by}"
    with _Session(context, club) as session:
        if player is None:
            known = session.told.tell(session.club_id, [], source, complete=True)
        else:
            cleared = session.told.available(session.club_id, player, source)
            if cleared is None:
                absent = [stored.word.player for stored in session.told.known(session.club_id).absent]
                raise InvalidValueError("player", player, f"somebody who is absent: {', '.join(absent) or 'nobody is'}")
            known = cleared
        _print(session.answer(known), as_json=as_json)


for _command in app.registered_commands:
    _command.help = flowing(_command.callback.__doc__ if _command.callback else None)


class _Session:
    """The database, and the club that a name means."""

    def __init__(self, context: typer.Context, club: str) -> None:
        from datetime import timedelta

        from features.injuries import WATCH_GRACE_S
        from football.clubs import load_registry
        from football.database import Database
        from football.told_absences import ToldAbsences

        settings: Settings = context.obj
        self._club = load_registry().resolve(club)
        self._database = Database(settings.database_url)
        self.told: ToldAbsences = ToldAbsences(self._database, timedelta(seconds=WATCH_GRACE_S))

    @property
    def club_id(self) -> str:
        return self._club.id

    def __enter__(self) -> "_Session":
        return self

    def __exit__(self, *exc: object) -> None:
        self._database.close()

    def answer(
        self, known: "ClubAbsences", moment: datetime | None = None, *, history: bool = False
    ) -> "ClubAbsencesAnswer":
        """As the service would give it."""
        from serving.absence_schemas import ClubAbsencesAnswer
        from serving.club_schemas import ClubAnswer

        club = ClubAnswer(id=self._club.id, name=self._club.name, country=self._club.country)
        return ClubAbsencesAnswer.of(club, moment or datetime.now(UTC), known, history=history)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user that the system does not know by name
        return "unknown"


def _print(answer: "ClubAbsencesAnswer", *, as_json: bool) -> None:
    from awayday import console

    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
        return
    out = console.stdout()
    words = answer.absences if answer.history is None else answer.history
    rows = [
        (
            word.player,
            word.status if word.chance is None else f"{word.status} ({word.chance:.0%} to play)",
            _days(word.absent_from, word.absent_until),
            "" if word.minutes_share is None else f"{word.minutes_share:.0%}",
            word.source,
            f"{word.known_at:%Y-%m-%d %H:%M}",
            "" if word.superseded_at is None else f"{word.superseded_at:%Y-%m-%d %H:%M}",
            word.note or "",
        )
        for word in words
    ]
    if not out.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
    elif rows:
        from rich.table import Table

        table = Table(box=None, header_style="bold", pad_edge=False)
        for title in ("player", "", "days", "minutes", "said by", "since", "until", "note"):
            table.add_column(title)
        for row in rows:
            table.add_row(*row)
        out.print(table)
    if not rows:
        nobody = "nobody is known to be absent" if answer.known else "unknown: no source tells of its absences"
        typer.echo(f"{answer.club.name}: {nobody}", err=True)


def _days(first: date | None, last: date | None) -> str:
    return " ".join(f"{word} {day}" for word, day in (("from", first), ("until", last)) if day is not None)
