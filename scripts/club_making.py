"""Groups of names made into clubs: ids, prominence, aliases."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from football.clubs import Club
from football.competitions import get_competition
from football.names import core, fold, is_reserve_name, slug, without_years
from scripts.club_groups import Groups, Played
from scripts.club_list import ListedClub, without_lifetime
from scripts.corrections import Correction

_RECENT: Final = "2012"
# Associations whose clubs may not receive guests in continental competitions, and since which season.
_EXILED: Final = {"ukr": "2022-23", "blr": "2022-23", "isr": "2023-24"}


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
        """Code of the club's association."""
        return self.id.split("-", 1)[0]

    @property
    def source_names(self) -> list[str]:
        """Its names in the match files, most matches first."""
        return list(dict.fromkeys(key.split("|", 1)[1] for key in self.keys))


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
        raise SystemExit(f"corrections: no club has the ids {', '.join(of_id)}")
    return found


def _ids(club: Found, kept: dict[tuple[str, str], str]) -> list[str]:
    country, name = club.keys[0].split("|", 1)
    names = [without_lifetime(name)] + [without_lifetime(entry.names[0]) for entry in club.listed]
    own = [kept[country, fold(n)] for n in club.source_names if (country, fold(n)) in kept]
    return (
        own
        + [f"{country}-{slug(text)}" for n in names for text in (without_years(core(fold(n))), core(fold(n)), n)]
        + [f"{country}-{slug(key.split('|', 1)[1])}" for key in club.keys]
    )


def _prominence(appearances: pd.DataFrame) -> dict[str, int]:
    """Matches since 2012 in a first division (one each) or a continental competition (three each) by name."""
    recent = appearances[appearances["season"] >= _RECENT]
    weights = {}
    for competition_id in recent["competition_id"].unique():
        competition = get_competition(competition_id)
        first_division = competition.kind == "league" and competition.tier == 1
        weights[competition_id] = 3 if competition.kind == "continental" else int(first_division)
    weighed = recent["competition_id"].map(weights).groupby(recent["key"]).sum()
    return {str(key): int(weight) for key, weight in weighed.items()}


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
            for name in dict.fromkeys(without_lifetime(name).strip(" ,") for name in entry.names)
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


def shared_names(clubs: list[Club]) -> list[str]:
    """Folded names that more than one club of a country has."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for club in clubs:
        for name in club.names:
            owners[club.country, fold(name)].add(club.id)
    return sorted(f"{country}: {name}" for (country, name), ids in owners.items() if len(ids) > 1)


def best_name(club: Found, names: Counter[tuple[str, str]]) -> str:
    """The commonest source name, without a trailing `FC` unless another club of the country goes by the rest."""
    name = without_lifetime(club.keys[0].split("|", 1)[1])
    bare = re.sub(r"\s+(?:A?FC|F\.C\.|CF)$", "", name)
    own = fold(bare) in {fold(alias) for alias in club.aliases}
    others = names[club.country, fold(bare)] - own
    return bare if len(fold(bare)) > 3 and not others else name
