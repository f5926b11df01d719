"""The figures of a report in a terminal, and as JSON for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from gettext import gettext as _

import click

from publisher import messages
from publisher.cli.output import local, table
from publisher.config import Config
from publisher.model import NO_SITE, Kind
from publisher.royalties import Royalties
from publisher.run import Report
from publisher.tally import Activities, Figures, Item, Verified

_SHOWN = 5
"""Items that a list beside the figures names in a terminal."""


def figures_json(report: Report) -> dict[str, object]:
    """Return the figures as machines read them; keys are only ever added."""
    figures, period = report.figures, report.figures.period
    return {
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "span": period.span.value,
        "number": period.number,
        "close": period.close.isoformat() if period.close else None,
        **_totals_json(figures),
        "theme_months": figures.theme_months,
        "items": _items_json(figures.items),
        "pending": _items_json(figures.pending),
        "late": _items_json(figures.late),
        "carried": _items_json(figures.carried),
        "backdated": _items_json(figures.backdated),
        "withdrawn": _items_json(figures.withdrawn),
        "activities": _activities_json(figures.activities),
        "targets": [
            {
                "group": p.target.group,
                "code": p.target.code,
                "planned": p.target.planned,
                "done": p.done,
                "in_period": p.in_period,
                "percent": p.percent,
            }
            for p in figures.progress
        ],
        "before": _before_json(figures.before),
        "verified": _verified_json(figures.verified, figures.failed),
        "left_out": list(report.left_out),
    }


def _totals_json(figures: Figures) -> dict[str, object]:
    return {
        "total": figures.total,
        "posts": figures.posts,
        "copies": figures.copies,
        "originals": figures.originals,
        "by": figures.by,
        "site_by": figures.site_by,
        "pictures": figures.pictures,
        "corrected": figures.corrected,
        "corrections": figures.corrections,
    }


def _before_json(figures: Figures | None) -> dict[str, object] | None:
    if figures is None:
        return None
    period = figures.period
    return {
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        **_totals_json(figures),
        "activities": {"total": figures.activities.total, "by": figures.activities.by},
    }


def _activities_json(activities: Activities) -> dict[str, object]:
    return {
        "total": activities.total,
        "by": activities.by,
        "participants": activities.participants,
        "copies": activities.copies,
        "items": _items_json(activities.items),
        "pending": _items_json(activities.pending),
        "late": _items_json(activities.late),
        "withdrawn": _items_json(activities.withdrawn),
    }


def _items_json(items: Iterable[Item]) -> list[dict[str, object]]:
    return [_item_json(item) for item in items]


def _item_json(item: Item) -> dict[str, object]:
    p = item.publication
    values: dict[str, object] = {
        "site": p.site,
        "key": p.key,
        "title": p.title,
        "day": item.day.isoformat(),
        "sent": item.sent.isoformat() if item.sent else None,
        "kind": p.kind,
        "theme": p.theme,
        "unit": p.unit,
        "authors": list(p.authors),
        "source": p.source,
        "url": p.url,
        "pictures": p.pictures,
        "corrections": item.corrections,
        "reason": p.reason,
        "verdict": item.verification.verdict.value if item.verification else None,
        "copy": item.copy,
    }
    if p.site == NO_SITE:
        values["place"] = p.place
        values["participants"] = p.participants
        values["copies"] = p.copies
        values["evidence"] = list(p.evidence)
    return values


def _verified_json(verified: Verified | None, failed: Iterable[Item]) -> dict[str, object] | None:
    if verified is None:
        return None
    return {
        "first": verified.first.isoformat(),
        "last": verified.last.isoformat(),
        "sound": verified.sound,
        "failed": verified.failed,
        "unchecked": verified.unchecked,
        "items": _items_json(failed),
    }


def royalties_json(royalties: Royalties) -> dict[str, object]:
    """Return royalties as machines read them: whole đồng."""
    return {
        "total": royalties.total,
        "authors": [
            {"author": a.author, "items": a.items, "amount": a.amount, "due": a.due.isoformat()}
            for a in royalties.authors
        ],
        "payments": [
            {
                "author": p.author,
                "key": p.publication.key,
                "title": p.publication.title,
                "kind": p.publication.kind,
                "day": p.day.isoformat(),
                "coefficient": str(p.coefficient),
                "unit": p.unit,
                "share": str(p.share),
                "amount": p.amount,
                "due": p.due.isoformat(),
            }
            for p in royalties.payments
        ],
        "unpaid": [
            {"key": row.key, "title": row.title, "reason": reason}
            for row, reason in royalties.unpaid
        ],
    }


def show_figures(report: Report, config: Config) -> None:
    """Print the figures of a period."""
    figures, period = report.figures, report.figures.period
    words = _("Published from {first} to {last}: {total}")
    first, last = (f"{day:%d/%m/%Y}" for day in (period.first, period.counted_to))
    click.echo(words.format(first=first, last=last, total=figures.total))
    if figures.posts != figures.total:
        click.echo(
            _("These are {posts} different posts; one on two sites counts twice.").format(
                posts=figures.posts
            )
        )
    if figures.copies:
        click.echo(
            _("{copies} of them are copies on other sites; targets count {own}.").format(
                copies=figures.copies, own=figures.own
            )
        )
    if not figures.total and not figures.activities.total:
        click.echo(_("Nothing was published in these days. See: publisher status"))
    _show_beside(figures, config)
    _show_breakdowns(figures, config)
    click.echo()
    click.echo(
        _("Pictures: {pictures}. Corrected after publishing: {corrected}.").format(
            pictures=figures.pictures, corrected=figures.corrected
        )
    )
    _show_items(_("Withdrawn, not counted: {count}"), figures.withdrawn)
    if figures.activities.total:
        line = messages.activity_counts(figures.activities)
        click.echo(_("Activities, counted apart: {activities}.").format(activities=line))
        names = labels_of(figures, config)["site"]
        on = figures.activities.by.get("site", {})
        channels = [f"{names.get(site, site)}: {n}" for site, n in on.items() if site]
        if channels:
            click.echo(_("On social networks: {channels}.").format(channels="; ".join(channels)))
    _show_items(_("Activities withdrawn, not counted: {count}"), figures.activities.withdrawn)
    _show_progress(figures, config)
    _show_verified(figures, config)
    if report.left_out:
        click.echo(_("Not counted: {sites}.").format(sites=", ".join(report.left_out)))


def _show_beside(figures: Figures, config: Config) -> None:
    """Print what stands beside the total, or must be known of it."""
    zone, last = config.schedule.timezone, f"{figures.period.last:%d/%m/%Y}"
    pending = (*figures.pending, *figures.activities.pending)
    _show_items(_("Expected until {last}: {count}").replace("{last}", last), pending)
    late = (*figures.late, *figures.activities.late)
    _show_items(_("Too late for this report, counted in the next period: {count}"), late)
    _show_items(_("Counted here because too late for the period before: {count}"), figures.carried)
    if figures.backdated:
        click.echo(
            _("The date shown lies before the day of sending: {count}").format(
                count=len(figures.backdated)
            )
        )
        _show_some(_backdated(item, zone) for item in figures.backdated)


def _backdated(item: Item, zone: tzinfo) -> str:
    row = item.publication
    shown, sent = f"{item.day:%d/%m/%Y}", local(item.sent, zone)
    words = _("shown {shown}, sent {sent}").format(shown=shown, sent=sent)
    return f"{row.title} ({row.site}): {words}"


def _show_items(words: str, items: Iterable[Item]) -> None:
    items = list(items)
    if items:
        click.echo(words.format(count=len(items)))
        _show_some(_item(item) for item in items)


def _item(item: Item) -> str:
    row = item.publication
    place = f" ({row.site})" if row.site else ""
    more = f": {messages.reason(row.reason)}" if row.reason else ""
    return f"{item.day:%d/%m/%Y}  {row.title}{place}{more}"


def _show_some(lines: Iterable[str]) -> None:
    """Print the first lines; a year's worth of them would push the figures off the screen."""
    lines = list(lines)
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        words = _("... and {n} more; all of them: publisher report ... -o report.xlsx")
        click.echo("  " + words.format(n=len(lines) - _SHOWN))


