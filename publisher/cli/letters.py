"""``bulletin --mail``: the letters, and what became of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from gettext import gettext as _

from publisher import messages, run
from publisher.cli.exits import Exit
from publisher.cli.telling import Telling
from publisher.errors import ConfigError
from publisher.model import Problem
from publisher.run import Arrival, Delivery, MadeBulletin


def mailed(
    office: run.Office, made: MadeBulletin, again: Sequence[str], said: Telling
) -> Exit | None:
    """Send the letters of a bulletin, tell what became of them, and return the status."""
    from publisher.service.sending import MAIL, ways_of

    ways = ways_of(office.config, os.environ)
    if ways.mail is None:
        raise ConfigError(Problem("mail-not-set"))
    if MAIL in ways.missing:
        raise ConfigError(ways.missing[MAIL])
    deliveries = run.mail_bulletin(
        office, made, ways.mail, again, lambda delivery: said.line(_delivery_line(delivery))
    )
    counts = dict.fromkeys(Arrival, 0)
    for delivery in deliveries:
        counts[delivery.arrival] += 1
    failed = counts[Arrival.REFUSED] + counts[Arrival.NOT_SENT]
    said.line(
        _("Letters sent: {sent}; had it before: {had}; not sent: {failed}; not known: {unknown}.")
        .format(
            sent=counts[Arrival.SENT], had=counts[Arrival.HAD], failed=failed,
            unknown=counts[Arrival.UNKNOWN],
        )
    )  # fmt: skip
    said.problems(_of_the_server(deliveries))
    if counts[Arrival.UNKNOWN]:
        said.line(_("To those not known it is not sent by itself a second time: --resend ADDRESS"))
    said.add("mail", [_delivery_json(delivery) for delivery in deliveries])
    if counts[Arrival.NOT_SENT] and not counts[Arrival.SENT]:
        return Exit.UNREACHABLE
    return Exit.FAILED if failed or counts[Arrival.UNKNOWN] else None


def _of_the_server(deliveries: Sequence[Delivery]) -> list[Problem]:
    """Return what is wrong with the mail server, once; that of one address has its own line."""
    found: list[Problem] = []
    for delivery in deliveries:
        problem = delivery.problem
        if problem and delivery.arrival is not Arrival.REFUSED and problem not in found:
            found.append(problem)
    return found


def _delivery_line(delivery: Delivery) -> str:
    line = f"{_ARRIVALS[delivery.arrival]()}: {delivery.address}"
    if delivery.problem and delivery.arrival is Arrival.REFUSED:
        line += f"  ({delivery.problem.params.get('reason', '')})"
    return line


_ARRIVALS: dict[Arrival, Callable[[], str]] = {
    Arrival.SENT: lambda: _("sent"),
    Arrival.HAD: lambda: _("has it"),
    Arrival.UNKNOWN: lambda: _("not known whether it arrived"),
    Arrival.REFUSED: lambda: _("not taken by the server"),
    Arrival.NOT_SENT: lambda: _("not sent"),
}


def _delivery_json(delivery: Delivery) -> dict[str, object]:
    problem = delivery.problem
    return {
        "address": delivery.address,
        "state": delivery.arrival.value,
        "message": messages.message(problem) if problem else "",
    }
