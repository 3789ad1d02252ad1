"""Many requests to questions at once: the rules of `serving.question`, a column at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, ParamSpec, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from features.calendar import local_day
from features.fixtures import Fixtures
from football.clubs import Club
from football.competitions import Competition, resolve_competition
from football.errors import AwaydayError, InvalidValueError, UnclearClubError
from serving.directory import ClubDirectory
from serving.inference import infer_competition
from serving.knowledge import Knowledge
from serving.question import before_cut, not_after_start, other_club
from serving.request_schemas import FixtureRequest

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Flags = NDArray[np.bool_]
P = ParamSpec("P")
T = TypeVar("T")

MOST_GUESSES: Final = 500
"""Distinct names of one batch that are looked for beyond exact matches: each takes milliseconds."""

MANY_GUESSES: Final = (
    f"an id or an exact name: more than {MOST_GUESSES} names of this batch are none, and the rest is not guessed at; "
    "`GET /v1/clubs` finds ids"
)


@dataclass(frozen=True)
class Questions:
    """n fixtures to answer, one row each; `asked` (n,) is each one's place among the requests.

    `kickoff` and `as_of` are moments (UTC), `kickoff_s` the former in seconds since 1970; the other columns are as
    those of `serving.question.Question` and `features.fixtures.Fixtures`.
    """

    asked: Int
    home: list[Club]
    away: list[Club]
    competition: list[Competition | None]
    competition_inferred: Flags
    day_only: Flags
    kickoff: list[datetime]
    kickoff_s: Float
    as_of: list[datetime]
    fixtures: Fixtures

    def __len__(self) -> int:
        return len(self.asked)

    def take(self, rows: Int) -> Self:
        """Some of them, in the order asked for."""
        chosen = rows.tolist()
        return type(self)(
            asked=self.asked[rows],
            home=[self.home[i] for i in chosen],
            away=[self.away[i] for i in chosen],
            competition=[self.competition[i] for i in chosen],
            competition_inferred=self.competition_inferred[rows],
            day_only=self.day_only[rows],
            kickoff=[self.kickoff[i] for i in chosen],
            kickoff_s=self.kickoff_s[rows],
            as_of=[self.as_of[i] for i in chosen],
            fixtures=self.fixtures.take(rows),
        )


def understand_many(
    requests: Sequence[FixtureRequest],
    directory: ClubDirectory,
    knowledge: Knowledge,
    competitions: Mapping[str, Competition],
    now: datetime,
) -> tuple[Questions, dict[int, AwaydayError]]:
    """The questions that can be answered, and what is wrong with the other requests, by place."""
    refused: dict[int, AwaydayError] = {}
    asked, home, away, given = _names(requests, directory, refused)
    rows = [requests[i] for i in asked]
    home_id, away_id = (_objects([club.id for club in clubs]) for clubs in (home, away))
    kickoff_s = np.array([request.kickoff.timestamp() for request in rows], dtype=np.float64)
    known = knowledge.find_many(home_id, away_id, kickoff_s)
    starts_s = np.where(known.day_only, known.starts_s, kickoff_s)
    as_of, as_of_s, kept = _moments(rows, asked, starts_s, known.day_only, knowledge, now, refused)

    of_data = [competitions.get(name) if name else None for name in known.competition_id]
    competition = [first or second for first, second in zip(given, of_data, strict=True)]
    without = np.array([i for i in kept.tolist() if competition[i] is None], dtype=np.int64)
    inferred = np.zeros(len(rows), dtype=np.bool_)
    leagues = knowledge.latest_leagues(home_id[without], as_of_s[without])
    inferences: dict[tuple[str, str, str | None], Competition | None] = {}
    for i, league_id in zip(without.tolist(), leagues, strict=True):
        facts = (home[i].country, away[i].country, league_id)
        if facts not in inferences:
            inferences[facts] = infer_competition(*facts, competitions)
        competition[i] = inferences[facts]
        inferred[i] = competition[i] is not None

    day = known.day.copy()
    for i in np.flatnonzero(~known.known):
        of_row = competition[i]
        zone = "UTC" if of_row is None else of_row.time_zone
        day[i] = local_day(int(np.floor(kickoff_s[i])), zone)
    neutral = np.where(known.known, known.neutral, 0.0)
    competition_id = _objects(["" if of_row is None else of_row.id for of_row in competition])
    said = np.array([np.nan if request.neutral is None else float(request.neutral) for request in rows])
    fixtures = Fixtures(
        home_id=home_id,
        away_id=away_id,
        competition_id=competition_id,
        day=day,
        as_of_s=as_of_s,
        neutral=np.where(np.isnan(said), neutral, said),
        # What the data's round tells is of the data's competition.
        knock_out=np.where(competition_id == known.competition_id, known.knock_out, np.nan),
    )
    questions = Questions(
        asked=np.array(asked, dtype=np.int64),
        home=home,
        away=away,
        competition=competition,
        competition_inferred=inferred,
        day_only=known.day_only,
        kickoff=[request.kickoff for request in rows],
        kickoff_s=kickoff_s,
        as_of=as_of,
        fixtures=fixtures,
    )
    return (questions if len(kept) == len(rows) else questions.take(kept)), refused


def _names(
    requests: Sequence[FixtureRequest], directory: ClubDirectory, refused: dict[int, AwaydayError]
) -> tuple[list[int], list[Club], list[Club], list[Competition | None]]:
    guessed: set[str] = set()
    homes: dict[str, Club | AwaydayError] = {}
    aways: dict[str, Club | AwaydayError] = {}
    named: dict[str, Competition | AwaydayError] = {}

    def club(name: str, field: str) -> Club | AwaydayError:
        if not directory.has_exactly(name):
            if len(guessed) >= MOST_GUESSES and name not in guessed:
                return UnclearClubError(field, name, MANY_GUESSES, ())
            guessed.add(name)
        return _caught(directory.resolve, name, field)

    asked: list[int] = []
    home: list[Club] = []
    away: list[Club] = []
    given: list[Competition | None] = []
    for i, request in enumerate(requests):
        of_home = homes.get(request.home)
        if of_home is None:
            of_home = homes[request.home] = club(request.home, "home")
        of_away = aways.get(request.away)
        if of_away is None:
            of_away = aways[request.away] = club(request.away, "away")
        competition: Competition | AwaydayError | None = None
        if request.competition is not None:
            competition = named.get(request.competition)
            if competition is None:
                competition = named[request.competition] = _caught(resolve_competition, request.competition)
        # In the order in which a single request would be found wanting.
        if isinstance(of_home, AwaydayError):
            refused[i] = of_home
        elif isinstance(of_away, AwaydayError):
            refused[i] = of_away
        elif of_home.id == of_away.id:
            refused[i] = other_club(request.away, of_home)
        elif isinstance(competition, AwaydayError):
            refused[i] = competition
        else:
            asked.append(i)
            home.append(of_home)
            away.append(of_away)
            given.append(competition)
    return asked, home, away, given


def _moments(
    rows: Sequence[FixtureRequest],
    asked: Sequence[int],
    starts_s: Float,
    day_only: Flags,
    knowledge: Knowledge,
    now: datetime,
    refused: dict[int, AwaydayError],
) -> tuple[list[datetime], Int, Int]:
    """Each row's `as_of`, the same in seconds, and the rows whose moments can be answered for."""
    cut, always = knowledge.cut, knowledge.point_in_time
    newest = max(now, cut)
    cut_s, newest_s = cut.timestamp(), newest.timestamp()
    as_of, kept = [newest] * len(rows), []
    seconds = np.minimum(starts_s, newest_s)
    for i, (request, start_s) in enumerate(zip(rows, starts_s.tolist(), strict=True)):
        given = request.as_of
        starts_at = datetime.fromtimestamp(int(start_s), UTC) if day_only[i] else request.kickoff
        if given is not None and given > starts_at:
            refused[asked[i]] = not_after_start(given, starts_at)
            continue
        if not always and start_s < cut_s:
            refused[asked[i]] = before_cut("kickoff", starts_at, cut)
            continue
        if given is not None:
            if not always and given < cut:
                refused[asked[i]] = before_cut("as_of", given, cut)
                continue
            as_of[i] = given
            seconds[i] = given.timestamp()
        elif starts_at < newest:
            as_of[i] = starts_at
        kept.append(i)
    # Towards 0, as `int` does for one fixture.
    return as_of, np.trunc(seconds).astype(np.int64), np.array(kept, dtype=np.int64)


def _caught(find: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | AwaydayError:
    try:
        return find(*args, **kwargs)
    except InvalidValueError as error:
        return error


def _objects(values: Sequence[str]) -> NDArray[np.object_]:
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column
