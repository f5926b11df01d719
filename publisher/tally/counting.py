"""Items → figures: which period an item belongs to, and what it is counted by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from operator import attrgetter

from publisher.model import NO_SITE, Event, Kind, Period, Publication, Verdict, Verification
from publisher.tally.figures import (
    BREAKDOWNS,
    Activities,
    Extras,
    Figures,
    Item,
    Progress,
    Scope,
    Target,
    Verified,
)
from publisher.tally.folding import STANDS, items_of

NO_EXTRAS = Extras()


def tally(
    rows: Iterable[Publication],
    period: Period,
    zone: tzinfo,
    *,
    missed: Callable[[date, date], bool] | None = None,
    extras: Extras = NO_EXTRAS,
) -> Figures:
    """Given the log's publications in the order in which they were written, return figures.

    An item belongs to the period of the date that its site shows, in ``zone``; it counts
    once, however often it was corrected. One that the site has still to show is left out.
    missed: for what was too late for the reports before, see :class:`Scope`.
    """
    items = [
        replace(item, verification=_verification(item.publication, extras))
        if extras.verifications
        else item
        for item in items_of(rows, extras.waiting, zone)
    ]
    if extras.homes:
        items = _with_copies(items, extras.homes)
    figures = _count(items, Scope(period, missed), extras)
    whole = _count(items, extras.year, extras) if extras.year else figures
    earlier = _count(items, extras.year_before, extras) if extras.year_before else None
    return replace(
        figures,
        progress=tuple(
            Progress(target, _done(target, whole), _done(target, figures))
            for target in extras.targets
        ),
        before=earlier,
    )


def _with_copies(items: Sequence[Item], homes: Mapping[str, str]) -> list[Item]:
    """Return items, those marked whose original stands on the site that theirs republishes."""
    there = {
        (item.publication.site, item.publication.key)
        for item in items
        if item.publication.status in STANDS and item.publication.event is not Event.WITHDRAWN
    }
    return [
        replace(item, copy=(homes.get(item.publication.site), item.publication.key) in there)
        for item in items
    ]


def _verification(row: Publication, extras: Extras) -> Verification | None:
    found = extras.verifications.get((row.site, row.key))
    return found if found and found.publication_id == row.id else None


def _done(target: Target, figures: Figures) -> int:
    # Nothing is done for the plan by publishing the same item a second time.
    if target.group == "total":
        return figures.own
    if target.group == "kinds":
        of_kind = {**figures.originals["kind"], **figures.activities.by["kind"]}
        return of_kind.get(target.code, 0)
    return figures.originals["theme"].get(target.code, 0)


@dataclass(slots=True)
class _Sorted:
    counted: list[Item] = field(default_factory=list)
    carried: list[Item] = field(default_factory=list)
    pending: list[Item] = field(default_factory=list)
    late: list[Item] = field(default_factory=list)
    withdrawn: list[Item] = field(default_factory=list)


def _count(items: Iterable[Item], scope: Scope, extras: Extras) -> Figures:
    web, off_web = _Sorted(), _Sorted()
    for item in items:
        # What a channel shows leads to an item of the web, and that is counted there.
        beside = item.publication.site == NO_SITE or item.publication.kind == Kind.MANG_XA_HOI
        _sort(item, scope, off_web if beside else web)
    counted = sorted(web.counted, key=_by_date)
    originals = [item for item in counted if not item.copy]
    by = {name: _counts(counted, name, extras.channels) for name in BREAKDOWNS}
    pairs = Counter((item.publication.theme, _month(item)) for item in counted)
    themes: dict[str, dict[str, int]] = {}
    for (theme, month), number in sorted(pairs.items()):
        themes.setdefault(theme, {})[month] = number
    return Figures(
        period=scope.period,
        total=len(counted),
        posts=len({item.publication.key for item in originals}),
        by=by,
        copies=len(counted) - len(originals),
        originals={name: _counts(originals, name, {}) for name in ("kind", "theme")},
        site_by={name: _by_site(counted, name) for name in ("kind", "theme")},
        theme_months=themes,
        months=_months(scope.period, counted),
        pictures=sum(item.publication.pictures for item in counted),
        items=tuple(counted),
        withdrawn=tuple(sorted(web.withdrawn, key=_by_date)),
        corrected=sum(1 for item in counted if item.corrections),
        corrections=sum(item.corrections for item in counted),
        pending=tuple(sorted(web.pending, key=_by_date)),
        late=tuple(sorted(web.late, key=_by_date)),
        carried=tuple(sorted(web.carried, key=_by_date)),
        backdated=tuple(item for item in counted if item.backdated),
        activities=_activities(off_web),
        verified=_verified(counted),
    )


def _sort(item: Item, scope: Scope, into: _Sorted) -> None:
    """Put an item where it belongs, or nowhere if it is another period's."""
    row, period = item.publication, scope.period
    # What was found on a site stood there on its own date: it is known in time.
    in_time = period.close is None or item.known is None or item.known <= period.close
    if item.day not in period:
        if not in_time or item.day > period.last or row.status not in ("publish", "recorded"):
            return
        if scope.missed and item.known and scope.missed(item.day, item.known):
            into.counted.append(item)
            into.carried.append(item)
    elif row.event is Event.WITHDRAWN:
        into.withdrawn += [item] if item.shown else []
    elif row.status not in STANDS:
        return
    elif not in_time:
        into.late.append(item)
    elif row.status == "future" or item.day > period.counted_to:
        into.pending.append(item)
    else:
        into.counted.append(item)


