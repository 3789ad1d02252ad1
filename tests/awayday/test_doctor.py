"""`awayday doctor`: what it finds, what it advises, and that it changes nothing."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest
import sqlalchemy as sa

from awayday import checkup
from awayday.checkup import check_up
from awayday.finding import Finding, Level
from awayday.settings import Settings
from football.database import Database
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from serving.champion import load_embedded, publish
from tests.awayday.command import CommandLine
from tests.serving.synthetic import matches, world

NOW = datetime(2024, 5, 3, 12, tzinfo=UTC)  # a day and more after the newest result of the made-up matches


def _found(home: Path, part: str, now: datetime = NOW, **variables: str) -> list[Finding]:
    environ = {"AWAYDAY_HOME": str(home), "AWAYDAY_PORT": "0", **variables}
    settings = Settings.from_environment(environ)
    return [finding for finding in check_up(settings, environ, lambda: now) if finding.part == part]


@contextmanager
def _answering(body: str) -> Iterator[str]:
    """An HTTP server that gives one answer to everything; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server asks for
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield str(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_new_installation_has_notes_but_nothing_wrong_and_stays_empty(awayday: CommandLine) -> None:
    outcome = awayday("doctor", "--json")

    report = json.loads(outcome.out)
    assert (outcome.code, report["ok"]) == (0, True)
    by_part = {finding["part"]: finding for finding in report["findings"]}
    assert list(by_part) == [
        "environment", "home", "matches", "absences", "model", "database", "mlflow", "service",
    ]  # fmt: skip
    assert {finding["level"] for finding in report["findings"]} <= {"ok", "note"}
    assert by_part["matches"]["advice"] == "awayday sync"
    assert load_embedded().manifest.version in by_part["model"]["found"]
    assert not awayday.home.exists()


def test_the_table_says_what_to_do_below_what_was_found(awayday: CommandLine) -> None:
    lines = awayday("doctor").out.splitlines()

    at = next(i for i, line in enumerate(lines) if line.startswith("matches"))
    assert lines[at].split() == ["matches", "note", "none", "are", "synced"]
    assert lines[at + 1].strip() == "→ awayday sync"


def test_matches_are_fresh_until_the_age_that_the_service_calls_old(tmp_path: Path) -> None:
    SnapshotStore(tmp_path).write(matches(), SyncReport())

    for days, level in ((14, Level.OK), (15, Level.WARNING)):
        cut = SnapshotStore(tmp_path).latest().cut
        (finding,) = _found(tmp_path, "matches", cut + timedelta(days=days, hours=1))
        assert finding.level == level
        assert f"{days} days ago" in finding.found


def test_warnings_fail_only_where_they_are_to(awayday: CommandLine) -> None:
    SnapshotStore(awayday.home).write(matches(), SyncReport())

    assert awayday("doctor").code == 0
    assert awayday("doctor", "--strict").code == 1
    assert json.loads(awayday("doctor", "--strict", "--json").out)["ok"] is False


def test_a_champion_of_other_matches_wants_a_training(tmp_path: Path) -> None:
    publish(tmp_path, world().bundle)
    (before,) = _found(tmp_path, "model")
    SnapshotStore(tmp_path).write(matches(), SyncReport())
    (after,) = _found(tmp_path, "model")

    assert before.level == Level.OK
    assert "champion 2024-05-01-synthetic, trained 2024-05-02" in before.found
    assert (after.level, after.advice) == (Level.NOTE, "awayday train, then awayday promote")


def test_a_damaged_champion_is_an_error_and_the_other_parts_are_told_all_the_same(awayday: CommandLine) -> None:
    folder = publish(awayday.home, world().bundle)
    (folder / "states.npz").write_bytes(b"x")

    outcome = awayday("doctor", "--json")

    assert outcome.code == 1
    findings = json.loads(outcome.out)["findings"]
    (model,) = (finding for finding in findings if finding["part"] == "model")
    assert model["level"] == "error"
    assert "states.npz: damaged" in model["found"]
    assert len(findings) == 8


def test_a_slip_in_the_name_of_a_variable_is_told(tmp_path: Path) -> None:
    findings = _found(
        tmp_path, "environment", AWAYDAY_HOMES="/srv", AWAYDAY_ACCESS_LOG="on", AWAYDAY_BACKTEST="p.parquet"
    )

    assert [finding.found for finding in findings if finding.level == Level.WARNING] == [
        "no such variable: AWAYDAY_HOMES"
    ]


def test_packages_of_an_extra_that_is_not_used_are_a_note_and_of_one_that_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "find_spec", lambda name: None)

    levels = {
        finding.advice: finding.level
        for finding in _found(tmp_path, "environment", AWAYDAY_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")
    }

    assert levels["to use it: pip install 'awayday[training]'"] == Level.NOTE
    assert levels["to use it: pip install 'awayday[postgresql]'"] == Level.ERROR


@pytest.mark.parametrize(
    ("free", "level"), [(2 * 10**9, Level.OK), (2 * 10**9 - 1, Level.WARNING), (2 * 10**8 - 1, Level.ERROR)]
)
def test_little_room_is_a_warning_and_less_than_a_training_needs_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    class Usage:
        def __init__(self) -> None:
            self.free = free

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage())

    (finding,) = _found(tmp_path, "home")

    assert finding.level == level


