"""The HTTP service: routes over a `Predictor`, which is loaded once when the service starts."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Annotated, Final

import structlog
from anyio import to_thread
from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import JsonValue
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from football.errors import AwaydayError, NoDataError, UnclearClubError
from serving import problems
from serving.middleware import RequestContext
from serving.predictor import Predictor
from serving.schemas import NAME_LENGTH, ClubList, Health, ModelDetails, Prediction, PredictionRequest

MAX_CLUBS: Final = 100

_DESCRIPTION: Final = (
    "How likely is each result of a football match, and why: strength, form, rest, travel and injuries of both "
    "sides, across leagues, as known before the kick-off. Probabilities are for 90 minutes plus stoppage time. "
    "Errors are problem details (RFC 9457)."
)

log = structlog.get_logger("serving")


def create_app(load_predictor: Callable[[], Predictor], *, version: str = "0") -> FastAPI:
    """The service as an ASGI application.

    Args:
        load_predictor: called once, in a thread, when the service starts. An `AwaydayError` from it leaves the service
            up but not ready: `/health/ready` and every prediction say why.
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
    app.add_middleware(RequestContext)
    _handle_errors(app)
    _add_routes(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _predictor(request: Request) -> Predictor:
    predictor: Predictor | None = request.app.state.predictor
    if predictor is None:
        raise NoDataError(f"No model is loaded: {request.app.state.failure}")
    return predictor


async def _json_only(request: Request) -> None:
    kind = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if not (kind.startswith("application/") and (kind.endswith("/json") or kind.endswith("+json"))):
        raise HTTPException(415)


async def _loaded(request: Request) -> Predictor:
    return _predictor(request)


Loaded = Annotated[Predictor, Depends(_loaded)]

_PROBLEMS: Final[dict[int | str, dict[str, object]]] = {
    503: {"model": problems.Problem, "description": "No model is loaded"},
}
_BODY_PROBLEMS: Final[dict[int | str, dict[str, object]]] = {
    400: {"model": problems.Problem, "description": "The body is not JSON"},
    409: {"model": problems.Problem, "description": "A moment before the data cut of the embedded model"},
    413: {"model": problems.Problem, "description": "The body is too large"},
    415: {"model": problems.Problem, "description": "The body is not declared as JSON"},
    422: {"model": problems.Problem, "description": "A field is not as expected, or a club is unclear"},
    **_PROBLEMS,
}


def _add_routes(app: FastAPI) -> None:
    home_page = files("serving").joinpath("web/index.html").read_text(encoding="utf-8")

    @app.post(
        "/v1/predictions",
        summary="Predict a match",
        tags=["predictions"],
        response_model=Prediction,
        responses=_BODY_PROBLEMS,
        dependencies=[Depends(_json_only)],
    )
    async def predict(fixture: PredictionRequest, predictor: Loaded) -> Response:
        """Chances of home win, draw and away win, with the score distribution and the features behind them."""
        # Written straight from the answer; that it meets `Prediction` is for tests to show.
        return Response(predictor.predict_json(fixture), media_type="application/json")

    @app.get(
        "/v1/clubs",
        summary="Find clubs",
        tags=["clubs"],
        responses={422: {"model": problems.Problem, "description": "A parameter is not as expected"}, **_PROBLEMS},
    )
    async def clubs(
        predictor: Loaded,
        q: Annotated[
            str, Query(max_length=NAME_LENGTH, description="Name, alias or part of one; empty lists all by name.")
        ] = "",
        limit: Annotated[int, Query(ge=1, le=MAX_CLUBS, description="How many to list at most.")] = 20,
    ) -> ClubList:
        """Clubs whose name or alias is like `q`, best first."""
        return ClubList(clubs=predictor.clubs(q, limit))

    @app.get("/v1/model", summary="Describe the model", tags=["model"], responses=_PROBLEMS)
    async def model(predictor: Loaded) -> ModelDetails:
        """Which model answers, what it was trained on and how well it did."""
        return predictor.model_details()

    @app.get("/health/live", summary="Is the process alive?", tags=["health"])
    async def live() -> Health:
        """Always `ok`: the process answers."""
        return Health(status="ok", reasons=[])

    @app.get("/health/ready", summary="Can it answer?", tags=["health"], responses=_PROBLEMS)
    async def ready(predictor: Loaded) -> Health:
        """`ok`, or `degraded` with reasons (it answers all the same); 503 with the reason while no model is loaded."""
        return predictor.health()

    @app.get("/", include_in_schema=False)
    async def home() -> HTMLResponse:
        return HTMLResponse(home_page)


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
            [_predictor(request).club(club_id) for club_id in error.candidates]
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
