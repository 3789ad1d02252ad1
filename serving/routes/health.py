"""`GET /health/live` and `/health/ready`."""

from fastapi import APIRouter

from serving.dependencies import PROBLEMS, Loaded
from serving.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/health/live", summary="Is the process alive?")
async def live() -> Health:
    """Always `ok`: the process answers."""
    return Health(status="ok", reasons=[])


@router.get("/health/ready", summary="Can it answer?", responses=PROBLEMS)
async def ready(predictor: Loaded) -> Health:
    """`ok`, or `degraded` with reasons (it answers all the same); 503 with the reason while no model is loaded."""
    return predictor.health()
