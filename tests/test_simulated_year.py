"""A whole year of the scheduler in simulated time: hours, Tết, outages, a clock that jumps.

The program is the real one, on a real preview site; only the clock is ours, and a site that
is down at times, or whose answers are lost. What must hold: no post early, none outside the
hours, never more than the limit in an hour, none lost, none twice.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publisher import config, run
from publisher.apply import Outcome
from publisher.apply import Site as SiteProtocol
from publisher.errors import NotSentError, UnknownError
from publisher.log import open_log
from publisher.model import Draft, Event, Problem, RemotePost
from publisher.service import Crew, Signals, Tick
from publisher.service.work import Work
from tests.office import Office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2023  # in the past, for the preview site has no clock but the computer's own
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FREE = {
    *(date(YEAR, 1, day) for day in (2, *range(20, 27))),  # the New Year's substitute; Tết
    *(date(YEAR, 5, day) for day in (1, 2, 3)),  # with the substitutes of 29/4 and 30/4
    *(date(YEAR, 9, day) for day in (1, 4)),
    date(YEAR, 7, 28),  # the office's own
}
PER_HOUR = 4
CONFIG = f"""
[schedule]
every = 60
backup_at = ""
days_off = ["28/07/{YEAR}"]
[sites.so-khcn]
kind = "preview"
windows = ["T2-T6 07:30-11:30", "T2-T6 13:30-17:00"]
per_hour = {PER_HOUR}
[sites.trung-tam]
kind = "preview"
"""
DOWN = Problem("site-unreachable", params={"site": "so-khcn", "reason": "simulated"})
LOST = Problem("site-reset", params={"site": "so-khcn", "reason": "simulated"})


@dataclass
class World:
    """What is true, and what the computer's clock shows.

    off: what the clock is wrong by. jumps: how often it was set, in the life of the world.
    """

    true: datetime
    draw: random.Random
    off: timedelta = timedelta(0)
    jumps: int = 0
    down: bool = False
    shown: dict[tuple[str, str], datetime] = field(default_factory=dict)
    acts: list[tuple[str, datetime, int]] = field(default_factory=list)
    lost: int = 0

    def now(self) -> datetime:
        return self.true + self.off

    def set_clock(self, off: timedelta) -> None:
        self.off, self.jumps = off, self.jumps + 1


class Faulty:
    """A real site that is down at times, and whose answers are lost now and then."""

    def __init__(self, site: SiteProtocol, world: World) -> None:
        self._site = site
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._site, name)

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        if self._world.down:
            raise NotSentError(DOWN)
        return self._site.find(ids, slugs)

    def create(self, draft: Draft) -> RemotePost:
        return self._changed(lambda: self._site.create(draft), draft.article.post.key)

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        return self._changed(lambda: self._site.update(remote_id, draft), "")

    def withdraw(self, remote_id: str) -> RemotePost:
        return self._changed(lambda: self._site.withdraw(remote_id), "")

    def _changed(self, act: Callable[[], RemotePost], key: str) -> RemotePost:
        world = self._world
        if world.down:
            raise NotSentError(DOWN)
        done = act()
        if key:
            world.acts.append((key, world.now(), world.jumps))
        if world.draw.random() < 0.1:
            world.lost += 1
            raise UnknownError(LOST)
        return done


class Nobody:
    """Herald and watchdog of a service that nobody listens to."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


@dataclass(frozen=True)
class Wanted:
    """A post, as its author wants it."""

    key: str
    date: datetime
    urgent: bool = False
    embargo: datetime | None = None
    expire: datetime | None = None

    @property
    def not_before(self) -> datetime:
        return max(self.date, self.embargo or self.date)


def wishes(draw: random.Random) -> list[Wanted]:
    """Return a year of posts: at all hours, many in some minutes, around Tết and at its eve."""
    first = datetime(YEAR, 1, 1, 0, 0, tzinfo=ZONE)
    moments = [first + timedelta(minutes=draw.randrange(360 * 24 * 60)) for _ in range(60)]
    moments += [datetime(YEAR, 2, 27, 8, 0, tzinfo=ZONE)] * 14  # a Monday
    moments += [datetime(YEAR, 1, 19, 16, 0, tzinfo=ZONE)] * 9  # the last afternoon before Tết
    moments += [datetime(YEAR, 1, 22, 9, 0, tzinfo=ZONE)] * 4  # its first day
    made = []
    for number, moment in enumerate(moments):
        wanted = Wanted(f"bai-{number}", moment, urgent=draw.random() < 0.1)
        if draw.random() < 0.15:
            wanted = replace(wanted, embargo=moment + draw.randrange(1, 200) * HOUR)
        if draw.random() < 0.15:
            wanted = replace(wanted, expire=wanted.not_before + draw.randrange(20, 60) * DAY)
        made.append(wanted)
    return made


def drop(office: Office, wanted: Wanted) -> None:
    """Write the file of a post, as its author does."""
    front: dict[str, object] = {"title": f"Bài {wanted.key}", "date": said(wanted.date)}
    if wanted.urgent:
        front["priority"] = "urgent"
    if wanted.embargo:
        front["embargo"] = said(wanted.embargo)
    if wanted.expire:
        front["expire"] = said(wanted.expire)
    office.post(f"{wanted.key}.md", "Nội dung của bài.", **front)


