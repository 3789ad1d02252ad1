"""A good request for one prediction is answered before a task is made, as it would be answered by one."""

import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from serving.app import create_app
from serving.fast_lane import FastLane
from serving.options import ServiceOptions
from serving.store import Store
from tests.serving.served_log import stored
from tests.serving.test_contract import listening
from tests.serving.world import predictor

GOOD = json.dumps({"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"})
JSON = "Content-Type: application/json"


def request(
    body: str = GOOD, *headers: str, kind: str = JSON, line: str = "POST /v1/predictions HTTP/1.1", sized: bool = True
) -> bytes:
    """A request as it is sent; `mine` is its id."""
    content = body.encode()
    told = [line, "Host: x", "X-Request-ID: mine", kind, *headers]
    if sized:
        told.append(f"Content-Length: {len(content)}")
    return "\r\n".join(told).encode() + b"\r\n\r\n" + content


CLOSING = request(GOOD, "Connection: close")
"""Ends a conversation; goes the usual way."""


class Lane:
    """What the fast lane answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[bool] = []
        answer = FastLane.answer

        def noted(*given: Any) -> bytes | None:
            found = answer(*given)
            self.answers.append(found is not None)
            return found

        monkeypatch.setattr(FastLane, "answer", noted)


@pytest.fixture
def lane(monkeypatch: pytest.MonkeyPatch) -> Lane:
    return Lane(monkeypatch)


@contextmanager
def port_of(app: FastAPI) -> Iterator[int]:
    with capture_logs(), listening(app) as address:
        yield int(address.rpartition(":")[2])


def told(port: int, *pieces: bytes) -> bytes:
    """All that is answered to pieces, sent one by one, until the other side closes; without moments."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answered = b""
        for piece in pieces[:-1]:
            connection.sendall(piece)
            connection.settimeout(0.2)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(60)
        connection.sendall(pieces[-1])
        while part := connection.recv(65_536):
            answered += part
    return re.sub(rb"date: [^\r]*", b"date: then", answered)


def without_as_of(answer: bytes) -> bytes:
    return re.sub(rb'"as_of":"[^"]*"', b'"as_of":"then"', answer)


CASES = {
    "good": (request(), True),
    "another spelling of the kind": (request(kind="content-TYPE: Application/JSON; charset=utf-8"), True),
    "an id that is not plain": (request(GOOD, "X-Request-ID: a b"), True),
    "a lower case method": (request(line="post /v1/predictions HTTP/1.1"), None),
    "a body in chunks": (
        request("", "Transfer-Encoding: chunked", sized=False) + b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD.encode()),
        True,
    ),
    "another kind": (request(kind="Content-Type: text/plain"), None),
    "two kinds": (request(GOOD, JSON), None),
    "a club that nobody knows": (request(GOOD.replace("Kairat", "Nobody United")), False),
    "no JSON": (request("{"), False),
    "no body": (request(""), False),
    "a name twice": (request(GOOD[:-1] + ', "home": "Astana"}'), False),
    "a body that is too long": (request(GOOD + " " * 100_000), None),
    "a client that asks whether it may": (request(GOOD, "Expect: 100-continue"), None),
    "a query": (request(line="POST /v1/predictions?x=1 HTTP/1.1"), None),
    "an older HTTP": (request(line="POST /v1/predictions HTTP/1.0"), None),
    "another method": (request(line="GET /v1/predictions HTTP/1.1"), None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_fast_lane_answers_as_the_usual_way(name: str, lane: Lane) -> None:
    sent, taken = CASES[name]
    app = create_app(predictor)
    with port_of(app) as port:
        fast = told(port, sent + CLOSING)
        app.state.fast_lane = None
        usual = told(port, sent + CLOSING)

    assert without_as_of(fast) == without_as_of(usual)
    assert b"HTTP/1.1 " in fast
    if name != "a body that is too long":  # how much of it comes at once is the system's affair
        assert lane.answers == ([] if taken is None else [taken])


def test_requests_one_behind_the_other_are_answered_in_their_order(lane: Lane) -> None:
    other = GOOD.replace("Kairat", "Astana")
    slow = b"GET /v1/competitions HTTP/1.1\r\nHost: x\r\nX-Request-ID: slow\r\n\r\n"
    sent = request() + request(other) + slow + request() + request(other) + CLOSING
    app = create_app(predictor)
    with port_of(app) as port:
        fast = told(port, sent)
        app.state.fast_lane = None
        usual = told(port, sent)

    assert without_as_of(fast) == without_as_of(usual)
    assert fast.count(b"HTTP/1.1 200 OK") == 6
    assert lane.answers == [True, True], "what comes behind a task waits for it"


def test_a_body_that_comes_later_goes_the_usual_way(lane: Lane) -> None:
    sent = request()
    with port_of(create_app(predictor)) as port:
        answered = told(port, sent[:-30], sent[-30:-10], sent[-10:] + CLOSING)

    assert answered.count(b"HTTP/1.1 200 OK") == 2
    assert lane.answers == []


def test_what_was_answered_is_logged_and_counted(lane: Lane, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with port_of(create_app(predictor, store=Store(url, tmp_path))) as port:
        told(port, request() + request(GOOD, "Connection: close").replace(b"mine", b"last"))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            counted = answer.read().decode()

    assert lane.answers == [True]
    assert stored(url) == ["mine", "last"]
    assert 'awayday_http_requests_total{method="POST",route="/v1/predictions",status="200"} 2.0' in counted


@pytest.mark.parametrize(
    "options", [ServiceOptions(access_log=True), ServiceOptions(cors_origins=("http://elsewhere.example",))]
)
def test_the_usual_way_is_taken_where_answers_are_more(options: ServiceOptions, lane: Lane) -> None:
    with port_of(create_app(predictor, options=options)) as port:
        answered = told(port, request(GOOD, "Origin: http://elsewhere.example") + CLOSING)

    assert answered.count(b"HTTP/1.1 200 OK") == 2
    assert answered.count(b"access-control-allow-origin: http://elsewhere.example") == len(options.cors_origins)
    assert lane.answers == []


def test_the_usual_way_says_that_no_model_is_loaded(lane: Lane) -> None:
    app = create_app(predictor)
    with port_of(app) as port:
        app.state.live.predictor = None
        answered = told(port, request() + CLOSING)

    assert answered.count(b"HTTP/1.1 503") == 2
    assert lane.answers == []


def test_a_defect_is_answered_and_logged_as_on_the_usual_way(monkeypatch: pytest.MonkeyPatch, lane: Lane) -> None:
    def defect(*_: object) -> bytes:
        raise ZeroDivisionError

    app = create_app(predictor)
    monkeypatch.setattr(app.state.fast_lane, "_respond", defect)
    with port_of(app) as port:
        answered = told(port, request() + CLOSING)

    assert answered.count(b"HTTP/1.1 200 OK") == 2
