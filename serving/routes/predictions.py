"""`POST /v1/predictions`."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import State
from starlette.responses import Response

from serving.dependencies import BODY_PROBLEMS, Loaded, json_only
from serving.live import LiveModel
from serving.prediction_schemas import Prediction
from serving.predictor import Predictor
from serving.request_schemas import PredictionRequest
from serving.store import Store
from serving.storing import served

PATH = "/v1/predictions"

router = APIRouter(tags=["predictions"])


@router.post(
    PATH,
    summary="Predict a match",
    response_model=Prediction,
    responses=BODY_PROBLEMS,
    dependencies=[Depends(json_only)],
)
async def predict(fixture: PredictionRequest, request: Request, predictor: Loaded) -> Response:
    """Chances of home win, draw and away win, with the score distribution and the features behind them."""
    return Response(
        respond(request.app.state, predictor, fixture, request.state.request_id), media_type="application/json"
    )


def respond(state: State, predictor: Predictor, fixture: PredictionRequest, request_id: str) -> bytes:
    """The answer's JSON, counted and logged; whichever way the request came, see `serving.shortcut`."""
    question, outcomes, content = predictor.written(fixture)
    live: LiveModel = state.live
    live.metrics.predicted()
    store: Store | None = state.store
    if store is not None:
        store.log.add(
            served(
                question,
                outcomes,
                served_at=datetime.now(UTC),
                endpoint="predictions",
                request_id=request_id,
                version=predictor.version,
                snapshot=predictor.snapshot,
                # Whoever moves a slider asks what would be, and the same fixture a hundred times.
                hypothetical=fixture.as_of is not None or fixture.scenario is not None,
            )
        )
    return content
