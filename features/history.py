"""All matches as club logs: what features are looked up in.

A club's log has one entry for each match that it was in or will be in: played, abandoned, or scheduled without a score
(a past one is unknown: the club was somewhere that day). Postponed, cancelled and awarded matches have none.
`features.encoding` decides what was known when.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from features.club_log import ClubLog
from features.encoding import EncodedTable, competition_named, look_up
from features.places import PlacedClub, Places
from features.strength import League, ResultTable
from features.ties import Ties
from football.competitions import Competition

if TYPE_CHECKING:
    import pandas as pd

Ids = NDArray[np.object_]


@dataclass(frozen=True)
class PastMatches:
    """The matches of a snapshot, encoded: what features are looked up in.

    `cut_s` is when the newest known result became known, `cut_day` the newest day of a match with a result: up to here
    the data tell of every match. `places` are those of `club_ids`, then those of clubs that only the registry has;
    `place_code` finds them.
    """

    club_ids: tuple[str, ...]
    competition_ids: tuple[str, ...]
    leagues: tuple[League, ...]
    places: Places
    log: ClubLog
    result_count: int
    cut_s: int
    cut_day: int
    club_code: Mapping[str, int]
    place_code: Mapping[str, int]
    ties: Ties

    def places_of(self, club_ids: Ids) -> Places:
        """Places of clubs by id, those included that only the registry has."""
        return self.places.take(look_up(club_ids, self.place_code))


@dataclass(frozen=True)
class History(PastMatches):
    """The same with the table that they were encoded in, from whose results strengths are fitted."""

    table: EncodedTable

    @cached_property
    def results(self) -> ResultTable:
        """The matches with a result, as the strength model takes them."""
        table = self.table
        clubs, names = np.array(table.club_ids, dtype=object), np.array(table.competition_ids, dtype=object)
        rows = np.flatnonzero(table.has_result)
        return ResultTable(
            clubs[table.home[rows]],
            clubs[table.away[rows]],
            names[table.competition[rows]],
            table.neutral[rows],
            table.home_goals[rows],
            table.away_goals[rows],
            table.starts_s[rows],
            table.known_s[rows],
            table.match_ids(rows),
        )

    @classmethod
    def build(
        cls,
        matches: "pd.DataFrame",
        registry: Iterable[PlacedClub],
        competitions: Mapping[str, Competition],
    ) -> Self:
        """Of a matches table (contract `football.tables.MATCHES`), which is left as it is.

        Raises:
            InvalidValueError: a competition of the table is not among `competitions`.
        """
        return cls.of(EncodedTable.of(matches, competitions), registry, competitions)

    @classmethod
    def of(cls, table: EncodedTable, registry: Iterable[PlacedClub], competitions: Mapping[str, Competition]) -> Self:
        """Of an encoded table."""
        club_ids, competition_ids = table.club_ids, table.competition_ids
        kinds = [competition_named(name, competitions).kind for name in competition_ids]
        place_code, places = places_of_all(club_ids, registry)
        has_result = table.has_result
        return cls(
            club_ids=club_ids,
            competition_ids=competition_ids,
            leagues=leagues_of(competition_ids, competitions),
            places=places,
            log=ClubLog.of(table, kinds, places),
            table=table,
            result_count=int(has_result.sum()),
            cut_s=int(table.known_s[has_result].max()) if has_result.any() else 0,
            cut_day=table.cut_day,
            club_code={name: i for i, name in enumerate(club_ids)},
            place_code=place_code,
            ties=Ties.of(table),
        )


def places_of_all(club_ids: Sequence[str], registry: Iterable[PlacedClub]) -> tuple[dict[str, int], Places]:
    """`place_code` and `places` of clubs that have matches."""
    registered = {club.id: club for club in registry}
    place_code = {name: i for i, name in enumerate(dict.fromkeys([*club_ids, *registered]))}
    return place_code, Places.of(place_code, registered.values())


def leagues_of(competition_ids: Iterable[str], competitions: Mapping[str, Competition]) -> tuple[League, ...]:
    """`leagues` of competitions by id."""
    found = (competition_named(name, competitions) for name in competition_ids)
    return tuple(League(c.id, c.country, c.tier, is_league=c.kind == "league") for c in found)
