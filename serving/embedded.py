"""Knowledge at one cut: club states and strengths of a bundle, without any match."""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.calendar import EPOCH
from features.clubstate import NO_DAY, ClubState
from features.fixtures import Fixtures
from features.history import Places
from features.injuries import AbsenceIndex
from features.strengths import Strengths
from features.table import rows_from_states
from football.clubs import ClubRegistry
from serving.knowledge import ClubSituation, Fixture, KnownFixture
from serving.states import FrozenStates

Float = NDArray[np.float64]


class EmbeddedKnowledge:
    """Answers any two clubs at any moment after the cut.

    Args:
        states: every club at the cut.
        strength: the newest strengths.
        registry: gives places.
        absences: absences and coverage, or None if no source tells of any.
    """

    point_in_time: Final = False

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
        self._absences = absences
        self._code = {club_id: code for code, club_id in enumerate(states.club_ids)}
        self._places = Places.of(states.club_ids, registry)

    @cached_property
    def cut(self) -> datetime:
        """When the newest result became known, UTC."""
        return datetime.fromtimestamp(self._states.cut_s, UTC)

    def club_ids(self) -> tuple[str, ...]:
        """Every club that had a match."""
        return self._states.club_ids

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
        league_id = self._states.league_ids[code] if code >= 0 else ""
        return situation_of(self._states.at(code, NO_DAY), league_id or None)

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Use these absences from now on."""
        self._absences = index

    def row(self, fixture: Fixture, as_of: datetime) -> Float:
        """The feature row, shape (len(FEATURES),)."""
        day = (fixture.date - EPOCH).days
        home, away = (self._code.get(club_id, -1) for club_id in (fixture.home_id, fixture.away_id))
        rows = rows_from_states(
            one_fixture(fixture, as_of),
            self._states.at(home, day),
            self._states.at(away, day),
            place_of(fixture.home_id, home, self._places, self._registry),
            place_of(fixture.away_id, away, self._places, self._registry),
            self._strength,
            self._absences,
        )
        row: Float = rows[0]
        return row


def place_of(club_id: str, code: int, places: Places, registry: ClubRegistry) -> Places:
    """The place of one club: by its code in `places`, or from the registry where that is -1."""
    return places.take(np.array([code], dtype=np.int64)) if code >= 0 else Places.of((club_id,), registry)


def one_fixture(fixture: Fixture, as_of: datetime) -> Fixtures:
    """A fixture as arrays of one row."""
    neutral = np.nan if fixture.neutral is None else float(fixture.neutral)
    return Fixtures(
        home_id=np.array([fixture.home_id], dtype=object),
        away_id=np.array([fixture.away_id], dtype=object),
        competition_id=np.array([fixture.competition_id or ""], dtype=object),
        day=np.array([(fixture.date - EPOCH).days], dtype=np.int64),
        as_of_s=np.array([int(as_of.timestamp())], dtype=np.int64),
        neutral=np.array([neutral]),
    )


def situation_of(state: ClubState, league_id: str | None) -> ClubSituation:
    """The situation that a state of one row tells of."""
    return ClubSituation(
        last_results=state.last_letters(0),
        newest_result=_date(int(state.last_result_day[0])),
        fixtures_without_result=int(state.unknown_results[0]),
        first_without_result=_date(int(state.first_unknown_day[0])),
        told_until=_date(int(state.told_until_day[0])),
        league_id=league_id,
    )


def _date(day: int) -> date | None:
    return None if day == NO_DAY else EPOCH + timedelta(days=day)
