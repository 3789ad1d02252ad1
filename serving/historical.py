"""Knowledge at any moment: all matches of a snapshot, and strengths at every checkpoint."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.calendar import EPOCH
from features.clubstate import NO_DAY, club_states
from features.history import History
from features.injuries import AbsenceIndex
from features.strengths import Strengths
from features.table import rows_from_states
from football.clubs import ClubRegistry
from football.competitions import Competition
from serving.embedded import one_fixture, place_of, situation_of
from serving.fixture_index import FixtureIndex
from serving.knowledge import ClubSituation, Fixture, KnownFixture
from serving.states import latest_league

Float = NDArray[np.float64]


class HistoryKnowledge:
    """Answers any fixture as it would have been answered at any moment.

    Args:
        matches: the snapshot's matches (contract `football.tables.MATCHES`).
        history: the same, encoded.
        strength: strengths at every checkpoint.
        absences: absences and coverage, or None if no source tells of any.
        registry: gives places.
        competitions: all competitions by id.
    """

    point_in_time: Final = True

    def __init__(
        self,
        matches: pd.DataFrame,
        history: History,
        strength: Strengths,
        absences: AbsenceIndex | None,
        registry: ClubRegistry,
        competitions: Mapping[str, Competition],
    ) -> None:
        self._history = history
        self._fixtures = FixtureIndex(matches, competitions)
        self._names = provisional_names(matches, registry)
        self._strength = strength
        self._absences = absences
        self._registry = registry

    @cached_property
    def cut(self) -> datetime:
        """When the newest result became known, UTC."""
        return datetime.fromtimestamp(self._history.cut_s, UTC)

    def club_ids(self) -> tuple[str, ...]:
        """Every club that has a match."""
        return self._history.club_ids

    def club_names(self) -> dict[str, str]:
        """Names of the clubs that the registry lacks."""
        return self._names

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        """The fixture of these clubs within a day of the kick-off, if the data have it."""
        return self._fixtures.find(home_id, away_id, kickoff)

    def situation(self, club_id: str, as_of: datetime) -> ClubSituation:
        """What was known of a club at a moment."""
        code = self._history.club_code.get(club_id, -1)
        as_of_s = int(as_of.timestamp())
        state = club_states(self._history, _one(code), _one(as_of_s), _one(NO_DAY))
        return situation_of(state, latest_league(self._history, code, as_of_s) if code >= 0 else None)

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Use these absences from now on."""
        self._absences = index

    def row(self, fixture: Fixture, as_of: datetime) -> Float:
        """The feature row, shape (len(FEATURES),): bit for bit the training row of a past match."""
        as_of_s, day = _one(int(as_of.timestamp())), _one((fixture.date - EPOCH).days)
        home, away = (self._history.club_code.get(club_id, -1) for club_id in (fixture.home_id, fixture.away_id))
        places = self._history.places
        rows = rows_from_states(
            one_fixture(fixture, as_of),
            club_states(self._history, _one(home), as_of_s, day),
            club_states(self._history, _one(away), as_of_s, day),
            place_of(fixture.home_id, home, places, self._registry),
            place_of(fixture.away_id, away, places, self._registry),
            self._strength,
            self._absences,
        )
        row: Float = rows[0]
        return row


def provisional_names(matches: pd.DataFrame, registry: ClubRegistry) -> dict[str, str]:
    """Names, as the newest match has them, of the clubs of a matches table that the registry lacks."""
    names: dict[str, str] = {}
    newest_last = matches.sort_values("date", kind="stable")
    for side in ("home", "away"):
        pairs = newest_last[[f"{side}_id", f"{side}_name"]].drop_duplicates(f"{side}_id", keep="last")
        for club_id, name in pairs.itertuples(index=False):
            if club_id not in registry:
                names[str(club_id)] = str(name)
    return names


def _one(value: int) -> NDArray[np.int64]:
    return np.array([value], dtype=np.int64)
