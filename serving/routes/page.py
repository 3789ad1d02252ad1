"""Pages for people, and the description for programs."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from serving.caching import cached
from serving.description import describe, described
from serving.page_files import media_type, page_files
from serving.reference import reference_page

PAGE_SECONDS: Final = 60
FILE_SECONDS: Final = 365 * 24 * 3600
CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, nothing written into the page itself, and in nobody's frame."""

REFERENCE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""The reference is one file, its style within; it runs nothing."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """The page."""
    return _page(request, page_files().index, CONTENT_POLICY)


@router.get("/web/{version}/{path:path}")
async def page_file(request: Request, version: str, path: str) -> Response:
    """A file of the page. An address of another version has the present one, which is not to be kept."""
    found = page_files()
    if path not in found.others:
        raise HTTPException(404)
    seconds = FILE_SECONDS if version == found.version else 0
    response = cached(request, found.others[path], seconds=seconds, media_type=media_type(path))
    if seconds:
        response.headers["Cache-Control"] += ", immutable"
    return response


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """The description."""
    return cached(request, described(request.app), seconds=PAGE_SECONDS)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The reference for people."""
    return _page(request, reference_page(describe(request.app)), REFERENCE_POLICY)


def _page(request: Request, html: str | bytes, policy: str) -> Response:
    """A page, which loads nothing from elsewhere."""
    response = cached(request, html, seconds=PAGE_SECONDS, media_type="text/html")
    response.headers["Content-Security-Policy"] = policy
    return response
