"""`GET /metrics`."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from serving.dependencies import live_model
from serving.metrics import CONTENT_TYPE

router = APIRouter(tags=["health"])


@router.get("/metrics", summary="Counts for Prometheus", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Requests, predictions, the model, its reloads and the process, in Prometheus's text format."""
    return Response(live_model(request).metrics.text(), headers={"Content-Type": CONTENT_TYPE})
