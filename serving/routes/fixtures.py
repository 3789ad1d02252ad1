"""`GET /v1/fixtures`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from serving.browse_schemas import MOST_DAYS, MOST_FIXTURES, FixtureList
from serving.dependencies import POINT_IN_TIME_PROBLEMS, Loaded, known_parameters
from serving.fields import Day, Moment, Name
from serving.requests import FixtureQuery

router = APIRouter(tags=["fixtures"], dependencies=[Depends(known_parameters)])


@router.get("/v1/fixtures", summary="List fixtures", responses=POINT_IN_TIME_PROBLEMS)
def fixtures(
    predictor: Loaded,
    first_day: Annotated[Day | None, Query(alias="from", description="First day; that of `as_of` if absent.")] = None,
    last_day: Annotated[
        Day | None,
        Query(alias="to", description=f"Last day, up to {MOST_DAYS} days after `from`; 7 days after it if absent."),
    ] = None,
    competition: Annotated[Name | None, Query(description="Competition, id or name; all if absent.")] = None,
    club: Annotated[Name | None, Query(description="Club that plays, id or name; all if absent.")] = None,
    as_of: Annotated[
        Moment | None,
        Query(description="List and predict what was known at this moment, with its time zone; now if absent."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_FIXTURES, description="How many to list at most.")] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="How many to leave out before.")] = 0,
) -> FixtureList:
    """Matches that the data know, in the order of their start, each with a prediction made before it.

    Scores are shown as far as they were known at `as_of`. The embedded model alone knows no fixtures: the list is empty
    then, and a note says how to get some.
    """
    return predictor.browser.fixtures(
        FixtureQuery(
            first_day=first_day,
            last_day=last_day,
            competition=competition,
            club=club,
            as_of=as_of,
            limit=limit,
            offset=offset,
        )
    )
