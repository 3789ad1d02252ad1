"""Talks to the application in this process: no socket, its own event loop, start and stop included."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

Headers = Mapping[str, str] | Sequence[tuple[str, bytes]]


class Client:
    """A context manager; `request` and friends are plain functions."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._portal: BlockingPortal = self._stack.enter_context(start_blocking_portal())
        lifespan = self._app.router.lifespan_context(self._app)
        self._stack.enter_context(self._portal.wrap_async_context_manager(lifespan))
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=True)
        self._http = self._stack.enter_context(
            self._portal.wrap_async_context_manager(httpx.AsyncClient(transport=transport, base_url="http://app"))
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, document: object) -> httpx.Response:
        async def call() -> httpx.Response:
            return await self._http.post(path, json=document)

        return self._portal.call(call)

    def send(self, method: str, path: str, body: bytes | None = None, headers: Headers | None = None) -> httpx.Response:
        async def call() -> httpx.Response:
            return await self._http.request(method, path, content=body, headers=httpx.Headers(_raw(headers)))

        return self._portal.call(call)


def _raw(headers: Headers | None) -> Mapping[str, str] | list[tuple[bytes, bytes]] | None:
    """Headers as httpx takes them; bytes as they are, which a test of bad ones needs."""
    if headers is None or isinstance(headers, Mapping):
        return headers
    return [(name.encode(), value) for name, value in headers]
