"""`GET /v1/clubs`."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from serving.caching import UNCHANGED, cached
from serving.club_schemas import ClubList
from serving.dependencies import QUERY_PROBLEMS, Loaded, known_parameters
from serving.fields import NAME_LENGTH

MAX_CLUBS: Final = 100
CLUBS_SECONDS: Final = 300

_LINKS: Final[dict[int | str, dict[str, object]]] = {
    200: {
        "links": {
            "predict": {
                "operationId": "predict",
                "description": "A match of the first two clubs.",
                "requestBody": {
                    "home": "$response.body#/clubs/0/id",
                    "away": "$response.body#/clubs/1/id",
                    "kickoff": "2098-02-10T16:45:00Z",
                },
            }
        }
    }
}

router = APIRouter(tags=["clubs"], dependencies=[Depends(known_parameters)])


@router.get(
    "/v1/clubs", summary="Find clubs", response_model=ClubList, responses={**_LINKS, **UNCHANGED, **QUERY_PROBLEMS}
)
async def find_clubs(
    request: Request,
    predictor: Loaded,
    q: Annotated[
        str, Query(max_length=NAME_LENGTH, description="Name, alias or part of one; empty lists all by name.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_CLUBS, description="How many to list at most.")] = 20,
) -> Response:
    """Clubs whose name or alias is like `q`, best first."""
    return cached(request, ClubList(clubs=predictor.clubs(q, limit)), seconds=CLUBS_SECONDS)
