"""Errors as problem details (RFC 9457, `application/problem+json`).

Each names the field, the value met and what was expected; `errors` lists them all, and the first one's
members stand at the top too, so that a client that looks for one thing finds it without a loop.
"""

import json
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, get_args

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from football.errors import AwaydayError, InvalidValueError, NoDataError, StoreError, UnclearClubError, UnknownClubError
from serving.club_schemas import ClubAnswer
from serving.knowledge import BeforeCutError, NoMatchesError
from serving.live import ReloadRefusedError

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:awayday:problem:"
_ECHO_LENGTH: Final = 200
_LARGEST_EXACT: Final = 2**53


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(frozen=True)

    field: str = Field(description="Path of the field, such as `kickoff`; `body` for the whole.", examples=["home"])
    value: JsonValue = Field(description="The value met (shortened if long); null if absent.", examples=["Real"])
    expected: str = Field(description="What was expected.", examples=["a name that finds one club"])
    candidates: list[ClubAnswer] | None = Field(
        default=None, description="For an unclear club: the clubs it may be, best first; empty if none comes near."
    )


class Problem(BaseModel):
    """Problem details of RFC 9457."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="Stable name of the kind of problem, a URN.", examples=[f"{TYPE}unclear-club"])
    title: str = Field(description="The kind of problem in words.", examples=["No such club, or more than one"])
    status: int = Field(description="HTTP status code.", examples=[422])
    detail: str = Field(description="This problem in words, with what to do about it.")
    request_id: str | None = Field(default=None, description="Finds the request in the logs; also in `X-Request-ID`.")
    field: str | None = Field(default=None, description="The first error's field.")
    value: JsonValue = Field(default=None, description="The first error's value.")
    expected: str | None = Field(default=None, description="The first error's expectation.")
    candidates: list[ClubAnswer] | None = Field(default=None, description="The first error's candidates.")
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
    first = errors[0].model_dump(mode="json") if errors else {}
    document: dict[str, object] = {
        "type": TYPE + slug,
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request.scope.get("state", {}).get("request_id") if request is not None else None,
        **first,
        "errors": [_without_empty_candidates(error) for error in errors],
    }
    shown = {name: value for name, value in document.items() if value not in (None, []) or name in first}
    if shown.get("candidates", ()) is None:
        del shown["candidates"]
    # Default escapes keep the document valid whatever characters the request held.
    body = json.dumps(shown, allow_nan=False)
    return Response(body, status, dict(headers or {}), MEDIA_TYPE)


def _without_empty_candidates(error: FieldError) -> dict[str, object]:
    return error.model_dump(mode="json", exclude={"candidates"} if error.candidates is None else set())


def echo(value: object) -> JsonValue:
    """A value from a request in a form that is safe to send back: exact if plain and short, else described."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST_EXACT:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, str):
        return value if len(value) <= _ECHO_LENGTH else value[:_ECHO_LENGTH] + "…"
    if isinstance(value, int):
        # Python refuses to print integers of thousands of digits.
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return f"an object with {len(value)} fields"
    return str(value)[:_ECHO_LENGTH]


def of_validation(request: Request, error: Exception) -> Response:
    """A request that does not have the shape of its schema: 400 if it is no JSON at all, else 422."""
    assert isinstance(error, RequestValidationError)
    details = error.errors()
    if details and details[0]["type"] == "json_invalid":
        where = f"{details[0]['ctx']['error']} at character {details[0]['loc'][-1]}"
        return malformed(request, where)
    root = _body_model(request)
    errors = [_field_error(detail, root) for detail in details]
    return problem(422, "invalid-request", "Invalid request", _in_words(errors), errors, request=request)


def _body_model(request: Request) -> type[BaseModel] | None:
    """What the body of a request has to be; None if there is none, or it holds rows, each with errors of its own."""
    route = request.scope.get("route")
    body = getattr(route, "body_field", None)
    model = None if body is None or str(request.url.path).endswith("/batch") else body.field_info.annotation
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def words_of(details: Sequence[Mapping[str, object]]) -> str:
    """Errors of a check in words, as a problem's `detail` has them."""
    return _in_words([_field_error(detail) for detail in details])


def _in_words(errors: Sequence[FieldError]) -> str:
    return "; ".join(f"{e.field}: got {_shown(e.value)}, expected {e.expected}" for e in errors[:10])


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


def _shown(value: JsonValue) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


_EXPECTED: Final[Mapping[str, str]] = {
    "missing": "a value; the field is required",
    "string_type": "a string",
    "string_unicode": "a string of valid Unicode characters",
    "bool_type": "true, false or null",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "model_attributes_type": "a JSON object",
    "model_type": "a JSON object",
    "dict_type": "a JSON object",
    "list_type": "a list",
}


def _field_error(detail: Mapping[str, object], root: type[BaseModel] | None = None) -> FieldError:
    kind = str(detail["type"])
    place = detail["loc"]
    assert isinstance(place, tuple)
    # The first part says body, query or path; a whole body that is wrong has no more than that.
    path = ".".join(str(part) for part in place[1:]) or str(place[0])
    context = detail.get("ctx")
    limits = context if isinstance(context, Mapping) else {}
    if kind == "extra_forbidden":
        expected = "no field of this name"
        if root is not None:
            expected += f"; the fields are {', '.join(_fields_beside(root, place[1:-1]))}"
    elif kind == "string_too_short":
        expected = f"at least {limits['min_length']} character"
    elif kind == "string_too_long":
        expected = f"at most {limits['max_length']} characters"
    elif kind == "too_short":
        expected = f"a list of at least {limits['min_length']}"
    elif kind == "too_long":
        expected = f"a list of at most {limits['max_length']}"
    elif "expected" in limits and kind not in _EXPECTED:
        expected = str(limits["expected"])
    else:
        expected = _EXPECTED.get(kind) or str(detail["msg"]).removeprefix("Input should be ")
    value = None if kind == "missing" else echo(detail.get("input"))
    return FieldError(field=str(echo(path)), value=value, expected=expected)


def _fields_beside(model: type[BaseModel], path: Sequence[object]) -> list[str]:
    """Names of the fields of a request at a path within it; those of the whole where it leads nowhere."""
    for part in path:
        field = model.model_fields.get(str(part))
        inner = [] if field is None else [field.annotation, *get_args(field.annotation)]
        model = next((kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return list(model.model_fields)


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
    return sorted({method for route in routes for method in getattr(route, "methods", None) or ()})


def of_media_type(request: Request) -> Response:
    """The body is not declared as JSON."""
    found = request.headers.get("content-type")
    expected = "application/json"
    error = FieldError(field="Content-Type", value=echo(found), expected=expected)
    detail = f"Content-Type: got {_shown(echo(found))}, expected {expected}"
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
        return problem(status, slug, title, str(error), [found], request=request)
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
