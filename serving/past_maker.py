"""Past matches made ready in a process of their own: what that takes is given back when it ends.

    python -m serving.past_maker <folder of a snapshot> <folder to write>

The same work in a service that runs would leave it with half a gigabyte for good.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

import structlog

from football.clubs import load_registry
from football.competitions import load_competitions
from football.snapshot_pointer import MATCHES_FOLDER
from serving.past import make, save

WORTH_BYTES: Final = 1_000_000
"""Of stored matches; fewer are soon made, and leave little behind."""

log = structlog.get_logger("serving")


def make_apart(snapshot: Path, path: Path, least_bytes: int = WORTH_BYTES) -> None:
    """Make the past of a snapshot's folder and write it to `path`; whoever finds nothing there makes it itself.

    Nothing is made of matches that are fewer than `least_bytes`.
    """
    if sum(path.stat().st_size for path in (snapshot / MATCHES_FOLDER).glob("*.parquet")) < least_bytes:
        return
    command = [sys.executable, "-m", "serving.past_maker", str(snapshot), str(path)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        log.info("past_not_made_apart", reason=str(error))
        return
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        log.info("past_not_made_apart", reason=reason[-1] if reason else f"exit code {done.returncode}")


def main() -> None:
    """Make and write."""
    from football.snapshots import Snapshot

    snapshot, path = map(Path, sys.argv[1:])
    save(path, make(load_registry(), load_competitions(), lambda: Snapshot(snapshot).matches))


if __name__ == "__main__":
    main()
