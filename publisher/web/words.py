"""Labels of the desk's own values, beside those that every face speaks with."""

from __future__ import annotations

from gettext import gettext as _

from publisher.i18n import N_
from publisher.messages import (
    action,
    activity_counts,
    count_of,
    days,
    event,
    kind,
    message,
    moved,
    period,
    reason,
    reminder,
    site,
    state,
    target,
)
from publisher.messages import hint as said_hint
from publisher.model import Problem, Span
from publisher.people import Role
from publisher.web.jobs import Task
from publisher.web.sheets import Standing

__all__ = [
    "action",
    "activity_counts",
    "count_of",
    "days",
    "event",
    "hint",
    "kind",
    "message",
    "moved",
    "period",
    "reason",
    "reminder",
    "role",
    "site",
    "span",
    "standing",
    "state",
    "target",
    "task",
]

_ROLES = {
    Role.READER: N_("office reader"),
    Role.AUTHOR: N_("author"),
    Role.EDITOR: N_("editor"),
}
_STANDINGS = {
    Standing.MEND: N_("To be mended"),
    Standing.FAILED: N_("Failed"),
    Standing.DUE: N_("To be sent"),
    Standing.APPROVAL: N_("To be approved"),
    Standing.WAITING: N_("Waiting"),
    Standing.DRAFT: N_("Draft"),
    Standing.OUT: N_("Published"),
    Standing.WITHDRAWN: N_("Withdrawn"),
}
_TASKS = {
    Task.LOOK: N_("Before publishing"),
    Task.PUBLISH: N_("Publishing"),
    Task.WITHDRAW: N_("Withdrawing"),
    Task.PROVE: N_("Proving the log"),
}
_SPANS = {
    Span.YEAR: N_("Year"),
    Span.NINE_MONTHS: N_("Nine months"),
    Span.HALF: N_("Half-year"),
    Span.QUARTER: N_("Quarter"),
    Span.MONTH: N_("Month"),
}

_CHOICES = frozenset(
    f"conflict-{what}"
    for what in ("edited", "exists", "fixed", "gone", "trashed", "uncertain", "withdraw-late")
)
"""What somebody must choose in; on a command line that is an option, here two buttons."""


def hint(problem: Problem) -> str:
    """Return what can be done about a problem, at the desk."""
    if problem.code in _CHOICES:
        return _("Press “Publish now…” on the post's page: you see both versions, and choose.")
    return said_hint(problem)


def role(code: str) -> str:
    """Return what somebody is in the office."""
    return _(_ROLES[Role(code)])


def standing(code: str) -> str:
    """Return how a post stands."""
    return _(_STANDINGS[Standing(code)])


def task(code: str) -> str:
    """Return what a job does."""
    return _(_TASKS[Task(code)])


def span(code: str) -> str:
    """Return the name of a kind of period."""
    return _(_SPANS[Span(code)])
