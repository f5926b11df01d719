"""Words of the figures: periods, counted kinds, verdicts, targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from gettext import gettext as _
from gettext import ngettext

from publisher.i18n import N_
from publisher.messages.labels import kind
from publisher.model import Kind, Period, Span, Verdict
from publisher.tally import Activities, Target

_CHANNELS = {
    "wordpress": N_("Website"),
    "preview": N_("Preview site"),
    "facebook": N_("Facebook page"),
    "zalo": N_("Zalo account"),
    "telegram": N_("Telegram channel"),
}
_VERDICTS = {
    Verdict.SOUND: N_("as logged"),
    Verdict.GONE: N_("no longer on the site"),
    Verdict.HIDDEN: N_("on the site, but not shown to visitors"),
    Verdict.CHANGED: N_("changed on the site"),
    Verdict.FOREIGN: N_("another post stands there"),
    Verdict.LINK: N_("its address does not answer"),
    Verdict.UNREACHABLE: N_("the site could not be asked"),
    Verdict.CLOSED: N_("the channel can't be asked"),
}
_UNPAID = {
    "author": N_("no author is named"),
    "coefficient": N_("no coefficient is set for its kind on that day"),
    "unit": N_("no unit is set for that day"),
}


def _worded(table: Mapping[str, str], code: str) -> str:
    words = table.get(code)
    return _(words) if words else code


def channel(code: str) -> str:
    """Return the label of what a site is."""
    return _worded(_CHANNELS, code)


def verdict(code: str) -> str:
    """Return what was found when an item was looked up."""
    return _worded({str(key): words for key, words in _VERDICTS.items()}, code)


def unpaid(code: str) -> str:
    """Return why nothing can be paid for an item."""
    return _worded(_UNPAID, code)


def days(period: Period) -> str:
    """Return the days of a period: ``15/12/2022 to 14/12/2023``."""
    first, last = (f"{day:%d/%m/%Y}" for day in (period.first, period.last))
    return _("{first} to {last}").format(first=first, last=last)


def period(of: Period) -> str:
    """Return the name of a period: ``quarter 1 of 2023``; of any days, the days."""
    names = {
        Span.MONTH: _("month {number} of {year}"),
        Span.QUARTER: _("quarter {number} of {year}"),
        Span.HALF: _("first half of {year}") if of.number == 1 else _("second half of {year}"),
        Span.NINE_MONTHS: _("nine months of {year}"),
        Span.YEAR: _("year {year}"),
    }
    if of.span not in names:
        return days(of)
    return names[of.span].format(number=of.number, year=of.year)


def count_of_kind(code: str, number: int) -> str:
    """Return a number of items of one kind: ``4 conferences``."""
    words = {
        Kind.TIN: ngettext("{n} news item", "{n} news items", number),
        Kind.BAI: ngettext("{n} article", "{n} articles", number),
        Kind.ANH: ngettext("{n} photo item", "{n} photo items", number),
        Kind.VIDEO: ngettext("{n} video", "{n} videos", number),
        Kind.INFOGRAPHIC: ngettext("{n} infographic", "{n} infographics", number),
        Kind.HOI_NGHI: ngettext("{n} conference", "{n} conferences", number),
        Kind.TAP_HUAN: ngettext("{n} training course", "{n} training courses", number),
        Kind.AN_PHAM: ngettext("{n} printed item", "{n} printed items", number),
        Kind.BAN_TIN: ngettext("{n} bulletin", "{n} bulletins", number),
        Kind.MANG_XA_HOI: ngettext("{n} social media post", "{n} social media posts", number),
        Kind.PHAT_THANH: ngettext("{n} broadcast", "{n} broadcasts", number),
    }
    return {str(key): text for key, text in words.items()}.get(code, f"{number} {code}").format(
        n=number
    )


def activity_counts(activities: Activities) -> str:
    """Return activities in a line: ``4 conferences (180 people), 1 printed item (500 copies)``."""
    parts = []
    for code in (k.value for k in Kind if k.value in activities.by.get("kind", {})):
        more = []
        if people := activities.participants.get(code):
            more.append(ngettext("{n} person", "{n} people", people).format(n=people))
        if copies := activities.copies.get(code):
            more.append(ngettext("{n} copy", "{n} copies", copies).format(n=copies))
        words = count_of_kind(code, activities.by["kind"][code])
        parts.append(f"{words} ({', '.join(more)})" if more else words)
    return ", ".join(parts)


def reminder(due: date, working_days: int) -> str:
    """Return how many working days are left until the report is due."""
    return ngettext(
        "{n} working day left until the report is due, {due}.",
        "{n} working days left until the report is due, {due}.",
        working_days,
    ).format(n=working_days, due=f"{due:%d/%m/%Y}")


def target(of: Target, themes: Mapping[str, str]) -> str:
    """Return what a target asks for: the whole, a kind, or a theme by its label."""
    if of.group == "total":
        return _("All items")
    return kind(of.code) if of.group == "kinds" else themes.get(of.code, of.code)
