"""Small files of every source, in folders as `awayday sync --from` reads them."""

import gzip
from pathlib import Path

from football.sources.fpl_history import APPEARANCES_FILE, SNAPSHOTS_FILE
from tests.football.small_files import OPENFOOTBALL, one_match


def write_source_files(data: Path) -> None:
    """Each repository with a match, and collected answers of the Premier League with one injured player."""
    for name, path in OPENFOOTBALL.items():
        file = data / "openfootball" / name / path
        file.parent.mkdir(parents=True)
        file.write_text(one_match(name), "utf-8")
    (data / "fpl").mkdir()
    snapshots = (
        "season,snapshot_at,player_code,player,team,status,chance_of_playing_next_round,news\n"
        "2025-26,2025-09-01T10:00:00Z,1,Ann,Arsenal,i,0,Knee injury - Unknown return date\n"
    )
    (data / "fpl" / SNAPSHOTS_FILE).write_bytes(gzip.compress(snapshots.encode()))
    played = "season,kickoff_utc,team,player_code,minutes\n2025-26,2025-08-30T14:00:00Z,Arsenal,1,90\n"
    (data / "fpl" / APPEARANCES_FILE).write_bytes(gzip.compress(played.encode()))
