"""From a request to a question: names resolved, the data consulted, every default decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from football.clubs import Club
from football.competitions import Competition, resolve_competition
from football.errors import InvalidValueError
from serving.directory import ClubDirectory
from serving.inference import infer_competition
from serving.knowledge import BeforeCutError, Fixture, Knowledge, KnownFixture
from serving.schemas import PredictionRequest


@dataclass(frozen=True)
class Question:
    """A fixture to answer; `competition_inferred` if neither the request nor the data named the competition."""

    home: Club
    away: Club
    competition: Competition | None
    competition_inferred: bool
    fixture: Fixture
    kickoff: datetime
    as_of: datetime


def understand(
    request: PredictionRequest,
    directory: ClubDirectory,
    knowledge: Knowledge,
    competitions: Mapping[str, Competition],
    now: datetime,
) -> Question:
    """The question that a request asks.

    What the request says comes first, then what the data say of this fixture (the same clubs within a day), then
    what can be inferred.

    Raises:
        UnclearClubError: a club name finds no club, or more than one.
        BeforeCutError: a moment before what is known.
        InvalidValueError: one club against itself, an unknown competition, an `as_of` after the kick-off.
    """
    home = directory.resolve(request.home, "home")
    away = directory.resolve(request.away, "away")
    if home.id == away.id:
        raise InvalidValueError("away", request.away, f"another club than the home side, {home.name} ({home.id})")
    given = None if request.competition is None else resolve_competition(request.competition)
    known = knowledge.find(home.id, away.id, request.kickoff)
    day_only = known is not None and known.fixture.kickoff_utc is None
    starts_at = known.starts_at if known is not None and day_only else request.kickoff
    as_of = _as_of(request.as_of, starts_at, knowledge, now)
    competition = given or _in_data(known, competitions)
    inferred = None
    if competition is None:
        league_id = knowledge.situation(home.id, as_of).league_id
        inferred = infer_competition(home.country, away.country, league_id, competitions)
        competition = inferred
    if known is not None:
        fixture = replace(
            known.fixture,
            competition_id=None if competition is None else competition.id,
            kickoff_utc=None if day_only else request.kickoff,
        )
    else:
        fixture = _new_fixture(home, away, competition, request.kickoff)
    if request.neutral is not None:
        fixture = replace(fixture, neutral=request.neutral)
    return Question(home, away, competition, inferred is not None, fixture, request.kickoff, as_of)


def _as_of(given: datetime | None, starts_at: datetime, knowledge: Knowledge, now: datetime) -> datetime:
    if given is not None and given > starts_at:
        raise InvalidValueError("as_of", given.isoformat(), f"a moment not after the start, {starts_at.isoformat()}")
    cut = knowledge.cut
    if not knowledge.point_in_time:
        for field, moment in (("kickoff", starts_at), ("as_of", given)):
            if moment is not None and moment < cut:
                raise BeforeCutError(
                    field,
                    moment.isoformat(),
                    f"a moment after {cut.isoformat()}: the model that is loaded knows only its own data cut; "
                    "run `awayday sync`, `awayday train` and `awayday promote` to answer for any moment",
                )
    if given is not None:
        return given
    # Results in the data are proof that their time has passed, whatever the clock says.
    return min(starts_at, max(now, cut))


def _in_data(known: KnownFixture | None, competitions: Mapping[str, Competition]) -> Competition | None:
    if known is None or known.fixture.competition_id is None:
        return None
    return competitions.get(known.fixture.competition_id)


def _new_fixture(home: Club, away: Club, competition: Competition | None, kickoff: datetime) -> Fixture:
    zone = ZoneInfo(competition.time_zone) if competition is not None else UTC
    return Fixture(
        home_id=home.id,
        away_id=away.id,
        competition_id=None if competition is None else competition.id,
        date=kickoff.astimezone(zone).date(),
        kickoff_utc=kickoff,
        neutral=False,
    )
