"""A home folder with a simulation in place of synced matches, so that the whole command line runs on it."""

from pathlib import Path

from football.database import Database
from football.snapshots import Snapshot, SnapshotStore
from football.sync_report import SyncReport
from training.simulator.simulate import Simulation


def simulate_home(home: Path, simulation: Simulation, database_url: str | None = None) -> Snapshot:
    """Store a simulation's matches as the snapshot in use, and its absences beside those that are there.

    Args:
        home: AWAYDAY_HOME, made if need be.
        simulation: of a `training.simulator.world.registered_world`: commands know listed clubs and competitions only.
        database_url: of the absences; by default where commands look, `awayday.db` in the home folder.

    Raises:
        StoreError: the folder or the database cannot be written.
    """
    snapshot = SnapshotStore(home).write(simulation.matches, SyncReport())
    with Database(database_url or f"sqlite:///{home / 'awayday.db'}") as database:
        database.create()
        database.add_absences(simulation.absences, simulation.coverage)
    return snapshot
