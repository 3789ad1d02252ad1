"""`GET /v1/competitions`."""

from fastapi import APIRouter

from serving.browse_schemas import CompetitionList
from serving.dependencies import PROBLEMS, Loaded

router = APIRouter(tags=["competitions"])


@router.get("/v1/competitions", summary="List competitions", responses=PROBLEMS)
async def competitions(predictor: Loaded) -> CompetitionList:
    """Every competition that fixtures can be of, and how much of each the data know."""
    return predictor.browser.competitions()
