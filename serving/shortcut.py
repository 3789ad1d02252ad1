"""The short way of a good request for one prediction.

FastAPI's way to a handler (routes matched, dependencies one by one, exit stacks, the body parsed twice) costs more than
a prediction. So a plain JSON body that meets the request's model is answered before all that. Every other request, from
a wrong content type to a club that nobody knows, takes the usual way from its beginning, so that errors are the same in
every case; and so is the description in OpenAPI, which knows only the route.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from football.errors import AwaydayError
from serving.live import LiveModel
from serving.predictor import Predictor
from serving.request_schemas import PredictionRequest

Respond = Callable[[State, Predictor, PredictionRequest, str], bytes]
"""The answer's JSON, from the application's state, the model, the question and the request's id."""

_JSON: Final = (b"application/json", b"application/json; charset=utf-8")
_TYPE: Final = (b"content-type", b"application/json")

_CACHE: Final = 512
_SHORT: Final = 512
"""Bodies of so many bytes are kept with what they ask: many ask for the same match in the same words."""


class Shortcut:
    """Innermost of what surrounds the routes.

    Args:
        app: the usual way.
        path: of the route.
        route: itself, for whoever asks the scope which one answered.
        respond: makes the body of an answer.
    """

    def __init__(self, app: ASGIApp, path: str, route: BaseRoute, respond: Respond) -> None:
        self.app = app
        self._path = path
        self._route = route
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, as ASGI has it."""
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        live: LiveModel = scope["app"].state.live
        if live.predictor is None or not says_json(scope["headers"]):
            await self.app(scope, receive, send)
            return
        taken: list[Message] = []
        try:
            while not taken or taken[-1].get("more_body", False):
                taken.append(await receive())
        except HTTPException as error:
            await self.app(scope, _again(taken, _raising(error)), send)
            return
        content = self._answer(scope, live.predictor, taken)
        if content is None:
            await self.app(scope, _again(taken, receive), send)
            return
        scope["route"] = self._route
        headers = [_TYPE, (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, scope: Scope, predictor: Predictor, messages: Sequence[Message]) -> bytes | None:
        """The body of the answer; None for whatever is not plainly right."""
        try:
            body = messages[0]["body"] if len(messages) == 1 else b"".join(message["body"] for message in messages)
            return self._respond(scope["app"].state, predictor, understood(body), scope["state"]["request_id"])
        # A KeyError: the client went away, which has no body.
        except (ValueError, KeyError, RecursionError, AwaydayError):
            return None


def says_json(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether headers tell of a JSON body, in so many words."""
    kinds = [value for name, value in headers if name == b"content-type"]
    return len(kinds) == 1 and kinds[0].lower() in _JSON


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


_read: Final = json.JSONDecoder(object_pairs_hook=_object).decode
"""As `json.loads`, which makes a decoder for every call."""


def _asked(body: bytes) -> PredictionRequest:
    """What a body asks; ValueError if it is not plainly right."""
    return PredictionRequest.model_validate(_read(body.decode()))


_asked_before: Final = lru_cache(_CACHE)(_asked)


def understood(body: bytes) -> PredictionRequest:
    """What a body asks; ValueError if it is not plainly right. Few bytes are understood once."""
    return _asked_before(body) if len(body) <= _SHORT else _asked(body)


def _again(messages: Sequence[Message], receive: Receive) -> Receive:
    """`receive` from its beginning: with the messages that were taken from it first."""
    taken = list(reversed(messages))

    async def receive_again() -> Message:
        return taken.pop() if taken else await receive()

    return receive_again


def _raising(error: HTTPException) -> Receive:
    async def receive() -> Message:
        raise error

    return receive
