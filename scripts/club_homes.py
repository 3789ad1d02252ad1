"""Where clubs are at home, and the finished club."""

from collections import Counter
from dataclasses import replace
from typing import Final

from football.clubs import Club
from football.names import core, fold, is_reserve_name
from scripts.club_making import Found, best_name
from scripts.corrections import Correction
from scripts.geonames import Gazetteer, Place

_GENERIC_WORDS: Final = frozenset(
    {
        "united", "city", "town", "real", "sport", "sporting", "union", "central", "national", "nacional", "deportivo",
        "atletico", "athletic", "academia", "academy", "stars", "star", "rangers", "rovers", "olimpia", "olimpija",
        "olympic", "racing", "independiente",
    }
)  # fmt: skip


def finish(club: Found, gazetteer: Gazetteer, names: Counter[tuple[str, str]]) -> Club:
    """The club as the list has it; `names` counts the clubs by country and folded alias."""
    correction = club.correction or Correction(club.id, [])
    name = correction.name or best_name(club, names)
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


def move_in_with_first_teams(clubs: list[Club]) -> list[Club]:
    """Reserve teams at their first team's home."""
    by_name = {(club.country, core(fold(name))): club for club in reversed(clubs) for name in club.names}
    moved = []
    for club in clubs:
        first = None
        for name in club.names if is_reserve_name(fold(club.name)) else ():  # `W Sydney` is no women's team
            words = [word for word in core(fold(name)).split() if not is_reserve_name(word)]
            if is_reserve_name(fold(name)):
                first = first or by_name.get((club.country, " ".join(words)))
        if first is not None and first.id != club.id:
            club = replace(
                club,
                city=first.city,
                latitude=first.latitude,
                longitude=first.longitude,
                elevation_m=first.elevation_m,
                time_zone=first.time_zone,
            )
        moved.append(club)
    return moved


def _place(club: Found, correction: Correction, gazetteer: Gazetteer) -> Place | None:
    """Where a club is at home: as corrected, as the list says, or the place its name tells."""
    if correction.latitude:
        return gazetteer.nearest(float(correction.latitude), float(correction.longitude), club.country)
    if correction.city:
        place = gazetteer.find(correction.city, club.country) if correction.city != "-" else None
        if place is None and correction.city != "-":
            print(f"corrections: {club.id}: GeoNames has no {correction.city!r}")
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
                place = gazetteer.find_only(text, club.country)
                if place and (length, text == fold(place.name), place.population) > best:
                    best, chosen = (length, text == fold(place.name), place.population), place
    return chosen
