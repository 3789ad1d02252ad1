"""What today's results cost: the newest results are hidden, and come back.

    python -m serving.bench.update --home FOLDER [--new 1 10 100 1000] [--history 50000 100000] [--repeats 3]

Works on a copy of the newest snapshot and of the kept strengths of a home folder, which is left as it is. With
`--history` also on so many of the newest matches alone, to see what the length of the past costs.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from features.strength_fit import WORKERS
from features.strength_store import CACHE_FOLDER
from football.errors import AwaydayError, InvalidValueError
from football.snapshots import Snapshot, SnapshotStore
from football.sync_report import SyncReport
from football.tables import PLAYED, SCHEDULED
from serving.bundle import Bundle
from serving.champion import local_champion, publish
from serving.update import StateUpdate, update_state


def without_newest(matches: pd.DataFrame, count: int) -> pd.DataFrame:
    """The matches as they were before the newest `count` results were known: scheduled."""
    played = np.flatnonzero((matches["status"] == PLAYED).to_numpy())
    if count >= len(played):
        raise InvalidValueError("new", count, f"fewer than the {len(played):,} results that there are")
    hidden = np.zeros(len(matches), dtype=np.bool_)
    hidden[played[np.argsort(matches["date"].to_numpy()[played], kind="stable")[len(played) - count :]]] = True
    scores = [name for name in matches.columns if "_goals" in name or "_penalties" in name]
    changed = {name: matches[name].mask(hidden) for name in scores}
    return matches.assign(status=matches["status"].mask(hidden, SCHEDULED), **changed)


def shortened(home: Path, folder: Path, matches: int) -> int:
    """Make a home of the newest matches of another one, so many of them; how many there are."""
    newest = SnapshotStore(home).latest()
    table = newest.matches.tail(matches)
    told = (facts[facts["match_id"].isin(table["match_id"])] for facts in (newest.statistics, newest.odds))
    champion = local_champion(home)
    if champion is not None:
        publish(folder, Bundle.load(champion))
    update_state(folder, SnapshotStore(folder).write(table, SyncReport(), *told), processes=WORKERS)
    return len(table)


def measure(home: Path, folder: Path, count: int) -> tuple[StateUpdate, float]:
    """Take up `count` new results in a copy of a home, where the state before them is kept; also the processor's time.

    On a busy machine the latter says more: seconds of work, whoever else was at it.
    """
    newest = SnapshotStore(home).latest()
    shutil.copytree(home / CACHE_FOLDER, folder / CACHE_FOLDER, ignore=shutil.ignore_patterns("ready-*"))
    champion = local_champion(home)
    if champion is not None:
        publish(folder, Bundle.load(champion))
    store = SnapshotStore(folder)
    before = store.write(without_newest(newest.matches, count), SyncReport(), newest.statistics, newest.odds)
    update_state(folder, before)
    after = store.write(newest.matches, SyncReport(), newest.statistics, newest.odds)
    # Read as another process would find it.
    began = time.process_time()
    done = update_state(folder, Snapshot(after.folder), Snapshot(before.folder))
    return done, time.process_time() - began


def show(home: Path, matches: int, new: Sequence[int], repeats: int) -> None:
    """Print what new results cost in a home of so many matches."""
    print(f"{matches:,} matches")
    for count in new:
        runs, worked = [], []
        for _ in range(repeats):
            with tempfile.TemporaryDirectory() as folder:
                done, seconds = measure(home, Path(folder), count)
            runs.append(done)
            worked.append(seconds)
        steps = {step: statistics.median(run.seconds[step] for run in runs) for step in runs[0].seconds}
        whole = statistics.median(sum(run.seconds.values()) for run in runs)
        told = ", ".join(f"{step} {seconds:.2f}" for step, seconds in steps.items())
        weeks = f"{runs[0].fitted:,} of {runs[0].weeks:,} weeks fitted"
        work = f"{statistics.median(worked):.2f} s of processor time"
        print(f"{count:>6,} new results: {whole:6.2f} s ({told}), {work}; {weeks}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m serving.bench.update", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, required=True, help="AWAYDAY_HOME, with synced matches")
    parser.add_argument("--new", type=int, nargs="+", default=[1, 10, 100, 1000], help="new results")
    parser.add_argument(
        "--history", type=int, nargs="*", default=[], metavar="N", help="so many of the newest matches; then all"
    )
    parser.add_argument("--repeats", type=int, default=3, help="times that each is measured; medians are told")
    options = parser.parse_args(arguments)
    try:
        for history in options.history:
            with tempfile.TemporaryDirectory() as folder:
                matches = shortened(options.home, Path(folder), history)
                show(Path(folder), matches, options.new, options.repeats)
        show(options.home, len(SnapshotStore(options.home).latest().matches), options.new, options.repeats)
    except AwaydayError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
