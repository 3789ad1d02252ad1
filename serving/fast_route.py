"""A route that answers good requests straight away, and leaves every other one to FastAPI.

FastAPI's own way to a handler (dependencies one by one, exit stacks, the body parsed and checked field by field) costs
more than a prediction. Here a JSON body that meets the request's model goes to the predictor at once. Whatever is not
so plain, from the wrong content type to a field that is not as expected, takes the usual way, so that errors are the
same in every case, and so is the description in OpenAPI.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import orjson
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from serving.predictor import Predictor
from serving.schemas import PredictionRequest

_JSON: Final = (b"application/json", b"application/json; charset=utf-8")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PredictionRoute(APIRoute):
    """`POST /v1/predictions`; the handler below it says the same in FastAPI's terms."""

    def get_route_handler(self) -> Handler:
        """The handler that FastAPI calls with each request."""
        usual: Handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            predictor: Predictor | None = request.app.state.predictor
            if predictor is None or not _says_json(request):
                return await usual(request)
            try:
                # The body stays with the request: the usual way can read it again.
                asked = PredictionRequest.model_validate(orjson.loads(await request.body()))
            except (orjson.JSONDecodeError, ValidationError):
                return await usual(request)
            return Response(predictor.predict_json(asked), media_type="application/json")

        return handle


def _says_json(request: Request) -> bool:
    kinds = [value for name, value in request.scope["headers"] if name == b"content-type"]
    return len(kinds) == 1 and kinds[0].lower() in _JSON
