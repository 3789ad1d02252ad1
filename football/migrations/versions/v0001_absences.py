"""Absences, and which clubs were watched for them.

Databases of the time before migrations have both tables already; they are taken over as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    if "absences" not in there:
        op.create_table(
            "absences",
            sa.Column("entry", sa.String(32), primary_key=True),
            sa.Column("club_id", sa.String, nullable=False),
            sa.Column("player", sa.String, nullable=False),
            sa.Column("status", sa.String, nullable=False),
            sa.Column("chance", sa.Float),
            sa.Column("absent_from", sa.Date),
            sa.Column("absent_until", sa.Date),
            sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("superseded_at", sa.DateTime(timezone=True)),
            sa.Column("importance", sa.Float),
            sa.Column("minutes_rank", sa.Integer),
            sa.Column("source", sa.String, nullable=False),
        )
        op.create_index("absences_by_club", "absences", ["club_id", "known_at"])
        op.create_index("absences_by_source", "absences", ["source", "superseded_at"])
    if "absence_coverage" not in there:
        op.create_table(
            "absence_coverage",
            sa.Column("club_id", sa.String, primary_key=True),
            sa.Column("source", sa.String, primary_key=True),
            sa.Column("watched_from", sa.DateTime(timezone=True), primary_key=True),
            sa.Column("watched_until", sa.DateTime(timezone=True), nullable=False),
        )
