"""The SQL tables behind `football.absence_store`, `football.served` and `football.watch_store`.

A change here needs a step in `football.migrations`, and its number in `football.migrating.NEWEST`.
"""

import hashlib
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: only aware times go in, UTC comes out, also from SQLite, which keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; `ValueError` for a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time without zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA: Final = sa.MetaData()

# `entry` is the hash of what makes an absence the same one; see `entry_key`.
ABSENCES: Final = sa.Table(
    "absences",
    METADATA,
    sa.Column("entry", sa.String(32), primary_key=True),
    sa.Column("club_id", sa.String, nullable=False),
    sa.Column("player", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("chance", sa.Float),
    sa.Column("absent_from", sa.Date),
    sa.Column("absent_until", sa.Date),
    sa.Column("known_at", UtcDateTime, nullable=False),
    sa.Column("superseded_at", UtcDateTime),
    sa.Column("importance", sa.Float),
    sa.Column("minutes_rank", sa.Integer),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("note", sa.String),
    sa.Index("absences_by_club", "club_id", "known_at"),
    sa.Index("absences_by_source", "source", "superseded_at"),
)
COVERAGE: Final = sa.Table(
    "absence_coverage",
    METADATA,
    sa.Column("club_id", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("watched_from", UtcDateTime, primary_key=True),
    sa.Column("watched_until", UtcDateTime, nullable=False),
)

# `number` grows with every change of what `name` says, so that others see cheaply whether they have to read anew.
REVISIONS: Final = sa.Table(
    "revisions",
    METADATA,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
)
# `entry` is given once by the process that served, so that a batch may be written again after a failure.
PREDICTIONS: Final = sa.Table(
    "predictions",
    METADATA,
    sa.Column("entry", sa.String(48), primary_key=True),
    sa.Column("served_at", UtcDateTime, nullable=False),
    sa.Column("endpoint", sa.String(32), nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sa.Column("home_id", sa.String, nullable=False),
    sa.Column("away_id", sa.String, nullable=False),
    sa.Column("competition_id", sa.String),
    sa.Column("kickoff", UtcDateTime, nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("home_win", sa.Float, nullable=False),
    sa.Column("draw", sa.Float, nullable=False),
    sa.Column("away_win", sa.Float, nullable=False),
    sa.Column("model_version", sa.String, nullable=False),
    sa.Column("snapshot", sa.String, nullable=False),
    sa.Column("hypothetical", sa.Boolean, nullable=False),
    sa.Index("predictions_by_kickoff", "kickoff", "home_id", "away_id"),
)

# How each step of `awayday watch` went last; `failures` are those since it last succeeded.
WATCH_STEPS: Final = sa.Table(
    "watch_steps",
    METADATA,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("round_at", UtcDateTime, nullable=False),
    sa.Column("last_success", UtcDateTime),
    sa.Column("last_failure", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("told", sa.String),
    sa.Column("seconds", sa.Float, nullable=False),
)
# One row at most, while somebody is at it.
WATCH_LOCK: Final = sa.Table(
    "watch_lock",
    METADATA,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("taken_at", UtcDateTime, nullable=False),
    sa.Column("beat_at", UtcDateTime, nullable=False),
)

WORD: Final = ("source", "club_id", "player", "status", "chance", "absent_from", "absent_until")
"""The same word on the same player, whenever it was said."""


def entry_key(row: dict[str, object]) -> str:
    """Hash of what makes an absence the same one: the word on the player, and since when it was known."""
    text = "\x1f".join(str(row[name]) for name in (*WORD, "known_at"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
