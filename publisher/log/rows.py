"""Values of the domain to columns and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from publisher.log.remembering import MORE, PLAIN, instant_text
from publisher.log.schema import facts, publications
from publisher.model import Problem, Publication

DETAIL_LENGTH = 2000  # characters of JSON kept of a Problem's parameters

LIGHT = [*(publications.c[name] for name in PLAIN), *(facts.c[name] for name in MORE)]
"""All columns of a publication but its long text and the chain; see WITH_FACTS."""

WITH_FACTS = publications.outerjoin(facts, facts.c.publication_id == publications.c.id)


def json_text(value: object) -> str:
    """Return a value as JSON that people can read."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def values_of(publication: Publication) -> dict[str, str | int | None]:
    """Return the columns of a publication that are not the log's own to give."""
    p = publication
    return {
        "site": p.site,
        "key": p.key,
        "event": p.event.value,
        "remote_id": p.remote_id,
        "url": p.url,
        "status": p.status,
        "slug": p.slug,
        "title": p.title,
        "kind": p.kind,
        "theme": p.theme,
        "unit": p.unit,
        "authors": json_text(p.authors),
        "source": p.source,
        "pictures": p.pictures,
        "shown_at": None if p.shown_at is None else instant_text(p.shown_at),
        "digest": p.digest,
        "article_digest": p.article_digest,
        "fingerprint": p.fingerprint,
        "reason": p.reason,
        "previous_key": p.previous_key,
        "content": p.content,
    }


def facts_of(publication: Publication) -> dict[str, str | int | None] | None:
    """Return the columns of what only some publications have, None for one that has none."""
    p = publication
    if not (p.place or p.participants or p.copies or p.evidence or p.shares):
        return None
    return {
        "place": p.place,
        "participants": p.participants,
        "copies": p.copies,
        "evidence": json_text(p.evidence),
        "shares": json_text(p.shares),
    }


def detail_text(problem: Problem | None) -> str:
    """Return a problem's parameters as JSON of at most DETAIL_LENGTH characters."""
    if problem is None:
        return ""
    values = {name: _plain(value) for name, value in problem.params.items()}
    length = DETAIL_LENGTH
    text = json_text(values)
    while len(text) > DETAIL_LENGTH and length:
        # Cut the values, not the JSON: it must still be readable.
        length //= 2
        text = json_text({n: v[:length] if isinstance(v, str) else v for n, v in values.items()})
    return text if len(text) <= DETAIL_LENGTH else "{}"


def _plain(value: object) -> str | int | None:
    return value if value is None or isinstance(value, int) else str(value)


def problem_of(code: str, detail: str) -> Problem | None:
    """Return the problem that an attempt was closed with, without its place in a file."""
    if not code:
        return None
    params: Mapping[str, object] = json.loads(detail) if detail else {}
    return Problem(code, params=params)
