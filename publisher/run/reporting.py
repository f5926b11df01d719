"""The figures of a period: one function for the command line, documents and pages alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from publisher import periods
from publisher import plan as planning
from publisher.abilities import CHANNELS
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import Event, Memory, Period, Publication, Span
from publisher.plan import ActionKind
from publisher.royalties import Royalties, royalties
from publisher.run.office import Office, log_of
from publisher.run.publishing import published_keys
from publisher.run.reading import read
from publisher.run.recording import agenda_of
from publisher.tally import Extras, Figures, Scope, tally


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made of.

    royalties: None when they are switched off. left_out: sites whose items are not counted.
    """

    figures: Figures
    royalties: Royalties | None
    left_out: tuple[str, ...]


def closed(config: Config, period: Period) -> Period:
    """Return a period with the close that ``[report] close`` sets; chosen days have none."""
    if not config.report.close or period.span is Span.DAYS:
        return period
    day, month = (int(part) for part in config.report.close.split("/"))
    return periods.closed(period, day, month)


def report(office: Office, period: Period) -> Report:
    """Return the figures of a period, with its targets, royalties and the year before.

    period: with its close, see :func:`closed`. Raise LogError.
    """
    config = office.config
    zone = config.schedule.timezone
    left_out = not_counted(config)
    with log_of(office) as log:
        waiting: Sequence[Publication] = ()
        if period.last >= office.now().astimezone(zone).date():
            waiting = [r for r in _waiting(office, log.memory()) if r.site not in left_out]
        figures = tally(
            (row for row in log.publications() if row.site not in left_out),
            period,
            zone,
            missed=missed_by(config, period),
            extras=Extras(
                year_before=_scope(config, closed(config, periods.year_before(period))),
                year=_year(config, period),
                targets=config.report.targets.listed(),
                waiting=waiting,
                channels={name: site.kind for name, site in config.sites.items()},
                verifications=log.verifications(),
                homes={
                    name: site.republishes
                    for name, site in config.sites.items()
                    # What a social network has is an item of a kind of its own.
                    if site.republishes and site.kind not in CHANNELS
                },
            ),
        )
    due = None
    if config.royalties.enabled:
        items = (item.publication for item in figures.items if not item.copy)
        due = royalties(items, config.royalties.rates(), zone)
    return Report(figures, due, left_out)


def not_counted(config: Config) -> tuple[str, ...]:
    """Return the sites whose items are no publication: previews beside a real site."""
    if config.report.sites:
        return tuple(name for name in config.sites if name not in config.report.sites)
    previews = tuple(name for name, site in config.sites.items() if site.kind == "preview")
    return previews if len(previews) < len(config.sites) else ()


def missed_by(config: Config, period: Period) -> Callable[[date, date], bool] | None:
    """Return what tells an item that came too late for all reports before this one's."""
    if not config.report.close or period.span is Span.DAYS:
        return None

    @cache
    def missed(shown: date, known: date) -> bool:
        return periods.missed(shown, known, period, lambda earlier: closed(config, earlier))

    return missed


def _scope(config: Config, period: Period) -> Scope:
    return Scope(period, missed_by(config, period))


def _year(config: Config, period: Period) -> Scope | None:
    """Return the days from the beginning of the period's year to its end, for the targets."""
    if period.span in (Span.DAYS, Span.YEAR):  # the same days as the period itself
        return None
    year = periods.year(period.year)
    so_far = Period(year.first, period.last, period.span, period.number, period.close)
    return Scope(so_far, missed_by(config, year))


def _waiting(office: Office, memory: Memory) -> Iterator[Publication]:
    """Yield what the log will have when its date has come, as the folder says it today."""
    config = office.config
    try:
        reading = read(config, published_keys(memory))
    except ContentError:  # a report is made of the log; the folder may be elsewhere
        return
    targets = {name: config.target(name) for name in config.sites}
    _, certain = planning.survey(
        reading.articles, reading.present, memory, list(targets.values()), office.now()
    )
    for action in certain:
        if action.kind is not ActionKind.WAIT or action.article is None or action.due is None:
            continue
        post = action.article.post
        yield Publication(
            action.site,
            action.key,
            Event.SCHEDULED,
            status="future",
            title=post.title,
            kind=targets[action.site].kind_of(post).value,
            theme=post.theme,
            unit=post.unit,
            authors=post.authors,
            source=post.source,
            pictures=len(action.article.pictures),
            shown_at=action.due,
        )
    yield from agenda_of(reading, memory, office.now()).waiting
