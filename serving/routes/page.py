"""Pages for people, and the description for programs."""

from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from serving.caching import cached
from serving.description import describe, described
from serving.reference import reference_page

PAGE_SECONDS: Final = 60
CONTENT_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, and in nobody's frame."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """The page."""
    return page(request, _read("index.html"))


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """The description."""
    return cached(request, described(request.app), seconds=PAGE_SECONDS)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The reference for people."""
    return page(request, reference_page(describe(request.app)))


def page(request: Request, html: str) -> Response:
    """A page, which loads nothing from elsewhere."""
    response = cached(request, html, seconds=PAGE_SECONDS, media_type="text/html")
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    return response


@cache
def _read(name: str) -> str:
    return files("serving").joinpath("web", name).read_text(encoding="utf-8")
