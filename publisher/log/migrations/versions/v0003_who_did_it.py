"""Add who began a run: people act through the web desk, each under a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add a column that is NULL for nobody, so the hashes of the rows of before hold."""
    op.add_column("runs", sa.Column("person", sa.Text, nullable=True))
