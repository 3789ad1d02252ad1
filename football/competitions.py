"""The competitions: id, country or confederation, kind, tier and the time zone its kick-offs are given in.

The list is `competitions.csv` beside this module. Its further columns serve the openfootball source: `path` (a regular
expression of the files that hold the competition) and `neutral_rounds` (rounds traditionally played on neutral ground
when they are a single match; a leading `?` means that the ground may be anybody's, so it is unknown).

Where a country or continent has several time zones, the one its files use stands here, found by comparing known
kick-offs: Brasília for Brazil and the CONMEBOL cups, New York for MLS, Mexico City for Mexico and the CONCACAF cup,
Sydney for Australia, Moscow for Russia, Almaty for Kazakhstan, Cairo for the CAF cups, Paris for UEFA's.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final, Literal

from football.errors import InvalidValueError

Kind = Literal["league", "cup", "continental", "qualifying"]
KINDS: Final[tuple[Kind, ...]] = ("league", "cup", "continental", "qualifying")
_QUALIFYING: Final = "-qualifying"


@dataclass(frozen=True, slots=True)
class Competition:
    """A competition. `country` is the association's code as club ids begin with it, None for continental ones.

    `tier` is 1 for the highest league (or continental cup) and None for national cups.
    """

    id: str
    name: str
    country: str | None
    confederation: str
    kind: Kind
    tier: int | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Where openfootball keeps a competition and which of its rounds are played on neutral ground."""

    competition_id: str
    path: re.Pattern[str] | None
    neutral_rounds: re.Pattern[str] | None
    ground_unknown: bool


@lru_cache(maxsize=1)
def load_competitions() -> Mapping[str, Competition]:
    """All competitions by id, in the order of the list."""
    found = {}
    for row in _rows():
        kind = next((k for k in KINDS if k == row["kind"]), None)
        if kind is None:
            raise InvalidValueError("kind", row["kind"], f"one of {', '.join(KINDS)} (competitions.csv, {row['id']})")
        found[row["id"]] = Competition(
            id=row["id"],
            name=row["name"],
            country=row["country"] or None,
            confederation=row["confederation"],
            kind=kind,
            tier=int(row["tier"]) if row["tier"] else None,
            time_zone=row["time_zone"],
        )
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def load_source_files() -> tuple[SourceFiles, ...]:
    """For each competition, its openfootball files and neutral rounds."""
    return tuple(
        SourceFiles(
            competition_id=row["id"],
            path=re.compile(row["path"] + r"\.txt") if row["path"] else None,
            neutral_rounds=re.compile(row["neutral_rounds"].removeprefix("?")) if row["neutral_rounds"] else None,
            ground_unknown=row["neutral_rounds"].startswith("?"),
        )
        for row in _rows()
    )


def competition_of_path(path: str) -> Competition | None:
    """Competition of an openfootball file by its path (`england/2023-24/facup.txt`), None if no competition has it."""
    for files in load_source_files():
        if files.path is not None and files.path.fullmatch(path):
            return load_competitions()[files.competition_id]
    return None


def qualifying_of(competition: Competition) -> Competition:
    """The competition's own qualifying competition, or the competition itself if it has none."""
    return load_competitions().get(competition.id + _QUALIFYING, competition)


def get_competition(competition_id: str) -> Competition:
    """Competition by its id; `InvalidValueError` if there is none."""
    try:
        return load_competitions()[competition_id]
    except KeyError:
        raise InvalidValueError("competition", competition_id, "an id of football/competitions.csv") from None


def resolve_competition(query: str) -> Competition:
    """Competition by id or name as a user types it, accents and case folded.

    A name without its confederation's prefix will do (`Champions League` is UEFA's); `InvalidValueError` naming some
    candidates if nothing or more than one competition fits.
    """
    wanted = _fold(query)
    competitions = load_competitions().values()
    for names in (lambda c: (c.id, c.name), lambda c: (c.name.removeprefix("UEFA "),)):
        found = [c for c in competitions if wanted in {_fold(name) for name in names(c)}]
        if len(found) == 1:
            return found[0]
    near = [c.id for c in competitions if wanted and (wanted in _fold(c.name) or wanted in _fold(c.id))]
    advice = f"; near: {', '.join(near[:8])}" if near else ""
    raise InvalidValueError("competition", query, f"a competition's id or name{advice}")


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


def _rows() -> list[dict[str, str]]:
    text = resources.files("football").joinpath("competitions.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
