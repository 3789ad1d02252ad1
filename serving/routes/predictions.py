"""`POST /v1/predictions`."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from serving.dependencies import BODY_PROBLEMS, Loaded, json_only, live_model
from serving.schemas import Prediction, PredictionRequest
from serving.store import Store
from serving.storing import served

router = APIRouter(tags=["predictions"])


@router.post(
    "/v1/predictions",
    summary="Predict a match",
    response_model=Prediction,
    responses=BODY_PROBLEMS,
    dependencies=[Depends(json_only)],
)
async def predict(fixture: PredictionRequest, request: Request, predictor: Loaded) -> Response:
    """Chances of home win, draw and away win, with the score distribution and the features behind them."""
    answer = predictor.predict(fixture)
    live_model(request).metrics.predicted()
    store: Store | None = request.app.state.store
    if store is not None:
        store.log.add(
            served(
                answer,
                served_at=datetime.now(UTC),
                endpoint="predictions",
                request_id=request.scope["state"]["request_id"],
                snapshot=predictor.snapshot,
                hypothetical=fixture.as_of is not None,
            )
        )
    # Written here, once: the answer is already a checked `Prediction`, and the command line prints the same text.
    return Response(answer.model_dump_json(), media_type="application/json")
