"""Which source names mean the same club: groups of `country|name`, built by union under a veto.

Names are joined where they fold to the same text, where the club list has them as one club, and where they differ only
by words for "club" and years; never where both played on the same day, or against each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from football.names import core, fold, is_reserve_name, without_years
from football.tables import CANCELLED
from scripts.club_list import ListedClub


class Played:
    """When each name played, and against whom: the evidence that two names are two clubs."""

    def __init__(self, matches: pd.DataFrame) -> None:
        """Take a matches table in which the ids are `country|name`."""
        sides = [
            matches[[f"{side}_id", "date", "competition_id", "season", "status"]].set_axis(
                ["key", "date", "competition_id", "season", "status"], axis=1
            )
            for side in ("home", "away")
        ]
        self.appearances = pd.concat(sides, ignore_index=True)
        self.count: Mapping[str, int] = {str(key): int(n) for key, n in self.appearances["key"].value_counts().items()}
        held = self.appearances[self.appearances["status"] != CANCELLED]
        self._days: Mapping[str, set[object]] = {str(key): set(days) for key, days in held.groupby("key")["date"]}

    def are_two_clubs(self, first: str, second: str) -> bool:
        """Whether both names have a match on one day (their own match against each other is one, too)."""
        return not self._days.get(first, set()).isdisjoint(self._days.get(second, set()))


class Groups:
    """Source names by club."""

    def __init__(self, keys: Iterable[str], are_two_clubs: Callable[[str, str], bool]) -> None:
        self._are_two_clubs = are_two_clubs
        self._group = {key: {key} for key in keys}
        self.vetoed: list[tuple[str, str]] = []

    def __getitem__(self, key: str) -> set[str]:
        return self._group[key]

    def __contains__(self, key: str) -> bool:
        return key in self._group

    def join(self, first: str, second: str) -> bool:
        """Make two names' groups one, unless a name of the one is a club other than a name of the other."""
        if self._group[first] is self._group[second]:
            return True
        for a in self._group[first]:
            for b in self._group[second]:
                if self._are_two_clubs(a, b):
                    self.vetoed.append((a, b))
                    return False
        joined = self._group[first] | self._group[second]
        for key in joined:
            self._group[key] = joined
        return True

    def take_out(self, key: str) -> None:
        """Make a name a group of its own."""
        self._group[key].discard(key)
        self._group[key] = {key}

    def all(self) -> list[set[str]]:
        """Every group once, in the order of their first names."""
        unique = {id(group): group for group in self._group.values()}
        return sorted(unique.values(), key=min)


def group_names(
    keys: Iterable[str], clubs: list[ListedClub], are_two_clubs: Callable[[str, str], bool]
) -> tuple[Groups, dict[str, ListedClub]]:
    """Group names, and tell which club of the list each name means where that is clear."""
    keys = sorted(keys)
    listed = _listed_clubs(keys, clubs)
    groups = Groups(keys, are_two_clubs)
    ways: tuple[Callable[[str], str], ...] = (
        lambda key: fold(_name(key)),
        lambda key: str(id(listed[key])) if key in listed else key,
        lambda key: _bare(_name(key)),
    )
    for text in ways:
        alike: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key in keys:
            alike[key.split("|")[0], text(key)].append(key)
        for first, *others in alike.values():
            for other in others:
                groups.join(first, other)
    return groups, listed


def _listed_clubs(keys: list[str], clubs: list[ListedClub]) -> dict[str, ListedClub]:
    """The club of the list that a name means: by its folded name, or without words for "club" if nobody has that."""
    by_name: dict[tuple[str, str], dict[int, ListedClub]] = defaultdict(dict)
    by_core: dict[tuple[str, str], dict[int, ListedClub]] = defaultdict(dict)
    for club in clubs:
        for name in club.names:
            reserve = is_reserve_name(fold(name))
            if reserve == club.reserves or not club.reserves:
                by_name[club.country, fold(name)][id(club)] = club
                by_core[club.country, _bare(name)][id(club)] = club
    found = {}
    for key in keys:
        country, name = key.split("|", 1)
        candidates = by_name.get((country, fold(name))) or by_core.get((country, _bare(name))) or {}
        if len(candidates) == 1:
            found[key] = next(iter(candidates.values()))
    return found


def _name(key: str) -> str:
    return key.split("|", 1)[1]


def _bare(name: str) -> str:
    return without_years(core(fold(name)))
