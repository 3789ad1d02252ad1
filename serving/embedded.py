"""Knowledge at one cut: club states and strengths of a bundle, without any match."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.absence_lookup import AbsenceLookup
from features.absentees import Absentee, absentees, players_told_of
from features.calendar import EPOCH
from features.clubstate import NO_DAY, RATINGS, ClubState
from features.encoding import look_up
from features.fixtures import Fixtures
from features.injuries import AbsenceIndex
from features.one_row import ClubNow, Home, OneFixture, one_row
from features.places import Places
from features.strength_lookup import StrengthLookup
from features.strengths import Strengths
from features.table import rows_from_states
from football.clubs import ClubRegistry
from football.errors import InvalidValueError
from serving.knowledge import ClubSituation, Fixture, Ignored, KnownFixture, KnownFixtures, Sides
from serving.rating_points import RatingPoint, strength_at
from serving.states import FrozenStates

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

_EPOCH_ORDINAL: Final = EPOCH.toordinal()

NO_MATCHES: Final = (
    "none: the model that is loaded knows one state of each club and not its matches; run `awayday sync` and then "
    "`awayday train` to ask what form would be without some"
)


class EmbeddedKnowledge:
    """Answers any two clubs at any moment after the cut.

    Args:
        states: every club at the cut.
        strength: the newest strengths.
        registry: gives places.
        absences: absences and coverage, or None if no source tells of any.
    """

    point_in_time: Final = False
    matches: Final = None

    def __init__(
        self,
        states: FrozenStates,
        strength: Strengths,
        registry: ClubRegistry,
        absences: AbsenceIndex | None = None,
    ) -> None:
        self._states = states
        self._strength = strength
        self._registry = registry
        self._absences = AbsenceLookup(absences)
        self._code = {club_id: code for code, club_id in enumerate(states.club_ids)}
        self._lookup = StrengthLookup(strength)
        self._homes = Homes(registry)
        self._known: dict[int, ClubNow] = {}
        # Those of the registry's further clubs come after.
        self._place_code = {name: i for i, name in enumerate(dict.fromkeys([*states.club_ids, *_ids(registry)]))}
        self._all_places = Places.of(self._place_code, registry)

    @cached_property
    def cut(self) -> datetime:
        """When the newest result became known, UTC."""
        return datetime.fromtimestamp(self._states.cut_s, UTC)

    def club_ids(self) -> tuple[str, ...]:
        """Every club that had a match."""
        return self._states.club_ids

    def season_sizes(self, competition_id: str) -> Mapping[str, int]:
        """None: states are no seasons."""
        return {}

    def club_names(self) -> dict[str, str]:
        """Names of the clubs that the registry lacks."""
        return {
            club_id: name or club_id
            for club_id, name in zip(self._states.club_ids, self._states.names, strict=True)
            if club_id not in self._registry
        }

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        """Always None: a bundle has no fixtures."""
        return None

    def situation(self, club_id: str, as_of: datetime) -> ClubSituation:
        """What is known of a club at the cut."""
        code = self._code.get(club_id, -1)
        return situation_of(self._now(code), (self._states.league_ids[code] or None) if code >= 0 else None)

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Use these absences from now on."""
        if index is not self._absences.index:
            self._absences = AbsenceLookup(index)

    def row(self, fixture: Fixture, as_of: datetime) -> list[float]:
        """The feature row, in the order of `features.table.FEATURES`."""
        home, away = (self._now(self._code.get(club_id, -1)) for club_id in (fixture.home_id, fixture.away_id))
        places = self._homes.of(fixture.home_id), self._homes.of(fixture.away_id)
        return one_row(one_fixture(fixture, as_of), home, away, *places, self._lookup, self._absences)

    def _now(self, code: int) -> ClubNow:
        """A club (by code, -1 for none) at the cut; kept, as there are only so many."""
        now = self._known.get(code)
        if now is None:
            now = self._known[code] = self._states.now(code)
        return now

    def find_many(self, home_id: Ids, away_id: Ids, kickoff_s: Float) -> KnownFixtures:
        """None of them: a bundle has no fixtures."""
        return KnownFixtures.none(len(home_id))

    def latest_leagues(self, club_id: Ids, as_of_s: Int) -> list[str | None]:
        """The league that each club last played in; None if none."""
        codes = look_up(club_id, self._code).tolist()
        return [self._states.league_ids[code] or None if code >= 0 else None for code in codes]

    def sides(self, fixtures: Fixtures, ignored: Ignored | None = None) -> Sides:
        """What is known of both clubs at the cut; InvalidValueError if results are to be ignored."""
        if ignored is not None and ignored.any():
            found = max(int(ignored.home.max()), int(ignored.away.max()))
            raise InvalidValueError("scenario.results_ignored", found, NO_MATCHES)
        home, away = (
            self._states.at_many(look_up(club_id, self._code), fixtures.day)
            for club_id in (fixtures.home_id, fixtures.away_id)
        )
        home_places, away_places = (
            self._all_places.take(look_up(club_id, self._place_code))
            for club_id in (fixtures.home_id, fixtures.away_id)
        )
        return Sides(home, away, home_places, away_places)

    def rows(self, fixtures: Fixtures, sides: Sides) -> Float:
        """Feature rows, shape (n, len(FEATURES))."""
        return rows_from_states(
            fixtures, sides.home, sides.away, sides.home_places, sides.away_places, self._strength, self._absences.index
        )

    def absentees(self, club_id: str, day: int, as_of_s: int) -> list[Absentee] | None:
        """The players out or doubtful for a match on a day (days since 1970); None if no source tells."""
        return absentees(self._absences.index, club_id, day, as_of_s)

    def players_told_of(self, club_id: str, as_of_s: int) -> list[Absentee]:
        """Every player of a club on whom a source had said anything."""
        return players_told_of(self._absences.index, club_id, as_of_s)

    def state(self, club_id: str, as_of: datetime) -> ClubState:
        """The state of one club at the cut, one row."""
        code = np.array([self._code.get(club_id, -1)], dtype=np.int64)
        return self._states.at_many(code, np.array([NO_DAY], dtype=np.int64))

    def ratings(self, club_id: str, as_of: datetime, months: int) -> list[RatingPoint]:
        """The ratings at the cut; none of a club never seen."""
        elo = float(self.state(club_id, as_of).ratings[0, RATINGS.index("elo")])
        if np.isnan(elo):
            return []
        (told,) = strength_at(self._strength.others, club_id, [self.cut])
        return [RatingPoint(self.cut.date(), elo, *told)]


