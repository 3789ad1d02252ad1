"""`GET /v1/competitions/{competition_id}/outlook`."""

from typing import Annotated, Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Path, Query, Request

from serving import problems
from serving.dependencies import QUERY_PROBLEMS, Loaded, Responses, known_parameters
from serving.fields import NAME_LENGTH, Moment
from serving.outlook_request import DEFAULT_SEASONS, DEFAULT_SEED, MOST_SEASONS, OutlookRequest
from serving.outlook_schemas import Outlook

AT_ONCE: Final = 1
"""Outlooks worked on at a time, each in a thread; those who ask for the same then find it done."""

MOST_SEED: Final = 2**32 - 1

_PROBLEMS: Final[Responses] = {
    409: {"model": problems.Problem, "description": "Only the embedded model is loaded, which knows no matches"},
    **QUERY_PROBLEMS,
}

router = APIRouter(tags=["competitions"], dependencies=[Depends(known_parameters)])


@router.get("/v1/competitions/{competition_id}/outlook", summary="How a season may end", responses=_PROBLEMS)
async def outlook(
    request: Request,
    predictor: Loaded,
    competition_id: Annotated[
        str, Path(max_length=NAME_LENGTH, description="Competition, id or name.", examples=["champions-league"])
    ],
    season: Annotated[
        str | None, Query(max_length=9, description="Season such as 2025-26; the newest if not given.")
    ] = None,
    as_of: Annotated[
        Moment | None, Query(description="Use only what was known at this moment; now, to the hour, if not given.")
    ] = None,
    seasons: Annotated[
        int, Query(ge=1, le=MOST_SEASONS, description="How many seasons to simulate: ten times as many take longer.")
    ] = DEFAULT_SEASONS,
    seed: Annotated[int, Query(ge=0, le=MOST_SEED, description="The same seed gives the same figures.")] = DEFAULT_SEED,
) -> Outlook:
    """Chances of each final place, of the title, of qualification and relegation, from simulated seasons.

    The answer is kept until the data change; the first one of an hour takes a second or two, with 100,000 seasons ten.
    """
    asked = OutlookRequest(competition_id, season, as_of, seasons, seed)
    return await to_thread.run_sync(predictor.outlooks.outlook, asked, limiter=_limiter(request))


def _limiter(request: Request) -> CapacityLimiter:
    """One for all outlooks of an application; it belongs to the event loop that it was made in."""
    state = request.app.state
    if not hasattr(state, "outlook_limiter"):
        state.outlook_limiter = CapacityLimiter(AT_ONCE)
    limiter: CapacityLimiter = state.outlook_limiter
    return limiter
