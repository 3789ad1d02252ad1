"""What tests of the log of predictions share."""

from datetime import timedelta
from pathlib import Path

from football.database import Database
from football.errors import StoreError
from football.served import ServedStore
from serving.prediction_log import PredictionLog
from serving.spill import FOLDER
from tests.football.test_served import served


def stored(url: str) -> list[str]:
    """Request ids of what the database has."""
    with Database(url) as database:
        return [prediction.request_id for _, prediction in ServedStore(database).all()]


def put(log: PredictionLog, *names: str) -> None:
    """Have the log take predictions of these request ids."""
    for name in names:
        log.add(served(timedelta(hours=1), request_id=name))


def aside(home: Path) -> list[Path]:
    """Files in which predictions wait."""
    return sorted((home / FOLDER).glob("*"))


class Away(Database):
    """A database that is away while `away` is true."""

    away = True

    def create(self) -> None:
        if self.away:
            raise StoreError("the database is away")
        super().create()
