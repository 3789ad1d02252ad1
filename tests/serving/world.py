"""A small made-up state of knowledge, for tests of everything above it; no matches, no files."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from features.absentees import Absentee
from features.calendar import EPOCH
from features.clubstate import ClubState
from features.fixtures import Fixtures
from features.injuries import AbsenceIndex
from features.places import Places
from football.clubs import load_registry
from football.competitions import load_competitions
from serving.columns import ColumnPlan
from serving.facts import ModelFacts, Source
from serving.knowledge import ClubSituation, Fixture, Ids, Ignored, KnownFixture, KnownFixtures, Sides
from serving.model import EXPECTED_GOALS, Calibration, OutcomeModel
from serving.predictor import Predictor
from serving.rating_points import RatingPoint

CUT = datetime(2026, 2, 1, 20, 0, tzinfo=UTC)
NOW = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
KICKOFF = datetime(2026, 2, 10, 16, 45, tzinfo=UTC)
KAIRAT, REAL, ASTANA, BARCELONA = "kaz-kairat", "esp-real-madrid", "kaz-astana", "esp-barcelona"

UNSEEN = ClubSituation(
    last_results="",
    newest_result=None,
    fixtures_without_result=0,
    first_without_result=None,
    told_until=None,
    league_id=None,
)


def seen(last_results: str, newest: date, league_id: str, unknown: int = 0, until: date | None = None) -> ClubSituation:
    return ClubSituation(
        last_results=last_results,
        newest_result=newest,
        fixtures_without_result=unknown,
        first_without_result=date(2026, 1, 20) if unknown else None,
        told_until=until or date(2026, 2, 8),
        league_id=league_id,
    )


def situations() -> dict[str, ClubSituation]:
    return {
        KAIRAT: seen("WWLD", date(2026, 1, 17), "kaz-1", unknown=2),
        REAL: seen("WWWWL", date(2026, 1, 31), "esp-1"),
        ASTANA: seen("LLDWW", date(2026, 1, 30), "kaz-1"),
        BARCELONA: seen("WWWWW", date(2026, 1, 30), "esp-1"),
    }


def usual_values() -> dict[str, float]:
    """Feature values by column; every column not named here is unknown."""
    return {"home_expected_goals": 0.7, "away_expected_goals": 2.4, "home_rest_days": 7.0, "away_rest_days": 3.0}


@dataclass
class FakeKnowledge:
    """Knowledge from tables; counts how often a row was asked for."""

    cut: datetime = CUT
    point_in_time: bool = True
    clubs: dict[str, ClubSituation] = field(default_factory=situations)
    values: dict[str, float] = field(default_factory=usual_values)
    fixtures: list[KnownFixture] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    absences: AbsenceIndex | None = None

    def club_ids(self) -> tuple[str, ...]:
        return tuple(self.clubs)

    def season_sizes(self, competition_id: str) -> dict[str, int]:
        return {}

    def club_names(self) -> dict[str, str]:
        return self.names

    def find(self, home_id: str, away_id: str, kickoff: datetime) -> KnownFixture | None:
        for known in self.fixtures:
            same = (known.fixture.home_id, known.fixture.away_id) == (home_id, away_id)
            if same and abs((known.fixture.date - kickoff.date()).days) <= 1:
                return known
        return None

    def situation(self, club_id: str, as_of: datetime) -> ClubSituation:
        return self.clubs.get(club_id, UNSEEN)

    def use_absences(self, index: AbsenceIndex | None) -> None:
        self.absences = index

    def row(self, fixture: Fixture, as_of: datetime) -> list[float]:
        return [self.values.get(name, np.nan) for name in ColumnPlan.standard().names]

    @property
    def matches(self) -> None:
        return None

    def find_many(self, home_id: Ids, away_id: Ids, kickoff_s: NDArray[np.float64]) -> KnownFixtures:
        found = KnownFixtures.none(len(home_id))
        for i, (home, away, second) in enumerate(zip(home_id, away_id, kickoff_s.tolist(), strict=True)):
            known = self.find(home, away, datetime.fromtimestamp(second, UTC))
            if known is None:
                continue
            found.known[i] = True
            found.day_only[i] = known.fixture.kickoff_utc is None
            found.starts_s[i] = known.starts_at.timestamp()
            found.day[i] = (known.fixture.date - EPOCH).days
            found.competition_id[i] = known.fixture.competition_id or ""
            found.neutral[i] = np.nan if known.fixture.neutral is None else known.fixture.neutral
        return found

    def latest_leagues(self, club_id: Ids, as_of_s: NDArray[np.int64]) -> list[str | None]:
        return [self.clubs.get(name, UNSEEN).league_id for name in club_id]

    def sides(self, fixtures: Fixtures, ignored: Ignored | None = None) -> Sides:
        unknown = Places.of(fixtures.home_id, [])
        return Sides(self._states(fixtures.home_id), self._states(fixtures.away_id), unknown, unknown)

    def rows(self, fixtures: Fixtures, sides: Sides) -> NDArray[np.float64]:
        one = np.array([self.values.get(name, np.nan) for name in ColumnPlan.standard().names])
        return np.tile(one, (len(fixtures), 1))

    def absentees(self, club_id: str, day: int, as_of_s: int) -> list[Absentee] | None:
        return None

    def players_told_of(self, club_id: str, as_of_s: int) -> list[Absentee]:
        return []

    def state(self, club_id: str, as_of: datetime) -> ClubState:
        return self._states(np.array([club_id], dtype=object))

    def ratings(self, club_id: str, as_of: datetime, months: int) -> list[RatingPoint]:
        return []

    def _states(self, club_id: Ids) -> ClubState:
        states = ClubState.empty(len(club_id))
        for i, name in enumerate(club_id):
            known = self.clubs.get(name, UNSEEN)
            states.unknown_results[i] = known.fixtures_without_result
            if known.newest_result is not None:
                states.last_result_day[i] = (known.newest_result - EPOCH).days
        return states


def strength_alone() -> OutcomeModel:
    """The expected goals' own outcome probabilities, slightly recalibrated."""
    return OutcomeModel(
        feature_names=EXPECTED_GOALS,
        rho=-0.05,
        calibration=Calibration(1.05, (0.02, -0.01, -0.01)),
        shift=None,
        shift_features=(),
    )


def facts(source: Source = "champion") -> ModelFacts:
    return ModelFacts(
        version="2026-02-01-test",
        source=source,
        trained_at=datetime(2026, 2, 2, 9, 30, tzinfo=UTC),
        snapshot="0123456789abcdef",
        metrics={"rps": 0.199},
    )


def predictor(knowledge: FakeKnowledge | None = None, *, now: datetime = NOW) -> Predictor:
    return Predictor(
        strength_alone(),
        facts(),
        knowledge or FakeKnowledge(),
        load_registry(),
        load_competitions(),
        clock=lambda: now,
    )
