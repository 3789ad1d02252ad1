"""HTTP as uvicorn speaks it, with what it leaves open: how long the head of a request may be, and how slow.

Its faster parser gathers a head without end for as long as a client goes on sending it. It writes the head of an
answer, and then its body: `serving.writes` makes one of the two. And it makes a task of every request: what the
application's `serving.fast_lane` takes is answered before that.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from serving.fast_lane import FastLane
from serving.problems import MEDIA_TYPE, TYPE
from serving.writes import GatheredWrites

HEAD_BYTES: Final = 64 * 1024
"""Longest request line with all headers, as that of uvicorn's other parser; its first piece is not counted.

A piece is what the socket gave at once, at most 256 KiB, and may end one request and begin the next.
"""

HEAD_SECONDS: Final = 20.0
LINGER_SECONDS: Final = 1.0


class GuardedProtocol(HttpToolsProtocol):
    """One connection: closed if the head of a request is too long or too slow; what is no HTTP gets a problem document.

    Between requests uvicorn's own limit for idle connections holds.
    """

    head_bytes = HEAD_BYTES
    head_seconds = HEAD_SECONDS

    _in_head = False
    _received = 0
    _refused = False
    _timer: asyncio.TimerHandle | None = None
    _fast_lane: FastLane | None = None
    _held: list[bytes] | None = None
    """The body so far of a request that may take the fast lane; None of every other."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come: it has so long to send its first head."""
        super().connection_made(transport)
        self._writes = GatheredWrites(transport, self.loop)
        self.transport = cast(asyncio.Transport, self._writes)
        self._fast_lane = getattr(getattr(self.config.app, "state", None), "fast_lane", None)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._stop_timer()
        self._writes.drop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request, or more than one."""
        if self._refused:
            return
        if self._in_head:
            self._received += len(data)
        super().data_received(data)
        if self._held is not None:  # its body is not all here: there are limits for that on the usual way
            self._go_the_usual_way()
        if not self._in_head or self._refused:
            return
        if self._received > self.head_bytes:
            self._refuse(431, f"The head of the request is too long; at most {self.head_bytes:,} bytes are taken")
        elif self._timer is None:
            # Few heads come in more than one piece: the others need no timer.
            self._start_timer()

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        self._in_head, self._received = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The last byte of a head."""
        self._in_head = False
        self._stop_timer()
        if self._takes_fast_lane():
            self._held = []
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Part of a body."""
        if self._held is None:
            super().on_body(body)
        else:
            self._held.append(body)

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        if self._held is not None:
            assert self._fast_lane is not None
            body = b"".join(self._held)
            answer = self._fast_lane.answer(self.headers, body, self.server_state.default_headers)
            if answer is not None:
                self._held = None
                self.transport.write(answer)
                self.on_response_complete()
                return
            self._go_the_usual_way()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The last byte of an answer."""
        self._writes.flush()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """The bytes are no HTTP."""
        self._refuse(400, msg)

    def _takes_fast_lane(self) -> bool:
        """Whether the request whose head was read may be answered without a task: a plain one, and none before it in
        progress, by a connection that stays and is read."""
        lane, parser = self._fast_lane, self.parser
        return (
            lane is not None
            and self.url == lane.path
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and not self.root_path
            and self.limit_concurrency is None
            and (self.cycle is None or self.cycle.response_complete)
            and not self.flow.write_paused
            and lane.takes(self.headers)
        )

    def _go_the_usual_way(self) -> None:
        """Begin the task after all, with what there is of the body."""
        held, self._held = self._held or [], None
        super().on_headers_complete()
        for part in held:
            super().on_body(part)

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._in_head:
            self._refuse(408, "The head of the request did not arrive in time")
        else:  # nothing was asked: nothing is answered
            self.transport.close()

    def _refuse(self, status: int, detail: str) -> None:
        phrase = HTTPStatus(status).phrase
        slug = phrase.lower().replace(" ", "-")
        body = json.dumps({"type": TYPE + slug, "title": phrase, "status": status, "detail": detail}).encode()
        head = (
            f"HTTP/1.1 {status} {phrase}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self._in_head = False
        self._stop_timer()
        self._refused = True
        self.transport.write(head.encode() + body)
        # Closing on a client that is still sending would tear the answer from its hands.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)
