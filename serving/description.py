"""The OpenAPI description: what FastAPI makes of the routes, and what it does not know of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import JsonValue
from starlette.routing import BaseRoute

from serving import problems

TAGS: Final[Sequence[Mapping[str, str]]] = (
    {"name": "predictions", "description": "How likely is each result."},
    {"name": "scenarios", "description": "How likely each result would be, were something else so."},
    {"name": "fixtures", "description": "Matches that the data know."},
    {"name": "clubs", "description": "Clubs and what is known of them."},
    {"name": "competitions", "description": "Competitions and what the data hold of them."},
    {"name": "absences", "description": "Who is absent, who said so and when."},
    {"name": "track record", "description": "How good the served predictions were."},
    {"name": "model", "description": "The model that answers."},
    {"name": "health", "description": "Whether the service runs, for orchestrators and monitoring."},
    {"name": "admin", "description": "For the operator; needs the service's token."},
)

_REQUEST_ID: Final[Mapping[str, JsonValue]] = {
    "description": "Finds the request in the logs; the client's own, if it sent a plain one.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}
_ANSWER: Final = "The answer"
_DEFECT: Final = "A defect of the service; the log has the details under the request id"
_EXAMPLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "400": ("malformed-json", "Malformed JSON", "The body is not valid JSON: Expecting value at character 9"),
    "401": ("unauthorized", "Unauthorized", "This needs a token: send the header `Authorization: Bearer …`"),
    "403": ("forbidden", "Forbidden", "Writes and administration are off: set AWAYDAY_TOKEN where the service runs"),
    "404": (
        "unknown-club",
        "No such club",
        'id: got "kaz-kairt", expected the id of a club; candidates: kaz-kairat, kaz-astana',
    ),
    "408": ("request-timeout", "Request timeout", "The body did not arrive in time and was given up"),
    "413": ("content-too-large", "Content Too Large", "The body is too large; at most 65,536 bytes are taken"),
    "415": (
        "unsupported-media-type",
        "Unsupported media type",
        'Content-Type: got "text/plain", expected application/json',
    ),
    "500": ("internal-error", "Internal error", "Something went wrong on our side; the log has the details"),
    "503": ("not-ready", "Not ready", "No model is loaded: still loading"),
}


def name_operations(routes: Sequence[BaseRoute]) -> None:
    """Give each operation the name of its function as its id: what generated clients call their methods."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            route.operation_id = route.operation_id or route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of an application; made once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=[dict(tag) for tag in TAGS],
            license_info={"name": "MIT", "identifier": "MIT"},
        )
        problem_schema = {"$ref": "#/components/schemas/Problem"}
        for path in schema["paths"].values():
            for operation in path.values():
                responses = operation["responses"]
                responses["200"]["description"] = _ANSWER
                responses.setdefault("500", {"description": _DEFECT, "content": {"application/json": {}}})
                if "requestBody" in operation:
                    detail = {"description": "The body did not arrive in time", "content": {"application/json": {}}}
                    responses.setdefault("408", detail)
                for status, response in responses.items():
                    response["headers"] = {**response.get("headers", {}), "X-Request-ID": _REQUEST_ID}
                    if int(status) >= 400:
                        # Errors have a media type of their own, which FastAPI cannot be told.
                        response["content"] = {problems.MEDIA_TYPE: {"schema": problem_schema, **_example(status)}}
                operation["responses"] = dict(sorted(responses.items()))
        app.openapi_schema = schema
    return app.openapi_schema


def described(app: FastAPI) -> bytes:
    """The description as it is sent."""
    return json.dumps(describe(app), ensure_ascii=False, separators=(",", ":")).encode()


def _example(status: str) -> dict[str, JsonValue]:
    if status not in _EXAMPLES:
        return {}
    slug, title, detail = _EXAMPLES[status]
    return {"example": {"type": problems.TYPE + slug, "title": title, "status": int(status), "detail": detail}}
