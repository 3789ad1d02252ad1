"""`awayday watch`: a whole round against sources on this machine, what the service tells of it, and one at a time."""

import functools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

import football.sync  # noqa: F401  # before its options are stood in for
from awayday.watching.lock import is_gone, own_name
from awayday.watching.step_names import StepName
from football import absence_sync
from football.database import Database
from football.snapshots import SnapshotStore
from football.sources import download, football_data_download
from football.sources.download import DownloadOptions
from football.sources.football_data_download import FootballDataOptions
from football.sources.football_data_files import season_code, season_start
from football.sources.fpl_download import EndpointOptions, fetch_bootstrap
from football.watch_store import Holder, StepRecord, WatchStore
from serving.app import create_app
from serving.store import Store
from tests.awayday.command import CommandLine
from tests.football.small_files import OPENFOOTBALL, one_match
from tests.football.sources.server import ArchiveServer, serve
from tests.serving.client import Client
from tests.serving.world import predictor

FPL = "api/bootstrap-static/"
ENGLAND = "2025-26/1-premierleague.txt"
SITE = f"mmz4281/{season_code(season_start(datetime.now(UTC).date()))}/E0.csv"


def matches(*scores: str) -> str:
    """One match of Arsenal a week, some without a score yet."""
    weeks = [date(2025, 8, 16) + timedelta(weeks=i) for i in range(6)]
    lines = []
    for i, day in enumerate(weeks):
        score = scores[i] if i < len(scores) else ""
        lines.append(
            f"{day:%a %b/%d %Y}\n 15.00 Arsenal FC v Chelsea FC {score}\n" if i % 2 else f"{day:%a %b/%d %Y}\n"
        )
        lines += [] if i % 2 else [f" 15.00 Liverpool FC v Arsenal FC {score}\n"]
    return "".join(lines)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    """All three sources, on this machine."""
    with serve(ArchiveServer()) as server:
        for repository, path in OPENFOOTBALL.items():
            server.offer(repository, {path: one_match(repository)})
        server.offer("england", {ENGLAND: matches("2-1", "1-1", "0-3")})
        player = {"code": 1, "first_name": "Ann", "second_name": "", "team": 1, "status": "i", "minutes": 90}
        player |= {"chance_of_playing_next_round": None, "news": ""}
        server.pages[FPL] = json.dumps({"elements": [player], "teams": [{"id": 1, "name": "Arsenal"}]})
        season = season_start(datetime.now(UTC).date())
        server.pages[SITE] = f"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\nE0,16/08/{season},Everton,Fulham,0,0\n"
        openfootball = functools.partial(DownloadOptions, server.base_url, attempts=1, backoff_seconds=0.0)
        site = functools.partial(FootballDataOptions, server.base_url, season, attempts=1, backoff_seconds=0.0)
        monkeypatch.setattr(download, "DownloadOptions", openfootball)
        monkeypatch.setattr(football_data_download, "FootballDataOptions", site)
        endpoint = EndpointOptions(url=f"{server.base_url}/{FPL}", attempts=1, backoff_seconds=0.0)
        monkeypatch.setattr(absence_sync, "fetch_bootstrap", lambda _: fetch_bootstrap(endpoint))
        yield server


def url(home: Path) -> str:
    return f"sqlite:///{home / 'awayday.db'}"


def records(home: Path) -> dict[str, StepRecord]:
    with Database(url(home)) as database:
        return dict(WatchStore(database).steps())


