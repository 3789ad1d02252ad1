"""What a request's body may be: so long, and sent within so many seconds."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from serving.options import ServiceOptions

_CLOSE = {"Connection": "close"}
"""The rest of a body that is not read would be taken for the next request."""


def limited(receive: Receive, scope: Scope, options: ServiceOptions) -> Receive:
    """`receive` within the limits; whoever reads a body beyond them gets an HTTP error, 413 or 408."""
    most = options.max_batch_bytes if scope["path"].endswith("/batch") else options.max_body_bytes
    read = 0
    complete = False
    deadline: float | None = None

    async def receive_within_limits() -> Message:
        nonlocal read, complete, deadline
        if complete:  # what is left to learn is whether the client goes away, which may take any time
            return await receive()
        if deadline is None:
            deadline = asyncio.get_running_loop().time() + options.body_seconds
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            detail = f"The body did not arrive within {options.body_seconds:g} seconds"
            raise HTTPException(408, detail, _CLOSE) from None
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, f"The body is too large; at most {most:,} bytes are taken", _CLOSE)
        complete = not message.get("more_body", False)
        return message

    return receive_within_limits