def _activities(found: _Sorted) -> Activities:
    counted = sorted(found.counted, key=_by_date)
    people, copies = Counter[str](), Counter[str]()
    for item in counted:
        people[item.publication.kind] += item.publication.participants
        copies[item.publication.kind] += item.publication.copies
    return Activities(
        total=len(counted),
        by={n: _counts(counted, n, {}) for n in ("kind", "theme", "month", "unit", "site")},
        participants={kind: number for kind, number in sorted(people.items()) if number},
        copies={kind: number for kind, number in sorted(copies.items()) if number},
        items=tuple(counted),
        pending=tuple(sorted(found.pending, key=_by_date)),
        late=tuple(sorted(found.late, key=_by_date)),
        withdrawn=tuple(sorted(found.withdrawn, key=_by_date)),
    )


def _counts(items: Iterable[Item], name: str, channels: Mapping[str, str]) -> dict[str, int]:
    return dict(sorted(Counter(map(_reader(name, channels), items)).items()))


def _by_site(items: Iterable[Item], name: str) -> dict[str, dict[str, int]]:
    """Return the number of items by what they are, then by site."""
    found: dict[str, dict[str, int]] = {}
    pairs = Counter(map(attrgetter(f"publication.{name}", "publication.site"), items))
    for (code, site), number in sorted(pairs.items()):
        found.setdefault(code, {})[site] = number
    return found


def _reader(name: str, channels: Mapping[str, str]) -> Callable[[Item], str]:
    """Return what says of an item by what it is counted."""
    if name == "month":
        return _month
    if name == "author":
        return lambda item: ", ".join(item.publication.authors)
    if name == "channel":
        return lambda item: channels.get(item.publication.site, "")
    return attrgetter(f"publication.{name}")


def _month(item: Item) -> str:
    return f"{item.day.year:04}-{item.day.month:02}"


def _months(period: Period, counted: Sequence[Item]) -> tuple[str, ...]:
    first = min([period.first, *(item.day for item in counted[:1])])
    numbers = range(
        first.year * 12 + first.month - 1,
        period.counted_to.year * 12 + period.counted_to.month,
    )
    return tuple(f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers)


def _verified(counted: Iterable[Item]) -> Verified | None:
    looks = [item.verification for item in counted]
    made = [look for look in looks if look]
    times = [look.at for look in made if look.at]
    if not times:
        return None
    sound = sum(1 for look in made if look.verdict is Verdict.SOUND)
    return Verified(min(times), max(times), sound, len(made) - sound, len(looks) - len(made))


def _by_date(item: Item) -> tuple[float, str, str]:
    row = item.publication
    return (row.shown_at.timestamp() if row.shown_at else 0.0, row.site, row.key)
