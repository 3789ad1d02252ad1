"""Knowledge at any moment: all matches of a snapshot, and strengths at every checkpoint."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from features.absence_lookup import AbsenceLookup
from features.absentees import Absentee, absentees, players_told_of
from features.clubstate import NO_DAY, ClubState, club_states
from features.encoding import look_up
from features.fixtures import Fixtures
from features.history import History
from features.injuries import AbsenceIndex
from features.lookback import REACH_DAYS
from features.one_row import ClubNow, one_row
from features.strength_lookup import StrengthLookup
from features.strengths import Strengths
from features.table import rows_from_states
from football.clubs import ClubRegistry
from football.competitions import Competition
from serving.embedded import Homes, one_fixture, situation_of
from serving.knowledge import ClubSituation, Fixture, Ignored, KnownFixture, KnownFixtures, Sides
from serving.past import Past, period_facts
from serving.rating_points import RatingPoint, rating_points
from serving.states import latest_leagues

if TYPE_CHECKING:
    import pandas as pd

    from serving.season_index import SeasonIndex

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

FAR_S: Final = 1 << 60
"""A moment after all others, seconds since 1970."""

_CACHE: Final = 8_192
"""Clubs at moments that are kept, some kilobytes each; the next request for a club is most often as of the same."""

_CLUBS: Final = 1_024
"""Clubs whose league matches are kept at hand."""


class HistoryKnowledge:
    """Answers any fixture as it would have been answered at any moment.

    Args:
        past: the matches.
        strength: strengths at every checkpoint.
        absences: absences and coverage, or None if no source tells of any.
        registry: gives places.
    """

    point_in_time: Final = True

    def __init__(self, past: Past, strength: Strengths, absences: AbsenceIndex | None, registry: ClubRegistry) -> None:
        self._past = past
        self._history = past.matches
        self._fixtures = past.fixtures
        self.matches = past.listed
        self._strength = strength
        self._absences = AbsenceLookup(absences)
        self._lookup = StrengthLookup(strength)
        self._homes = Homes(registry)
        self._offsets: list[int] = self._history.log.offsets.tolist()
        self._look_back = lru_cache(_CACHE)(self._look_back_at)
        self._last_asked: dict[int, tuple[int, int, ClubNow]] = {}
        self._leagues = lru_cache(_CLUBS)(self._leagues_of)

    @classmethod
    def of(
        cls,
        table: "pd.DataFrame",
        matches: History,
        strength: Strengths,
        absences: AbsenceIndex | None,
        registry: ClubRegistry,
        competitions: Mapping[str, Competition],
    ) -> Self:
        """From a matches table (contract `football.tables.MATCHES`) and the same, encoded."""
        past = Past.of(matches.table, matches, period_facts(table, registry), competitions, lambda: table)
        return cls(past, strength, absences, registry)

    @cached_property
    def cut(self) -> datetime:
        """When the newest result became known, UTC."""
        return datetime.fromtimestamp(self._history.cut_s, UTC)

    def club_ids(self) -> tuple[str, ...]:
        """Every club that has a match."""
        return self._history.club_ids

    def club_names(self) -> dict[str, str]:
        """Names of the clubs that the registry lacks."""
        return dict(self._past.facts.names)

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        """The fixture of these clubs within a day of the kick-off, if the data have it."""
        return self._fixtures.find(home_id, away_id, kickoff)

    def season_sizes(self, competition_id: str) -> Mapping[str, int]:
        """How many matches the data have of each season of a competition whose format is known, oldest first."""
        return self._past.facts.season_sizes.get(competition_id, {})

    @cached_property
    def _seasons(self) -> "SeasonIndex":
        # Read when first asked for: nothing else needs the table.
        return self._past.seasons()

    def season_matches(self, competition_id: str, season: str) -> "pd.DataFrame":
        """A season's matches, columns `serving.season_index.COLUMNS`."""
        return self._seasons.matches(competition_id, season)

    def situation(self, club_id: str, as_of: datetime) -> ClubSituation:
        """What was known of a club at a moment."""
        code = self._history.club_code.get(club_id, -1)
        as_of_s = int(as_of.timestamp())
        return situation_of(self._now(code, as_of_s), self._league(code, as_of_s))

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Use these absences from now on."""
        if index is not self._absences.index:
            self._absences = AbsenceLookup(index)

    def row(self, fixture: Fixture, as_of: datetime) -> list[float]:
        """The feature row, in the order of `features.table.FEATURES`: that of a past match is its training row."""
        one = one_fixture(fixture, as_of)
        home, away = (
            self._now(self._history.club_code.get(club_id, -1), one.as_of_s)
            for club_id in (fixture.home_id, fixture.away_id)
        )
        places = self._homes.of(fixture.home_id), self._homes.of(fixture.away_id)
        return one_row(one, home, away, *places, self._lookup, self._absences, self._history.ties)

    def _now(self, code: int, as_of_s: int) -> ClubNow:
        """A club (by code, -1 for none) at a moment."""
        if code < 0:
            return self._look_back(code, 0)
        # From when on, and until when, a club was as it was last asked for: mostly it is asked for as of the present.
        asked = self._last_asked.get(code)
        if asked is not None and asked[0] <= as_of_s < asked[1]:
            return asked[2]
        known_s, first, last = self._history.log.known_s, self._offsets[code], self._offsets[code + 1]
        end = first + int(known_s[first:last].searchsorted(as_of_s, side="right"))
        since = int(known_s[end - 1]) if end > first else -FAR_S
        now = self._look_back(code, end)
        self._last_asked[code] = since, int(known_s[end]) if end < last else FAR_S, now
        return now

    def _look_back_at(self, code: int, end: int) -> ClubNow:
        """A club at the moments at which its log is known up to `end`."""
        if code < 0:
            return ClubNow.of(ClubState.empty(1), 0, (), REACH_DAYS)
        log, last = self._history.log, self._offsets[code + 1]
        # The last moment before the next entry is known; all moments since the newest known one say the same.
        as_of_s = int(log.known_s[end]) - 1 if end < last else FAR_S
        state = club_states(self._history, _one(code), _one(as_of_s), _one(NO_DAY))
        coming = (log.day[end:last].tolist(), log.km[end:last].tolist(), log.published[end:last].tolist())
        return ClubNow.of(state, 0, zip(*coming, strict=True), REACH_DAYS)

    def _league(self, code: int, as_of_s: int) -> str | None:
        """As `serving.states.latest_leagues`, of one club."""
        starts, leagues = self._leagues(code)
        return leagues[max(0, bisect_right(starts, as_of_s) - 1)] if leagues else None

    def _leagues_of(self, code: int) -> tuple[list[int], list[str]]:
        """A club's league matches: from when on each is, or a later one, the last to have started; and the league."""
        if code < 0:
            return [], []
        log = self._history.log
        of_club = slice(self._offsets[code], self._offsets[code + 1])
        played = log.league[of_club]
        starts: list[int] = np.minimum.accumulate(log.starts_s[of_club][played][::-1])[::-1].tolist()
        return starts, [self._history.competition_ids[c] for c in log.competition[of_club][played].tolist()]

    def find_many(self, home_id: Ids, away_id: Ids, kickoff_s: Float) -> KnownFixtures:
        """`find` for n fixtures in one pass."""
        return self._fixtures.find_many(home_id, away_id, kickoff_s)

    def latest_leagues(self, club_id: Ids, as_of_s: Int) -> list[str | None]:
        """The league that each club had last played in; None if none."""
        return latest_leagues(self._history, look_up(club_id, self._history.club_code), as_of_s)

    def sides(self, fixtures: Fixtures, ignored: Ignored | None = None) -> Sides:
        """What was known of both clubs as of each fixture's `as_of_s`, without the newest results to be ignored."""
        home, away = (
            club_states(self._history, look_up(club_id, self._history.club_code), fixtures.as_of_s, fixtures.day, left)
            for club_id, left in (
                (fixtures.home_id, None if ignored is None else ignored.home),
                (fixtures.away_id, None if ignored is None else ignored.away),
            )
        )
        places = (self._history.places_of(club_id) for club_id in (fixtures.home_id, fixtures.away_id))
        return Sides(home, away, *places)

    def rows(self, fixtures: Fixtures, sides: Sides) -> Float:
        """Feature rows, shape (n, len(FEATURES))."""
        return rows_from_states(
            fixtures,
            sides.home,
            sides.away,
            sides.home_places,
            sides.away_places,
            self._strength,
            self._absences.index,
            self._history.ties,
        )

    def absentees(self, club_id: str, day: int, as_of_s: int) -> list[Absentee] | None:
        """The players out or doubtful for a match on a day (days since 1970); None if no source tells."""
        return absentees(self._absences.index, club_id, day, as_of_s)

    def players_told_of(self, club_id: str, as_of_s: int) -> list[Absentee]:
        """Every player of a club on whom a source had said anything."""
        return players_told_of(self._absences.index, club_id, as_of_s)

    def state(self, club_id: str, as_of: datetime) -> ClubState:
        """The state of one club at a moment, one row."""
        code = self._history.club_code.get(club_id, -1)
        return club_states(self._history, _one(code), _one(int(as_of.timestamp())), _one(NO_DAY))

    def ratings(self, club_id: str, as_of: datetime, months: int) -> list[RatingPoint]:
        """A club's ratings at the ends of up to `months` months and at a moment, as known then."""
        return rating_points(self._history, self._strength.others, club_id, as_of, months)


def _one(value: int) -> NDArray[np.int64]:
    return np.array([value], dtype=np.int64)
