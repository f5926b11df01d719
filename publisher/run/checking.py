"""What posts are checked against, from the settings; and what the office wants not to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from publisher import checks
from publisher.config import Config
from publisher.model import Problem, Severity


def check_rules(config: Config, today: date | None) -> checks.Rules:
    """Return the rules of an office. Raise ConfigError when its file of laws is wrong.

    today: the day on which a post without a date would be published, None if nobody asks.
    """
    from publisher.config import laws  # here: a reading may know what would be found

    office = config.organisation
    return checks.Rules(
        laws(config), office.slogan, office.phones, office.emails, office.email_domains, today
    )


def told(problems: Iterable[Problem], config: Config) -> list[Problem]:
    """Return the problems without those warnings that the office wants not to be told."""
    quiet = frozenset(config.checks.ignore)
    return [p for p in problems if p.severity is Severity.ERROR or p.code not in quiet]
