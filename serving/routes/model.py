"""`GET /v1/model`."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from serving.caching import UNCHANGED, cached
from serving.dependencies import PROBLEMS, Loaded
from serving.model_schemas import ModelDetails

router = APIRouter(tags=["model"])


@router.get("/v1/model", summary="Describe the model", response_model=ModelDetails, responses={**UNCHANGED, **PROBLEMS})
async def describe_model(request: Request, predictor: Loaded) -> Response:
    """Which model answers, what it was trained on and how well it did."""
    # Asked for again each time: a newer model may have come.
    return cached(request, predictor.model_details(), seconds=0)
