"""`POST /v1/scenarios/grid`."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from serving.dependencies import BODY_PROBLEMS, Loaded, json_only
from serving.grid_schemas import GridAnswer, GridRequest

router = APIRouter(tags=["scenarios"])


@router.post(
    "/v1/scenarios/grid",
    summary="Vary a match",
    response_model=GridAnswer,
    responses=BODY_PROBLEMS,
    dependencies=[Depends(json_only)],
)
async def grid(asked: GridRequest, predictor: Loaded) -> Response:
    """One fixture under every combination of one or two changes: rest, journeys, absences, results ignored."""
    return Response(predictor.grid(asked).model_dump_json(), media_type="application/json")
