"""What surrounds every request: ids, limits, counts, headers, logs."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from structlog.testing import capture_logs

from serving.absence_schemas import TellAbsence, TellAbsences
from serving.app import create_app
from serving.batch_schemas import BatchRequest
from serving.grid_schemas import GridRequest
from serving.options import ServiceOptions
from serving.reference import reference_page
from serving.request_schemas import PredictionRequest
from tests.serving.client import Client
from tests.serving.test_app import FIXTURE, JSON, problem_of
from tests.serving.world import predictor


def service(**options: object) -> Client:
    return Client(create_app(predictor, options=ServiceOptions(**options)))  # type: ignore[arg-type]


def with_route(route: APIRouter, **options: object) -> Client:
    app = create_app(predictor, options=ServiceOptions(**options))  # type: ignore[arg-type]
    app.include_router(route)
    return Client(app)


def sample(text: str, name: str) -> float:
    """The value of one sample of a page of metrics."""
    (value,) = (line.rsplit(" ", 1)[1] for line in text.splitlines() if line.rsplit(" ", 1)[0] == name)
    return float(value)


@pytest.mark.parametrize("given", ["a b", "x" * 65, "é", "a\tb", "", 'x"y', "a;b"])
def test_a_request_id_that_is_not_plain_is_replaced(given: str) -> None:
    with service() as client:
        response = client.send("GET", "/health/live", headers=[("X-Request-ID", given.encode())])
    assert len(response.headers["x-request-id"]) == 32


def test_every_answer_forbids_guessing_its_type() -> None:
    with service() as client:
        for path in ("/", "/v1/model", "/nothing"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in client.get("/").headers["content-security-policy"]


def test_requests_are_counted_by_the_routes_template_and_never_by_the_path() -> None:
    with service() as client:
        client.post("/v1/predictions", FIXTURE)
        client.post("/v1/predictions", FIXTURE | {"home": "Qzxxq"})
        for i in range(20):
            client.get(f"/nothing/{i}")
        client.send("BREW", "/v1/model")
        response = client.get("/metrics")
        assert response.headers["content-type"].startswith("text/plain; version=")
        text = response.text
    requests = "awayday_http_requests_total"
    assert sample(text, f'{requests}{{method="POST",route="/v1/predictions",status="200"}}') == 1
    assert sample(text, f'{requests}{{method="POST",route="/v1/predictions",status="422"}}') == 1
    assert sample(text, f'{requests}{{method="GET",route="(none)",status="404"}}') == 20
    assert sample(text, f'{requests}{{method="other",route="/v1/model",status="405"}}') == 1
    assert sample(text, 'awayday_http_request_seconds_count{method="POST",route="/v1/predictions"}') == 2
    assert sample(text, "awayday_predictions_total") == 1
    assert sample(text, 'awayday_model_info{source="champion",version="2026-02-01-test"}') == 1
    assert sample(text, "awayday_data_age_seconds") > 0
    assert sample(text, "awayday_prediction_log_queue_length") == 0
    assert "/nothing" not in text


def test_two_services_in_one_process_count_apart() -> None:
    with service() as one, service() as other:
        one.get("/v1/model")
        assert "/v1/model" in one.get("/metrics").text
        assert "/v1/model" not in other.get("/metrics").text


def test_a_batch_may_be_longer_than_a_request() -> None:
    route = APIRouter()

    @route.post("/v1/something/batch")
    async def batch(document: dict[str, str]) -> int:
        return len(document["x"])

    with with_route(route, max_body_bytes=1_000, max_batch_bytes=2_000) as client:
        body = json.dumps({"x": "y" * 1_500}).encode()
        assert client.send("POST", "/v1/something/batch", body, JSON).json() == 1_500
        document = problem_of(client.send("POST", "/v1/predictions", body, JSON), 413)
        assert document["detail"] == "The body is too large; at most 1,000 bytes are taken"
        longer = json.dumps({"x": "y" * 2_500}).encode()
        response = client.send("POST", "/v1/something/batch", longer, JSON)
        problem_of(response, 413)
        assert response.headers["connection"] == "close"


def test_a_body_that_trickles_in_is_given_up() -> None:
    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    app = create_app(predictor, options=ServiceOptions(body_seconds=0.05))

    async def story() -> httpx.Response:
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
                return await http.post("/v1/predictions", content=trickle(), headers=JSON)

    response = asyncio.run(story())
    document = problem_of(response, 408)
    assert document["type"] == "urn:awayday:problem:request-timeout"
    assert response.headers["connection"] == "close"


def test_an_answer_that_takes_too_long_is_given_up_and_logged() -> None:
    route = APIRouter()

    @route.get("/slow")
    async def slow() -> None:
        await asyncio.sleep(60)

    with capture_logs() as logs, with_route(route, answer_seconds=0.05) as client:
        response = client.get("/slow", {"X-Request-ID": "slow-1"})
        document = problem_of(response, 503)
        assert document["type"] == "urn:awayday:problem:timeout"
        assert response.headers["retry-after"] == "5"
        assert 'route="/slow",status="503"' in client.get("/metrics").text
    (entry,) = (entry for entry in logs if entry["event"] == "request_timed_out")
    assert (entry["request_id"], entry["path"], entry["late"]) == ("slow-1", "/slow", "answer")


def test_a_client_that_goes_away_is_no_timeout() -> None:
    began = asyncio.Event()
    route = APIRouter()

    @route.get("/waits")
    async def waits() -> None:
        began.set()
        await asyncio.sleep(60)

    app = create_app(predictor)
    app.include_router(route)

    async def story() -> None:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as http,
        ):
            asking = asyncio.create_task(http.get("/waits"))
            await began.wait()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            counts = (await http.get("/metrics")).text
            assert sample(counts, 'awayday_http_requests_total{method="GET",route="/waits",status="499"}') == 1

    asyncio.run(story())


def test_a_timeout_of_something_within_is_a_defect_not_ours() -> None:
    route = APIRouter()

    @route.get("/within")
    async def within() -> None:
        raise TimeoutError("a database")

    with with_route(route) as client:
        document = problem_of(client.get("/within"), 500)
    assert document["type"] == "urn:awayday:problem:internal-error"


def test_requests_are_logged_with_their_id_if_that_is_wanted() -> None:
    for wanted in (True, False):
        with capture_logs() as logs, service(access_log=wanted) as client:
            client.get("/v1/model", {"X-Request-ID": "abc"})
        found = [entry for entry in logs if entry["event"] == "request"]
        assert [(e["request_id"], e["method"], e["route"], e["status"]) for e in found] == (
            [("abc", "GET", "/v1/model", 200)] if wanted else []
        )


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/v1/clubs?q=Real", "/v1/model"])
def test_whoever_has_the_answer_already_is_told_so(path: str) -> None:
    with service() as client:
        first = client.get(path)
        tag = first.headers["etag"]
        assert first.headers["cache-control"] in ("public, max-age=60", "public, max-age=300", "no-cache")
        for given in (tag, f'"other", W/{tag}', "*"):
            again = client.get(path, {"If-None-Match": given})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(path, {"If-None-Match": '"other"'}).content == first.content


def test_other_answers_are_not_kept() -> None:
    with service() as client:
        assert client.get("/v1/clubs?q=Real").headers["etag"] != client.get("/v1/clubs?q=Kairat").headers["etag"]
        assert "etag" not in client.get("/health/ready").headers
        assert "etag" not in client.post("/v1/predictions", FIXTURE).headers


def test_pages_of_other_origins_may_use_the_service_only_where_a_setting_says_so() -> None:
    origin = {"Origin": "https://example.org"}
    with service() as client:
        assert "access-control-allow-origin" not in client.get("/v1/model", origin).headers
    with service(cors_origins=("https://example.org",)) as client:
        answer = client.get("/v1/model", origin)
        assert answer.headers["access-control-allow-origin"] == "https://example.org"
        assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
        asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        assert client.send("OPTIONS", "/v1/predictions", headers=asked).status_code == 200
        other = client.get("/v1/model", {"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_the_reference_has_every_operation_and_schema_and_needs_nothing_from_elsewhere() -> None:
    with service() as client:
        page = client.get("/docs")
        description = client.get("/openapi.json").json()
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "://" not in page.text
    assert "<script" not in page.text
    for path, item in description["paths"].items():
        for method in item:
            assert f"<code>{method.upper()} {path}</code>" in page.text
    for name in description["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text
    linked = set(re.findall(r'href="#([^"]+)"', page.text))
    assert linked <= set(re.findall(r'id="([^"]+)"', page.text))
    assert "at most 120 characters" in page.text


BODIES: dict[str, type[BaseModel]] = {
    model.__name__: model for model in (PredictionRequest, BatchRequest, GridRequest, TellAbsence, TellAbsences)
}


def test_every_body_is_shown_by_an_example_that_is_taken() -> None:
    app = create_app(predictor)
    description = app.openapi()
    page = reference_page(description)
    for path, item in description["paths"].items():
        for method, operation in item.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rpartition("/")[2]
                (example,) = description["components"]["schemas"][name]["examples"]
                section = page.partition(f"<code>{method.upper()} {path}</code>")[2].partition("<h3")[0]
                shown = unescape(section.partition("<pre>")[2].partition("</pre>")[0])
                assert json.loads(shown) == example
                BODIES[name].model_validate(example)


def test_what_a_description_says_is_shown_and_not_run() -> None:
    nasty = "<script>alert(1)</script> & `code`"
    operation = {"operationId": "x", "summary": nasty, "tags": ["t"], "responses": {"200": {"description": nasty}}}
    shown = reference_page(
        {
            "info": {"title": "T", "version": "1", "description": nasty},
            "tags": [{"name": "t", "description": nasty}],
            "paths": {"/x": {"get": operation}},
            "components": {"schemas": {"S": {"description": nasty, "properties": {"f": {"type": "string"}}}}},
        }
    )
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>code</code>") == 4


def test_every_operation_has_a_plain_id_of_its_own_a_tag_and_words() -> None:
    app = create_app(predictor)
    operations = [operation for path in app.openapi()["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert {"predict", "find_clubs", "describe_model", "health_ready", "reload_model"} <= set(ids)
    assert len(ids) == len(set(ids))
    assert all(name.isidentifier() and name.islower() for name in ids)
    assert all(op["tags"] and op["summary"] and op["description"] for op in operations)
    assert all("500" in op["responses"] for op in operations)
    described = {route.path for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema}
    assert set(app.openapi()["paths"]) == described
