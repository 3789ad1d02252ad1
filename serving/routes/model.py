"""`GET /v1/model`."""

from fastapi import APIRouter

from serving.dependencies import PROBLEMS, Loaded
from serving.schemas import ModelDetails

router = APIRouter(tags=["model"])


@router.get("/v1/model", summary="Describe the model", responses=PROBLEMS)
async def model(predictor: Loaded) -> ModelDetails:
    """Which model answers, what it was trained on and how well it did."""
    return predictor.model_details()
