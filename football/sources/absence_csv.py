"""Absences from a CSV of your own: one line a player and absence.

Columns, by any of the names in `ALIASES`, case and blanks folded, others ignored:

- player, club: required. The club as the registry knows it (with `country`, `eng` or `esp`, where two share a name).
- from: first day of the absence; until: its last day, empty if open. `2025-09-28`.
- known_at: when it became public, a time (`2025-09-28T10:00Z`) or a day. A time without zone is UTC. **Without it the
  absence is taken to be known at the end of its first day (UTC)**: nothing earlier is sure, for a player may be hurt in
  that day's match. A day is known at its end likewise. from or known_at must be there.
- status: out (also `injured`), doubtful, suspended; out without the column.
- chance of playing and importance (share of the minutes of the club's last ten matches), both 0 to 1 or empty.

A club counts as watched while the file has absences of it: from the first one's known_at to the last one's end, unless
there are more than 60 days without any. So lists collected from injury pages can be read as they are.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from football.absences import AbsenceTables, ClubNames, merge_watches
from football.errors import SourceError
from football.tables import DOUBTFUL, OUT, SUSPENDED

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "player": ("player", "player_name", "name"),
    "club": ("club", "club_name", "team", "team_name"),
    "country": ("country", "country_code"),
    "status": ("status",),
    "from": ("from", "absent_from", "since", "start", "start_date", "injured_since", "date_from"),
    "until": ("until", "absent_until", "to", "end", "end_date", "injured_until", "date_until"),
    "known_at": ("known_at", "known", "announced", "announced_at", "reported", "reported_at", "published"),
    "chance": ("chance", "chance_of_playing"),
    "importance": ("importance", "minutes_share"),
}

_STATUS: Final = {
    "": OUT,
    "out": OUT,
    "injured": OUT,
    "injury": OUT,
    "doubtful": DOUBTFUL,
    "doubt": DOUBTFUL,
    "suspended": SUSPENDED,
    "suspension": SUSPENDED,
}
_WATCHED_WITHIN: Final = timedelta(days=60)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the file; `fields` by our names, blank where the column is missing."""

    path: Path
    number: int
    fields: Mapping[str, str]

    def fault(self, field: str, expected: str) -> SourceError:
        return SourceError(self.path, f"{field} is {self.fields[field]!r}, expected {expected}", self.number)

    def required(self, field: str) -> str:
        value = self.fields[field]
        if not value:
            raise SourceError(self.path, f"{field} is empty", self.number)
        return value

    def day(self, field: str) -> date | None:
        value = self.fields[field]
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise self.fault(field, "a day such as 2025-09-28, or nothing") from None

    def share(self, field: str) -> float:
        """A number from 0 to 1; NaN if blank."""
        value = self.fields[field]
        try:
            number = float(value) if value else math.nan
        except ValueError:
            number = -1.0
        if value and not 0 <= number <= 1:
            raise self.fault(field, "a number from 0 to 1, or nothing")
        return number

    def status(self) -> str:
        try:
            return _STATUS[self.fields["status"].casefold()]
        except KeyError:
            raise self.fault("status", "out, doubtful or suspended") from None

    def known_at(self, absent_from: date | None) -> datetime:
        value = self.fields["known_at"]
        if value:
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                raise self.fault("known_at", "a time such as 2025-09-28T10:00Z, or a day") from None
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return moment + _DAY if len(value) == len("2025-09-28") else moment.astimezone(UTC)
        if absent_from is None:
            raise SourceError(self.path, "both from and known_at are empty, expected one of them", self.number)
        return datetime.combine(absent_from + _DAY, time(), UTC)


