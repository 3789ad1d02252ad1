"""`GET /v1/competitions`."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from serving.browse_schemas import CompetitionList
from serving.caching import UNCHANGED, cached
from serving.dependencies import PROBLEMS, Loaded

COMPETITIONS_SECONDS: Final = 300

router = APIRouter(tags=["competitions"])


@router.get(
    "/v1/competitions",
    summary="List competitions",
    response_model=CompetitionList,
    responses={**UNCHANGED, **PROBLEMS},
)
async def competitions(request: Request, predictor: Loaded) -> Response:
    """Every competition that fixtures can be of, and how much of each the data know."""
    return cached(request, predictor.browser.competitions(), seconds=COMPETITIONS_SECONDS)
