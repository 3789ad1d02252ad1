"""The HTTP service put together: routes, what surrounds them, and the model that they ask."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from football.errors import AwaydayError, UnclearClubError
from serving import problems
from serving.dependencies import predictor_of
from serving.description import describe, name_operations
from serving.fast_lane import FastLane
from serving.live import LiveModel, Renewal
from serving.middleware import HEADER, RequestContext
from serving.options import ServiceOptions
from serving.predictor import Predictor
from serving.routes import (
    absences,
    admin,
    batch,
    club_pages,
    clubs,
    competitions,
    fixtures,
    health,
    model,
    monitoring,
    outlook,
    page,
    predictions,
    scenarios,
    track_record,
)
from serving.shortcut import Shortcut
from serving.store import Store

ROUTES: Final = (
    *(predictions, batch, scenarios, fixtures, clubs, club_pages, competitions, outlook),
    *(absences, track_record, model, health, monitoring, admin, page),
)
"""Modules that have a `router`, in the order of the description."""

_DESCRIPTION: Final = (
    "How likely is each result of a football match, and why: strength, form, rest, travel and injuries of both "
    "sides, across leagues, as known before the kick-off. Probabilities are for 90 minutes plus stoppage time. "
    "Errors are problem details (RFC 9457)."
)


def create_app(
    load_predictor: Callable[[], Predictor],
    *,
    renewal: Renewal | None = None,
    store: Store | None = None,
    options: ServiceOptions | None = None,
    version: str = "0",
) -> FastAPI:
    """The service as an ASGI application.

    Args:
        load_predictor: called in a thread when the service starts. An error from it leaves the service up but not
            ready: `/health/ready` and every prediction say why.
        renewal: where newer models come from while it runs; None if none are looked for.
        store: what is kept in SQL, absences and the log of predictions; None for a service that keeps nothing.
        options: how the service behaves; None for the defaults.
        version: version of the interface, shown in its description.
    """
    options = options or ServiceOptions()
    live = LiveModel(load_predictor, renewal, options.old_data_days)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await live.start()
        async with AsyncExitStack() as stack:
            if store is not None:
                live.metrics.log = store.log
                live.metrics.watch_steps = store.watch_steps
                live.metrics.log_queue.set_function(lambda: store.log.waiting)
                await to_thread.run_sync(store.start, live.use_absences)
                stack.push_async_callback(to_thread.run_sync, store.close)
            if renewal is not None and options.reload_seconds > 0:
                watching = asyncio.create_task(live.watch(options.reload_seconds))
                stack.callback(watching.cancel)
            yield

    app = FastAPI(
        title="Awayday",
        version=version,
        description=_DESCRIPTION,
        lifespan=lifespan,
        # The stock pages load their scripts from elsewhere; ours are among the routes and need no network.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Looks at the environment thrice for every request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.options = options
    app.state.live = live
    app.state.store = store
    app.state.fast_lane = FastLane(app.state, predictions.PATH, predictions.respond)
    app.add_middleware(Shortcut, path=predictions.PATH, route=predictions.router.routes[0], respond=predictions.respond)
    app.add_middleware(RequestContext, metrics=live.metrics, options=options)
    if options.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.cors_origins,
            allow_methods=("GET", "POST", "PUT", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "If-None-Match", HEADER),
            expose_headers=("ETag", HEADER),
            max_age=600,
        )
    _handle_errors(app)
    for topic in ROUTES:
        # Not included, but taken over: an included router is matched anew for every request, which costs it a tenth.
        app.router.routes.extend(topic.router.routes)
    name_operations(app.routes)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.middleware_stack = _ours(app.build_middleware_stack())
    return app


def _ours(stack: ASGIApp) -> ASGIApp:
    """What surrounds the routes, without FastAPI's own layers around that: they catch and limit what `RequestContext`
    has caught and limited, and every request would pass them."""
    layer: Any = stack
    while not isinstance(layer, RequestContext | CORSMiddleware):
        layer = layer.app
    return layer


def _handle_errors(app: FastAPI) -> None:
    async def validation(request: Request, error: Exception) -> Response:
        return problems.of_validation(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 415:
            return problems.of_media_type(request)
        if error.status_code == 400:
            ours = error.detail != "There was an error parsing the body"
            return problems.malformed(request, error.detail if ours else "it cannot be read (too deep, or not UTF-8)")
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
