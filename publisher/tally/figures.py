"""What is counted, and what it is counted by: values without any rule of counting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from publisher.model import Period, Publication, Verdict, Verification

BREAKDOWNS = ("kind", "theme", "month", "site", "unit", "author", "channel")
"""By what items are counted; each of them adds up to the total."""

BACKDATED = timedelta(days=1)
"""A date that lies further before the sending than this is told beside the figures."""


@dataclass(frozen=True, slots=True)
class Item:
    """One post on one site, or one activity, folded from all its rows of the log.

    publication: its newest row. corrections: how often it was corrected after it went out.
    shown: whether the site ever showed it; one withdrawn before its time never was an item.
    sent: when it was first sent (aware), None where that is not known. day: the date that
    its site shows, known: the one on which the log first had it (None: not ours to know),
    both in the office's zone. verification: what the last look at the site found, None when
    there was none since the newest row. copy: whether it is another site's item, published again
    by a site that has copies of those, while the original stands.
    """

    publication: Publication
    corrections: int = 0
    shown: bool = False
    sent: datetime | None = None
    day: date = date.min
    known: date | None = None
    verification: Verification | None = None
    copy: bool = False

    @property
    def backdated(self) -> bool:
        """Whether the site shows a date more than a day before the item was really sent."""
        shown = self.publication.shown_at
        return bool(shown and self.sent and self.sent - shown > BACKDATED)

    @property
    def failed(self) -> bool:
        """Whether the last look at the site found it other than the log says."""
        return self.verification is not None and self.verification.verdict is not Verdict.SOUND


@dataclass(frozen=True, slots=True)
class Target:
    """What the plan asks for in a year: ``group`` is total, kinds or themes; ``code`` which."""

    group: str
    code: str
    planned: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a target is done: in the year up to the period's end, and in the period.

    Outside the reporting periods of a year (any days) both are the same.
    """

    target: Target
    done: int
    in_period: int

    @property
    def percent(self) -> float:
        """Hundredths of the plan that are done, to one place, halves up; may exceed 100."""
        return (2000 * self.done + self.target.planned) // (2 * self.target.planned) / 10


@dataclass(frozen=True, slots=True)
class Activities:
    """What is no item of the web: conferences, courses, printed matter, ..., by date held.

    Posts on channels of social networks are among them. by: number of activities by kind, theme,
    month, unit and site ("" for what is on none); each adds up to the total.
    participants, copies: sums by kind. pending: known, but after the close. late: recorded
    too late, so in the next period. withdrawn: not counted any more.
    """

    total: int = 0
    by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    participants: Mapping[str, int] = field(default_factory=dict)
    copies: Mapping[str, int] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    pending: tuple[Item, ...] = ()
    late: tuple[Item, ...] = ()
    withdrawn: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """What looking the counted items up on their sites gave.

    first, last: when, aware. sound, failed: how many were found as logged, and otherwise.
    unchecked: how many were not looked at since they were last written.
    """

    first: datetime
    last: datetime
    sound: int
    failed: int
    unchecked: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was published. The sum of every breakdown is the total.

    total, items: what is counted, by date shown, up to the period's close. posts: how many
    different posts these are, whatever the number of sites. by: number of items by kind,
    theme, month (``YYYY-MM`` of the date shown), site, unit, author (the authors of one item
    joined) and channel; "" where the post does not say. copies: how many of the items are other
    sites' ones; originals: what is left, by kind and theme. site_by: items by kind and by theme,
    then by site. theme_months: items by theme, then
    month. months: every month from the first to the last, those without items too.
    pictures: that the items show. corrected: items changed after they went out; corrections:
    how often in all.

    Beside the total: pending ("ước đến 14/12") is scheduled or shown between the close and
    the period's last day and known at the close, or waits for its date; late is dated in the
    period, but the log had it only after the close, so it is counted in the next period;
    withdrawn was taken from its site. Within the total: carried is what was late for the
    periods before; backdated shows a date more than a day before it was really sent.

    activities: what is not on the web, never part of the total. progress: the targets of the
    plan. before: the same figures a year earlier. verified: None when nothing was looked up.
    """

    period: Period
    total: int
    posts: int
    by: Mapping[str, Mapping[str, int]]
    pictures: int
    items: tuple[Item, ...]
    withdrawn: tuple[Item, ...]
    corrected: int
    corrections: int = 0
    copies: int = 0
    originals: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    site_by: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    theme_months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    months: tuple[str, ...] = ()
    pending: tuple[Item, ...] = ()
    late: tuple[Item, ...] = ()
    carried: tuple[Item, ...] = ()
    backdated: tuple[Item, ...] = ()
    activities: Activities = Activities()
    progress: tuple[Progress, ...] = ()
    before: Figures | None = None
    verified: Verified | None = None

    @property
    def own(self) -> int:
        """How many items are no copies: what the plan's targets are measured by."""
        return self.total - self.copies

    @property
    def failed(self) -> tuple[Item, ...]:
        """Return the counted items that their sites do not show as the log says."""
        return tuple(item for item in self.items if item.failed)


@dataclass(frozen=True, slots=True)
class Scope:
    """A period to count.

    missed: given the day that an item of before shows, and the day on which the log first had
    it, whether all reports before this one were closed by then; None: nothing closes early.
    """

    period: Period
    missed: Callable[[date, date], bool] | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What figures are made of besides the log; all of it may be left out.

    year_before: what to compare with. year: from the first day of the reporting year to the
    period's end, for the targets. waiting: rows that the log will have when their date has
    come (event SCHEDULED). channels: what each site is, by name. verifications: the newest
    look at each publication, by site and key. homes: which site each has copies from, by name.
    """

    year_before: Scope | None = None
    year: Scope | None = None
    targets: Sequence[Target] = ()
    waiting: Sequence[Publication] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    verifications: Mapping[tuple[str, str], Verification] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
