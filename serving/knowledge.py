"""What a predictor knows of clubs and fixtures, whichever way it is stored.

Two kinds exist: `embedded.EmbeddedKnowledge`, computed states at one cut, and `historical.HistoryKnowledge`, all
matches, which can go back to any moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from features.absentees import Absentee
from features.clubstate import ClubState
from features.fixtures import Fixtures
from features.injuries import AbsenceIndex
from features.places import Places
from football.errors import InvalidValueError, NoDataError
from serving.match_list import MatchList
from serving.rating_points import RatingPoint

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Flags = NDArray[np.bool_]
Ids = NDArray[np.object_]
Side = Literal["home", "away"]


class BeforeCutError(InvalidValueError):
    """A moment that the loaded model cannot go back to: it knows only its own data cut."""


class NoMatchesError(NoDataError):
    """A question that only matches can answer, while nothing but computed states is loaded."""


class Fixture(NamedTuple):
    """A match to predict, every name resolved.

    `kickoff_utc` is None where the data give only the day; `neutral` and `knock_out` (the
    loser is out) are None where they do not say.
    """

    home_id: str
    away_id: str
    competition_id: str | None
    date: date
    kickoff_utc: datetime | None
    neutral: bool | None
    knock_out: bool | None = None


@dataclass(frozen=True)
class KnownFixture:
    """A fixture as the data have it, and the moment that counts as its start."""

    fixture: Fixture
    starts_at: datetime


class ClubSituation(NamedTuple):
    """What is known of one club at a moment.

    `last_results` are up to five letters W, D, L, most recent last. `told_until` is the day up to which the
    data tell of the club's matches, played or scheduled; None for a club without any.
    """

    last_results: str
    newest_result: date | None
    fixtures_without_result: int
    first_without_result: date | None
    told_until: date | None
    league_id: str | None


@dataclass(frozen=True)
class KnownFixtures:
    """What the data say of n fixtures, one row each; rows that are not `known` hold nothing of use.

    `starts_s` is in seconds since 1970 (UTC), `day` in days; `day_only` marks those of which the data give no time of
    day. `neutral` and `knock_out` are NaN and `competition_id` empty where the data do not say.
    """

    known: Flags
    day_only: Flags
    starts_s: Float
    day: Int
    competition_id: Ids
    neutral: Float
    knock_out: Float

    @classmethod
    def none(cls, n: int) -> Self:
        """Fixtures that the data do not have."""
        return cls(
            known=np.zeros(n, dtype=np.bool_),
            day_only=np.zeros(n, dtype=np.bool_),
            starts_s=np.full(n, np.nan),
            day=np.zeros(n, dtype=np.int64),
            competition_id=np.full(n, "", dtype=np.object_),
            neutral=np.full(n, np.nan),
            knock_out=np.full(n, np.nan),
        )


@dataclass(frozen=True)
class Sides:
    """States and homes of both clubs of n fixtures, one row each."""

    home: ClubState
    away: ClubState
    home_places: Places
    away_places: Places


@dataclass(frozen=True)
class Ignored:
    """How many of each side's newest results form and ratings are to be without, shape (n,) each."""

    home: Int
    away: Int

    def any(self) -> bool:
        """Whether there is anything to leave out."""
        return bool(self.home.any() or self.away.any())


class Knowledge(Protocol):
    """The data behind answers."""

    @property
    def cut(self) -> datetime:
        """Moment of the newest known result, UTC."""

    @property
    def point_in_time(self) -> bool:
        """Whether any `as_of` can be answered, not only those after the cut."""

    def club_ids(self) -> tuple[str, ...]:
        """Every club that has a match."""

    def club_names(self) -> dict[str, str]:
        """Names, as the data write them, of the clubs above that the registry does not have."""

    def season_sizes(self, competition_id: str) -> Mapping[str, int]:
        """How many matches the data have of each season of a competition whose format is known, oldest first."""

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        """The fixture of these clubs within a day of the kick-off, if the data have it."""

    def situation(self, club_id: str, as_of: datetime) -> ClubSituation:
        """What is known of a club; all unknown if it was never seen."""

    def row(self, fixture: Fixture, as_of: datetime) -> list[float]:
        """The feature row, in the order of `features.table.FEATURES`; NaN is unknown."""

    def find_many(self, home_id: Ids, away_id: Ids, kickoff_s: Float) -> KnownFixtures:
        """`find` for n fixtures, kick-offs in seconds since 1970 (UTC)."""

    def latest_leagues(self, club_id: Ids, as_of_s: Int) -> list[str | None]:
        """`league_id` of n situations."""

    def sides(self, fixtures: Fixtures, ignored: Ignored | None = None) -> Sides:
        """What is known of both clubs of n fixtures, as of each fixture's `as_of_s`.

        Raises:
            InvalidValueError: results are to be ignored, and only states at a cut are known.
        """

    def rows(self, fixtures: Fixtures, sides: Sides) -> Float:
        """Feature rows of n fixtures, shape (n, len(FEATURES)); each the same bits as `row` gives."""

    def absentees(self, club_id: str, day: int, as_of_s: int) -> list[Absentee] | None:
        """The players out or doubtful for a match on a day (days since 1970); None if no source tells."""

    def players_told_of(self, club_id: str, as_of_s: int) -> list[Absentee]:
        """Every player of a club on whom a source had said anything."""

    @property
    def matches(self) -> MatchList | None:
        """All matches; None where only computed states are known."""

    def state(self, club_id: str, as_of: datetime) -> ClubState:
        """The state of one club, one row."""

    def ratings(self, club_id: str, as_of: datetime, months: int) -> list[RatingPoint]:
        """A club's ratings at the ends of up to `months` months and at a moment; the latter alone without matches."""

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Use these absences from now on; None if no source tells of any. May be called while others ask."""
