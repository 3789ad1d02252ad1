"""The short way and the usual one: the same answers, the same errors."""

import json
from typing import Any

import pytest

from serving.app import create_app
from serving.shortcut import Shortcut
from tests.serving.client import Client
from tests.serving.world import predictor

JSON = {"content-type": "application/json"}
GOOD = {"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}


def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request the usual way."""
    monkeypatch.setattr(Shortcut, "_answer", lambda *_: None)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (json.dumps(GOOD), "application/json"),
        (json.dumps({**GOOD, "score_grid": True}), "application/json; charset=utf-8"),
        (json.dumps(GOOD), "text/plain"),
        (json.dumps(GOOD), "application/problem+json"),
        (json.dumps({**GOOD, "home": "Nobody United"}), "application/json"),
        (json.dumps({**GOOD, "away": "kaz-kairat"}), "application/json"),
        (json.dumps({**GOOD, "kickoff": "2026-02-10"}), "application/json"),
        (json.dumps({**GOOD, "more": 1}), "application/json"),
        (json.dumps(GOOD)[:-1] + ', "home": "Astana"}', "application/json"),
        ("[" * 5_000, "application/json"),
        ('{"home": NaN}', "application/json"),
        ("null", "application/json"),
        ("", "application/json"),
        ("\udcff", "application/json"),
        ("x" * 100_000, "application/json"),
    ],
)
def test_the_short_way_answers_as_the_usual_one(content: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = content.encode(errors="surrogateescape")
    with Client(create_app(predictor)) as client:
        short = client.send("POST", "/v1/predictions", body, {"content-type": kind, "x-request-id": "a"})
        usual(monkeypatch)
        long = client.send("POST", "/v1/predictions", body, {"content-type": kind, "x-request-id": "a"})

    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert short.headers == long.headers


def test_a_good_request_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bytes | None] = []
    answer = Shortcut._answer

    def noted(*args: Any) -> bytes | None:
        found.append(answer(*args))
        return found[-1]

    monkeypatch.setattr(Shortcut, "_answer", noted)
    with Client(create_app(predictor)) as client:
        status = client.send("POST", "/v1/predictions", json.dumps(GOOD).encode(), JSON).status_code
        counted = client.send("GET", "/metrics").text

    assert status == 200
    assert [one is not None for one in found] == [True]
    assert 'route="/v1/predictions"' in counted


def test_the_usual_way_answers_while_no_model_is_loaded() -> None:
    app = create_app(predictor)
    with Client(app) as client:
        app.state.live.predictor = None
        answer = client.send("POST", "/v1/predictions", json.dumps(GOOD).encode(), JSON)

    assert answer.status_code == 503
