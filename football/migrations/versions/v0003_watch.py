"""What `awayday watch` has to know the next time: how each of its steps went, and who is at it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tables; what is stored stays as it is."""
    op.create_table(
        "watch_steps",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_success", sa.DateTime(timezone=True)),
        sa.Column("last_failure", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("told", sa.String),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_table(
        "watch_lock",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
    )
