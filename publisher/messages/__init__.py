"""Words for what the rooms below say in codes. Every face speaks through this one."""

from publisher.messages.labels import (
    action,
    count_of,
    event,
    field,
    kind,
    kinds,
    log_table,
    reason,
    state,
)
from publisher.messages.problems import hint, message

__all__ = [
    "action",
    "count_of",
    "event",
    "field",
    "hint",
    "kind",
    "kinds",
    "log_table",
    "message",
    "reason",
    "state",
]
