"""The page for people at `/`."""

from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> HTMLResponse:
    """The page."""
    return HTMLResponse(files("serving").joinpath("web/index.html").read_text(encoding="utf-8"))
