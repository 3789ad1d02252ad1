"""What a running service needs: notes on absences, a number that tells of changes, and the log of predictions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them; what is stored stays as it is."""
    op.add_column("absences", sa.Column("note", sa.String))
    revisions = op.create_table(
        "revisions",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.bulk_insert(revisions, [{"name": "absences", "number": 1}])
    op.create_table(
        "predictions",
        sa.Column("entry", sa.String(48), primary_key=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("endpoint", sa.String(32), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("home_id", sa.String, nullable=False),
        sa.Column("away_id", sa.String, nullable=False),
        sa.Column("competition_id", sa.String),
        sa.Column("kickoff", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("home_win", sa.Float, nullable=False),
        sa.Column("draw", sa.Float, nullable=False),
        sa.Column("away_win", sa.Float, nullable=False),
        sa.Column("model_version", sa.String, nullable=False),
        sa.Column("snapshot", sa.String, nullable=False),
        sa.Column("hypothetical", sa.Boolean, nullable=False),
    )
    op.create_index("predictions_by_kickoff", "predictions", ["kickoff", "home_id", "away_id"])
