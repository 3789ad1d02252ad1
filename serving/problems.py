"""Errors as problem details (RFC 9457, `application/problem+json`).

Each names the field, the value met and what was expected; `errors` lists them all. Field, value and expectation of the
first one stand at the top too, so that a client that looks for one thing finds it without a loop.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.config import JsonDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from football.errors import AwaydayError, InvalidValueError, NoDataError, StoreError, UnclearClubError, UnknownClubError
from serving.club_schemas import ClubAnswer
from serving.field_errors import FieldError, echo, field_error, in_words, shown
from serving.knowledge import BeforeCutError, NoMatchesError
from serving.live import ReloadRefusedError

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:awayday:problem:"


_UNCLEAR: Final[JsonDict] = {
    "type": f"{TYPE}unclear-club",
    "title": "No such club, or more than one",
    "status": 422,
    "detail": 'away: got "Real", expected one club, by more of its name; candidates: esp-real-madrid, esp-real-betis',
    "request_id": "5f1f2c1a9f3b4c0f8f6a",
    "field": "away",
    "value": "Real",
    "expected": "one club, by more of its name",
    "errors": [
        {
            "field": "away",
            "value": "Real",
            "expected": "one club, by more of its name",
            "candidates": [
                {"id": "esp-real-madrid", "name": "Real Madrid", "country": "esp"},
                {"id": "esp-real-betis", "name": "Real Betis", "country": "esp"},
            ],
        }
    ],
}


class Problem(BaseModel):
    """Problem details of RFC 9457."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [_UNCLEAR]})

    type: str = Field(description="Stable name of the kind of problem, a URN.", examples=[f"{TYPE}unclear-club"])
    title: str = Field(description="The kind of problem in words.", examples=["No such club, or more than one"])
    status: int = Field(description="HTTP status code.", examples=[422])
    detail: str = Field(description="This problem in words, with what to do about it.")
    request_id: str | None = Field(default=None, description="Finds the request in the logs; also in `X-Request-ID`.")
    field: str | None = Field(default=None, description="The first error's field.")
    value: JsonValue = Field(default=None, description="The first error's value.")
    expected: str | None = Field(default=None, description="The first error's expectation.")
    errors: list[FieldError] = Field(default=[], description="Everything found wrong with the request.")


