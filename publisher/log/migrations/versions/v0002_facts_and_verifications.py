"""Make the tables of what only some publications have, and of what verifying found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _create(name: str, *columns: sa.Column[int] | sa.Column[str]) -> None:
    op.create_table(
        name,
        sa.Column("id", _INT, primary_key=True, autoincrement=False),
        *(sa.Column(column, sa.Text, nullable=False) for column in ("at", "prev_hash", "hash")),
        sa.Column("run_id", _INT, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("publication_id", _INT, sa.ForeignKey("publications.id"), nullable=False),
        *columns,
    )


def upgrade() -> None:
    """Make tables, indexes and triggers; the rows of before stay as they are."""
    _create(
        "facts",
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("participants", _INT, nullable=False),
        sa.Column("copies", _INT, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("shares", sa.Text, nullable=False),
    )
    _create(
        "verifications",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("site", "key", "verdict", "detail")
        ),
    )
    op.create_index("ix_facts_publication_id", "facts", ["publication_id"])
    op.create_index("ix_verifications_site_key", "verifications", ["site", "key"])
    for table in ("facts", "verifications"):
        _guard(table)


def _guard(table: str) -> None:
    """Keep a table append-only, as the first tables are."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION publisher_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - ours
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    )
