"""Every route, also those that come later, keeps to the description and fails on no input."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import schemathesis
import uvicorn
from anyio.from_thread import start_blocking_portal
from fastapi import APIRouter, FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from serving.app import create_app
from serving.options import ServiceOptions
from serving.protocol import GuardedProtocol
from serving.store import Store
from tests.serving.client import Client
from tests.serving.contract import PHASES, config, examine
from tests.serving.test_app import ANYTHING, JSON
from tests.serving.test_auth import TOKEN
from tests.serving.world import predictor


def service(home: Path) -> FastAPI:
    store = Store(f"sqlite:///{home / 'awayday.db'}", home)
    return create_app(predictor, store=store, options=ServiceOptions(token=TOKEN))


@contextmanager
def started(app: FastAPI) -> Iterator[FastAPI]:
    """The application in this process, with what starts and stops with it."""
    with start_blocking_portal() as portal:
        lifespan = app.router.lifespan_context(app)
        with portal.wrap_async_context_manager(lifespan):
            yield app


@contextmanager
def listening(app: FastAPI, http: type[GuardedProtocol] = GuardedProtocol) -> Iterator[str]:
    """The application behind a server of its own; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=http, log_level="critical", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


def test_no_case_of_any_phase_breaks_the_description(tmp_path: Path) -> None:
    with started(service(tmp_path)) as app:
        findings = examine(schemathesis.openapi.from_asgi("/openapi.json", app, config=config(10, TOKEN)))
    assert findings.breaches == []
    assert findings.phases >= PHASES
    assert findings.operations == {
        f"{method.upper()} {path}" for path, item in app.openapi()["paths"].items() for method in item
    }


def test_nor_does_any_over_a_real_socket(tmp_path: Path) -> None:
    with listening(service(tmp_path)) as address:
        findings = examine(schemathesis.openapi.from_url(f"{address}/openapi.json", config=config(4, TOKEN)))
    assert findings.breaches == []
    assert findings.cases > 100


def test_a_route_that_breaks_its_description_is_found(tmp_path: Path) -> None:
    router = APIRouter(tags=["later"])

    @router.get("/v1/later")
    async def later(n: int = 0) -> int:
        return n if n >= 0 else 1 // 0

    app = service(tmp_path)
    app.include_router(router)
    with capture_logs(), started(app):
        schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config(10, TOKEN))
        findings = examine(schema.include(path="/v1/later"))
    assert any("Server error" in breach for breach in findings.breaches)


def bodies() -> list[tuple[str, str]]:
    """Method and path, filled in, of every operation that takes a body."""
    paths = service(Path("nowhere")).openapi()["paths"]
    return [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, item in paths.items()
        for method, operation in item.items()
        if "requestBody" in operation
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(service(tmp_path_factory.mktemp("home"))) as client:
        yield client


BEARER = {**JSON, "Authorization": f"Bearer {TOKEN}"}
HARD = [
    b'{"home": "Kairat", "home": "Astana", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}',
    b'{"home": "Kai\xffrat", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}',
    b'{"home": "\\u0000Kairat\\u0000", "away": "\\udfff\\ud800", "kickoff": "\\u0000"}',
    b'\xef\xbb\xbf{"home": "Kairat"}',
    '{"home": "Kairat"}'.encode("utf-16"),
    b'{"home":' * 10_000,
    b"[" * 60_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b"9" * 60_000,
    b"-" + b"1" * 5_000 + b".5e" + b"9" * 20,
    b"NaN",
    b"Infinity",
    b'{"__proto__": {}, "": null, "\\ud800": [NaN, 1e999, -0.0]}',
    b"\x00",
    b"true",
    b'"' + b"x" * 60_000 + b'"',
]


@pytest.mark.parametrize(("method", "path"), bodies())
@pytest.mark.parametrize("body", HARD, ids=lambda body: repr(body[:20]))
def test_every_route_with_a_body_refuses_hard_ones_in_words(
    client: Client, method: str, path: str, body: bytes
) -> None:
    response = client.send(method, path, body, BEARER)
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


@pytest.mark.parametrize(("method", "path"), bodies())
def test_every_route_with_a_body_stands_any_bytes(client: Client, method: str, path: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(body=st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()))
    def stands(body: bytes) -> None:
        response = client.send(method, path, body, BEARER)
        assert response.status_code < 500, response.text

    stands()


def test_a_name_that_stands_twice_is_refused_by_name(client: Client) -> None:
    response = client.send("POST", "/v1/predictions", HARD[0], JSON)
    assert response.status_code == 400
    assert response.json()["detail"] == "The body is not valid JSON: the name 'home' stands twice in one object"


@pytest.mark.parametrize("query", ["q=%00", "q=%ff%fe", "q=%ED%A0%80", "limit=1e3", "limit=%F0%9F%92%A9", "q=a&q=b"])
def test_hard_queries_are_answered_or_refused_in_words(client: Client, query: str) -> None:
    response = client.get(f"/v1/clubs?{query}")
    assert response.status_code in (200, 422)
