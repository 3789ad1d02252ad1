"""Clients that ask without a break, and keep what came of every request."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import httpx

CONNECTIONS: Final = 4
FIXTURE: Final = {"home": "esp-real-madrid", "away": "kaz-kairat", "kickoff": "2099-05-05T18:00:00Z"}
CLUB: Final = "esp-real-madrid"


@dataclass(frozen=True)
class Asked:
    """A request: its id (or the player told of), when it began and ended, and what came: 0 for no answer."""

    name: str
    began: float
    ended: float
    status: int
    said: str = ""

    def under_way_at(self, moment: float) -> bool:
        return self.began <= moment <= self.ended


@dataclass
class Load:
    """What was asked until now; complete once it has ended."""

    predictions: list[Asked] = field(default_factory=list)
    absences: list[Asked] = field(default_factory=list)

    @property
    def answered(self) -> list[Asked]:
        return [asked for asked in self.predictions if asked.status == 200]

    @property
    def acknowledged(self) -> list[Asked]:
        return [asked for asked in self.absences if asked.status == 200]


@contextmanager
def load(address: str, token: str) -> Iterator[Load]:
    """Predictions over several connections that stay open, and beside them words on absences."""
    found, ending = Load(), threading.Event()

    def predict(number: int) -> None:
        with httpx.Client(base_url=address, timeout=60) as http:
            for k in count():
                if ending.wait(0.002):
                    return
                name = f"ask-{number}-{k}"
                headers = {"X-Request-ID": name}
                found.predictions.append(_ask(http, name, "POST", "/v1/predictions", FIXTURE, headers))

    def tell() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=address, timeout=60) as http:
            for k in count():
                if ending.wait(0.05):
                    return
                player = f"Player {k}"
                body = {"status": "out", "said_by": "topology"}
                path = f"/v1/clubs/{CLUB}/absences/{player}"
                found.absences.append(_ask(http, player, "PUT", path, body, headers))

    threads = [threading.Thread(target=predict, args=(number,)) for number in range(CONNECTIONS)]
    threads.append(threading.Thread(target=tell))
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        ending.set()
        for thread in threads:
            thread.join()


def _ask(http: httpx.Client, name: str, method: str, path: str, body: dict[str, str], headers: dict[str, str]) -> Asked:
    began = time.monotonic()
    try:
        answer = http.request(method, path, json=body, headers=headers)
        said = answer.json()["model"]["version"] if method == "POST" and answer.status_code == 200 else answer.text
        return Asked(name, began, time.monotonic(), answer.status_code, said)
    except httpx.TransportError as error:
        return Asked(name, began, time.monotonic(), 0, repr(error))
