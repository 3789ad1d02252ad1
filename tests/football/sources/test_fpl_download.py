"""Asking the endpoint, played by a transport without a network."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from football.errors import DownloadError
from football.sources.fpl_download import EndpointOptions, fetch_bootstrap

OPTIONS = EndpointOptions(attempts=3, backoff_seconds=0.0, max_bytes=1000)
Answer = httpx.Response | Exception


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Sets what the server answers, one a request; returns the list of addresses asked."""

    def play(*given: Answer) -> list[str]:
        waiting, asked = list(given), []

        def handle(request: httpx.Request) -> httpx.Response:
            asked.append(str(request.url))
            answer = waiting.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        real = httpx.Client

        def client(**options: object) -> httpx.Client:
            return real(transport=httpx.MockTransport(handle), follow_redirects=bool(options["follow_redirects"]))

        monkeypatch.setattr(httpx, "Client", client)
        return asked

    return play


def test_the_answer_comes_with_the_moment_of_asking(answers: Callable[..., list[str]]) -> None:
    asked = answers(httpx.Response(200, text='{"né": 1}'))
    before = datetime.now(UTC)

    text, asked_at = fetch_bootstrap(OPTIONS)

    assert text == '{"né": 1}'
    assert before <= asked_at <= datetime.now(UTC)
    assert asked == [OPTIONS.url]


def test_a_busy_server_and_a_broken_line_are_tried_again(answers: Callable[..., list[str]]) -> None:
    asked = answers(httpx.Response(503), httpx.ConnectError("refused"), httpx.Response(200, text="{}"))

    assert fetch_bootstrap(OPTIONS)[0] == "{}"
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("given", "tries", "reason"),
    [
        ([httpx.Response(429)] * 3, 3, "the server answered 429 Too Many Requests"),
        ([httpx.Response(403)], 1, "the server answered 403 Forbidden"),
        ([httpx.ConnectError("refused")] * 3, 3, r"no connection \(refused\)"),
        ([httpx.ReadTimeout("slow")] * 3, 3, "no answer within 30 s"),
        ([httpx.Response(200, text="x" * 1001)], 1, "more than 1000 bytes; refused"),
    ],
)
def test_no_answer_is_an_error_with_address_and_reason(
    answers: Callable[..., list[str]], given: list[Answer], tries: int, reason: str
) -> None:
    asked = answers(*given)

    with pytest.raises(DownloadError, match=rf"^https://fantasy\.premierleague\.com/api/bootstrap-static/: {reason}"):
        fetch_bootstrap(OPTIONS)

    assert len(asked) == tries


def test_an_address_that_is_none_is_an_error() -> None:
    with pytest.raises(DownloadError, match="no connection"):
        fetch_bootstrap(EndpointOptions(url="nowhere", attempts=1))
