"""Words of the scheduler: what keeps it from working, which sites it leaves alone."""

from __future__ import annotations

from datetime import datetime, tzinfo
from gettext import gettext as _

from publisher.i18n import N_
from publisher.run import Level, Rest

SAID = {
    "service-stopped": (
        N_("The program is not running by itself: nothing is published until it runs."),
        N_("Start it: publisher run. To have it start with the computer: publisher service."),
    ),
    "service-silent": (
        N_("The program has given no sign of life for {minutes} minutes ({host}, process {pid})."),
        N_("End it and start it again; nothing is lost, and nothing is sent twice."),
    ),
    "service-running": (
        N_("The program runs by itself already, in this folder."),
        N_("See how it is: publisher status. One is enough."),
    ),
    "service-running-there": (
        N_("The program runs by itself already: on {host}, process {pid}, since {since}."),
        N_("See how it is: publisher status. One is enough."),
    ),
    "service-mistake": (
        N_("The program made a mistake of its own: {error}"),
        N_("It goes on. Please pass on this file: {file}"),
    ),
    "config-kept": (
        N_("The settings were changed, but there are mistakes in them: the old ones stay."),
        N_("Mend what is said below and save; the program then takes the new ones by itself."),
    ),
    "config-restart": (
        N_("The folder of state or the place of the log was changed: this needs a new start."),
        N_("End the program and start it again; until then all stays as it was."),
    ),
    "log-kept": (
        N_("Another command has kept the publication log for more than half an hour: {log}"),
        N_("Look for a window in which the program still runs, and end it there."),
    ),
    "log-taken": (
        N_("The program is at work with this log on another computer: {log}"),
        N_("Wait until it has ended, and run the command again."),
    ),
    "log-backup": (
        N_("The publication log can't be copied to {folder}: {error}"),
        N_("Check free space and that you may write there, or set [log] backups."),
    ),
    "log-backup-server": (
        N_("The publication log is on a database server: {log}"),
        N_("Its own tools copy it: pg_dump."),
    ),
    "log-not-of-backup": (
        N_("The publication log is not what was copied: row {id} of {table} in {copy} differs."),
        N_("An old or other log may lie in its place. Keep both, and compare them."),
    ),
    "log-verify-differs": (
        N_("On the sites {count} of {total} posts are not as they were published."),
        N_("See which: publisher verify"),
    ),
    "folder-unwritable": (
        N_("The program can't write in its folder: {folder} ({error})"),
        N_("Check free space and that you may write there; nothing was sent."),
    ),
}

_JOBS = {
    "scan": N_("Looking for posts that are due"),
    "backup": N_("Copy of the log"),
    "verify": N_("Look at what was published"),
    "digest": N_("Message of the day"),
}
_LEVELS = {
    Level.OK: N_("All is well"),
    Level.DEGRADED: N_("In part"),
    Level.DOWN: N_("Does not work"),
}


def job(name: str) -> str:
    """Return the label of what the scheduler does."""
    words = _JOBS.get(name)
    return _(words) if words else name


def level(value: Level) -> str:
    """Return in a word or two how the scheduler does."""
    return _(_LEVELS[value])


def resting(name: str, rest: Rest, zone: tzinfo) -> str:
    """Return since when a site is left alone, and when it is tried again."""
    return _("Site {site}: no way in since {since}. To be tried again at {until}.").format(
        site=name, since=_clock(rest.since, zone), until=f"{rest.until.astimezone(zone):%H:%M}"
    )


def held(site: str, key: str, rest: Rest, zone: tzinfo) -> str:
    """Return since when a post fails, and when it is tried again."""
    words = _("{site}, {key}: fails since {since}. To be tried again at {until}.")
    return words.format(
        site=site,
        key=key,
        since=_clock(rest.since, zone),
        until=f"{rest.until.astimezone(zone):%H:%M}",
    )


def _clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M %d/%m}"