def read_absence_csv(path: Path, clubs: ClubNames, *, country: str | None = None) -> AbsenceTables:
    """Absences and coverage in a CSV file (UTF-8, a header line, comma or semicolon).

    `country` is where clubs are looked for on lines that name none. Raises `SourceError` with file, line and reason,
    naming all faulty lines, or all clubs that are not found with their first line.
    """
    absences: list[dict[str, object]] = []
    strangers: dict[str, int] = {}
    faults: list[SourceError] = []
    ids: dict[tuple[str, str | None], str | None] = {}
    for line in _lines(path):
        try:
            absence = _absence(line)
            name, place = line.required("club"), line.fields["country"].casefold() or country
        except SourceError as fault:
            faults.append(fault)
            continue
        if (name, place) not in ids:
            club = clubs.find_source_name(name, place)
            ids[name, place] = None if club is None else club.id
        if ids[name, place] is None:
            strangers.setdefault(name, line.number)
        absences.append({"club_id": ids[name, place], **absence})
    if faults:
        raise _together(path, faults)
    if strangers:
        raise SourceError(
            path,
            f"clubs not in the registry: {_first_few([f'{n!r} (line {i})' for n, i in strangers.items()])}; "
            "write them as `awayday clubs <name>` shows them"
            + ("" if country else ", or add a column country (eng, esp) where several clubs share the name"),
            min(strangers.values()),
        )
    if not absences:
        raise SourceError(path, "has no line beyond the header")
    table = pd.DataFrame(absences)
    return AbsenceTables.checked(table, _coverage(table))


def _absence(line: _Line) -> dict[str, object]:
    """A row of `ABSENCES` but for its club."""
    absent_from, absent_until = line.day("from"), line.day("until")
    if absent_from and absent_until and absent_until < absent_from:
        raise line.fault("until", f"no day before from ({absent_from})")
    return {
        "player": line.required("player"),
        "status": line.status(),
        "chance": line.share("chance"),
        "absent_from": absent_from,
        "absent_until": absent_until,
        "known_at": line.known_at(absent_from),
        "superseded_at": None,
        "importance": line.share("importance"),
        "minutes_rank": None,
        "source": f"csv:{line.path.name}",
    }


def _together(path: Path, faults: list[SourceError]) -> SourceError:
    """All faults as one, so that a file is put right in one go."""
    if len(faults) == 1:
        return faults[0]
    others = _first_few([f"line {fault.line}: {fault.reason}" for fault in faults[1:]])
    return SourceError(path, f"{faults[0].reason}; {len(faults) - 1} more: {others}", faults[0].line)


def _first_few(texts: list[str]) -> str:
    return ", ".join(texts[:10]) + (", …" if len(texts) > 10 else "")


def _lines(path: Path) -> list[_Line]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read as a UTF-8 text file: {error}") from error
    header = text.split("\n", 1)[0]
    reader = csv.reader(
        text.splitlines(keepends=True), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    lines = []
    try:
        place = _columns(path, next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                fields = {name: cells[i].strip() if i < len(cells) else "" for name, i in place.items()}
                lines.append(_Line(path, reader.line_num, {name: fields.get(name, "") for name in ALIASES}))
    except csv.Error as error:
        raise SourceError(path, f"is not well-formed CSV: {error}", reader.line_num) from error
    return lines


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Our name of a column → its place in the file."""
    folded = [cell.strip().casefold().replace(" ", "_").replace("-", "_") for cell in header]
    place: dict[str, int] = {}
    for name, aliases in ALIASES.items():
        found = [i for i, cell in enumerate(folded) if cell in aliases]
        if len(found) > 1:
            raise SourceError(path, f"columns {[header[i] for i in found]} all mean {name}; keep one", 1)
        if found:
            place[name] = found[0]
    for wanted in (("player",), ("club",), ("from", "known_at")):
        if not any(name in place for name in wanted):
            names = ", ".join(alias for name in wanted for alias in ALIASES[name] if alias != name)
            raise SourceError(path, f"no column {' or '.join(wanted)} (also understood: {names}); it has {header}", 1)
    return place


def _coverage(absences: pd.DataFrame) -> pd.DataFrame:
    known_at = pd.to_datetime(absences["known_at"], utc=True)
    end = pd.to_datetime(absences["absent_until"]).dt.tz_localize("UTC") + _DAY
    spans = pd.DataFrame(
        {
            "club_id": absences["club_id"],
            "source": absences["source"],
            "watched_from": known_at,
            "watched_until": end.where(end > known_at, known_at),
        }
    )
    return merge_watches(spans, within=_WATCHED_WITHIN)
