"""What surrounds every request: an id that ties answer and log together, a limit, a net under unexpected errors."""

import re
import uuid
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving import problems

HEADER: Final = "X-Request-ID"
MAX_BODY_BYTES: Final = 64 * 1024
LARGER_BODIES: Final = {"/v1/predictions/batch": 4 * 1024 * 1024}
"""By path: what a batch of ten thousand fixtures needs."""
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger("serving")


class RequestContext:
    """Gives every request an id and a limit, and answers what nobody caught.

    The id is the client's own, if it sent a plain one. Reading a body of more than `MAX_BODY_BYTES` ends in a 413. An
    unexpected exception is logged with its traceback and the id, and answered with a problem document that has the
    id and no traceback.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Request(scope).headers.get(HEADER, "")
        request_id = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        # A copy: the mapping of the lifespan is shared by all requests.
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        header = (HEADER.lower().encode(), request_id.encode())
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        try:
            limit = LARGER_BODIES.get(scope["path"], MAX_BODY_BYTES)
            await self.app(scope, _limited(receive, limit), send_with_id)
        except Exception:
            log.exception("request_failed", request_id=request_id, method=scope["method"], path=scope["path"])
            if started:
                raise
            await problems.of_unexpected(Request(scope))(scope, receive, send_with_id)


def _limited(receive: Receive, limit: int) -> Receive:
    """`receive` that stops reading a body once it is too long; whoever reads it gets the HTTP error."""
    read = 0

    async def receive_within_limit() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(413)
        return message

    return receive_within_limit
