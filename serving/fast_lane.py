"""The shortest way of a good request for one prediction: from its last byte to its answer without a task.

A task, an ASGI cycle and their messages cost more than a prediction that was asked before. So the protocol asks here
first (`serving.protocol`), once it has all of a plain request; what is not plainly right goes the usual way from its
beginning, as from `serving.shortcut`, and errors are the same in every case.
"""

from collections.abc import Sequence
from http import HTTPStatus
from time import perf_counter
from typing import Final

from starlette.datastructures import State
from structlog.contextvars import bound_contextvars

from serving.live import LiveModel
from serving.middleware import SECURITY, id_header, request_id_of
from serving.options import ServiceOptions
from serving.shortcut import Respond, says_json, understood

Headers = Sequence[tuple[bytes, bytes]]

_STATUS: Final = f"HTTP/1.1 {HTTPStatus.OK.value} {HTTPStatus.OK.phrase}\r\n".encode()


class FastLane:
    """Answers requests that a protocol has read.

    Args:
        state: the application's.
        path: of the route.
        respond: makes the body of an answer.
    """

    def __init__(self, state: State, path: str, respond: Respond) -> None:
        self.path = path.encode()
        self._route = path
        self._state = state
        self._respond = respond
        options: ServiceOptions = state.options
        self._most = options.max_body_bytes
        # A line for every request, and headers for other sites' pages, are made on the usual way.
        self._open = not options.access_log and not options.cors_origins

    def takes(self, headers: Headers) -> bool:
        """Whether a request with these headers may be answered here."""
        live: LiveModel = self._state.live
        return self._open and live.predictor is not None and says_json(headers)

    def answer(self, headers: Headers, body: bytes, first: Headers) -> bytes | None:
        """The whole answer, head and body, counted and logged; None for whatever is not plainly right.

        Args:
            headers: the request's, names in lower case.
            body: the request's.
            first: headers with which every answer begins.
        """
        live: LiveModel = self._state.live
        predictor = live.predictor
        if predictor is None or len(body) > self._most:
            return None
        began = perf_counter()
        request_id = request_id_of(headers)
        try:
            with bound_contextvars(request_id=request_id):
                content = self._respond(self._state, predictor, understood(body), request_id)
        except Exception:  # what is wrong shows on the usual way, with all that is said of it there
            return None
        parts = [_STATUS]
        of_content = ((b"content-type", b"application/json"), (b"content-length", b"%d" % len(content)))
        for name, value in (*first, *of_content, id_header(request_id), *SECURITY):
            parts += (name, b": ", value, b"\r\n")
        parts += (b"\r\n", content)
        live.metrics.answered("POST", self._route, HTTPStatus.OK.value, perf_counter() - began)
        return b"".join(parts)