def said(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%d/%m/%Y %H:%M}"


def service_of(office: Office, world: World) -> Work:
    """Start the service in the office, with the clock and the sites of a world."""

    def load() -> run.Office:
        settings = config.load(office.folder / "config.toml")
        real = run.office(settings, {}, world.now, lambda text: text, {})

        def open_site(name: str) -> SiteProtocol:
            site = real.open_site(name)
            return Faulty(site, world) if name == "so-khcn" else site

        return replace(real, open_site=open_site)

    def nothing(_: Tick | Outcome) -> None:
        pass

    crew = Crew(lambda _: Nobody(), Nobody(), nothing, nothing)
    began = world.true
    made = Work(
        load(), load, crew, Signals(), world.draw.random,
        run.Settling(lambda: (world.true - began).total_seconds()),
    )  # fmt: skip
    made.begin()
    return made


def live(office: Office, world: World, posts: list[Wanted]) -> None:
    """Let a year pass: the service awake, asleep, cut off, misled by its clock."""
    draw = world.draw
    coming = sorted(posts, key=lambda p: p.date - lead(p))
    end = datetime(YEAR + 1, 1, 15, tzinfo=ZONE)
    work = service_of(office, world)
    while world.true < end:
        while coming and coming[0].date - lead(coming[0]) <= world.true:
            drop(office, coming.pop(0))
        work.tick()
        chance = draw.random()
        if chance < 0.01:
            world.set_clock(draw.choice([-2 * HOUR, -20 * DAY, HOUR, timedelta(0)]))
        elif chance < 0.04:
            world.down = not world.down
        elif chance < 0.05:
            work = service_of(office, world)  # a power cut
        # Awake at short intervals while something is due, else asleep for hours or for days.
        made = {key for key, _, _ in world.acts}
        due = [p for p in posts if p.key not in made and p.not_before < world.true + 2 * HOUR]
        hours = range(7, 17) if any(not p.urgent for p in due) else range(24)
        if due and world.true.astimezone(ZONE).hour in hours and draw.random() > 0.1:
            world.true += draw.randrange(2, 25) * MINUTE
        else:
            world.true += draw.randrange(20, 60 * 40) * MINUTE
    world.down, world.off = False, timedelta(0)
    for _ in range(100):  # what is left goes out at its pace
        work.tick()
        world.true += 25 * MINUTE


def lead(post: Wanted) -> timedelta:
    """How long before its date a post is in the folder; some come late."""
    return timedelta(hours=hash_of(post.key) % 90 - 10)


def hash_of(text: str) -> int:
    return int.from_bytes(text.encode(), "big") % 9973


def open_at(moment: datetime) -> bool:
    """Return whether the hours of so-khcn are open, by other means than the program's."""
    shown = moment.astimezone(ZONE)
    clock = shown.time()
    morning, afternoon = time(7, 30) <= clock < time(11, 30), time(13, 30) <= clock < time(17)
    return shown.weekday() < 5 and shown.date() not in FREE and (morning or afternoon)


@pytest.mark.timeout(900)  # two minutes of processor, on a machine that may do other things
def test_a_year(tmp_path: Path) -> None:
    draw = random.Random(1)
    world = World(datetime(YEAR, 1, 1, 6, 0, tzinfo=ZONE).astimezone(UTC), draw)
    office = Office(tmp_path / "phòng")
    office.configure(CONFIG)
    posts = wishes(draw)
    live(office, world, posts)
    by_key = {post.key: post for post in posts}

    # None twice, and none lost: what may no longer be shown when it could go is no loss.
    made = Counter(key for key, _, _ in world.acts)
    assert max(made.values()) == 1
    missing = by_key.keys() - made.keys()
    assert all(by_key[key].expire for key in missing)
    # None early, none outside the hours.
    for key, shown, _ in world.acts:
        assert shown >= by_key[key].not_before, key
        assert by_key[key].urgent or open_at(shown), (key, shown)
    # Never more than the limit within an hour, as long as nobody set the clock.
    for number, (_, shown, jumps) in enumerate(world.acts[:-PER_HOUR]):
        _, later, jumps_then = world.acts[number + PER_HOUR]
        assert jumps != jumps_then or later - shown >= HOUR

    # The world was as bad as it should be, and the log knows the truth.
    assert world.lost > 3
    assert world.jumps > 3
    log = open_log(office.folder / ".publisher" / "log.sqlite3", world.now)
    assert log.verify() == []
    rows = log.memory().publications
    log.close()
    for site in ("so-khcn", "trung-tam"):
        for post in posts:
            row = rows.get((site, post.key))
            if post.key in missing and site == "so-khcn":
                assert row is None
            elif post.expire and post.expire < world.true:
                assert row is None or row.event is Event.WITHDRAWN
            else:
                assert row is not None
                assert row.status == "publish"
    pages = list((office.folder / ".publisher/so-khcn").rglob("*.html"))
    titles = [re.findall(r"<h1[^>]*>\s*(Bài bai-\d+)", p.read_text("utf-8")) for p in pages]
    assert max(Counter(title for found in titles for title in found).values()) == 1
