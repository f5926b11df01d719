"""How the service does, for ``status``."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from gettext import gettext as _

import click

from publisher import messages
from publisher.cli.output import local, problem_json, show_problem
from publisher.config import Config
from publisher.run import Health, Pulse, Rest


def show_health(health: Health, config: Config) -> None:
    """Print whether the service runs, when it wakes, what it leaves alone and why."""
    zone, pulse = config.schedule.timezone, health.pulse
    if pulse is None and not health.running:
        return  # this folder is published from by hand
    if health.running and pulse:
        words = _("Runs by itself: on {host}, process {pid}, since {since}.")
        since = local(pulse.started, zone)
        click.echo(words.format(host=pulse.host, pid=pulse.pid, since=since))
        _show_times(pulse, zone)
    elif health.running:
        click.echo(_("Runs by itself, and has just begun."))
    if pulse and not health.running:
        when = local(pulse.ended or pulse.written, zone)
        words = (
            _("Does not run by itself: it ended at {when}.")
            if pulse.ended
            else _("Does not run by itself: it was cut off after {when}.")
        )
        click.echo(words.format(when=when))
        click.echo("    → " + _("Start it: publisher run, or as a service: publisher service."))
        return
    if pulse is None:
        return
    for name, rest in pulse.resting.items():
        click.echo(messages.resting(name, rest, zone))
        show_problem(rest.problem)
        if waits := len(pulse.waits.get(name, ())):
            click.echo("    " + _("Posts that wait for it: {count}.").format(count=waits))
    for (site, key), rest in pulse.held.items():
        click.echo(messages.held(site, key, rest, zone))
    told = [rest.problem for rest in pulse.resting.values()]
    for problem in [*health.reasons, *pulse.problems]:
        if problem not in told:
            told.append(problem)
            show_problem(problem)


def _show_times(pulse: Pulse, zone: tzinfo) -> None:
    if pulse.last:
        words = _("Looked last: {when}.").format(when=local(pulse.last.end, zone))
        if pulse.next and not pulse.busy:
            words += " " + _("Next: {when}.").format(when=local(pulse.next, zone))
        click.echo(words)
    if pulse.busy and pulse.busy_since:
        seconds = max(0, round((datetime.now(UTC) - pulse.busy_since).total_seconds()))
        words = _("At work now: {what}, for {minutes} min {seconds} s.")
        click.echo(
            words.format(what=messages.job(pulse.busy), minutes=seconds // 60, seconds=seconds % 60)
        )
    for name, job in pulse.jobs.items():
        when = local(job.at, zone) if job.held else _("not yet")
        click.echo(f"  {messages.job(name)}: {when}")


def health_json(health: Health, config: Config) -> dict[str, object]:
    """Return how the service does, as machines read it."""
    zone, pulse = config.schedule.timezone, health.pulse
    found: dict[str, object] = {
        "level": health.level.value,
        "running": health.running,
        "reasons": [problem_json(problem) for problem in health.reasons],
    }
    if pulse is None:
        return found
    return found | {
        "pid": pulse.pid,
        "host": pulse.host,
        "version": pulse.version,
        "started": _text(pulse.started, zone),
        "ended": _text(pulse.ended, zone),
        "last_tick": _text(pulse.last.end if pulse.last else None, zone),
        "last_counts": dict(pulse.last.counts) if pulse.last else {},
        "next_tick": _text(pulse.next, zone),
        "busy": pulse.busy,
        "busy_since": _text(pulse.busy_since, zone),
        "resting": [
            {"site": name, "waits": list(pulse.waits.get(name, ())), **_rest_json(rest, zone)}
            for name, rest in pulse.resting.items()
        ],
        "held": [
            {"site": site, "key": key, **_rest_json(rest, zone)}
            for (site, key), rest in pulse.held.items()
        ],
        "jobs": {
            name: {
                "last": _text(job.at, zone) if job.held else None,
                "problems": [problem_json(problem) for problem in job.problems],
            }
            for name, job in pulse.jobs.items()
        },
        "problems": [problem_json(problem) for problem in pulse.problems],
    }


def _rest_json(rest: Rest, zone: tzinfo) -> dict[str, object]:
    return {
        "since": _text(rest.since, zone),
        "until": _text(rest.until, zone),
        "failures": rest.failures,
        "problem": problem_json(rest.problem),
    }


def _text(moment: datetime | None, zone: tzinfo) -> str | None:
    return moment.astimezone(zone).isoformat() if moment else None
