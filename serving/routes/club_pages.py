"""`GET /v1/clubs/{id}`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from serving import problems
from serving.browse_schemas import FEW_MATCHES, MOST_MATCHES, MOST_MONTHS, ClubPage
from serving.dependencies import POINT_IN_TIME_PROBLEMS, Loaded, known_parameters
from serving.fields import NAME_LENGTH, Moment

router = APIRouter(tags=["clubs"], dependencies=[Depends(known_parameters)])


@router.get(
    "/v1/clubs/{id}",
    summary="Describe a club",
    responses={
        **POINT_IN_TIME_PROBLEMS,
        404: {"model": problems.Problem, "description": "No club has this id; the problem names some that come near"},
    },
)
def club(
    predictor: Loaded,
    club_id: Annotated[str, Path(alias="id", max_length=NAME_LENGTH, description="Club id.", examples=["kaz-kairat"])],
    as_of: Annotated[
        Moment | None, Query(description="What was known at this moment, with its time zone; now if absent.")
    ] = None,
    months: Annotated[int, Query(ge=0, le=MOST_MONTHS, description="Months of ratings.")] = 24,
    matches: Annotated[
        int, Query(ge=0, le=MOST_MATCHES, description="How many next and how many last matches to list at most.")
    ] = FEW_MATCHES,
) -> ClubPage:
    """Where a club is at home, its form, its ratings through time, next and last matches, and who is absent."""
    return predictor.browser.club(club_id, as_of, months, matches)
