"""The HTTP service: routes over a `Predictor`, which is loaded once when the service starts."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

import structlog
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import JsonValue
from starlette.exceptions import HTTPException
from starlette.responses import Response

from football.errors import AwaydayError, UnclearClubError
from serving import problems
from serving.dependencies import predictor_of
from serving.middleware import RequestContext
from serving.options import ServiceOptions
from serving.predictor import Predictor
from serving.routes import clubs, health, model, page, predictions

ROUTES: Final = (predictions, clubs, model, health, page)
"""Modules that have a `router`, in the order of the description."""

_DESCRIPTION: Final = (
    "How likely is each result of a football match, and why: strength, form, rest, travel and injuries of both "
    "sides, across leagues, as known before the kick-off. Probabilities are for 90 minutes plus stoppage time. "
    "Errors are problem details (RFC 9457)."
)

log = structlog.get_logger("serving")


def create_app(
    load_predictor: Callable[[], Predictor], *, options: ServiceOptions | None = None, version: str = "0"
) -> FastAPI:
    """The service as an ASGI application.

    Args:
        load_predictor: called once, in a thread, when the service starts. An `AwaydayError` from it leaves the service
            up but not ready: `/health/ready` and every prediction say why.
        options: how the service behaves; None for the defaults.
        version: version of the interface, shown in its description.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.predictor = None
        app.state.failure = "still loading"
        try:
            app.state.predictor = await to_thread.run_sync(load_predictor)
            app.state.failure = None
        except AwaydayError as error:
            app.state.failure = str(error)
            log.error("predictor_not_loaded", reason=str(error))
        yield

    app = FastAPI(
        title="Awayday",
        version=version,
        description=_DESCRIPTION,
        lifespan=lifespan,
        # The stock pages load their scripts from elsewhere; the page at / needs no network.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.options = options or ServiceOptions()
    app.add_middleware(RequestContext)
    _handle_errors(app)
    for topic in ROUTES:
        app.include_router(topic.router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _handle_errors(app: FastAPI) -> None:
    async def validation(request: Request, error: Exception) -> Response:
        return problems.of_validation(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 415:
            return problems.of_media_type(request)
        if error.status_code == 400:
            return problems.malformed(request, "it cannot be read (too deep, or not UTF-8)")
        return problems.of_http(request, error.status_code, error.detail, error.headers)

    async def awayday(request: Request, error: Exception) -> Response:
        assert isinstance(error, AwaydayError)
        candidates = (
            [predictor_of(request).club(club_id) for club_id in error.candidates]
            if isinstance(error, UnclearClubError)
            else []
        )
        return problems.of_awayday(request, error, candidates)

    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(AwaydayError, awayday)


def _openapi(app: FastAPI) -> dict[str, JsonValue]:
    """FastAPI's description, with errors under the media type that they are sent in."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    content: Mapping[str, JsonValue] = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        response["content"] = {problems.MEDIA_TYPE: content["application/json"]}
        app.openapi_schema = schema
    return app.openapi_schema
