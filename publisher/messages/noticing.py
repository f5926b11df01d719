"""Messages to people in words: a subject that says what, a body that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from gettext import gettext as _
from gettext import ngettext
from typing import TYPE_CHECKING

from publisher.i18n import N_
from publisher.messages import figures, labels
from publisher.messages.problems import hint, message
from publisher.model import Problem
from publisher.notices import Kind, Line, Notice
from publisher.tally import Target

if TYPE_CHECKING:
    from publisher.run import Digest

LINES = 12
"""Lines of one list at most; what is more is counted."""
_WIDTH = 90
"""Characters of what stands in a subject."""

Text = tuple[str, str]
"""Subject and body."""

_SUBJECTS = {
    Kind.FAILURE: N_("Trouble: {what}"),
    Kind.GONE: N_("Not on the site as logged: {what}"),
    Kind.HAND: N_("Needs a hand: {what}"),
    Kind.RECOVERY: N_("Over: {what}"),
    Kind.DEADLINE: N_("Report: {what}"),
    Kind.BEHIND: N_("Behind the plan: {what}"),
    Kind.WITHDRAWN: N_("Withdrawn: {what}"),
    Kind.REMINDER: N_("Still not mended: {what}"),
    Kind.PUBLISHED: N_("Published: {what}"),
    Kind.SUMMARY: N_("All in one: {what}"),
}
_POSTS = (Kind.PUBLISHED, Kind.WITHDRAWN, Kind.GONE)
_TO_BE_DONE = (Kind.FAILURE, Kind.GONE, Kind.HAND, Kind.REMINDER, Kind.SUMMARY)


def notice(of: Notice, zone: tzinfo, themes: Mapping[str, str]) -> Text:
    """Return a notice in words; instants as the office's clock shows them."""

    def said(line: Line) -> tuple[str, Sequence[str]]:
        return _said(line, zone, themes)

    lines = list(of.lines)
    if of.kind is Kind.SUMMARY:
        body = [_group(kind, group, said) for kind, group in _grouped(lines)]
    else:
        body = [_list(lines, said)]
    if of.kind in _TO_BE_DONE:
        body.append(
            _(
                "The program tries again by itself; nobody has to run a command again for that."
                " How things stand: publisher status"
            )
        )
    return _subject(of.kind, lines, said), "\n\n".join(body)


_Said = Callable[[Line], tuple[str, Sequence[str]]]


def _subject(kind: Kind, lines: Sequence[Line], said: _Said) -> str:
    what = said(lines[0])[0]
    if len(lines) > 1 and kind is not Kind.DEADLINE:
        what = labels.count_of(len(lines)) if kind in _POSTS else _things(len(lines))
    return "[publisher] " + _(_SUBJECTS[kind]).format(what=_short(what))


def _things(number: int) -> str:
    return ngettext("{n} thing", "{n} things", number).format(n=number)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1].rsplit(" ", 1)[0] + "…"


def _grouped(lines: Iterable[Line]) -> list[tuple[Kind, list[Line]]]:
    found: dict[Kind, list[Line]] = {}
    for line in lines:
        found.setdefault(line.kind, []).append(line)
    return sorted(found.items(), key=lambda item: list(Kind).index(item[0]))


def _group(kind: Kind, lines: Sequence[Line], said: _Said) -> str:
    heading = _(_SUBJECTS[kind]).format(what=_things(len(lines)))
    return f"{heading}\n{_list(lines, said)}"


def _list(lines: Sequence[Line], said: _Said) -> str:
    rows = []
    for line in lines[:LINES]:
        head, more = said(line)
        rows.append("\n".join([f"- {head}", *(f"  {text}" for text in more if text)]))
    return "\n".join([*rows, *_rest(len(lines))])


def _rest(number: int) -> list[str]:
    left = number - LINES
    return [_("… and {count}").format(count=_more(left))] if left > 0 else []


def _more(left: int) -> str:
    return ngettext("{n} more", "{n} more", left).format(n=left)


def _said(line: Line, zone: tzinfo, themes: Mapping[str, str]) -> tuple[str, Sequence[str]]:
    """Return the first row of a line, and what stands below it."""
    number = {name: value for name, value in line.params.items() if isinstance(value, int)}
    if line.kind is Kind.DEADLINE and "due" in line.params:
        return _deadline(date.fromisoformat(str(line.params["due"])), number["days"]), ()
    if "planned" in number:
        return _target(line, number, themes), ()
    if line.problem is None and line.kind is Kind.WITHDRAWN:
        expired = line.params.get("why") == "expired"
        reason = labels.reason("expired") if expired else str(line.params.get("reason", ""))
        return _titled(line), (reason,)
    if line.problem is None and "verdict" in line.params:
        over = line.kind is Kind.RECOVERY
        advice = "" if over else _("Look at the page. What can be done: publisher plan")
        found = figures.verdict(str(line.params["verdict"]))
        return f"{_titled(line)}: {found}", (_lasting(line, zone), advice, line.url)
    if line.problem is None:
        return _titled(line), (line.url,)
    head = _located(line.problem)
    if line.title:
        head = f"{_titled(line)}: {head}"
    if line.kind is Kind.RECOVERY:
        return head, (_lasting(line, zone), line.url)
    waits = number.get("waits", 0)
    wait = _("Waiting for it: {count}.").format(count=labels.count_of(waits)) if waits else ""
    return head, (_lasting(line, zone), wait, _advice(line.problem), line.url)


