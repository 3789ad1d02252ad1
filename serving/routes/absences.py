"""`/v1/clubs/{id}/absences`: who is absent, told by people, read by everybody."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from football.told_words import ClubAbsences
from serving import problems
from serving.absence_schemas import ClubAbsencesAnswer, Speaker, TellAbsence, TellAbsences
from serving.auth import TOKEN_PROBLEMS, require_token
from serving.club_schemas import ClubAnswer
from serving.dependencies import QUERY_PROBLEMS, Loaded, Responses, json_only, known_parameters
from serving.field_errors import echo
from serving.fields import NAME_LENGTH, Moment, PrintableName
from serving.store import Store
from serving.storing import Stored

if TYPE_CHECKING:
    from football.told_absences import ToldAbsences

router = APIRouter(tags=["absences"], dependencies=[Depends(known_parameters)])

_PROBLEMS: Final[Responses] = {
    404: {"model": problems.Problem, "description": "No such club, or no such absence"},
    **QUERY_PROBLEMS,
    503: {"model": problems.Problem, "description": "No model is loaded, or the database is away; nothing was stored"},
}
_BODY_PROBLEMS: Final[Responses] = {
    400: {"model": problems.Problem, "description": "The body is not JSON"},
    413: {"model": problems.Problem, "description": "The body is too large"},
    415: {"model": problems.Problem, "description": "The body is not declared as JSON"},
}


async def _club(
    predictor: Loaded,
    club_id: Annotated[
        str, Path(alias="id", max_length=NAME_LENGTH, description="Id of the club.", examples=["esp-real-madrid"])
    ],
) -> ClubAnswer:
    return predictor.club(club_id)


Club = Annotated[ClubAnswer, Depends(_club)]
Player = Annotated[PrintableName, Path(description="Name of the player; capitals and accents do not matter.")]
SaidBy = Annotated[Speaker, Query(description="Who says so; stored with it.", examples=["joe"])]


@router.get("/v1/clubs/{id}/absences", summary="Who is absent", responses=_PROBLEMS)
async def list_absences(
    club: Club,
    store: Stored,
    as_of: Annotated[Moment | None, Query(description="Tell what was known at this moment; now if absent.")] = None,
    history: Annotated[bool, Query(description="List every word until then, too.")] = False,
) -> ClubAbsencesAnswer:
    """Absent and doubtful players as known at a moment, who said so and when, and whether anybody would have told."""
    moment = as_of or datetime.now(UTC)
    known = await to_thread.run_sync(store.known, club.id, moment)
    return ClubAbsencesAnswer.of(club, moment, known, history=history)


@router.put(
    "/v1/clubs/{id}/absences",
    summary="Tell all absences",
    responses={**_BODY_PROBLEMS, **TOKEN_PROBLEMS, **_PROBLEMS},
    dependencies=[Depends(require_token), Depends(json_only)],
)
async def tell_absences(club: Club, store: Stored, told: TellAbsences) -> ClubAbsencesAnswer:
    """Say who is absent from a club: these players and nobody else. Used by the next prediction."""
    source = f"api:{told.said_by}"
    return await _told(club, store, lambda all_told: all_told.tell(club.id, told.words(), source, complete=True))


@router.delete(
    "/v1/clubs/{id}/absences",
    summary="Tell that nobody is absent",
    responses={**TOKEN_PROBLEMS, **_PROBLEMS},
    dependencies=[Depends(require_token)],
)
async def clear_absences(club: Club, store: Stored, said_by: SaidBy) -> ClubAbsencesAnswer:
    """Say that every player is available again. What was said before is superseded, not erased."""
    return await _told(club, store, lambda all_told: all_told.tell(club.id, [], f"api:{said_by}", complete=True))


@router.put(
    "/v1/clubs/{id}/absences/{player}",
    summary="Tell an absence",
    responses={**_BODY_PROBLEMS, **TOKEN_PROBLEMS, **_PROBLEMS},
    dependencies=[Depends(require_token), Depends(json_only)],
)
async def tell_absence(club: Club, store: Stored, player: Player, told: TellAbsence) -> ClubAbsencesAnswer:
    """Say that a player is out, doubtful or suspended. It replaces earlier word on him and is used from now on."""
    source = f"api:{told.said_by}"
    return await _told(club, store, lambda all_told: all_told.tell(club.id, [told.word(player)], source))


@router.delete(
    "/v1/clubs/{id}/absences/{player}",
    summary="Tell that a player is available again",
    response_model=ClubAbsencesAnswer,
    responses={**TOKEN_PROBLEMS, **_PROBLEMS},
    dependencies=[Depends(require_token)],
)
async def clear_absence(
    request: Request, club: Club, store: Stored, player: Player, said_by: SaidBy
) -> ClubAbsencesAnswer | Response:
    """Say that a player is available again; a 404 if he was not absent. What was said is superseded, not erased."""
    known = await to_thread.run_sync(store.available, club.id, player, f"api:{said_by}")
    if known is None:
        listed = [stored.word.player for stored in (await to_thread.run_sync(store.known, club.id)).absent]
        detail = f"{club.name} misses nobody of the name {echo(player)}; absent: {', '.join(listed) or 'nobody'}"
        return problems.problem(404, "no-such-absence", "No such absence", detail, request=request)
    return ClubAbsencesAnswer.of(club, datetime.now(UTC), known)


async def _told(club: ClubAnswer, store: Store, tell: "Callable[[ToldAbsences], ClubAbsences]") -> ClubAbsencesAnswer:
    known = await to_thread.run_sync(store.change, tell)
    return ClubAbsencesAnswer.of(club, datetime.now(UTC), known)
