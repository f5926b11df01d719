"""Make the four tables of the log, and the triggers that keep them append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INT = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TABLES = ("runs", "attempts", "publications", "media")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, _INT, nullable=False) for name in names]


def _reference(name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _INT, sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _create(name: str, *columns: sa.Column[int] | sa.Column[str]) -> None:
    op.create_table(
        name,
        sa.Column("id", _INT, primary_key=True, autoincrement=False),
        *_texts("at", "prev_hash", "hash"),
        *columns,
    )


def upgrade() -> None:
    """Make tables, indexes and triggers."""
    _create(
        "runs",
        *_texts("event"),
        _reference("started_id", "runs", nullable=True),
        *_texts("version", "host", "mode"),
        sa.Column("exit_status", _INT),
        *_texts("counts", "heads"),
    )
    _create(
        "attempts",
        _reference("run_id", "runs"),
        _reference("started_id", "attempts", nullable=True),
        *_texts("site", "key", "action", "state", "digest", "name", "title", "sent"),
        *_texts("remote_id", "url", "code", "detail"),
    )
    _create(
        "publications",
        _reference("run_id", "runs"),
        _reference("attempt_id", "attempts", nullable=True),
        *_texts("site", "key", "event", "remote_id", "url", "status", "slug", "title"),
        *_texts("kind", "theme", "unit", "authors", "source"),
        *_numbers("pictures"),
        sa.Column("shown_at", sa.Text),
        *_texts("digest", "article_digest", "fingerprint", "reason", "previous_key", "content"),
    )
    _create(
        "media",
        _reference("run_id", "runs"),
        _reference("attempt_id", "attempts"),
        *_texts("site", "digest", "name", "remote_id", "url"),
        *_numbers("width", "height", "bytes"),
    )
    op.create_index("ix_runs_started_id", "runs", ["started_id"])
    op.create_index("ix_attempts_started_id", "attempts", ["started_id"])
    op.create_index("ix_attempts_site_key", "attempts", ["site", "key"])
    op.create_index("ix_publications_attempt_id", "publications", ["attempt_id"])
    op.create_index("ix_publications_site_key", "publications", ["site", "key"])
    op.create_index("ix_media_site_digest", "media", ["site", "digest"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for table in _TABLES:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )
        # INSERT OR REPLACE removes a row without waking the DELETE trigger.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - ours
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION publisher_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$"
    )
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION publisher_append_only()"
        )
