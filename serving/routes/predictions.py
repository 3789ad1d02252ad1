"""`POST /v1/predictions`."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response
from starlette.types import Scope

from serving.dependencies import BODY_PROBLEMS, Loaded, json_only
from serving.live import LiveModel
from serving.predictor import Predictor
from serving.schemas import Prediction, PredictionRequest

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
    return Response(respond(request.scope, predictor, fixture), media_type="application/json")


def respond(scope: Scope, predictor: Predictor, fixture: PredictionRequest) -> bytes:
    """The answer's JSON, counted; whichever way the request came, see `serving.shortcut`."""
    # Written straight from the answer; that it meets `Prediction` is for tests to show.
    content = predictor.predict_json(fixture)
    live: LiveModel = scope["app"].state.live
    live.metrics.predicted()
    return content