def test_absences_are_told_by_source_and_age(database_url: str, tmp_path: Path) -> None:
    watched = pd.DataFrame(
        {
            "club_id": ["eng-arsenal", "eng-chelsea"],
            "source": ["fpl", "fpl"],
            "watched_from": [NOW - timedelta(days=30)] * 2,
            "watched_until": [NOW - timedelta(days=9), NOW - timedelta(days=8)],
        }
    )
    none = pd.DataFrame({name: [] for name in ("club_id", "player", "status", "chance", "absent_from", "absent_until")})
    none = none.assign(known_at=[], superseded_at=[], importance=[], minutes_rank=[], source=[])
    with Database(database_url) as database:
        database.create()
        database.add_absences(none, watched)

    (fresh,) = _found(tmp_path, "absences", AWAYDAY_DATABASE_URL=database_url)
    (stale,) = _found(tmp_path, "absences", NOW + timedelta(days=3), AWAYDAY_DATABASE_URL=database_url)

    assert (fresh.level, fresh.found) == (Level.OK, "2 clubs watched: fpl to 2024-04-25")
    assert (stale.level, stale.advice) == (Level.WARNING, "awayday sync --only fpl")


def test_the_database_of_a_newer_version_is_an_error(database_url: str, tmp_path: Path) -> None:
    with Database(database_url) as database:
        database.create()
        (sound,) = _found(tmp_path, "database", AWAYDAY_DATABASE_URL=database_url)
        with database.transaction() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        (newer,) = _found(tmp_path, "database", AWAYDAY_DATABASE_URL=database_url)

    assert sound.level == Level.OK
    assert "0 words on absences, 0 served predictions" in sound.found
    assert (newer.level, newer.advice) == (Level.ERROR, "update Awayday")


def test_a_database_that_does_not_answer_is_an_error_without_its_password(tmp_path: Path) -> None:
    (finding,) = _found(tmp_path, "database", AWAYDAY_DATABASE_URL="postgresql://me:secret@127.0.0.1:1/awayday")

    assert finding.level == Level.ERROR
    assert "127.0.0.1" in finding.found
    assert "secret" not in finding.found


def test_predictions_that_wait_for_the_database_are_a_warning(tmp_path: Path) -> None:
    waiting = tmp_path / "unwritten" / "1.jsonl"
    waiting.parent.mkdir()
    waiting.write_text("{}\n")

    _, finding = _found(tmp_path, "database")

    assert finding.level == Level.WARNING
    assert "1 files" in finding.found


def test_predictions_that_a_running_service_is_about_to_write_are_none_unless_they_stay(tmp_path: Path) -> None:
    journal = tmp_path / "unwritten" / "1-1.jsonl"
    journal.parent.mkdir()
    journal.write_text("[]\n")
    (_,) = _found(tmp_path, "database")

    os.utime(journal, (time.time() - 61.0,) * 2)
    _, finding = _found(tmp_path, "database")

    assert finding.level == Level.WARNING


def test_an_mlflow_server_that_is_down_is_an_error(tmp_path: Path) -> None:
    (finding,) = _found(tmp_path, "mlflow", MLFLOW_TRACKING_URI="http://127.0.0.1:1")

    assert finding.level == Level.ERROR
    assert finding.found.startswith("http://127.0.0.1:1 does not answer")


@pytest.mark.parametrize(
    ("body", "level", "words"),
    [
        ('{"status": "ok", "reasons": []}', Level.OK, "ok at http://127.0.0.1:"),
        ('{"status": "degraded", "reasons": ["the data end"]}', Level.WARNING, ": the data end"),
        ("<html>", Level.WARNING, "something else answers at http://127.0.0.1:"),
    ],
)
def test_the_service_is_asked_how_it_is(tmp_path: Path, body: str, level: Level, words: str) -> None:
    with _answering(body) as port:
        (finding,) = _found(tmp_path, "service", AWAYDAY_PORT=port)

    assert finding.level == level
    assert words in finding.found


def test_a_service_that_does_not_run_is_a_note(tmp_path: Path) -> None:
    with _answering("") as port:
        pass
    (finding,) = _found(tmp_path, "service", AWAYDAY_PORT=port)

    assert (finding.level, finding.advice) == (Level.NOTE, "awayday serve")
