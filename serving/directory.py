"""Which club is meant: the registry, and the clubs that only the data know."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from football.clubs import Club, ClubRegistry
from football.errors import InvalidValueError, UnclearClubError, UnknownClubError

_CACHE: Final = 4096

NEAR: Final = 5
"""Clubs that an unknown id may mean."""


class ClubDirectory:
    """Finds clubs by what users call them.

    Args:
        registry: the club registry.
        provisional: id to name of clubs that the match data have and the registry does not.
    """

    def __init__(self, registry: ClubRegistry, provisional: Mapping[str, str]) -> None:
        self._registry = registry
        self._provisional = {club_id: _provisional_club(club_id, name) for club_id, name in sorted(provisional.items())}
        self._by_name: dict[str, list[str]] = {}
        for club_id, club in self._provisional.items():
            self._by_name.setdefault(club.name.casefold(), []).append(club_id)
        # Users ask for the same few clubs again and again; fuzzy search is the dearest step of an answer.
        self._resolve = lru_cache(_CACHE)(self._look_up)

    def __len__(self) -> int:
        return len(self._registry) + len(self._provisional)

    def is_provisional(self, club_id: str) -> bool:
        """Whether the club is known from the data only, without a place."""
        return club_id in self._provisional

    def get(self, club_id: str) -> Club:
        """The club of an id; InvalidValueError if there is none."""
        return self._provisional.get(club_id) or self._registry.get(club_id)

    def of_id(self, club_id: str) -> Club:
        """The club of an id that somebody gave; UnknownClubError, with clubs that come near, if there is none."""
        try:
            return self.get(club_id)
        except InvalidValueError:
            name = club_id.partition("-")[2].replace("-", " ") or club_id
            near = [club.id for club in self.search(name, NEAR)] if name.strip() else []
            advice = "" if near else "; `GET /v1/clubs` finds ids"
            raise UnknownClubError("id", club_id, f"the id of a club{advice}", near) from None

    def has_exactly(self, query: str) -> bool:
        """Whether `query` is an id or a name as it stands, so that `resolve` need not guess."""
        return (
            query in self._registry
            or query in self._provisional
            or query.casefold() in self._by_name
            or self._registry.find_source_name(query, None) is not None
        )

    def resolve(self, query: str, field: str) -> Club:
        """The one club that `query` names; UnclearClubError, with candidates, if none or several."""
        return self._resolve(query, field)

    def search(self, query: str, limit: int) -> list[Club]:
        """Clubs like `query`, best first; all by name if it is empty."""
        if not query.strip():
            everyone = [*self._registry, *self._provisional.values()]
            return sorted(everyone, key=lambda club: (club.name.casefold(), club.id))[:limit]
        found = self._registry.search(query, limit)
        part = query.strip().casefold()
        more = [club for name, ids in self._by_name.items() if part in name for club in map(self.get, ids)]
        return [*found, *more][:limit]

    def _look_up(self, query: str, field: str) -> Club:
        if query in self._provisional:
            return self._provisional[query]
        same_name = self._by_name.get(query.casefold(), [])
        # The registry's exact names come first, its guesses after the exact names of the data.
        if not same_name or self._registry.find_source_name(query, None) is not None:
            return self._registry.resolve(query, field=field)
        if len(same_name) > 1:
            raise UnclearClubError(field, query, "the id of one club; several have this name", same_name)
        return self._provisional[same_name[0]]


def _provisional_club(club_id: str, name: str) -> Club:
    country, _, rest = club_id.partition("-")
    if not rest:
        raise InvalidValueError("club_id", club_id, "<country>-<name>")
    return Club(
        id=club_id,
        name=name,
        country=country,
        city=None,
        latitude=None,
        longitude=None,
        elevation_m=None,
        time_zone=None,
        aliases=(),
        stadium=None,
        plays_abroad=False,
    )
