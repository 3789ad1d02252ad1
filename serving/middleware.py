"""What surrounds every request: an id that ties answer and log together, limits, counts, a net under defects."""

import asyncio
import os
import re
from collections.abc import Iterable
from time import perf_counter
from typing import Final

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving import problems
from serving.limits import Deadlines, limited
from serving.metrics import NO_ROUTE, Metrics
from serving.options import ServiceOptions

HEADER: Final = "X-Request-ID"
_NAME: Final = HEADER.lower().encode()
_ACCEPTED: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
SECURITY: Final = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))

log = structlog.get_logger("serving")


class RequestContext:
    """Gives every request an id and its limits, counts it, and answers what nobody caught.

    The id is the client's own, if it sent a plain one; every line that is logged on the way has it. An unexpected
    exception is logged with its traceback, and answered with a problem document that has the id and no traceback; what
    takes too long is given up and answered with a 503.

    All in one layer: each further one costs every request some microseconds.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, options: ServiceOptions) -> None:
        self.app = app
        self._metrics = metrics
        self._options = options
        self._deadlines = Deadlines(options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # Answered as GET; the server leaves the body out, by its own scope.
            scope = {**scope, "method": "GET"}
        began = perf_counter()
        request_id = request_id_of(scope["headers"])
        # A copy: the mapping of the lifespan is shared by all requests.
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        headers = (id_header(request_id), *SECURITY)
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        # To the end of the task, which is the request's own.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        progress = self._deadlines.begin()
        try:
            await self.app(scope, limited(receive, scope, progress, self._options), send_with_headers)
        except asyncio.CancelledError:
            if not progress.given_up():
                raise
            log.warning("request_timed_out", request_id=request_id, path=scope["path"], late=progress.late)
            if status:
                raise
            answer = problems.of_slow_body if progress.late == "body" else problems.of_timeout
            await answer(Request(scope))(scope, receive, send_with_headers)
        except Exception as error:
            path = scope["path"]
            log.error("request_failed", request_id=request_id, method=scope["method"], path=path, exc_info=error)
            if status:
                raise
            await problems.of_unexpected(Request(scope))(scope, receive, send_with_headers)
        finally:
            self._deadlines.end(progress)
            self._count(scope, status, perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        # Without a status nothing was answered: the client went away.
        self._metrics.answered(scope["method"], route, status or 499, seconds)
        if self._options.access_log:
            log.info(
                "request",
                request_id=scope["state"]["request_id"],
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(1e3 * seconds, 2),
            )


def id_header(request_id: str) -> tuple[bytes, bytes]:
    """The header that tells the client the id."""
    return _NAME, request_id.encode()


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The client's own id, if it sent a plain one, else a new one."""
    for name, value in headers:
        if name == _NAME:
            if _ACCEPTED.fullmatch(value):
                return value.decode()
            break
    return os.urandom(16).hex()
