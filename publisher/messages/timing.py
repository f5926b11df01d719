"""When posts appear, and what is wrong with hours, embargoes and last days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from gettext import gettext as _

from publisher.i18n import N_
from publisher.model import Decision

SAID = {
    "config-hours": (
        N_("“{value}” are not posting hours."),
        N_('Write days, then from-to: "{example}", or "T2-T6 7h30-17h00"; other days apart.'),
    ),
    "config-hours-night": (
        N_("“{value}” runs over midnight."),
        N_('Write it as two: "{evening}", "{morning}".'),
    ),
    "config-days": (
        N_("The days off “{value}” end before they begin, or last more than a year."),
        N_('Write the first day, then the last: "28/01/2028-03/02/2028".'),
    ),
    "expire-order": (
        N_("The post would be withdrawn on {value}, before it appears."),
        N_("Write a later time after expire, or an earlier one after {other}."),
    ),
    "expire-missed": (
        N_("The time of the post was over before it appeared on {site}; it is not published."),
        N_("Write a later time after expire, or take the line out."),
    ),
    "expire-first": (
        N_("The time of the post will be over before {site} may get it: it would never appear."),
        N_("Write a later time after expire, or publish it now: publisher publish --now KEY"),
    ),
    "expire-withdrawn": (
        N_("It was withdrawn from {site} when its time was over; it stays away by itself."),
        N_('To bring it back: publisher restore KEY --reason "..."'),
    ),
    "embargo-late": (
        N_("The embargo is later than the date of the post: it appears on {since}."),
        N_("Take the date out, or write a date after the embargo."),
    ),
    "move-dropped": (
        N_("{person} had moved the post to {moment}; the date in its file was changed since."),
        N_('The file\'s date counts. To move it again: publisher move KEY DATE --reason "..."'),
    ),
    "move-published": (
        N_("The post “{key}” has appeared on {site} already; its date can't be moved."),
        N_('To take it down: publisher withdraw KEY --reason "..."'),
    ),
    "move-activity": (
        N_("“{key}” is an activity; it goes to no site, so there is nothing to move."),
        N_("Change the date in the file."),
    ),
    "move-unread": (
        N_("The file of “{key}” can't be read, so it can't be moved."),
        N_("Mend it first. What is wrong: publisher check"),
    ),
    "move-other-site": (
        N_("The post “{key}” is not for this site; its file names {sites}."),
        N_("Leave --site out, or name one of these."),
    ),
    "move-past": (
        N_("“{key}” can't be moved to a day that is over."),
        N_("Choose today or a later day."),
    ),
    "move-embargo": (
        N_("“{key}” is under embargo until {value}."),
        N_("Choose a later time, or change the embargo in the file."),
    ),
    "move-expire": (
        N_("“{key}” is withdrawn on {value}; it can't appear after that."),
        N_("Choose an earlier time, or change expire in the file."),
    ),
    "move-same": (
        N_("“{key}” has this date already; nothing was moved."),
        N_("Choose another day or time."),
    ),
    "move-none": (
        N_("Nobody moved “{key}”; it has the date of its file."),
        N_("To see what is planned: publisher calendar"),
    ),
    "approve-off": (
        N_("In this office posts need no approval."),
        N_("To turn it on, write in config.toml: [editorial], below it: approval = true"),
    ),
    "approve-changed": (
        N_("The file of “{key}” was changed after you looked at it; nothing was decided."),
        N_("Look at it as it is now, and decide again."),
    ),
    "approve-activity": (
        N_("“{key}” is an activity; it needs no approval."),
        N_("It is recorded in the log by the next run."),
    ),
    "approve-broken": (
        N_("“{key}” can't be approved: it can't be published as it is."),
        N_("Mend it first. What is wrong: publisher check"),
    ),
    "embargo-published": (
        N_("The post stands on {site} already, but it is under embargo."),
        N_('To take it down: publisher withdraw KEY --reason "..."'),
    ),
}

_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_WAITS = {
    "date": N_("goes at {when}"),
    "clock": N_("goes at {when} by the site's clock"),
    "hours": N_("outside posting hours, goes at {when}"),
    "limit": N_("the site has its posts of this hour, goes at {when}"),
    "home": N_("follows its home site, goes at {when}"),
    "embargo": N_("under embargo, goes at {when}"),
    "published-already": N_("already published; the change goes at {when}"),
}


_JUDGED = {
    "approval": N_("waits for an editor's approval"),
    "returned": N_("an editor sent it back to its author"),
}


def moved(made: Decision, shown: Callable[[datetime], str]) -> str:
    """Return what is said of a date that somebody moved; shown: words for an instant."""
    said = _("moved from {since} (by {person}, {when})").format(
        since=shown(made.against) if made.against else _("“as soon as possible”"),
        person=made.person or _("somebody"),
        when=shown(made.at) if made.at else "",
    )
    return f"{said}: {made.reason}" if made.reason else said


def weekday(day: date) -> str:
    """Return the name of a day of the week."""
    return _(_WEEKDAYS[day.weekday()])


def when(moment: datetime, today: date) -> str:
    """Given a local instant, return it as people say it: ``07:30 thứ Hai 27/11``.

    The year is there when it is another one than today's.
    """
    day = f"{moment:%d/%m}"
    if moment.year != today.year:
        day += f"/{moment.year}"
    return f"{moment:%H:%M} {weekday(moment)} {day}"


def waiting(reason: str, due: datetime | None, today: date) -> str:
    """Return until when a post waits, and for what. due: local; None when no end is in sight."""
    if due is None and reason == "home":
        return _("waits until it stands on its home site")
    if reason in _JUDGED:
        if due is None or due <= due.now(due.tzinfo):
            return _(_JUDGED[reason])
        return _(_JUDGED[reason]) + "; " + _(_WAITS["date"]).format(when=when(due, today))
    if due is None:
        return _("no posting hours in sight; see windows and days_off in config.toml")
    return _(_WAITS.get(reason, _WAITS["date"])).format(when=when(due, today))
