"""`awayday sync --only fpl` against an endpoint on this machine, and a service that finds what it brought."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from football import absence_sync
from football.database import Database
from football.sources.fpl_download import EndpointOptions, fetch_bootstrap
from serving.absence_keeper import AbsenceKeeper
from tests.awayday.command import CommandLine
from tests.football.sources.server import ArchiveServer, serve

PAGE = "api/bootstrap-static/"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    with serve(ArchiveServer()) as server:
        options = EndpointOptions(url=f"{server.base_url}/{PAGE}", attempts=2, backoff_seconds=0.0)
        monkeypatch.setattr(absence_sync, "fetch_bootstrap", lambda _: fetch_bootstrap(options))
        yield server


def answer(**statuses: str) -> str:
    """Players of Arsenal by name."""
    common = {"second_name": "", "team": 1, "chance_of_playing_next_round": None, "news": "", "minutes": 90}
    players = [{**common, "code": i, "first_name": name, "status": s} for i, (name, s) in enumerate(statuses.items())]
    return json.dumps({"elements": players, "teams": [{"id": 1, "name": "Arsenal"}]})


def standing(awayday: CommandLine) -> list[tuple[str, str]]:
    with Database(f"sqlite:///{awayday.home / 'awayday.db'}") as database:
        table = database.absences()
    now = table[table["superseded_at"].isna()]
    return list(zip(now["player"], now["status"], strict=True))


def test_it_asks_again_and_again_and_a_failure_leaves_what_was_there(
    awayday: CommandLine, endpoint: ArchiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    states: list[list[tuple[str, str]]] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        states.append(standing(awayday))
        if len(waits) == 1:
            endpoint.failures["api"] = [503, 503]
        elif len(waits) == 2:
            endpoint.pages[PAGE] = answer(Ann="d", Ben="i")
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr("awayday.commands.sync.sleep", wait)
    endpoint.pages[PAGE] = answer(Ann="i", Ben="a")

    outcome = awayday("sync", "--only", "fpl", "--every", "60")

    assert outcome.code == 130
    assert waits == [3600.0] * 3
    assert states == [[("Ann", "out")], [("Ann", "out")], [("Ann", "doubtful"), ("Ben", "out")]]
    assert "Absences (fpl): 2 read, 2 new, 1 clubs watched" in outcome.out
    assert "503" in outcome.err
    assert outcome.err.count("error:") == 1


def test_a_service_finds_what_a_sync_brought(awayday: CommandLine, endpoint: ArchiveServer) -> None:
    endpoint.pages[PAGE] = answer(Ann="i")
    with Database(f"sqlite:///{awayday.home / 'awayday.db'}") as database, structlog.testing.capture_logs():
        keeper = AbsenceKeeper(database)
        keeper.refresh()
        assert keeper.index is None

        assert awayday("sync", "--only", "fpl").code == 0
        keeper.refresh()

        assert keeper.index is not None
        assert list(keeper.index.club_code) == ["eng-arsenal"]


@pytest.mark.full_data
def test_a_real_answer_of_the_endpoint_is_stored(
    awayday: CommandLine, endpoint: ArchiveServer, shared_data: Path
) -> None:
    endpoint.pages[PAGE] = (shared_data / "fpl" / "bootstrap-static-2018-19.json").read_text("utf-8")

    outcome = awayday("sync", "--only", "fpl")

    assert (outcome.code, outcome.err) == (0, "")
    assert "20 clubs watched" in outcome.out
    listed = json.loads(awayday("absences", "list", "Arsenal", "--json").out)
    assert listed["known"]
    assert {word["source"] for word in listed["absences"]} == {"fpl"}
