"""`awayday update`: what it says, in words and as JSON, and what it leaves when something fails."""

import json
from pathlib import Path

import pytest

from football.errors import StoreError
from football.snapshots import SnapshotStore
from tests.awayday.command import CommandLine
from tests.awayday.source_files import write_source_files
from tests.football.small_files import OPENFOOTBALL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_source_files(tmp_path / "data")
    return tmp_path / "data"


def one_more(folder: Path) -> None:
    file = folder / "openfootball" / "england" / OPENFOOTBALL["england"]
    file.write_text(file.read_text("utf-8") + "Sat Aug/30 2025\n 15.00 Arsenal FC v Chelsea FC 1-0\n", "utf-8")


def test_new_results_are_told_with_what_was_done_for_them(awayday: CommandLine, folder: Path) -> None:
    first = awayday("update", "--from", str(folder))
    one_more(folder)
    second = awayday("update", "--from", str(folder))
    third = awayday("update", "--stored")

    assert [outcome.code for outcome in (first, second, third)] == [0, 0, 0]
    assert first.out.startswith("9 new results, 0 changed, of 2025-08-16 to 2025-08-16; 0 fixtures new or changed.\n")
    assert "nothing of them was kept, so all was built anew." in first.out
    lines = second.out.splitlines()
    assert lines[0] == "1 new results, 0 changed, of 2025-08-30 to 2025-08-30; 0 fixtures new or changed."
    assert SnapshotStore(awayday.home).latest().id in lines[2]
    assert "no champion yet" in lines[2]
    assert third.out.splitlines()[:2] == ["Nothing new.", f"0 of {lines[1].split()[2]} weeks of strengths fitted."]


def test_json_has_the_news_the_weeks_and_the_seconds(awayday: CommandLine, folder: Path) -> None:
    document = json.loads(awayday("update", "--from", str(folder), "--json").out)

    assert document["snapshot"] == SnapshotStore(awayday.home).latest().id
    assert document["news"]["results"] == 9
    assert document["fitted"] == document["weeks"]
    assert document["rebuilt"] is True
    assert document["failures"] == []
    assert set(document["seconds"]) >= {"sync", "strengths", "model"}


def test_without_matches_there_is_nothing_stored_to_take_up(awayday: CommandLine) -> None:
    outcome = awayday("update", "--stored")

    assert outcome.code == 1
    assert outcome.err.endswith("no matches stored yet; run `awayday sync` first\n")


def test_a_source_that_fails_is_told_and_the_rest_is_taken_up(awayday: CommandLine, folder: Path) -> None:
    (folder / "openfootball" / "italy" / OPENFOOTBALL["italy"]).write_bytes(b"\xff")

    outcome = awayday("update", "--from", str(folder))

    assert outcome.code == 1
    assert outcome.out.startswith("8 new results")
    assert outcome.err.startswith("error: italy: ")


def test_a_state_that_cannot_be_made_leaves_the_old_matches_in_use(
    awayday: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    awayday("update", "--from", str(folder))
    before = SnapshotStore(awayday.home).latest().id
    one_more(folder)

    def fail(*given: object, **more: object) -> None:
        raise StoreError("no room on the disk")

    monkeypatch.setattr("serving.update.update_state", fail)
    outcome = awayday("update", "--from", str(folder))

    assert (outcome.code, outcome.err) == (1, "error: no room on the disk\n")
    assert SnapshotStore(awayday.home).latest().id == before
