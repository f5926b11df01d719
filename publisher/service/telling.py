"""The herald: hears of every wake-up, and sees that people are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from publisher import messages, notices, periods, run
from publisher.errors import PublisherError
from publisher.masking import masked
from publisher.model import Problem, Span, digest_of
from publisher.notices import Kind, Line, Observation, Rules, Severity, Trouble
from publisher.run import Digest, Office
from publisher.run.reporting import not_counted
from publisher.service.book import Letter, read_book, write_book
from publisher.service.observing import GONE, gone, observation
from publisher.service.pinging import Switch
from publisher.service.sending import MAIL, send, ways_of
from publisher.service.ticks import Tick

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MORNING = 8
"""The hour at which the office looks at its calendar."""
_WAYS = "ways"
_SURE = 3
"""A way that failed so often in a row is a trouble of its own."""


class Herald:
    """Tells the office what happens, and its authors at the end of the day. No call raises.

    complain: told, for the screen and the log file, why a message did not arrive; once, until
    it does.
    """

    def __init__(
        self,
        office: Office,
        environ: Mapping[str, str],
        complain: Callable[[Problem], None],
    ) -> None:
        self._office = office
        self._config = office.config
        self._environ = environ
        self._complain = complain
        self._zone = office.config.schedule.timezone
        wanted = office.config.notices
        self._rules = Rules(
            timedelta(minutes=wanted.patience_minutes),
            timedelta(minutes=wanted.group_minutes),
            wanted.per_hour,
        )
        # The ways to the office itself, each with its mail addresses.
        self._to_office: dict[str, tuple[str, ...]] = dict.fromkeys(wanted.channels, ())
        if wanted.mail and wanted.mail.to:
            self._to_office[MAIL] = wanted.mail.to
        self._file = office.config.state / "notices.json"
        self._book = self._written = read_book(self._file)
        self._switch = Switch(office.config, environ, complain)
        self._wrong: dict[str, Problem] = {}
        self._verified: datetime | None = None

    def started(self) -> None:
        """Hear that the service begins: say at once which channel has no address."""
        self._safely(self._check)

    def begin(self) -> None:
        """Hear that a wake-up begins."""
        self._safely(self._switch.begin)

    def tick(self, tick: Tick) -> None:
        """Hear of one wake-up."""
        failed = tick.problems if tick.result is None else ()
        words = "\n".join(messages.message(problem) for problem in failed)
        self._safely(lambda: self._switch.end(masked(words)))
        self._safely(lambda: self._hear(tick))

    def day(self, now: datetime) -> None:
        """Send the digests of the day."""
        self._safely(lambda: self._sum_up(now))

    def stopped(self) -> None:
        """Hear that the service ended in good order."""
        self._safely(lambda: self._switch.leave(messages.service_stopped()))

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except PublisherError as error:
            self._complain(error.problems[0])
        except Exception as error:  # what it says may hold an address
            self._complain(Problem("notice-broken", params={"error": type(error).__name__}))

    def _check(self) -> None:
        for problem in ways_of(self._config, self._environ).missing.values():
            self._complain(problem)

    # Wake-ups

    def _hear(self, tick: Tick) -> None:
        if not self._to_office:
            self._deliver(tick.at)  # what the authors are to get
            return
        sites = self._config.sites
        state = notices.without(
            self._book.state,
            [
                id_
                for id_, ongoing in self._book.state.troubles.items()
                if ongoing.line.site and ongoing.line.site not in sites
            ],
        )
        seen = observation(tick, sites)
        for more in (self._looked_up(tick.at), self._of_ways(tick.at), self._morning(tick.at)):
            seen = replace(
                seen,
                troubles=seen.troubles + more.troubles,
                happened=seen.happened + more.happened,
                looked=seen.looked | more.looked,
                unclear=seen.unclear | more.unclear,
            )
        # What stands on a preview beside a website has not appeared.
        hidden = not_counted(self._config)
        seen = replace(seen, happened=tuple(x for x in seen.happened if x.site not in hidden))
        state, told = notices.observe(state, seen, self._rules)
        letters = [
            letter
            for notice in told
            for letter in self._to_all(
                messages.notice(notice, self._zone, self._config.themes), notice.severity, tick.at
            )
        ]
        self._book = replace(self._book, state=state, letters=(*self._book.letters, *letters))
        self._deliver(tick.at)

    def _looked_up(self, now: datetime) -> Observation:
        """Return what the nightly verification found, looked at once an hour."""
        if self._verified and timedelta() <= now - self._verified < _HOUR:
            return Observation(now)
        self._verified = now
        try:
            with run.log_of(self._office) as log:
                found = tuple(gone(log.memory(), log.verifications()))
        except PublisherError:  # that of the log is told by the wake-up itself
            return Observation(now)
        return Observation(now, found, looked=frozenset({GONE}))

    def _of_ways(self, now: datetime) -> Observation:
        """Return the channels that do not take messages; the others tell of them."""
        lasting = [way for way, pause in self._book.pauses.items() if pause.failures >= _SURE]
        return Observation(
            now,
            tuple(
                Trouble(f"way:{way}", _WAYS, Line(Kind.FAILURE, self._wrong[way]))
                for way in lasting
                if way in self._wrong
            ),
            looked=frozenset({_WAYS}),
            unclear=frozenset(f"way:{way}" for way in lasting),
        )

    # The calendar

    def _morning(self, now: datetime) -> Observation:
        """Return what the calendar has to say, once on a working day."""
        local = now.astimezone(self._zone)
        today = local.date()
        if local.hour < _MORNING or self._book.steps.get("day") == today.isoformat():
            return Observation(now)
        due = run.reminder(self._config, today)
        steps = {**self._book.steps, "day": today.isoformat()}
        lines: list[Line] = []
        if today == due.due or run.working_days(self._config)(today):
            reached = f"{due.due}: {notices.step(due.working_days)}"
            if notices.step(due.working_days) is not None and steps.get("deadline") != reached:
                params = {"due": due.due.isoformat(), "days": due.working_days}
                lines.append(Line(Kind.DEADLINE, params=params))
                lines += self._targets(Kind.DEADLINE, today)
                steps["deadline"] = reached
            elif steps.get("month") != f"{today:%Y-%m}":
                lines += self._targets(Kind.BEHIND, today)
            steps["month"] = f"{today:%Y-%m}"
        self._book = replace(self._book, steps=steps)
        return Observation(now, happened=tuple(lines))

    def _targets(self, kind: Kind, today: date) -> Iterator[Line]:
        """Yield the targets of the year that are not reached; of BEHIND, not even in part."""
        if not self._config.report.targets.listed():
            return
        period = run.closed(self._config, periods.of(Span.YEAR, today))
        days, gone_by = (period.counted_to - period.first).days + 1, (today - period.first).days
        try:
            figures = run.report(self._office, period).figures
        except PublisherError:  # the days are told without; the log is a trouble of its own
            return
        for progress in figures.progress:
            target = progress.target
            params = {"group": target.group, "code": target.code, "planned": target.planned}
            expected = target.planned * min(gone_by, days) // days
            if kind is Kind.DEADLINE and progress.done < target.planned:
                yield Line(kind, params={**params, "done": progress.done})
            elif kind is Kind.BEHIND and progress.done < expected:
                yield Line(kind, params={**params, "done": progress.done, "expected": expected})

    # The end of the day

    def _sum_up(self, now: datetime) -> None:
        wanted = self._config.notices
        readers = dict(wanted.authors) if wanted.mail else {}
        if not self._to_office and not readers:
            return
        since = self._book.digest
        if since is None or since > now:
            since = now - _DAY
        shown = dict(self._book.shown)
        letters: list[Letter] = []
        for digest in run.digests(self._office, since, readers):
            waits = digest_of([(w.key, w.site, str(w.due)) for w in digest.waiting])
            if digest.news or shown.get(digest.author) != waits:
                letters += self._letters(digest, readers, now)
            shown[digest.author] = waits
        self._book = replace(
            self._book, letters=(*self._book.letters, *letters), digest=now, shown=shown
        )
        self._deliver(now)

    def _letters(
        self, digest: Digest, readers: Mapping[str, str], now: datetime
    ) -> Iterator[Letter]:
        words = messages.digest(digest, self._zone)
        if digest.author:
            yield _letter(MAIL, (readers[digest.author],), words, Severity.INFO, now)
        else:
            yield from self._to_all(words, Severity.INFO, now)

    def _to_all(
        self, words: tuple[str, str], severity: Severity, now: datetime
    ) -> Iterator[Letter]:
        for way, to in self._to_office.items():
            yield _letter(way, to, words, severity, now)

    # On the way

    def _deliver(self, now: datetime) -> None:
        before = self._book
        if before.letters:
            # Looked up each time: an address may have been kept since.
            ways = ways_of(self._config, self._environ)
            sent = send(ways, before.letters, before.pauses, now.astimezone(self._zone))
            self._book = replace(before, letters=sent.letters, pauses=sent.pauses)
            for way, problem in sent.problems.items():
                if way not in self._wrong or self._wrong[way].code != problem.code:
                    self._complain(problem)
            for problem in sent.refused:
                self._complain(problem)
            self._wrong = {
                **{way: p for way, p in self._wrong.items() if way in sent.pauses},
                **sent.problems,
            }
        elif before.pauses:  # nothing left to send: it was given up
            self._book = replace(before, pauses={})
        if self._book != self._written:
            write_book(self._file, self._book)
            self._written = self._book


def _letter(
    way: str, to: tuple[str, ...], words: tuple[str, str], severity: Severity, now: datetime
) -> Letter:
    # A mistake of our own is told with what Python says of it.
    subject, body = map(masked, words)
    return Letter(way, to, subject, body, severity.value, now)
