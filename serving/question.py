"""From a request to a question: names resolved, the data consulted, every default decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from football.clubs import Club
from football.competitions import Competition, resolve_competition
from football.errors import InvalidValueError
from serving.directory import ClubDirectory
from serving.fields import rfc3339
from serving.inference import infer_competition
from serving.knowledge import BeforeCutError, Fixture, Knowledge, KnownFixture
from serving.request_schemas import PredictionRequest
from serving.ties import Tie

Infer = Callable[[str, str, str | None], Competition | None]


@dataclass(frozen=True)
class Wants:
    """What is wanted of an answer beyond the usual, as the request has it."""

    score_grid: bool = False
    explain: bool = False
    tie: Tie | None = None
    odds: tuple[float, float, float] | None = None

    @staticmethod
    def of(request: PredictionRequest, competition: Competition | None, day: date) -> "Wants":
        """What a request wants of a match in a competition on a day."""
        if not (request.score_grid or request.explain or request.knockout or request.first_leg or request.odds):
            return THE_USUAL
        tie = None
        if request.knockout or request.first_leg is not None:
            first = request.first_leg
            lead = None if first is None else (first.home_goals, first.away_goals)
            tie = Tie.of(lead, competition, day)
        odds = request.odds
        return Wants(
            score_grid=request.score_grid,
            explain=request.explain,
            tie=tie,
            odds=None if odds is None else (odds.home, odds.draw, odds.away),
        )


THE_USUAL: Final = Wants()
"""Of an answer of which nothing more is wanted."""


class Question(NamedTuple):
    """A fixture to answer; `competition_inferred` if neither the request nor the data named the competition."""

    home: Club
    away: Club
    competition: Competition | None
    competition_inferred: bool
    fixture: Fixture
    kickoff: datetime
    as_of: datetime
    wants: Wants = THE_USUAL


def understand(
    request: PredictionRequest,
    directory: ClubDirectory,
    knowledge: Knowledge,
    competitions: Mapping[str, Competition],
    now: datetime,
    infer: Infer | None = None,
) -> Question:
    """The question that a request asks.

    What the request says comes first, then what the data say of this fixture (the same clubs within a day), then
    what can be inferred.

    Args:
        request: what was asked.
        directory: finds clubs.
        knowledge: the data.
        competitions: all competitions by id.
        now: the present moment, UTC.
        infer: `infer_competition` with these competitions, where answers are kept.

    Raises:
        UnclearClubError: a club name finds no club, or more than one.
        BeforeCutError: a moment before what is known.
        InvalidValueError: one club against itself, an unknown competition, an `as_of` after the kick-off.
    """
    home = directory.resolve(request.home, "home")
    away = directory.resolve(request.away, "away")
    if home.id == away.id:
        raise other_club(request.away, home)
    given = None if request.competition is None else resolve_competition(request.competition)
    known = knowledge.find(home.id, away.id, request.kickoff)
    day_only = known is not None and known.fixture.kickoff_utc is None
    starts_at = known.starts_at if known is not None and day_only else request.kickoff
    as_of = _as_of(request.as_of, starts_at, knowledge, now)
    competition = given or _in_data(known, competitions)
    inferred = None
    if competition is None:
        league_id = knowledge.situation(home.id, as_of).league_id
        facts = (home.country, away.country, league_id)
        inferred = infer_competition(*facts, competitions) if infer is None else infer(*facts)
        competition = inferred
    if known is not None:
        competition_id = None if competition is None else competition.id
        fixture = known.fixture._replace(
            competition_id=competition_id,
            kickoff_utc=None if day_only else request.kickoff,
            # What the data's round tells is of the data's competition.
            knock_out=known.fixture.knock_out if competition_id == known.fixture.competition_id else None,
        )
    else:
        fixture = _new_fixture(home, away, competition, request.kickoff)
    if request.neutral is not None:
        fixture = fixture._replace(neutral=request.neutral)
    wants = Wants.of(request, competition, fixture.date)
    return Question(home, away, competition, inferred is not None, fixture, request.kickoff, as_of, wants)


def other_club(away: str, home: Club) -> InvalidValueError:
    """The home club was named as its own opponent."""
    return InvalidValueError("away", away, f"another club than the home side, {home.name} ({home.id})")


def not_after_start(as_of: datetime, starts_at: datetime) -> InvalidValueError:
    """An `as_of` after the start."""
    return InvalidValueError("as_of", rfc3339(as_of), f"a moment not after the start, {rfc3339(starts_at)}")


def before_cut(field: str, moment: datetime, cut: datetime) -> BeforeCutError:
    """A moment before all that is known."""
    return BeforeCutError(
        field,
        rfc3339(moment),
        f"a moment after {rfc3339(cut)}: the model that is loaded knows only its own data cut; "
        "run `awayday sync`, `awayday train` and `awayday promote` to answer for any moment",
    )


def too_little_known(as_of: datetime) -> InvalidValueError:
    """Nothing tells of the clubs' strength yet."""
    return InvalidValueError("as_of", rfc3339(as_of), "a moment for which the data hold enough earlier results")


def _as_of(given: datetime | None, starts_at: datetime, knowledge: Knowledge, now: datetime) -> datetime:
    if given is not None and given > starts_at:
        raise not_after_start(given, starts_at)
    cut = knowledge.cut
    if not knowledge.point_in_time:
        for field, moment in (("kickoff", starts_at), ("as_of", given)):
            if moment is not None and moment < cut:
                raise before_cut(field, moment, cut)
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
