"""Answers in one write: the head of an answer waits for its body, which comes a moment later.

Each write is a call of the system and wakes the client: two of them cost a small answer more than all the rest of HTTP.
"""

import asyncio
from typing import Final

SMALL: Final = 65_536
"""Bytes; what is longer is not copied together."""


class GatheredWrites:
    """A transport that writes what belongs together at once: on `flush`, and at the latest at the loop's next turn."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Take bytes to be written."""
        if len(data) > SMALL:
            self.flush()
            self._transport.write(data)
            return
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)

    def flush(self) -> None:
        """Write what is held."""
        if self._held:
            data = b"".join(self._held)
            self._held.clear()
            self._transport.write(data)

    def drop(self) -> None:
        """Forget what is held: nobody is there to read it."""
        self._held.clear()

    def write_eof(self) -> None:
        """No more comes after what is held."""
        self.flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Close once all is written."""
        self.flush()
        self._transport.close()
