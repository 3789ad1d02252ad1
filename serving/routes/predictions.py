"""`POST /v1/predictions`."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from serving.dependencies import BODY_PROBLEMS, Loaded, json_only
from serving.fast_route import PredictionRoute
from serving.schemas import Prediction, PredictionRequest

router = APIRouter(tags=["predictions"], route_class=PredictionRoute)


@router.post(
    "/v1/predictions",
    summary="Predict a match",
    response_model=Prediction,
    responses=BODY_PROBLEMS,
    dependencies=[Depends(json_only)],
)
async def predict(fixture: PredictionRequest, predictor: Loaded) -> Response:
    """Chances of home win, draw and away win, with the score distribution and the features behind them."""
    # Written straight from the answer; that it meets `Prediction` is for tests to show.
    return Response(predictor.predict_json(fixture), media_type="application/json")