def _titled(line: Line) -> str:
    title = f"“{line.title or line.key}”"
    return f"{title} ({line.site})" if line.site else title


def _located(problem: Problem) -> str:
    where = problem.where
    if not where.file:
        return message(problem)
    if where.line:
        place = _("{file}, line {line}").format(file=where.file, line=where.line)
        return f"{place}: {message(problem)}"
    return f"{where.file}: {message(problem)}"


def _advice(problem: Problem) -> str:
    advice = hint(problem)
    return _("What to do: {hint}").format(hint=advice) if advice else ""


def _lasting(line: Line, zone: tzinfo) -> str:
    if line.since is None:
        return ""
    if line.until is None:
        return _("Since {when}.").format(when=_moment(line.since, zone))
    return _("From {since} to {until} ({long}).").format(
        since=_moment(line.since, zone),
        until=_moment(line.until, zone),
        long=_long(line.until - line.since),
    )


def _moment(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M %d/%m/%Y}"


def _long(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    if minutes < 120:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    days = round(hours / 24)
    return ngettext("{n} day", "{n} days", days).format(n=days)


def _deadline(due: date, days: int) -> str:
    if days:
        return figures.reminder(due, days)
    return _("The report is due today, {due}.").format(due=f"{due:%d/%m/%Y}")


def _target(line: Line, number: Mapping[str, int], themes: Mapping[str, str]) -> str:
    target = Target(str(line.params["group"]), str(line.params["code"]), number["planned"])
    what = figures.target(target, themes)
    done, planned = number["done"], number["planned"]
    if "expected" in number:
        return _("{what}: {done} of {planned}; by now it should be {expected}").format(
            what=what, done=done, planned=planned, expected=number["expected"]
        )
    return _("{what}: {done} of {planned}, {left} to go").format(
        what=what, done=done, planned=planned, left=planned - done
    )


def digest(of: Digest, zone: tzinfo) -> Text:
    """Return a digest in words, for one author or for all."""
    published, waiting, wrong = len(of.published), len(of.waiting), len(of.problems)
    parts = []
    if published:
        parts.append(_("{count} published").format(count=labels.count_of(published)))
    judged = [w for w in of.waiting if w.is_judged]
    if waiting > len(judged):
        parts.append(_("{count} waiting").format(count=labels.count_of(waiting - len(judged))))
    if judged:
        parts.append(_("{count} to be approved").format(count=labels.count_of(len(judged))))
    if wrong:
        words = ngettext("{n} thing to mend", "{n} things to mend", wrong)
        parts.append(words.format(n=wrong))
    subject = _("Your posts: {what}") if of.author else _("The day in short: {what}")
    body = [_("Dear {author},").format(author=of.author)] if of.author else []
    body += _section(_("Published"), [f"“{row.title}”\n  {row.url}" for row in of.published])
    body += _section(
        _("Waiting"),
        [
            f"{_moment(w.due, zone) if w.due else _('without a time')}  “{w.title}” ({w.site})"
            for w in of.waiting
            if not w.is_judged
        ],
    )
    body += _section(
        _("To be approved by an editor"),
        [
            "\n  ".join(filter(None, (f"“{w.title}” ({w.site})", w.note and _returned(w.note))))
            for w in judged
        ],
    )
    body += _section(
        _("To be mended"),
        ["\n  ".join(filter(None, _wrong(title, problem))) for title, problem in of.problems],
    )
    return "[publisher] " + subject.format(what=", ".join(parts)), "\n\n".join(body)


def _returned(note: str) -> str:
    return _("sent back to the author: {note}").format(note=note)


def _section(heading: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    lines = [f"- {row}" for row in rows[:LINES]]
    return ["\n".join([f"{heading}:", *lines, *_rest(len(rows))])]


def _wrong(title: str, problem: Problem) -> tuple[str, str]:
    head = _located(problem)
    if title and not problem.where.file:
        head = f"“{title}”: {head}"
    return head, _advice(problem)


def combined(texts: Sequence[Text]) -> Text:
    """Return several messages as one: a channel takes again what it did not take for a while."""
    if len(texts) == 1:
        return texts[0]
    count = ngettext("{n} message", "{n} messages in one", len(texts)).format(n=len(texts))
    titles = [title.removeprefix("[publisher] ") for title, _body in texts[-LINES:]]
    bodies = [body for _title, body in texts[-LINES:]]
    parts = [f"{title}\n{body}" for title, body in zip(titles, bodies, strict=True)]
    subject = f"[publisher] {count}: {_short('; '.join(titles))}"
    return subject, "\n\n----\n\n".join(parts)


def trial(name: str) -> Text:
    """Return the message that tries a channel."""
    body = _("This is a test of the channel “{name}”. There is nothing to do.").format(name=name)
    return "[publisher] " + _("Test message"), body


def service_stopped() -> str:
    """Return what a dead-man's switch shows when the service was stopped by a person."""
    return _("The service was stopped.")
