"""Answers that clients may keep: an entity tag, and a 304 for whoever has the same already (RFC 9110, 9111)."""

from hashlib import blake2b
from typing import Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

UNCHANGED: Final[dict[int | str, dict[str, object]]] = {
    304: {"description": "What `If-None-Match` names is still the answer"},
}
"""For the `responses` of a route that answers with `cached`."""


def cached(
    request: Request, content: BaseModel | str | bytes, *, seconds: int, media_type: str = "application/json"
) -> Response:
    """An answer with a tag made from its content, to be used for so many seconds without asking; 0 for none.

    Whoever sends the tag in `If-None-Match` gets a 304 without content.
    """
    body = content.model_dump_json() if isinstance(content, BaseModel) else content
    encoded = body.encode() if isinstance(body, str) else body
    tag = f'"{blake2b(encoded, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={seconds}" if seconds else "no-cache"}
    if _matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(encoded, headers=headers, media_type=media_type)


def _matches(given: str | None, tag: str) -> bool:
    if given is None:
        return False
    # Weak comparison, as RFC 9110 has it for this header.
    tags = [part.strip().removeprefix("W/") for part in given.split(",")]
    return tag in tags or tags == ["*"]
