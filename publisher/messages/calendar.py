"""Words of the coming weeks: days, what happens, what a calendar file says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from gettext import gettext as _

from publisher.i18n import N_
from publisher.ics import Entry
from publisher.messages import figures, labels, timing
from publisher.messages.problems import message
from publisher.messages.timing import weekday
from publisher.model import digest_of
from publisher.run import Day, Forecast, Happening, Mark, MarkKind, What

_WHAT = {
    What.PUBLISHED: N_("published already"),
    What.RECORDED: N_("held and recorded"),
    What.PUBLISH: N_("will be published"),
    What.HANDED: N_("the site publishes"),
    What.APPROVAL: N_("TO BE APPROVED"),
    What.UPDATE: N_("will be updated"),
    What.RESTORE: N_("will be brought back"),
    What.WITHDRAW: N_("will be withdrawn"),
    What.EXPIRE: N_("expires"),
    What.ACTIVITY: N_("activity"),
    What.HELD: N_("HAS ERRORS"),
    What.DRAFT: N_("draft"),
}
_ACTIVITIES = (What.ACTIVITY, What.RECORDED)
_KEPT = tuple(w for w in What if w not in (What.UPDATE, What.RESTORE, What.WITHDRAW))
_OFF = (MarkKind.HOLIDAY, MarkKind.DAY_OFF)


def week(days: Iterable[Day]) -> str:
    """Return the title of a week: ``Week 48 (23/11–29/11/2026)``, numbered as ISO 8601 has it."""
    first, *_between, last = [day.date for day in days]
    return _("Week {number} ({first}–{last})").format(
        number=first.isocalendar().week, first=f"{first:%d/%m}", last=f"{last:%d/%m/%Y}"
    )


def day(of: date) -> str:
    """Return a day: ``Monday 23/11``."""
    name = weekday(of)
    return f"{name[:1].upper()}{name[1:]} {of:%d/%m}"


def what(happening: Happening) -> str:
    """Return what happens with a post, in two or three words."""
    return _(_WHAT[happening.what])


def why(happening: Happening, shown: Callable[[datetime], str]) -> str:
    """Return why it happens then, "" for what needs no reason; shown: words for an instant."""
    if happening.what is What.HELD:
        return message(happening.problem).rstrip(".") if happening.problem else ""
    moved = timing.moved(happening.moved, shown) if happening.moved else ""
    if happening.what is What.DRAFT:
        return "; ".join(filter(None, (_("not going out as long as it is a draft"), moved)))
    words = [moved] if moved else []
    if happening.wanted:
        words.append(_("dated {when}").format(when=shown(happening.wanted)))
    if happening.what is What.APPROVAL:
        words += [labels.reason(happening.reason)] if happening.reason == "returned" else []
    elif happening.reason and happening.reason != "date":
        words.append(labels.reason(happening.reason))
    return "; ".join(words)


def never(happening: Happening) -> str:
    """Return why a post can never go out, and what to do."""
    if happening.reason == "expired":
        return _("It expires before it may go out: change expire: or date: in the file.")
    return _("The site has no open hour for it: see windows and days_off in config.toml.")


def mark(of: Mark, *, everywhere: bool = True) -> str:
    """Return what is said of a day; everywhere: whether it is so on all the sites shown."""
    if of.kind is MarkKind.HOLIDAY:
        return _("Public holiday: {name}").format(name=of.name)
    if of.kind is MarkKind.CLOSED:
        if everywhere:
            return _("no new posts on this day")
        return _("no new posts on {sites}").format(sites=", ".join(of.sites))
    if of.kind is MarkKind.PERIOD:
        names = ", ".join(figures.period(period) for period in of.periods)
        return _("Reporting period ends: {names}").format(names=names)
    words = {
        MarkKind.DAY_OFF: _("Day off of the office"),
        MarkKind.CLOSE: _("Figures of the yearly report close"),
        MarkKind.DEADLINE: _("Yearly report is due before this day"),
    }
    return words[of.kind]


def entries(
    forecast: Forecast,
    themes: Mapping[str, str],
    sites: Mapping[str, str],
    shown: Callable[[datetime], str],
) -> Iterator[Entry]:
    """Yield the entries of a calendar file.

    themes, sites: labels by code. shown: words for an instant. What the next run does to posts
    that stand there already, and days that are closed every week, would only clutter it.
    """
    for day in forecast.days:
        for made in day.marks:
            if made.kind is not MarkKind.CLOSED:
                group = _("Days off") if made.kind in _OFF else _("Reports")
                yield Entry(
                    _uid(made.kind, f"{day.date}"), day.date, mark(made), categories=(group,)
                )
        for happening in day.happenings:
            if happening.at and happening.what in _KEPT:
                yield _entry(happening, happening.at, themes, sites, shown)


def _entry(
    happening: Happening,
    at: datetime,
    themes: Mapping[str, str],
    sites: Mapping[str, str],
    shown: Callable[[datetime], str],
) -> Entry:
    title = f"{_('URGENT')}: {happening.title}" if happening.urgent else happening.title
    lines = {
        _("Kind"): labels.kind(happening.kind) if happening.kind else "",
        _("Theme"): themes.get(happening.theme, happening.theme),
        _("File"): happening.file,
        _("Note"): why(happening, shown),
    }
    # What becomes of a post changes its entry; its end is one of its own.
    group = "expire" if happening.what is What.EXPIRE else "post"
    return Entry(
        _uid(group, happening.site, happening.key),
        at,
        f"{what(happening)[:1].upper()}{what(happening)[1:]}: {title}",
        "\n".join(f"{name}: {value}" for name, value in lines.items() if value),
        sites.get(happening.site, happening.site),
        (_("Activities") if happening.what in _ACTIVITIES else _("Posts"),),
        happening.url,
        happening.what not in (What.HELD, What.DRAFT, What.APPROVAL),
    )


def _uid(*parts: str) -> str:
    return f"{digest_of(*parts)[:32]}@publisher"
