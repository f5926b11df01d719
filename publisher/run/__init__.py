"""The wiring: config, folders, log and sites put together; the only room that names them all."""

from publisher.reports.content import Part
from publisher.run.documents import FORMATS, Wish, document, missing
from publisher.run.drafting import Drafted, draft
from publisher.run.kept import Kept
from publisher.run.loading import loader
from publisher.run.office import (
    Office,
    check_sites,
    differs,
    key_of,
    locked,
    log_of,
    office,
    opened_sites,
)
from publisher.run.outlook import Outlook, look
from publisher.run.publishing import Result, plan, publish, published_keys
from publisher.run.reading import LABELS, Reading, read
from publisher.run.reminding import Reminder, reminder
from publisher.run.reporting import Report, closed, report
from publisher.run.taking import Taken, Wanted, take
from publisher.run.verifying import Verified, verify
from publisher.run.withdrawing import withdraw

__all__ = [
    "FORMATS",
    "LABELS",
    "Drafted",
    "Kept",
    "Office",
    "Outlook",
    "Part",
    "Reading",
    "Reminder",
    "Report",
    "Result",
    "Taken",
    "Verified",
    "Wanted",
    "Wish",
    "check_sites",
    "closed",
    "differs",
    "document",
    "draft",
    "key_of",
    "loader",
    "locked",
    "log_of",
    "look",
    "missing",
    "office",
    "opened_sites",
    "plan",
    "publish",
    "published_keys",
    "read",
    "reminder",
    "report",
    "take",
    "verify",
    "withdraw",
]