def problem(
    status: int,
    slug: str,
    title: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    *,
    request: Request | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a response; members without a value are left out, except `value` of an error."""
    told = [error.document() for error in errors]
    first = {name: value for name, value in told[0].items() if name != "candidates"} if told else {}
    document: dict[str, object] = {
        "type": TYPE + slug,
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request.scope.get("state", {}).get("request_id") if request is not None else None,
        **first,
        "errors": told,
    }
    shown = {name: value for name, value in document.items() if value not in (None, []) or name in first}
    # Default escapes keep the document valid whatever characters the request held.
    body = json.dumps(shown, allow_nan=False)
    return Response(body, status, dict(headers or {}), MEDIA_TYPE)


def of_validation(request: Request, error: Exception, model: type[BaseModel] | None = None) -> Response:
    """A request that does not have the shape of its schema: 400 if it is no JSON at all, else 422.

    `model` is what should have been, if that is not the body of the route.
    """
    assert isinstance(error, RequestValidationError)
    details = error.errors()
    if details and details[0]["type"] == "json_invalid":
        where = f"{details[0]['ctx']['error']} at character {details[0]['loc'][-1]}"
        return malformed(request, where)
    root = model or _body_model(request)
    errors = [field_error(detail, root) for detail in details]
    return problem(422, "invalid-request", "Invalid request", in_words(details, errors), errors, request=request)


def _body_model(request: Request) -> type[BaseModel] | None:
    """What the body of a request has to be; None if there is none."""
    route = request.scope.get("route")
    body = getattr(route, "body_field", None)
    model = None if body is None else body.field_info.annotation
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def malformed(request: Request, reason: str) -> Response:
    """The body is no JSON."""
    expected = "a JSON object (RFC 8259)"
    return problem(
        400,
        "malformed-json",
        "Malformed JSON",
        f"The body is not valid JSON: {reason}",
        [FieldError(field="body", value=None, expected=expected)],
        request=request,
    )


def of_http(request: Request, status: int, detail: str, headers: Mapping[str, str] | None) -> Response:
    """Errors of the HTTP layer itself: no such page, wrong method, body too large."""
    phrase = HTTPStatus(status).phrase
    path = str(echo(request.url.path))
    if status == 405:
        headers = {**(headers or {}), "Allow": ", ".join(_allowed(request))}
    usual = {
        404: f"There is nothing at {path}; /openapi.json lists what there is",
        405: f"{request.method} is not allowed at {path}; allowed: {(headers or {}).get('Allow', 'see /openapi.json')}",
    }
    words = usual.get(status, detail) if detail == phrase else detail
    slug = phrase.lower().replace(" ", "-")
    return problem(status, slug, phrase, words, request=request, headers=headers)


def _allowed(request: Request) -> list[str]:
    """Methods of all routes that the path fits; Starlette names those of the first one only."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    methods = {method for route in routes for method in getattr(route, "methods", None) or ()}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def of_media_type(request: Request) -> Response:
    """The body is not declared as JSON."""
    found = request.headers.get("content-type")
    expected = "application/json"
    error = FieldError(field="Content-Type", value=echo(found), expected=expected)
    detail = f"Content-Type: got {'nothing' if found is None else shown(found)}, expected {expected}"
    return problem(415, "unsupported-media-type", "Unsupported media type", detail, [error], request=request)


def of_awayday(request: Request, error: AwaydayError, candidates: Sequence[ClubAnswer]) -> Response:
    """Errors that Awayday raises on purpose; `candidates` are those of an unclear club."""
    if isinstance(error, InvalidValueError):
        status, slug, title = _kind(error)
        found = FieldError(
            field=error.field,
            value=echo(error.value),
            expected=error.expected,
            candidates=list(candidates) if isinstance(error, UnclearClubError) else None,
        )
        near = f"; candidates: {', '.join(club.id for club in candidates)}" if candidates else ""
        detail = f"{error.field}: got {shown(error.value)}, expected {error.expected}{near}"
        return problem(status, slug, title, detail, [found], request=request)
    if isinstance(error, ReloadRefusedError):
        return problem(409, "reload-refused", "Reload refused", str(error), request=request)
    if isinstance(error, NoMatchesError):
        # Not unwell: what is loaded does not go so far.
        return problem(409, "no-matches", "No matches loaded", str(error), request=request)
    if isinstance(error, NoDataError):
        return problem(503, "not-ready", "Not ready", str(error), request=request)
    if isinstance(error, StoreError):
        return problem(503, "store-unreadable", "Store unreadable", str(error), request=request)
    return problem(500, "internal-error", "Internal error", str(error), request=request)


def _kind(error: InvalidValueError) -> tuple[int, str, str]:
    if isinstance(error, BeforeCutError):
        # Not the request is at fault but what this service has loaded: a conflict with its state.
        return 409, "before-data-cut", "Before the data cut"
    if isinstance(error, UnknownClubError):
        return 404, "unknown-club", "No such club"
    if isinstance(error, UnclearClubError):
        return 422, "unclear-club", "No such club, or more than one"
    return 422, "invalid-value", "Invalid value"


def of_timeout(request: Request) -> Response:
    """The answer took too long."""
    detail = "The answer took too long and was given up; try again later, or ask for less at once"
    return problem(503, "timeout", "Timeout", detail, request=request, headers={"Retry-After": "5"})


def of_slow_body(request: Request) -> Response:
    """The body did not arrive in time."""
    detail = "The body did not arrive in time and was given up"
    headers = {"Connection": "close"}
    return problem(408, "request-timeout", "Request timeout", detail, request=request, headers=headers)


def of_unexpected(request: Request) -> Response:
    """A defect of ours: no traceback to the outside, but the id under which the log has it."""
    detail = "Something went wrong on our side; the log has the details under the request id"
    return problem(500, "internal-error", "Internal error", detail, request=request)
