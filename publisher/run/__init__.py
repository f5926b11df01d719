"""The wiring: config, folders, log and sites put together; the only room that names them all."""

from publisher.run.office import Office, check_sites, key_of, locked, log_of, office, opened_sites
from publisher.run.publishing import Outlook, Result, look, plan, publish, published_keys, withdraw
from publisher.run.reading import Reading, read

__all__ = [
    "Office",
    "Outlook",
    "Reading",
    "Result",
    "check_sites",
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
