"""What stands in for the world outside while the documentation's commands run: files, and a network on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from football import absence_sync, sync
from football.sources.download import DownloadOptions, download_openfootball
from football.sources.football_data_download import FootballDataOptions, download_football_data
from football.sources.football_data_files import season_code, season_start
from football.sources.fpl_download import EndpointOptions, fetch_bootstrap
from tests.awayday.source_files import write_source_files
from tests.football.small_files import OPENFOOTBALL, one_match
from tests.football.sources.server import ArchiveServer, serve
from tests.postgresql import Cluster

FPL = "api/bootstrap-static/"


def write_files(folder: Path) -> None:
    """What the commands find: `../shared/data`, a CSV of absences, and parameters as `awayday tune` writes them."""
    write_source_files(folder.parent / "shared" / "data")
    (folder / "injuries.csv").write_text(
        "player,club,from,until,status\nBukayo Saka,Arsenal,2025-09-01,2025-10-01,out\n", encoding="utf-8"
    )
    parameters = {"rounds": 10, "max_depth": 2, "learning_rate": 0.1}
    (folder / "best.json").write_text(json.dumps({"parameters": parameters}), encoding="utf-8")


@contextmanager
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every source's host on this machine. A command that would go on for ever is interrupted when it first waits."""
    with serve(_site()) as server, monkeypatch.context() as patch:
        openfootball = DownloadOptions(server.base_url, attempts=1)
        football_data = FootballDataOptions(server.base_url, first_season=_season(), attempts=1)
        fpl = EndpointOptions(f"{server.base_url}/{FPL}", attempts=1)
        patch.setattr(sync, "download_openfootball", lambda to, _, tell: download_openfootball(to, openfootball, tell))
        patch.setattr(
            sync,
            "download_football_data",
            lambda to, today, _, tell: download_football_data(to, today, football_data, tell),
        )
        patch.setattr(absence_sync, "fetch_bootstrap", lambda _: fetch_bootstrap(fpl))
        patch.setattr("awayday.commands.sync.sleep", _interrupted)
        patch.setattr("awayday.watching.runner.Clock.wait", lambda *_: _interrupted(0.0))
        yield


def _site() -> ArchiveServer:
    server = ArchiveServer()
    for name, path in OPENFOOTBALL.items():
        server.offer(name, {path: one_match(name)})
    year = _season()
    match = f"E0,17/08/{year},Arsenal,Chelsea,0,0,5,6,2.0,3.5,4.0"
    server.pages[f"mmz4281/{season_code(year)}/E0.csv"] = (
        f"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,HS,AS,B365H,B365D,B365A\n{match}\n"
    )
    player = {"code": 1, "first_name": "Ann", "second_name": "", "team": 1, "status": "i", "news": "", "minutes": 90}
    players = [{**player, "chance_of_playing_next_round": None}]
    server.pages[FPL] = json.dumps({"elements": players, "teams": [{"id": 1, "name": "Arsenal"}]})
    return server


def _season() -> int:
    """The year in which the season before the present one began."""
    return season_start(datetime.now(UTC).date()) - 1


def _interrupted(_: float) -> None:
    raise KeyboardInterrupt


def without_awayday(cluster: Cluster) -> None:
    """A cluster as a machine's own has it: its first user is `postgres`, and nobody is called `awayday`."""
    with psycopg.connect(host=str(cluster.folder), user="awayday", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE postgres SUPERUSER LOGIN")
    with psycopg.connect(host=str(cluster.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("ALTER ROLE awayday RENAME TO nobody_else")
