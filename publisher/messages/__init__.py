"""Words for what the rooms below say in codes. Every face speaks through this one."""

from publisher.messages.figures import (
    activity_counts,
    channel,
    count_of_kind,
    days,
    period,
    reminder,
    target,
    unpaid,
    verdict,
)
from publisher.messages.labels import (
    action,
    count_of,
    event,
    field,
    kind,
    kinds,
    log_table,
    reason,
    site,
    state,
)
from publisher.messages.problems import hint, message

__all__ = [
    "action",
    "activity_counts",
    "channel",
    "count_of",
    "count_of_kind",
    "days",
    "event",
    "field",
    "hint",
    "kind",
    "kinds",
    "log_table",
    "message",
    "period",
    "reason",
    "reminder",
    "site",
    "state",
    "target",
    "unpaid",
    "verdict",
]
