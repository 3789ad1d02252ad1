"""Heads of requests that are too long, too slow, or none, over real sockets."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from structlog.testing import capture_logs

from serving.app import create_app
from serving.protocol import GuardedProtocol
from tests.serving.test_contract import listening
from tests.serving.world import predictor

GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"


class Impatient(GuardedProtocol):
    head_seconds = 0.2


@contextmanager
def connected(protocol: type[GuardedProtocol] = GuardedProtocol) -> Iterator[socket.socket]:
    with capture_logs(), listening(create_app(predictor), http=protocol) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            yield connection


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:  # it closed while we were still sending
        pass
    return b"".join(parts)


def refused(answer: bytes, status: int) -> str:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode()), answer
    assert b"content-type: application/problem+json" in head
    document = json.loads(body)
    assert document["status"] == status
    return str(document["detail"])


def test_requests_one_after_another_and_in_pieces_are_answered() -> None:
    with connected() as connection:
        for _ in range(2):
            connection.sendall(GET)
            connection.sendall(b"X-More: y\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 OK")
        connection.sendall(GET + b"Connection: close\r\n\r\n")
        assert everything(connection).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("piece", [b"X-Many: y\r\n", b"y"], ids=["many headers", "one long header"])
def test_a_head_without_end_is_431(piece: bytes) -> None:
    with connected() as connection:
        connection.sendall(GET + (b"" if b"\r" in piece else b"X-Long: "))
        with suppress(ConnectionError):  # refused before all is sent
            for _ in range(100):
                connection.sendall(piece * (70_000 // len(piece)))
        assert "at most 65,536 bytes" in refused(everything(connection), 431)


def test_a_long_body_behind_a_short_head_is_no_long_head() -> None:
    with connected() as connection:
        head = b"POST /v1/predictions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60000\r\n"
        connection.sendall(head + b"Content-Type: application/json\r\n\r\n" + b" " * 60_000)
        assert everything(connection).startswith(b"HTTP/1.1 400 ")


def test_a_head_that_trickles_in_is_given_up() -> None:
    with connected(Impatient) as connection:
        connection.sendall(GET)
        assert refused(everything(connection), 408) == "The head of the request did not arrive in time"


def test_a_client_that_says_nothing_is_left() -> None:
    with connected(Impatient) as connection:
        assert everything(connection) == b""


def test_what_is_no_http_gets_a_problem_document() -> None:
    with connected() as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
        assert refused(everything(connection), 400) == "Invalid HTTP request received."