def _show_breakdowns(figures: Figures, config: Config) -> None:
    labels = labels_of(figures, config)
    orders = {"kind": [kind.value for kind in Kind], "theme": list(config.themes)}
    before = figures.before
    compared = before is not None and before.total > 0
    for name, counted_by in figures.by.items():
        if not counted_by:
            continue
        # In the plan's own order where it has one.
        order = [code for code in orders.get(name, []) if code in counted_by]
        known = labels.get(name, {})
        earlier = before.by[name] if before and compared and name != "month" else None
        rows = [
            (
                f"  {known.get(code, code) or _('(not given)')}",
                str(counted_by[code]),
                *([] if earlier is None else [f"({earlier.get(code, 0)})"]),
            )
            for code in dict.fromkeys([*order, *counted_by])
        ]
        click.echo()
        click.echo(click.style(messages.field(name), bold=True))
        table(rows, right=1)
    if before and compared:
        click.echo()
        click.echo(
            _("The year before, {days}: {total}; change: {change:+}.").format(
                days=messages.days(before.period),
                total=before.total,
                change=figures.total - before.total,
            )
        )


def labels_of(figures: Figures, config: Config) -> dict[str, Mapping[str, str]]:
    """Return the words for the codes of each breakdown that has codes."""
    return {
        "kind": messages.kinds(),
        "theme": dict(config.themes),
        "month": {month: f"{month[5:]}/{month[:4]}" for month in figures.by["month"]},
        "site": {name: site.label or name for name, site in config.sites.items()},
        "channel": {code: messages.channel(code) for code in figures.by["channel"]},
    }