def _ids(registry: ClubRegistry) -> list[str]:
    return [club.id for club in registry]


class Homes:
    """Where clubs of a registry are at home, as plain numbers; clubs that it lacks are nowhere."""

    def __init__(self, registry: ClubRegistry) -> None:
        self._registry = registry
        self._known: dict[str, Home] = {}
        self._nowhere = Home.of(None)

    def of(self, club_id: str) -> Home:
        """The home of a club."""
        home = self._known.get(club_id)
        if home is None:
            if club_id not in self._registry:
                return self._nowhere
            home = self._known[club_id] = Home.of(self._registry[club_id])
        return home


def one_fixture(fixture: Fixture, as_of: datetime) -> OneFixture:
    """A fixture in plain numbers."""
    return OneFixture(
        fixture.home_id,
        fixture.away_id,
        fixture.competition_id or "",
        fixture.date.toordinal() - _EPOCH_ORDINAL,
        int(as_of.timestamp()),
        math.nan if fixture.neutral is None else float(fixture.neutral),
        math.nan if fixture.knock_out is None else float(fixture.knock_out),
    )


@lru_cache(8192)
def situation_of(now: ClubNow, league_id: str | None) -> ClubSituation:
    """The situation that a club's state tells of."""
    return ClubSituation(
        last_results=now.last_letters,
        newest_result=_date(now.last_result_day),
        fixtures_without_result=now.unknown_results,
        first_without_result=_date(now.first_unknown_day),
        told_until=_date(now.told_until_day),
        league_id=league_id,
    )


def _date(day: int) -> date | None:
    return None if day == NO_DAY else EPOCH + timedelta(days=day)
