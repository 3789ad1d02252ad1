"""From the endpoint to the database and back."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from football.absence_sync import AbsenceReport, sync_fpl_now
from football.database import Database
from football.errors import SourceError
from tests.football.fakes import FakeRegistry

FRIDAY = datetime(2025, 9, 26, 12, tzinfo=UTC)
CLUBS = FakeRegistry({("Arsenal", "eng"): "eng-arsenal"})


def answer(**statuses: str) -> str:
    """Players of Arsenal by first name."""
    common = {"second_name": "Smith", "team": 1, "chance_of_playing_next_round": None, "news": "", "minutes": 90}
    players = [{**common, "code": i, "first_name": name, "status": s} for i, (name, s) in enumerate(statuses.items())]
    return json.dumps({"elements": players, "teams": [{"id": 1, "name": "Arsenal"}, {"id": 2, "name": "Nowhere"}]})


def sync_at(monkeypatch: pytest.MonkeyPatch, database: Database, text: str, moment: datetime) -> AbsenceReport:
    monkeypatch.setattr("football.absence_sync.fetch_bootstrap", lambda _: (text, moment))
    return sync_fpl_now(CLUBS, database)


def test_each_asking_keeps_what_stands_and_ends_what_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Database(f"sqlite:///{tmp_path / 'awayday.db'}") as database:
        first = sync_at(monkeypatch, database, answer(Ann="i", Ben="d", Cem="a"), FRIDAY)
        second = sync_at(monkeypatch, database, answer(Ann="i", Ben="i", Cem="a"), FRIDAY + timedelta(days=1))

        assert first == AbsenceReport("fpl", absences=2, new=2, clubs=1, unresolved=("Nowhere",))
        assert second == AbsenceReport("fpl", absences=2, new=1, clubs=1, unresolved=("Nowhere",))
        stored = database.absences().to_dict("records")
        assert [(row["player"], row["status"], row["known_at"].day) for row in stored] == [
            ("Ann Smith", "out", 26),
            ("Ben Smith", "doubtful", 26),
            ("Ben Smith", "out", 27),
        ]
        assert [row["superseded_at"] == FRIDAY + timedelta(days=1) for row in stored] == [False, True, False]
        (watch,) = database.coverage().to_dict("records")
        assert (watch["watched_from"], watch["watched_until"]) == (FRIDAY, FRIDAY + timedelta(days=1))


def test_an_answer_that_cannot_be_read_leaves_what_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Database(f"sqlite:///{tmp_path / 'awayday.db'}") as database:
        sync_at(monkeypatch, database, answer(Ann="i"), FRIDAY)

        with pytest.raises(SourceError, match="is not JSON"):
            sync_at(monkeypatch, database, "The game is being updated.", FRIDAY + timedelta(days=1))

        assert list(database.absences()["superseded_at"].isna()) == [True]