def test_a_round_does_every_step_and_a_failing_one_shows_and_hinders_no_other(
    awayday: CommandLine, world: ArchiveServer
) -> None:
    outcome = awayday("watch", "--once")

    steps = records(awayday.home)
    assert sorted(steps) == ["absences", "sync", "track-record", "train", "update"], "nothing to promote"
    assert {name for name, step in steps.items() if step.failures} == {"train"}, "twelve matches make no model"
    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    told = steps["sync"].told
    assert told is not None
    assert told.startswith("12 new results, 0 changed, of 2025-08-16 to ")
    assert steps["absences"].told == "fpl: 1 read, 1 new"
    assert steps["track-record"].told == "no result yet of a match that was predicted; 0 wait for theirs"

    world.offer("england", {ENGLAND: matches("2-1", "1-1", "0-3", "4-0")}, etag='"2"')
    world.failures["api"] = [500]
    awayday("watch", "--once", "--skip", "train")

    steps = records(awayday.home)
    told = steps["sync"].told
    assert told is not None
    assert told.startswith("1 new results, 0 changed, of 2025-09-06 to 2025-09-06; 0 fixtures new or changed. ")
    assert steps["absences"].failures == 1
    assert "500" in (steps["absences"].reason or "")
    assert len(SnapshotStore(awayday.home).latest().matches) == 15

    with Client(create_app(predictor, store=Store(url(awayday.home), awayday.home))) as client:

        def told_by_health() -> list[str]:
            reasons: list[str] = client.get("/health/ready").json()["reasons"]
            return [reason for reason in reasons if "awayday watch" in reason]

        looking = Retrying(
            stop=stop_after_delay(30), wait=wait_fixed(0.1), retry=retry_if_result(lambda found: not found)
        )
        told_of = looking(told_by_health)
        ready, metrics = client.get("/health/ready"), client.get("/metrics").text
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    (first, second) = told_of
    assert re.match(r"awayday watch: absences failed, last at .* UTC: .*500", first)
    assert second.startswith("awayday watch: train failed, last at ")
    assert 'awayday_watch_step_failures{step="absences"} 1.0' in metrics
    assert 'awayday_watch_step_failures{step="sync"} 0.0' in metrics
    assert 'awayday_watch_step_last_success_timestamp_seconds{step="sync"}' in metrics
    assert 'awayday_watch_step_last_failure_timestamp_seconds{step="sync"}' not in metrics


def test_a_source_that_is_away_is_told_and_the_update_goes_on_with_what_there_is(
    awayday: CommandLine, world: ArchiveServer
) -> None:
    skipped = [f"--skip={name}" for name in (StepName.ABSENCES, StepName.TRAIN, StepName.TRACK_RECORD)]
    assert awayday("watch", "--once", *skipped).code == 0
    world.failures["england"] = [503]

    assert awayday("watch", "--once", *skipped).code == 1

    steps = records(awayday.home)
    assert steps["sync"].failures == 1
    assert "503" in (steps["sync"].reason or "")
    assert steps["update"].failures == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--every", "6"), "error: every: got '6', expected minutes, hours or days such as 30m, 6h or 1d"),
        (("--train-every", "0d"), "error: train-every: got '0d', expected minutes, hours or days such as 30m"),
        (("--skip", "lunch"), "Invalid value for '--skip'"),
    ],
)
def test_what_is_no_duration_or_step_is_code_2(awayday: CommandLine, arguments: tuple[str, ...], expected: str) -> None:
    outcome = awayday("watch", *arguments)

    assert outcome.code == 2
    assert expected in " ".join(re.sub(r"[│╭╮╰╯─]", " ", outcome.err).split())


@contextmanager
def watching(home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that watches with nothing but the track record."""
    skipped = [f"--skip={name}" for name in StepName if name != StepName.TRACK_RECORD]
    command = [sys.executable, "-m", "awayday", "watch", *skipped, *arguments]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWAYDAY_", "MLFLOW_"))}
    with subprocess.Popen(
        command, env={**env, "AWAYDAY_HOME": str(home)}, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def holder(home: Path) -> Holder | None:
    with Database(url(home)) as database:
        return WatchStore(database).holder()


def wait_for_first_round(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if "waiting" in line:
            return
    pytest.fail("it ended before its first round was done")


def test_a_second_watch_ends_and_names_the_first_and_a_dead_ones_lock_is_taken_over(tmp_path: Path) -> None:
    with watching(tmp_path) as first:
        wait_for_first_round(first)
        found = holder(tmp_path)
        assert found is not None
        assert found.name.endswith(f":{first.pid}")
        with watching(tmp_path, "--once") as second:
            assert second.stderr is not None
            said = second.stderr.read()
            assert second.wait(60) == 1
        assert said.startswith(f"error: awayday watch runs already: process {found.name}, since {found.taken_at:%Y}")
        assert said.count("\n") == 1
        assert first.poll() is None
        first.kill()
        first.wait(60)
    assert holder(tmp_path) == found, "it had no time to let go"
    with watching(tmp_path, "--every", "1d") as third:
        # The first did its round a moment ago: this one goes on where that was, and waits.
        wait_for_first_round(third)
        now_held = holder(tmp_path)
        assert now_held is not None
        assert now_held.name.endswith(f":{third.pid}")
        third.send_signal(signal.SIGTERM)
        assert third.wait(60) == 0
    assert holder(tmp_path) is None


def test_only_an_ended_process_of_this_machine_is_known_to_be_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(60)
    host = own_name().rpartition(":")[0]
    assert is_gone(f"{host}:{ended.pid}")
    assert not is_gone(own_name())
    assert not is_gone(f"elsewhere-{host}:{ended.pid}")
    assert not is_gone("nonsense")
