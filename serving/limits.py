"""What a request may take: a body so long and sent within so many seconds, an answer within so many more.

One timer looks after all requests: a timer for each would cost every request as much as all else around it.
"""

import asyncio
from dataclasses import dataclass
from typing import Final, Literal

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from serving.options import ServiceOptions

CLOSE: Final = {"Connection": "close"}
"""The rest of a body that is not read would be taken for the next request."""


@dataclass(slots=True, eq=False)
class Progress:
    """A request in progress: its task, and the moments of the loop's clock at which it is given up."""

    task: "asyncio.Task[object]"
    answer_by: float
    body_by: float | None = None
    late: Literal["body", "answer"] | None = None

    def given_up(self) -> bool:
        """Whether it was us who cancelled the task, and nobody else besides; asked once, when it is cancelled."""
        return self.late is not None and self.task.uncancel() == 0


class Deadlines:
    """The requests in progress; cancels the tasks of those that are late, at most a tick after they are."""

    def __init__(self, options: ServiceOptions) -> None:
        self._options = options
        self._tick = min(0.5, options.answer_seconds / 4, options.body_seconds / 4)
        self._running: set[Progress] = set()
        self._looking = False

    def begin(self) -> Progress:
        """Look after the present task until `end`."""
        task = asyncio.current_task()
        assert task is not None, "requests are answered by tasks"
        loop = task.get_loop()
        progress = Progress(task, loop.time() + self._options.answer_seconds)
        self._running.add(progress)
        if not self._looking:
            self._looking = True
            loop.call_later(self._tick, self._look, loop)
        return progress

    def end(self, progress: Progress) -> None:
        """The request is answered."""
        self._running.discard(progress)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for progress in self._running:
            if progress.late is None:
                if progress.body_by is not None and now > progress.body_by:
                    progress.late = "body"
                elif now > progress.answer_by:
                    progress.late = "answer"
                if progress.late is not None:
                    progress.task.cancel()
        self._looking = bool(self._running)
        if self._looking:
            loop.call_later(self._tick, self._look, loop)


def limited(receive: Receive, scope: Scope, progress: Progress, options: ServiceOptions) -> Receive:
    """`receive` within the limits; whoever reads a longer body gets an HTTP error, 413."""
    most = options.max_batch_bytes if scope["path"].endswith("/batch") else options.max_body_bytes
    read = 0
    complete = False

    async def receive_within_limits() -> Message:
        nonlocal read, complete
        if complete:  # what is left to learn is whether the client goes away
            return await receive()
        if progress.body_by is None:
            progress.body_by = progress.task.get_loop().time() + options.body_seconds
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            progress.body_by = None
            raise HTTPException(413, f"The body is too large; at most {most:,} bytes are taken", CLOSE)
        if not message.get("more_body", False):
            complete = True
            progress.body_by = None
        return message

    return receive_within_limits
