"""The wiring: config, folders, log and sites put together; the only room that names them all."""

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
from publisher.run.reading import Reading, read
from publisher.run.withdrawing import withdraw

__all__ = [
    "Office",
    "Outlook",
    "Reading",
    "Result",
    "check_sites",
    "differs",
    "key_of",
    "locked",
    "log_of",
    "look",
    "office",
    "opened_sites",
    "plan",
    "publish",
    "published_keys",
    "read",
    "withdraw",
]
