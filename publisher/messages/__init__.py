"""Words for what the rooms below say in codes. Every face speaks through this one."""

from typing import TYPE_CHECKING

from publisher.late import face

if TYPE_CHECKING:
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
    from publisher.messages.noticing import combined, digest, notice, service_stopped, trial
    from publisher.messages.problems import hint, message
    from publisher.messages.running import held, job, level, resting
    from publisher.messages.timing import moved, waiting, when
else:
    __getattr__ = face(
        __name__,
        figures=(
            "activity_counts",
            "channel",
            "count_of_kind",
            "days",
            "period",
            "reminder",
            "target",
            "unpaid",
            "verdict",
        ),
        labels=(
            "action",
            "count_of",
            "event",
            "field",
            "kind",
            "kinds",
            "log_table",
            "reason",
            "site",
            "state",
        ),
        noticing=(
            "combined",
            "digest",
            "notice",
            "service_stopped",
            "trial",
        ),
        problems=(
            "hint",
            "message",
        ),
        running=(
            "held",
            "job",
            "level",
            "resting",
        ),
        timing=(
            "moved",
            "waiting",
            "when",
        ),
    )

__all__ = [
    "action",
    "activity_counts",
    "channel",
    "combined",
    "count_of",
    "count_of_kind",
    "days",
    "digest",
    "event",
    "field",
    "held",
    "hint",
    "job",
    "kind",
    "kinds",
    "level",
    "log_table",
    "message",
    "moved",
    "notice",
    "period",
    "reason",
    "reminder",
    "resting",
    "service_stopped",
    "site",
    "state",
    "target",
    "trial",
    "unpaid",
    "verdict",
    "waiting",
    "when",
]
