"""`awayday track-record`."""

import json

import pytest
import structlog

from football.database import Database
from football.served import ServedStore
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from tests.awayday.command import CommandLine
from tests.serving.synthetic import matches
from tests.serving.test_track_record import forecast, of_outcome


@pytest.fixture
def played(awayday: CommandLine) -> CommandLine:
    """A home with results, and one prediction of a home win at 0.5, 0.3, 0.2: RPS 0.145."""
    with structlog.testing.capture_logs():
        SnapshotStore(awayday.home).write(matches(), SyncReport())
    with Database(f"sqlite:///{awayday.home / 'awayday.db'}") as database:
        prediction = forecast(of_outcome(0), home_win=0.5, draw=0.3, away_win=0.2, competition_id="esp-1")
        ServedStore(database).add([("1", prediction)])
    return awayday


def test_it_prints_scores_and_the_reliability_table(played: CommandLine) -> None:
    outcome = played("track-record")

    assert (outcome.code, outcome.err) == (0, "")
    rows = [line.split() for line in outcome.out.splitlines()]
    assert ["all", "1", "0.1450", "0.6931", "0.3800"] in [row[:5] for row in rows]
    assert ["esp-1", "1", "0.1450"] in [row[:3] for row in rows]
    assert ["v1", "1", "0.1450"] in [row[:3] for row in rows]
    assert ["home", "50.0%", "100.0%", "±", "50.0%", "1"] in rows
    assert outcome.out.endswith("0 fixtures wait for their result.\n")


def test_json_is_as_the_service_gives_it(played: CommandLine) -> None:
    outcome = played("track-record", "--json", "--competition", "esp-1", "--model", "v1")

    document = json.loads(outcome.out)
    assert document["scores"]["rps"]["mean"] == pytest.approx(0.145)
    assert (document["waiting"], document["scores"]["matches"]) == (0, 1)


def test_days_choose_what_is_scored(played: CommandLine) -> None:
    outcome = played("track-record", "--until", "2000-01-01")

    assert outcome.code == 0
    assert outcome.out == "No result is known yet of a match that was predicted; 0 wait for theirs.\n"


def test_before_anything_was_served_it_says_so_and_makes_no_file(awayday: CommandLine) -> None:
    assert "0 wait for theirs" in awayday("track-record").out
    assert not awayday.home.exists()


def test_a_competition_that_is_none_is_code_2(awayday: CommandLine) -> None:
    assert awayday("track-record", "--competition", "nowhere").code == 2
