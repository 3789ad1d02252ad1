"""`awayday prune`."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from football.database import Database
from football.served import ServedStore
from tests.awayday.command import CommandLine
from tests.football.test_served import served


@pytest.fixture
def logged(awayday: CommandLine) -> CommandLine:
    """A home with two predictions, served 1 and 30 days ago."""
    now = datetime.now(UTC)
    with Database(f"sqlite:///{awayday.home / 'awayday.db'}") as database:
        ServedStore(database).add([(f"{n}", served(served_at=now - timedelta(days=n))) for n in (1, 30)])
    return awayday


def left(command: CommandLine) -> list[str]:
    with Database(f"sqlite:///{command.home / 'awayday.db'}") as database:
        return [entry for entry, _ in ServedStore(database).all()]


def test_what_is_older_is_deleted_and_counted(logged: CommandLine) -> None:
    outcome = logged("prune", "--days", "7")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.endswith("UTC: 1 prediction deleted, 1 kept.\n")
    assert left(logged) == ["1"]


def test_a_dry_run_counts_and_deletes_nothing(logged: CommandLine) -> None:
    found = json.loads(logged("prune", "--days", "7", "--dry-run", "--json").out)

    assert (found["deleted"], found["kept"], found["dry_run"]) == (1, 1, True)
    assert found["before"].endswith("Z")
    assert left(logged) == ["30", "1"]


def test_the_days_of_the_environment_count_where_none_are_given(logged: CommandLine) -> None:
    logged.monkeypatch.setenv("AWAYDAY_LOG_DAYS", "7")

    assert logged("prune").code == 0
    assert left(logged) == ["1"]


def test_without_days_nothing_is_deleted_and_it_says_what_to_give(logged: CommandLine) -> None:
    outcome = logged("prune")

    assert outcome.code == 2
    assert "expected how many days to keep, there or by --days" in outcome.err
    assert left(logged) == ["30", "1"]


def test_before_anything_was_served_it_makes_no_file(awayday: CommandLine) -> None:
    assert "0 predictions deleted, 0 kept" in awayday("prune", "--days", "7").out
    assert not awayday.home.exists()
