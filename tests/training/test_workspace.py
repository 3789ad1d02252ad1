"""The workspace: the same places as the command line's settings, and what is loaded from them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from awayday.settings import Settings
from football.database import Database
from football.errors import NoDataError
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from tests.training.league import World, simulate_matches
from training.workspace import Workspace


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"AWAYDAY_HOME": "/tmp/somewhere"},
        {"AWAYDAY_HOME": "~/matches", "MLFLOW_TRACKING_URI": "http://localhost:5000"},
        {"AWAYDAY_HOME": " ", "AWAYDAY_TRACKING_URI": "sqlite:////tmp/runs.db", "MLFLOW_TRACKING_URI": "http://other"},
        {"AWAYDAY_HOME": "relative", "AWAYDAY_DATABASE_URL": "postgresql://me@host/awayday"},
    ],
)
def test_modules_find_the_same_places_as_the_command_line(environ: dict[str, str]) -> None:
    settings, space = Settings.from_environment(environ), Workspace.from_environment(environ)
    assert (space.home, space.database_url, space.tracking_uri) == (
        settings.home,
        settings.database_url,
        settings.tracking_uri,
    )


def test_a_home_on_the_command_overrules_the_environment(tmp_path: Path) -> None:
    space = Workspace.from_environment({"AWAYDAY_HOME": "/elsewhere"}, home=tmp_path)
    assert space.home == tmp_path
    assert space.database_url == f"sqlite:///{tmp_path / 'awayday.db'}"


def test_without_matches_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="run `awayday sync` first"):
        Workspace(tmp_path).load()


def test_strengths_are_fitted_once_and_the_progress_is_told(tmp_path: Path) -> None:
    SnapshotStore(tmp_path).write(simulate_matches(World(clubs_a_league=4, seasons=(2022,))), SyncReport())
    told: list[str] = []
    first = Workspace(tmp_path, workers=1).load(told.append)
    total = len(first.strength.checkpoints_s)
    assert told[-1] == f"Fitting strengths: {total} of {total} weeks"
    assert (np.diff(first.strength.checkpoints_s[:-1]) == 7 * 86_400).all()
    assert first.strength.checkpoints_s[-1] == first.history.cut_s
    told.clear()
    second = Workspace(tmp_path, workers=1).load(told.append)
    assert told == [f"Reading snapshot {first.snapshot.id}"]
    assert np.array_equal(second.strength.others.strength, first.strength.others.strength)


def test_absences_are_loaded_where_a_database_has_them(simulated_home: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'absences.db'}"
    assert Workspace(simulated_home, url, workers=1).load().absences is None
    moment = pd.Timestamp("2023-01-01", tz="UTC")
    coverage = pd.DataFrame(
        {
            "club_id": ["eng-town-10"],
            "source": ["csv:test"],
            "watched_from": [moment],
            "watched_until": [moment + pd.Timedelta(days=30)],
        }
    )
    with Database(url) as database:
        database.add_absences(database.absences(), coverage)
    loaded = Workspace(simulated_home, url, workers=1).load()
    assert loaded.absences is not None
    assert list(loaded.absences.club_code) == ["eng-town-10"]
