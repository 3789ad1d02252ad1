"""A newer model takes its place without a gap; one that fails is refused."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import replace

import pandas as pd
import pytest

from features.injuries import AbsenceIndex
from football.absences import conform_absences, conform_coverage
from football.clubs import load_registry
from football.competitions import load_competitions
from football.errors import StoreError
from football.tables import ABSENCES, COVERAGE
from serving.app import create_app
from serving.live import LiveModel, ReloadRefusedError, Renewal
from serving.options import ServiceOptions
from serving.predictor import Predictor
from serving.request_schemas import PredictionRequest
from tests.serving.client import Client
from tests.serving.test_auth import TOKEN
from tests.serving.world import NOW, FakeKnowledge, facts, predictor, strength_alone

FIXTURE = {"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def versioned(version: str) -> Predictor:
    named = replace(facts(), version=version)
    return Predictor(strength_alone(), named, FakeKnowledge(), load_registry(), load_competitions(), clock=lambda: NOW)


def no_absences() -> pd.DataFrame:
    return conform_absences(pd.DataFrame(columns=list(ABSENCES.columns)))


def no_coverage() -> pd.DataFrame:
    return conform_coverage(pd.DataFrame(columns=list(COVERAGE.columns)))


class Shelf:
    """Where models come from: `version` is the newest; a `broken` one raises, as does a registry that is `away`."""

    def __init__(self) -> None:
        self.version = "v1"
        self.broken: Exception | None = None
        self.away: Exception | None = None
        self.loads = 0

    def load(self) -> Predictor:
        self.loads += 1
        if self.broken is not None:
            raise self.broken
        return versioned(self.version)

    def fingerprint(self) -> Hashable:
        if self.away is not None:
            raise self.away
        return self.version

    def live(self) -> LiveModel:
        return LiveModel(self.load, Renewal(self.fingerprint, self.load), 14)

    def service(self) -> Client:
        renewal = Renewal(self.fingerprint, self.load)
        return Client(create_app(self.load, renewal=renewal, options=ServiceOptions(token=TOKEN, reload_seconds=0)))


def run(story: Callable[[], Coroutine[object, object, None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 60))


def version_of(live: LiveModel) -> str:
    details = live.details()
    assert details is not None
    return details.version


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.001)


def test_a_newer_model_is_found_and_answers_from_then_on() -> None:
    async def story() -> None:
        shelf = Shelf()
        live = shelf.live()
        await live.start()
        watching = asyncio.create_task(live.watch(0.001))
        await asyncio.sleep(0.05)
        assert shelf.loads == 1, "nothing is loaded again while nothing is new"
        shelf.version = "v2"
        await until(lambda: version_of(live) == "v2")
        watching.cancel()

    run(story)


def test_a_model_that_fails_is_refused_and_the_health_says_so_until_it_is_mended() -> None:
    async def story() -> None:
        shelf = Shelf()
        live = shelf.live()
        await live.start()
        shelf.version, shelf.broken = "v2", StoreError("v2/states.npz: damaged")
        watching = asyncio.create_task(live.watch(0.001))
        await until(lambda: shelf.loads >= 3)
        assert live.predictor is not None
        assert version_of(live) == "v1"
        health = live.health(live.predictor)
        assert health.status == "degraded"
        assert health.reasons == ["a newer model was refused, v1 answers on: v2/states.npz: damaged"]
        shelf.broken = None
        await until(lambda: version_of(live) == "v2")
        assert live.health(live.predictor).reasons == []
        watching.cancel()

    run(story)


def test_what_stays_broken_is_tried_less_and_less_often() -> None:
    async def story() -> None:
        shelf = Shelf()
        looks = 0

        def fingerprint() -> Hashable:
            nonlocal looks
            looks += 1
            return shelf.version

        live = LiveModel(shelf.load, Renewal(fingerprint, shelf.load), 14)
        await live.start()
        shelf.version, shelf.broken = "v2", StoreError("broken")
        for _ in range(5):
            with pytest.raises(ReloadRefusedError, match="v1 answers on: broken"):
                await live.reload()
        watching = asyncio.create_task(live.watch(0.0))
        before = looks
        for _ in range(15):  # 2**4 - 1 looks are left out after the fifth failure
            await asyncio.sleep(0)
        assert looks == before
        watching.cancel()

    run(story)


def test_an_error_that_nobody_foresaw_refuses_the_model_too() -> None:
    async def story() -> None:
        shelf = Shelf()
        live = shelf.live()
        await live.start()
        shelf.broken = ZeroDivisionError("float division")
        with pytest.raises(ReloadRefusedError, match="unexpected ZeroDivisionError: float division"):
            await live.reload()
        assert version_of(live) == "v1"

    run(story)


def test_a_registry_that_cannot_be_asked_is_reported_while_that_lasts() -> None:
    async def story() -> None:
        shelf = Shelf()
        live = shelf.live()
        await live.start()
        shelf.away = StoreError("http://mlflow:5000 cannot be reached")
        watching = asyncio.create_task(live.watch(0.001))
        assert live.predictor is not None
        await until(lambda: live.predictor is not None and live.health(live.predictor).status == "degraded")
        (reason,) = live.health(live.predictor).reasons
        assert reason == "whether there is a newer model is unknown: http://mlflow:5000 cannot be reached"
        shelf.away = None
        await until(lambda: live.predictor is not None and live.health(live.predictor).status == "ok")
        assert shelf.loads == 1
        watching.cancel()

    run(story)


def test_a_service_that_started_without_a_model_loads_it_once_there_is_one() -> None:
    async def story() -> None:
        shelf = Shelf()
        shelf.broken = StoreError("nothing here")
        live = shelf.live()
        await live.start()
        assert (live.predictor, live.failure) == (None, "nothing here")
        watching = asyncio.create_task(live.watch(0.001))
        shelf.broken = None
        await until(lambda: live.predictor is not None)
        assert live.failure is None
        watching.cancel()

    run(story)


def test_a_request_in_progress_finishes_on_the_model_it_began_with() -> None:
    started, go_on = threading.Event(), threading.Event()

    class Slow(FakeKnowledge):
        def find(self, home_id: str, away_id: str, kickoff: object) -> None:
            started.set()
            assert go_on.wait(30)

    old = predictor(Slow())
    live = LiveModel(lambda: old, None, 14)

    async def story() -> None:
        await live.start()
        held = live.predictor
        assert held is not None
        request = PredictionRequest.model_validate(FIXTURE)
        answering = asyncio.create_task(asyncio.to_thread(held.predict, request))
        await asyncio.to_thread(started.wait, 30)
        live._load = lambda: versioned("v2")
        await live.reload()
        assert version_of(live) == "v2"
        go_on.set()
        assert (await answering).model.version == "2026-02-01-test"

    run(story)


def test_the_operator_reloads_at_once_and_every_answer_names_its_model() -> None:
    shelf = Shelf()
    with shelf.service() as client:
        assert client.post("/v1/predictions", FIXTURE).json()["model"]["version"] == "v1"
        shelf.version = "v2"
        response = client.send("POST", "/v1/admin/reload", headers=BEARER)
        assert (response.status_code, response.json()["version"]) == (200, "v2")
        assert client.post("/v1/predictions", FIXTURE).json()["model"]["version"] == "v2"
        shelf.version, shelf.broken = "v3", StoreError("v3: the self-check failed")
        refused = client.send("POST", "/v1/admin/reload", headers=BEARER)
        assert refused.status_code == 409
        assert refused.json()["type"] == "urn:awayday:problem:reload-refused"
        assert "v2 answers on: v3: the self-check failed" in refused.json()["detail"]
        assert client.post("/v1/predictions", FIXTURE).json()["model"]["version"] == "v2"
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        counts = client.get("/metrics").text
        assert 'awayday_model_reloads_total{outcome="ok"} 1.0' in counts
        assert 'awayday_model_reloads_total{outcome="failed"} 1.0' in counts
        assert 'awayday_model_info{source="champion",version="v2"} 1.0' in counts
        assert 'version="v1"' not in counts


def test_a_newer_model_answers_with_the_absences_of_the_one_before_and_with_later_ones() -> None:
    known = [FakeKnowledge(), FakeKnowledge(), FakeKnowledge()]
    to_come = iter(known)
    live = LiveModel(lambda: predictor(next(to_come)), None, 14)
    told, later = (AbsenceIndex.build(no_absences(), no_coverage()) for _ in range(2))

    async def story() -> None:
        await live.start()
        live.use_absences(told)
        await live.reload()
        assert [knowledge.absences for knowledge in known] == [told, told, None]
        live.use_absences(later)
        assert known[1].absences is later
        await live.reload()
        assert known[2].absences is later

    run(story)


def test_a_reload_that_nobody_waits_for_any_more_is_finished() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Predictor:
        begun.set()
        assert go_on.wait(30)
        return versioned("v2")

    async def story() -> None:
        live = LiveModel(lambda: versioned("v1"), None, 14)
        await live.start()
        live._load = slow
        waiting = asyncio.create_task(live.reload())
        await asyncio.to_thread(begun.wait, 30)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        go_on.set()
        await until(lambda: version_of(live) == "v2")

    run(story)


def test_reloading_needs_the_token() -> None:
    shelf = Shelf()
    with shelf.service() as client:
        assert client.send("POST", "/v1/admin/reload").status_code == 401
    assert shelf.loads == 1


def test_data_older_than_the_setting_are_degraded_not_dead() -> None:
    renewal = Renewal(lambda: None, predictor)
    for days, status in ((2, "ok"), (0, "degraded")):  # the data end a day and 16 hours before
        with Client(create_app(predictor, renewal=renewal, options=ServiceOptions(old_data_days=days))) as client:
            response = client.get("/health/ready")
            assert (response.status_code, response.json()["status"]) == (200, status)
            assert client.post("/v1/predictions", FIXTURE).status_code == 200
    assert response.json()["reasons"] == [
        "the data end on 2026-02-01, 1 days ago; run `awayday sync`, `awayday train` and `awayday promote`"
    ]
