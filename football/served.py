"""Predictions as they were served, in SQL, and which of them count when the results are there."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from football.sql_store import SqlStore
from football.sql_tables import PREDICTIONS


class ServedPrediction(NamedTuple):
    """One prediction as it left the service. Cheap to make: one is made for every answer.

    Moments are UTC. `hypothetical` marks answers to another question than how this match will end as things stand:
    scenarios, and answers as of an earlier moment; they are kept and never scored.
    """

    served_at: datetime
    endpoint: str
    request_id: str
    home_id: str
    away_id: str
    competition_id: str | None
    kickoff: datetime
    as_of: datetime
    home_win: float
    draw: float
    away_win: float
    model_version: str
    snapshot: str
    hypothetical: bool = False


class ServedStore:
    """The table of served predictions in a database."""

    def __init__(self, database: SqlStore) -> None:
        self._database = database

    def add(self, entries: Sequence[tuple[str, ServedPrediction]]) -> None:
        """Store predictions under their entries, all or nothing; those that are there already stay as they are."""
        self._database.create()
        with self._database.transaction() as connection:
            rows = [{"entry": entry, **prediction._asdict()} for entry, prediction in entries]
            self._database.upsert(connection, PREDICTIONS, rows)

    def all(self) -> list[tuple[str, ServedPrediction]]:
        """Everything, in the order of serving; for tests and small tables."""
        query = sa.select(PREDICTIONS).order_by(PREDICTIONS.c.served_at, PREDICTIONS.c.entry)
        with self._database.reading(PREDICTIONS) as connection:
            if connection is None:
                return []
            return [(row[0], ServedPrediction(*row[1:])) for row in connection.execute(query)]

    def last_before_kickoff(
        self,
        start: datetime | None = None,
        until: datetime | None = None,
        *,
        competition_id: str | None = None,
        model_version: str | None = None,
    ) -> pd.DataFrame:
        """For each fixture (home, away, kick-off as asked) the last prediction served before its kick-off.

        Args:
            start, until: kick-offs from `start` on and before `until`.
            competition_id, model_version: only predictions of these; the last one of that model then.

        Returns:
            Columns as `ServedPrediction`, in order of kick-off and clubs; hypothetical ones left out.
        """
        table = PREDICTIONS.c
        counts = [sa.not_(table.hypothetical), table.served_at < table.kickoff]
        if start is not None:
            counts.append(table.kickoff >= start)
        if until is not None:
            counts.append(table.kickoff < until)
        if competition_id is not None:
            counts.append(table.competition_id == competition_id)
        if model_version is not None:
            counts.append(table.model_version == model_version)
        return self._last(counts)

    def last_served(self, home_id: str, away_id: str, kickoff: datetime, before: datetime) -> pd.DataFrame:
        """The last prediction of one fixture served before a moment, where the match began earlier than was asked."""
        table = PREDICTIONS.c
        return self._last(
            [
                sa.not_(table.hypothetical),
                table.home_id == home_id,
                table.away_id == away_id,
                table.kickoff == kickoff,
                table.served_at < before,
            ]
        )

    def _last(self, counts: Sequence[sa.ColumnElement[bool]]) -> pd.DataFrame:
        table = PREDICTIONS.c
        place = sa.func.row_number().over(
            partition_by=(table.home_id, table.away_id, table.kickoff),
            order_by=(table.served_at.desc(), table.entry.desc()),
        )
        ranked = sa.select(PREDICTIONS, place.label("place")).where(*counts).subquery()
        query = (
            sa.select(*(ranked.c[name] for name in ServedPrediction._fields))
            .where(ranked.c.place == 1)
            .order_by(ranked.c.kickoff, ranked.c.home_id, ranked.c.away_id)
        )
        with self._database.reading(PREDICTIONS) as connection:
            found = [] if connection is None else [tuple(row) for row in connection.execute(query)]
        return pd.DataFrame(found, columns=list(ServedPrediction._fields))
