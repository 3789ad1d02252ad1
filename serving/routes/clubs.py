"""`GET /v1/clubs`."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from serving.dependencies import QUERY_PROBLEMS, Loaded
from serving.schemas import NAME_LENGTH, ClubList

MAX_CLUBS: Final = 100

router = APIRouter(tags=["clubs"])


@router.get("/v1/clubs", summary="Find clubs", responses=QUERY_PROBLEMS)
async def clubs(
    predictor: Loaded,
    q: Annotated[
        str, Query(max_length=NAME_LENGTH, description="Name, alias or part of one; empty lists all by name.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_CLUBS, description="How many to list at most.")] = 20,
) -> ClubList:
    """Clubs whose name or alias is like `q`, best first."""
    return ClubList(clubs=predictor.clubs(q, limit))
