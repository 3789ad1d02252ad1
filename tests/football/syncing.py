"""Small files of both sources, and a sync of them."""

from datetime import date
from pathlib import Path

from football.snapshots import SnapshotStore
from football.sources.download import DownloadOptions
from football.sources.football_data_download import FootballDataOptions
from football.sources.kept_files import kept_in
from football.sync import sync_matches
from football.sync_report import ProgressCallback, SyncReport
from tests.football.fakes import FakeRegistry
from tests.football.sources.server import ArchiveServer

HEADER = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,HS,AS,B365H,B365D,B365A,B365CH,B365CD,B365CA\n"
BOTH = "E0,16/08/2025,england FC,england United,2,1,14,3,1.5,4,6.5,1.25,4.5,7\n"
ALONE = "E0,17/08/2025,Luton,Derby,0,0,5,6,2,3.25,4,,,\n"
SEASON = HEADER + BOTH + ALONE
COMING = "Div,Date,Time,HomeTeam,AwayTeam,B365H,B365D,B365A\nE0,23/08/2025,15:00,england United,england FC,2.5,3.5,3\n"
ID = "2025-08-16_eng-england-fc_eng-england-united"


def archives(server: ArchiveServer) -> DownloadOptions:
    return DownloadOptions(base_url=server.base_url, timeout_seconds=5.0, attempts=1, backoff_seconds=0.0)


def pages(server: ArchiveServer) -> FootballDataOptions:
    return FootballDataOptions(server.base_url, first_season=2025, timeout_seconds=5.0, attempts=1, backoff_seconds=0.0)


def of_the_site(status: int) -> dict[str, list[int]]:
    """Every file of football-data.co.uk answers with this status."""
    return {name: [status] * 50 for name in ("mmz4281", "new", "fixtures.csv", "new_league_fixtures.csv")}


def sync(
    store: SnapshotStore,
    openfootball: Path | DownloadOptions | None = None,
    football_data: Path | FootballDataOptions | None = None,
    progress: ProgressCallback | None = None,
    registry: FakeRegistry | None = None,
    *,
    keeping: bool = True,
) -> SyncReport:
    registry = registry or FakeRegistry()
    return sync_matches(
        registry,
        store,
        openfootball=openfootball,
        football_data=football_data,
        downloads=store.folder.parent / "downloads",
        today=date(2025, 8, 20),
        progress=progress,
        kept=kept_in(store.folder.parent / "parsed", registry.known.items()) if keeping else None,
    )
