"""`GET /health/live` and `/health/ready`."""

from fastapi import APIRouter, Request

from serving.dependencies import PROBLEMS, Loaded, live_model
from serving.model_schemas import Health
from serving.store import Store

router = APIRouter(tags=["health"])


@router.get("/health/live", summary="Is the process alive?")
async def health_live() -> Health:
    """Always `ok`: the process answers."""
    return Health(status="ok", reasons=[])


@router.get("/health/ready", summary="Can it answer?", responses=PROBLEMS)
async def health_ready(request: Request, predictor: Loaded) -> Health:
    """`ok`, or `degraded` with reasons (it answers all the same); 503 with the reason while no model is loaded."""
    health = live_model(request).health(predictor)
    store: Store | None = request.app.state.store
    reasons = [*health.reasons, *(store.reasons() if store is not None else ())]
    return Health(status="degraded" if reasons else "ok", reasons=reasons)
