"""What a person knows better: the corrections of the compiled club list, a line a club."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from scripts.club_groups import Groups


@dataclass
class Correction:
    """A line of the corrections: what is empty stays as it was found."""

    id: str
    names: list[str]
    name: str = ""
    city: str = ""
    latitude: str = ""
    longitude: str = ""
    elevation_m: str = ""
    stadium: str = ""
    plays_abroad: str = ""
    aliases: str = ""


def read_corrections(path: Path) -> list[Correction]:
    """The corrections of a file; names without a country prefix (`usa:Toronto FC`) are of the id's country."""
    corrections = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            given = {f.name: (row.get(f.name) or "").strip() for f in fields(Correction)}
            country = given["id"].split("-", 1)[0]
            names = [_key(name, country) for name in given.pop("names").split("|") if name]
            corrections.append(Correction(names=names, **given))
    return corrections


def _key(name: str, country: str) -> str:
    mark, name = (name[0], name[1:]) if name[0] in "!+" else ("", name)
    coded = re.fullmatch(r"([a-z]{3}):(.+)", name)
    return f"{mark}{coded[1]}|{coded[2]}" if coded else f"{mark}{country}|{name}"


def added_names(corrections: Iterable[Correction]) -> list[str]:
    """Names (`country|name`) of clubs that no match file holds."""
    return [name[1:] for correction in corrections for name in correction.names if name.startswith("+")]


def apply_corrections(groups: Groups, corrections: list[Correction]) -> dict[str, Correction]:
    """Regroup names as the corrections say; the correction of each of their names."""
    unknown = [name for c in corrections for name in c.names if name.strip("!+") not in groups]
    if unknown:
        raise SystemExit(f"corrections: no source has the names {', '.join(unknown)}")
    for name in (name for c in corrections for name in c.names if name.startswith("!")):
        groups.take_out(name[1:])
    of_name = {}
    for correction in corrections:
        names = [name.strip("!+") for name in correction.names]
        for other in names[1:]:
            if not groups.join(names[0], other):
                raise SystemExit(f"{correction.id}: {groups.vetoed[-1]} are two clubs: both played on one day")
        for key in groups[names[0]] if names else ():
            of_name[key] = correction
    return of_name
