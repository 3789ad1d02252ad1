"""What a predictor knows of clubs and fixtures, whichever way it is stored.

Two kinds exist: `embedded.EmbeddedKnowledge`, computed states at one cut, and `historical.HistoryKnowledge`, all
matches, which can go back to any moment.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from features.injuries import AbsenceIndex
from football.errors import InvalidValueError

Float = NDArray[np.float64]


class BeforeCutError(InvalidValueError):
    """A moment that the loaded model cannot go back to: it knows only its own data cut."""


@dataclass(frozen=True)
class Fixture:
    """A match to predict, every name resolved.

    `kickoff_utc` is None where the data give only the day; `neutral` is None where they do not say.
    """

    home_id: str
    away_id: str
    competition_id: str | None
    date: date
    kickoff_utc: datetime | None
    neutral: bool | None


@dataclass(frozen=True)
class KnownFixture:
    """A fixture as the data have it, and the moment that counts as its start."""

    fixture: Fixture
    starts_at: datetime


@dataclass(frozen=True)
class ClubSituation:
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

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        """The fixture of these clubs within a day of the kick-off, if the data have it."""

    def situation(self, club_id: str, as_of: datetime) -> ClubSituation:
        """What is known of a club; all unknown if it was never seen."""

    def row(self, fixture: Fixture, as_of: datetime) -> Float:
        """The feature row, shape (len(FEATURES),), in the order of `features.table.FEATURES`."""

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Use these absences from now on; None if no source tells of any. May be called while others ask."""
