"""The proxy's configuration, before replicas that fail in every way: who is asked again, and what gets through."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from serving.options import ServiceOptions
from tests.deploy.compose import limits
from tests.deploy.proxy import configured, free_port, proxy

PREDICTION = "/v1/predictions"
ABSENCE = "/v1/clubs/esp-real-madrid/absences/Ann"


@dataclass
class Replica:
    """Stands in for a service: answers with its name, or as it is told."""

    name: str
    port: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    """By method; 0 closes the connection after the request without an answer."""
    asked: list[tuple[str, str, dict[str, str], int]] = field(default_factory=list)
    connections: int = 0

    @property
    def ids(self) -> list[str]:
        return [headers["x-request-id"] for _, _, headers, _ in self.asked]


@contextmanager
def running(replica: Replica) -> Iterator[Replica]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            replica.connections += 1
            super().setup()

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            replica.asked.append((self.command, self.path, headers, len(body)))
            status = replica.statuses.get(self.command, 200)
            if status == 0:
                self.close_connection = True
                return
            content = json.dumps({"replica": replica.name}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  # the names are http.server's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # likewise
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    replica.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield replica
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Site:
    one: Replica
    two: Replica
    http: httpx.Client

    @property
    def asked(self) -> int:
        return len(self.one.asked) + len(self.two.asked)


@pytest.fixture
def site(nginx: str, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        one, two = (stack.enter_context(running(Replica(name))) for name in ("one", "two"))
        addresses = (f"127.0.0.1:{one.port}", f"127.0.0.1:{two.port}")
        found = stack.enter_context(proxy(tmp_path / "proxy", addresses, limits()))
        yield Site(one, two, stack.enter_context(httpx.Client(base_url=found.address, timeout=30)))


def test_the_configuration_is_whole(nginx: str, tmp_path: Path) -> None:
    values = {"PROXY_LISTEN": "8080", "PROXY_REPLICA_1": "172.28.77.11:8000", "PROXY_REPLICA_2": "172.28.77.12:8000"}
    command = configured(tmp_path / "proxy", values | limits())
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_both_replicas_are_asked_over_connections_that_stay_open(site: Site) -> None:
    for _ in range(40):
        assert site.http.post(PREDICTION, json={}).status_code == 200

    assert min(len(site.one.asked), len(site.two.asked)) > 5
    # A worker process keeps its own, and the client's one connection stays with one of them.
    assert site.one.connections + site.two.connections < 10


@pytest.mark.parametrize("path", [PREDICTION, "/v1/predictions/batch", "/v1/scenarios/grid"])
@pytest.mark.parametrize("failure", [0, 502, 503], ids=["no answer", "502", "503"])
def test_a_prediction_that_a_replica_fails_is_asked_of_the_other_with_the_same_id(
    site: Site, path: str, failure: int
) -> None:
    site.one.statuses["POST"] = failure
    answers = [site.http.post(path, json={}, headers={"X-Request-ID": f"ask-{i}"}) for i in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 6
    assert {answer.json()["replica"] for answer in answers} == {"two"}
    assert site.two.ids == [f"ask-{i}" for i in range(6)]
    assert site.one.ids, "it was tried"
    assert set(site.one.ids) <= set(site.two.ids)


def test_reading_and_telling_absences_go_to_the_other_when_a_replica_goes_away(site: Site) -> None:
    for method in ("GET", "PUT", "DELETE"):
        site.one.statuses[method] = 0
    for method in ("GET", "PUT", "DELETE") * 3:
        answer = site.http.request(method, ABSENCE)
        assert (answer.status_code, answer.json()) == (200, {"replica": "two"})

    assert site.one.asked


def test_a_database_that_is_away_fails_what_is_told_and_no_prediction(site: Site) -> None:
    site.one.statuses["PUT"] = site.two.statuses["PUT"] = 503

    told = [site.http.put(ABSENCE, json={}).status_code for _ in range(20)]
    assert told == [503] * 20
    assert site.asked == 20, "each is asked once: the other has no other answer"

    assert {site.http.post(PREDICTION, json={}).status_code for _ in range(10)} == {200}


@pytest.mark.parametrize(
    "path", ["/metrics", "//metrics", "/v1/../metrics", "/%6detrics", "/v1/admin/reload", "/v1/%61dmin/reload"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_metrics_and_administration_are_not_for_the_outside(site: Site, path: str, method: str) -> None:
    # As it stands: httpx would put some of these paths in order by itself.
    url = site.http.base_url.copy_with(raw_path=path.encode())
    answer = site.http.send(site.http.build_request(method, url))

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    assert site.asked == 0


def test_a_replica_learns_who_asks_and_by_which_name(site: Site) -> None:
    site.http.get("/v1/clubs", headers={"Host": "awayday.example", "X-Forwarded-For": "192.0.2.1"})
    ((_, _, headers, _),) = site.one.asked + site.two.asked

    assert headers["host"] == headers["x-forwarded-host"] == "awayday.example"
    assert headers["x-forwarded-for"] == "192.0.2.1, 127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"


@pytest.mark.parametrize("given", ["", "has spaces", "x" * 65, 'quo"te'])
def test_a_request_without_a_plain_id_gets_one(site: Site, given: str) -> None:
    site.http.get("/v1/clubs", headers={"X-Request-ID": given} if given else {})

    (found,) = site.one.ids + site.two.ids
    assert re.fullmatch(r"[0-9a-f]{32}", found)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (PREDICTION, ServiceOptions().max_body_bytes),
        (ABSENCE, ServiceOptions().max_body_bytes),
        ("/v1/predictions/batch", ServiceOptions().max_batch_bytes),
    ],
)
def test_bodies_are_as_long_as_the_service_takes_them(site: Site, path: str, most: int) -> None:
    assert site.http.put(path, content=b" " * most).status_code == 200
    assert [length for _, _, _, length in site.one.asked + site.two.asked] == [most]

    answer = site.http.put(path, content=b" " * (most + 1))

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "The body is too large; at most 65536 bytes are taken, of a batch 8388608"
    assert site.asked == 1


def test_without_any_replica_the_answer_says_so(nginx: str, tmp_path: Path) -> None:
    nobody = (f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}")
    with proxy(tmp_path / "proxy", nobody, limits()) as found:
        answer = httpx.post(f"{found.address}{PREDICTION}", json={}, headers={"X-Request-ID": "mine"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.json() == {
        "type": "urn:awayday:problem:no-replica",
        "title": "Service unavailable",
        "status": 503,
        "detail": "No replica answers at the moment; try again in some seconds",
        "request_id": "mine",
    }
