"""`POST /v1/admin/reload`."""

from fastapi import APIRouter, Depends, Request

from serving import problems
from serving.auth import TOKEN_PROBLEMS, require_token
from serving.dependencies import live_model
from serving.model_schemas import ModelDetails

router = APIRouter(tags=["admin"])


@router.post(
    "/v1/admin/reload",
    summary="Load the model anew",
    responses={409: {"model": problems.Problem, "description": "The newer model was refused"}, **TOKEN_PROBLEMS},
    dependencies=[Depends(require_token)],
)
async def reload_model(request: Request) -> ModelDetails:
    """Load the present champion and the newest matches at once, and answer with the model that is loaded now.

    The service looks for both by itself every so often. Requests go on meanwhile; a model that cannot be loaded or
    fails its self-check is refused, and the one before answers on.
    """
    return (await live_model(request).reload()).model_details()
