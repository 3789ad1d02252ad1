"""What routes have in common: the loaded predictor, the check of the content type, and the problems they answer."""

import json
from collections import Counter
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from football.errors import InvalidValueError, NoDataError
from serving import problems
from serving.field_errors import echo
from serving.live import LiveModel
from serving.predictor import Predictor


def live_model(request: Request) -> LiveModel:
    """What holds the predictor, and the counters."""
    live: LiveModel = request.app.state.live
    return live


def predictor_of(request: Request) -> Predictor:
    """The predictor that answers now; NoDataError (a 503) if none is loaded."""
    live = live_model(request)
    if live.predictor is None:
        raise NoDataError(f"No model is loaded: {live.failure}")
    return live.predictor


async def _loaded(request: Request) -> Predictor:
    return predictor_of(request)


Loaded = Annotated[Predictor, Depends(_loaded)]
"""The predictor as a route's parameter: the same one to the end of the request."""


async def json_only(request: Request) -> None:
    """Dependency of routes with a body: a 415 unless it is declared as JSON, a 400 if a name in it stands twice."""
    kind = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if not (kind.startswith("application/") and (kind.endswith("/json") or kind.endswith("+json"))):
        raise HTTPException(415)
    # Which of two values counts is anybody's guess (RFC 8259, 4); the body is in memory already.
    json.loads(await request.body() or b"null", object_pairs_hook=_once)


async def known_parameters(request: Request) -> None:
    """Dependency of routes with filters: a 422 for a parameter that is none, which may be a filter with a slip."""
    route: APIRoute = request.scope["route"]
    names = [parameter.alias for parameter in route.dependant.query_params]
    for name, value in request.query_params.multi_items():
        if name not in names:
            expected = f"no parameter of this name; the parameters are {', '.join(names)}"
            raise InvalidValueError(str(echo(name)), value, expected)


def _once(pairs: list[tuple[str, object]]) -> None:
    names = dict(pairs)
    if len(names) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = counts.most_common(1)[0][0]
        raise HTTPException(400, f"the name {twice[:40]!r} stands twice in one object")


Responses = dict[int | str, dict[str, object]]

PROBLEMS: Final[Responses] = {
    503: {"model": problems.Problem, "description": "No model is loaded"},
}
"""Of every route that needs the predictor."""

QUERY_PROBLEMS: Final[Responses] = {
    422: {"model": problems.Problem, "description": "A parameter is not as expected"},
    **PROBLEMS,
}
"""Of those with parameters besides."""

POINT_IN_TIME_PROBLEMS: Final[Responses] = {
    409: {"model": problems.Problem, "description": "A moment before the data cut of the embedded model"},
    **QUERY_PROBLEMS,
}
"""Of those that answer as of a moment."""

BODY_PROBLEMS: Final[Responses] = {
    400: {"model": problems.Problem, "description": "The body is not JSON"},
    409: {"model": problems.Problem, "description": "A moment before the data cut of the embedded model"},
    413: {"model": problems.Problem, "description": "The body is too large"},
    415: {"model": problems.Problem, "description": "The body is not declared as JSON"},
    422: {"model": problems.Problem, "description": "A field is not as expected, or a club is unclear"},
    **PROBLEMS,
}
"""Of those with a body."""
