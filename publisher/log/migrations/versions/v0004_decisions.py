"""Make the table of what people decide of posts: approvals, and dates that are moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_INT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def upgrade() -> None:
    """Make table, index and triggers; the rows of before stay as they are."""
    op.create_table(
        "decisions",
        sa.Column("id", _INT, primary_key=True, autoincrement=False),
        *_texts("at", "prev_hash", "hash"),
        sa.Column("run_id", _INT, sa.ForeignKey("runs.id"), nullable=False),
        *_texts("site", "key", "ruling", "title", "digest"),
        *_texts("moment", "against", nullable=True),
        *_texts("reason"),
    )
    op.create_index("ix_decisions_site_key", "decisions", ["site", "key"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON decisions FOR EACH STATEMENT EXECUTE FUNCTION publisher_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER decisions_no_{act.lower()} BEFORE {act} ON decisions "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions "
        "WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    )
