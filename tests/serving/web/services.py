"""Running services for the browser: on free ports, each in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import uvicorn
from fastapi import FastAPI
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from features.injuries import AbsenceIndex
from football.database import Database
from football.served import ServedStore
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from serving.app import create_app
from serving.loading import load_predictor
from serving.options import ServiceOptions
from serving.store import Store
from serving.track_record import results_of
from tests.football.test_served import served
from tests.serving.season_world import predictor as season_predictor
from tests.serving.synthetic import matches
from tests.serving.test_historical import predictor as historical

NOW = datetime(2024, 5, 2, 12, tzinfo=UTC)
"""The present of the made-up world: its newest result is of the day before."""

WATCHED = "esp-club-a"
"""The one club of whose absent players a source tells."""

SERVED = 120


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address of a service that answers."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    started = Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.02), retry=retry_if_result(lambda up: not up))
    started(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)


def absences() -> AbsenceIndex:
    """Nine is out, Eleven doubtful; of the watched club alone."""
    players = ["Nine", "Eleven"]
    told = pd.DataFrame(
        {
            "club_id": [WATCHED, WATCHED],
            "player": players,
            "status": ["out", "doubtful"],
            "chance": [np.nan, 0.75],
            "absent_from": pd.to_datetime(["2024-04-20", "2024-04-20"]),
            "absent_until": pd.to_datetime(["2024-06-30", "2024-06-30"]),
            "known_at": pd.to_datetime(["2024-04-21T10:00:00Z"] * 2, utc=True),
            "superseded_at": pd.to_datetime(["2024-06-30T00:00:00Z"] * 2, utc=True),
            "importance": [0.9, 0.8],
            "minutes_rank": pd.array([1, 2], dtype="Int16"),
            "source": ["csv:test", "csv:test"],
        }
    )
    coverage = pd.DataFrame(
        {
            "club_id": [WATCHED],
            "source": ["csv:test"],
            "watched_from": pd.to_datetime(["2024-01-01T00:00:00Z"], utc=True),
            "watched_until": pd.to_datetime(["2024-12-31T00:00:00Z"], utc=True),
        }
    )
    return AbsenceIndex.build(told, coverage)


def made_up() -> FastAPI:
    """Matches, fixtures and absences of the made-up world, nothing kept."""
    return create_app(lambda: historical(matches(), absences(), NOW), options=ServiceOptions(old_data_days=36_500))


def recorded(home: Path) -> FastAPI:
    """The same with a database in which served predictions of played matches stand."""
    SnapshotStore(home).write(matches(), SyncReport())
    url = f"sqlite:///{home / 'awayday.db'}"
    played = results_of(matches())
    timed = played[played["starts_at"].notna()].reset_index(drop=True)[:SERVED]
    chances = np.random.default_rng(7).dirichlet((4.0, 3.0, 3.0), len(timed)).tolist()
    with Database(url) as database:
        ServedStore(database).add(
            [
                (
                    str(i),
                    served(
                        home_id=match["home_id"],
                        away_id=match["away_id"],
                        kickoff=match["starts_at"],
                        served_at=match["starts_at"] - timedelta(hours=1),
                        as_of=match["starts_at"] - timedelta(hours=1),
                        competition_id="esp-1" if i % 2 else "kaz-1",
                        home_win=home_win,
                        draw=draw,
                        away_win=away_win,
                    ),
                )
                for i, (match, (home_win, draw, away_win)) in enumerate(
                    zip(timed.to_dict("records"), chances, strict=True)
                )
            ]
        )
    return create_app(
        lambda: historical(matches(), None, NOW),
        store=Store(url, home, look_s=3600.0),
        options=ServiceOptions(old_data_days=36_500),
    )


def seasons() -> FastAPI:
    """Half a Norwegian season and a league phase in progress."""
    return create_app(season_predictor, options=ServiceOptions(old_data_days=36_500))


def embedded(home: Path) -> FastAPI:
    """The model that comes with the package, alone."""
    return create_app(lambda: load_predictor(home), options=ServiceOptions(old_data_days=36_500))
