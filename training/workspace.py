"""Where training finds its data and keeps its results, and the inputs loaded from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from platformdirs import user_data_path

from features.inputs import Inputs, load_inputs
from features.strength_fit import WORKERS
from football.clubs import load_registry
from football.competitions import load_competitions
from football.database import Database
from football.snapshots import SnapshotStore
from training.progress import Progress, Step


@dataclass(frozen=True)
class Workspace:
    """Places, as `awayday.settings.Settings` has them.

    Args:
        home: AWAYDAY_HOME.
        database_url: database of absences; None for no absences.
        tracking_uri: MLflow server or database; None for SQLite under `home`.
        workers: processes for the strengths.
    """

    home: Path
    database_url: str | None = None
    tracking_uri: str | None = None
    workers: int = WORKERS

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], home: Path | None = None) -> Self:
        """The places that the environment names, for `python -m training...`; `home` overrules AWAYDAY_HOME."""
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        named = given.get("AWAYDAY_HOME") if home is None else str(home)
        home = Path(named).expanduser().absolute() if named else user_data_path("awayday", appauthor=False)
        return cls(
            home,
            given.get("AWAYDAY_DATABASE_URL") or f"sqlite:///{home / 'awayday.db'}",
            given.get("AWAYDAY_TRACKING_URI") or given.get("MLFLOW_TRACKING_URI"),
        )

    def load(self, progress: Progress = lambda _: None) -> Inputs:
        """The matches in use with their strengths, fitted where they are not kept yet, and the absences.

        Raises:
            NoDataError: there are no matches yet.
            StoreError: something kept cannot be read.
        """
        snapshot = SnapshotStore(self.home).latest()
        progress(f"Reading snapshot {snapshot.id}")

        def fitted(done: int, total: int) -> None:
            progress(Step(f"Fitting strengths: {done:,} of {total:,} weeks", done, total))

        registry, competitions = load_registry(), load_competitions()
        if self.database_url is None:
            return load_inputs(self.home, snapshot, registry, competitions, processes=self.workers, progress=fitted)
        with Database(self.database_url) as database:
            database.create()
            return load_inputs(
                self.home, snapshot, registry, competitions, database, processes=self.workers, progress=fitted
            )
