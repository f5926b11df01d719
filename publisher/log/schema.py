"""The tables of the log as the newest migration leaves them. Rows are only ever added."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()
_INT = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, _INT, nullable=False)


def _reference(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, _INT, ForeignKey(f"{target}.id"), nullable=nullable)


def _table(name: str, *columns: Column[int] | Column[str]) -> Table:
    """Return a table whose rows form a chain; ``at`` is ISO 8601 text in UTC."""
    return Table(
        name,
        metadata,
        Column("id", _INT, primary_key=True, autoincrement=False),
        _text("at"),
        _text("prev_hash"),
        _text("hash"),
        *columns,
    )


# A run is two rows: "started", and "finished" with started_id. counts, heads: JSON. person:
# who asked for it by the web desk, NULL for the command line and the service.
runs = _table(
    "runs",
    _text("event"),
    _reference("started_id", "runs", nullable=True),
    _text("version"),
    _text("host"),
    _text("mode"),
    Column("exit_status", _INT),
    _text("counts"),
    _text("heads"),
    Column("person", Text),
)

# An act is an opening row (state "started"), then closing rows with its started_id.
attempts = _table(
    "attempts",
    _reference("run_id", "runs"),
    _reference("started_id", "attempts", nullable=True),
    _text("site"),
    _text("key"),
    _text("action"),
    _text("state"),
    _text("digest"),
    _text("name"),
    _text("title"),
    _text("sent"),
    _text("remote_id"),
    _text("url"),
    _text("code"),
    _text("detail"),
)

# attempt_id: the closing row written with it; NULL when no request was needed.
publications = _table(
    "publications",
    _reference("run_id", "runs"),
    _reference("attempt_id", "attempts", nullable=True),
    _text("site"),
    _text("key"),
    _text("event"),
    _text("remote_id"),
    _text("url"),
    _text("status"),
    _text("slug"),
    _text("title"),
    _text("kind"),
    _text("theme"),
    _text("unit"),
    _text("authors"),
    _text("source"),
    _number("pictures"),
    Column("shown_at", Text),
    _text("digest"),
    _text("article_digest"),
    _text("fingerprint"),
    _text("reason"),
    _text("previous_key"),
    # Last, so that SQLite need not walk through long texts to reach the other columns.
    _text("content"),
)

# What only some publications have: activities, and items whose authors share unequally. A
# table of its own, because a column behind ``content`` is reached through long texts only.
facts = _table(
    "facts",
    _reference("run_id", "runs"),
    _reference("publication_id", "publications"),
    _text("place"),
    _number("participants"),
    _number("copies"),
    _text("evidence"),
    _text("shares"),
)

# What was found when a publication was looked up on its site.
verifications = _table(
    "verifications",
    _reference("run_id", "runs"),
    _reference("publication_id", "publications"),
    _text("site"),
    _text("key"),
    _text("verdict"),
    _text("detail"),
)

# What people decided of posts: site is "" for all sites, moment and against are instants.
decisions = _table(
    "decisions",
    _reference("run_id", "runs"),
    _text("site"),
    _text("key"),
    _text("ruling"),
    _text("title"),
    _text("digest"),
    Column("moment", Text),
    Column("against", Text),
    _text("reason"),
)

media = _table(
    "media",
    _reference("run_id", "runs"),
    _reference("attempt_id", "attempts"),
    _text("site"),
    _text("digest"),
    _text("name"),
    _text("remote_id"),
    _text("url"),
    _number("width"),
    _number("height"),
    _number("bytes"),
)

Index("ix_runs_started_id", runs.c.started_id)
Index("ix_attempts_started_id", attempts.c.started_id)
Index("ix_attempts_site_key", attempts.c.site, attempts.c.key)
Index("ix_publications_attempt_id", publications.c.attempt_id)
Index("ix_publications_site_key", publications.c.site, publications.c.key)
Index("ix_facts_publication_id", facts.c.publication_id)
Index("ix_verifications_site_key", verifications.c.site, verifications.c.key)
Index("ix_decisions_site_key", decisions.c.site, decisions.c.key)
Index("ix_media_site_digest", media.c.site, media.c.digest)

TABLES = (runs, attempts, publications, media, facts, verifications, decisions)