def _show_progress(figures: Figures, config: Config) -> None:
    if not figures.progress:
        return
    click.echo()
    heads = [_("Target of the plan"), _("Planned"), _("Done"), "%"]
    table(
        [
            (
                messages.target(p.target, config.themes),
                p.target.planned,
                p.done,
                f"{p.percent:g}",
            )
            for p in figures.progress
        ],
        heads,
    )


def _show_verified(figures: Figures, config: Config) -> None:
    verified = figures.verified
    if verified is None:
        return
    click.echo(
        _(
            "Checked against the sites at {when}: {sound} as logged, {failed} not; "
            "not checked since: {unchecked}."
        ).format(
            when=local(verified.last, config.schedule.timezone),
            sound=verified.sound,
            failed=verified.failed,
            unchecked=verified.unchecked,
        )
    )
    for item in figures.failed:
        row, look = item.publication, item.verification
        words = messages.verdict(look.verdict.value) if look else ""
        click.echo(f"  {row.title} ({row.site}): {words}")


def show_royalties(royalties: Royalties) -> None:
    """Print what each author is due."""
    click.echo(click.style(_("Royalties"), bold=True))
    table(
        [(a.author, a.items, _money(a.amount), f"{a.due:%d/%m/%Y}") for a in royalties.authors]
        + [(_("Together"), "", _money(royalties.total), "")],
        [_("Author"), _("Items"), _("Amount (đồng)"), _("Pay by")],
        right=2,
    )
    if royalties.unpaid:
        click.echo(_("Not worked out: {count}").format(count=len(royalties.unpaid)))
        for row, reason in royalties.unpaid:
            click.echo(f"  {row.title}: {messages.unpaid(reason)}")


def _money(amount: int) -> str:
    """Return an amount as it is written here: ``1.490.000``."""
    return f"{amount:,}".replace(",", ".")
