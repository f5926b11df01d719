"""Whatever happens to folder, sites and network: in the end everything stands once, as written.

The real program works on real folders with a clock of its own; only the preview sites are
wrapped, so that an act can fail before or after its work was done.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from publisher import config, run
from publisher.abilities import PREVIEW
from publisher.errors import NotSentError, RefusedError, SiteError, UnknownError
from publisher.model import (
    Draft,
    Event,
    Memory,
    Period,
    Post,
    Problem,
    RemoteMedia,
    RemotePost,
    Severity,
    SiteInfo,
    State,
    Upload,
)
from publisher.plan import ActionKind, Choice
from publisher.sites.preview import PreviewSite
from publisher.tally import tally
from tests.drawn import patch

_T = TypeVar("_T")

SITES = ("so", "trung-tam")
TITLES = ("Tin một", "Tin hai", "Tin ba")
NAMES = ("a", "2023/b", "c/index")
PICTURES = ("chung.png", "riêng.png")
START = datetime(2023, 3, 1, 1, tzinfo=UTC)
LONG_AGO = 1_600_000_000  # seconds
ALWAYS = Period(date(2000, 1, 1), date(2100, 1, 1))

Fault = Callable[[Problem], SiteError]


@dataclass
class Weather:
    """Which of the next calls fail: how, and whether after the work was done."""

    faults: list[tuple[Fault, bool]] = field(default_factory=list)
    skip: int = 0

    def strike(self, site: str, work: Callable[[], _T]) -> _T:
        if self.skip:
            self.skip -= 1
            return work()
        if not self.faults:
            return work()
        fault, done = self.faults.pop(0)
        if done:
            work()
        raise fault(Problem("site-reset", params={"site": site, "reason": "made to"}))


class FailingSite:
    """A preview site whose calls fail as the weather says."""

    abilities = PREVIEW
    editor = "classic"
    connections = 1

    def __init__(self, site: PreviewSite, weather: Weather) -> None:
        self.name = site.name
        self._site = site
        self._weather = weather

    def _call(self, work: Callable[[], _T]) -> _T:
        return self._weather.strike(self.name, work)

    def about(self) -> SiteInfo:
        return self._site.about()

    def software(self) -> str:
        return self._site.software()

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        return self._site.find(ids, slugs)

    def published(
        self, first: datetime, until: datetime, *, author: str = "", category: str = ""
    ) -> list[RemotePost]:
        return self._site.published(first, until, author=author, category=category)

    def answers(self, url: str) -> str:
        return self._site.answers(url)

    def find_media(self, digests: Sequence[str]) -> dict[str, RemoteMedia]:
        return self._site.find_media(digests)

    def complete(self, media: RemoteMedia) -> RemoteMedia:
        return self._site.complete(media)

    def terms(self, taxonomy: str, names: Sequence[str]) -> dict[str, str]:
        return self._site.terms(taxonomy, names)

    def create_term(self, taxonomy: str, name: str) -> str:
        return self._call(lambda: self._site.create_term(taxonomy, name))

    def upload(self, upload: Upload) -> RemoteMedia:
        return self._call(lambda: self._site.upload(upload))

    def create(self, draft: Draft) -> RemotePost:
        return self._call(lambda: self._site.create(draft))

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        return self._call(lambda: self._site.update(remote_id, draft))

    def withdraw(self, remote_id: str) -> RemotePost:
        return self._call(lambda: self._site.withdraw(remote_id))

    def flush(self) -> None:
        """Pages are looked at elsewhere; here they would only take time."""

    def close(self) -> None:
        self._site.close()


FAULTS: list[tuple[Fault, bool]] = [
    (RefusedError, False),
    (NotSentError, False),
    (UnknownError, False),
    (UnknownError, True),
    (UnknownError, True),
]

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(TITLES),
    "words": st.integers(1, 3),
    "links": st.lists(st.sampled_from(NAMES), unique=True, max_size=2),
    "pictures": st.lists(st.sampled_from(PICTURES), unique=True, max_size=2),
    "tags": st.lists(st.sampled_from(["một cửa", "hồ sơ"]), unique=True, max_size=1),
    "day": st.sampled_from([-3, -3, -3, 0, 2, None]),
    "draft": st.sampled_from([False, False, False, True]),
    "sites": st.sampled_from([[], [], [SITES[0]], [SITES[1]]]),
}
posts = st.fixed_dictionaries(VALUES)
edits = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: st.fixed_dictionaries({name: VALUES[name]})
)
storms = st.none() | st.tuples(st.integers(0, 3), st.lists(st.sampled_from(FAULTS), max_size=2))
Storm = tuple[int, list[tuple[Fault, bool]]]


class Clerk(RuleBasedStateMachine):
    """A clerk, a colleague who edits on the sites, and a bad network."""

    CONFIG = "".join(f'[sites.{name}]\nkind = "preview"\n' for name in SITES)

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="publisher-"))
        (self.folder / "media").mkdir()
        (self.folder / "posts").mkdir()
        for number, name in enumerate(PICTURES):
            path = self.folder / "media" / name
            path.write_bytes(patch("RGB", "navy" if number else "teal", "PNG"))
            os.utime(path, (LONG_AGO, LONG_AGO))
        (self.folder / "config.toml").write_text(self.CONFIG, encoding="utf-8")
        self.now = START
        self.weather = Weather()
        settings_ = config.load(self.folder / "config.toml")
        self.office = run.Office(settings_, lambda: self.now, self._open)
        self.files: dict[str, dict[str, Any]] = {}
        self.asked: set[tuple[str, str]] = set()  # (site, id) of posts to be withdrawn
        self.written = 0
        self.edited: dict[tuple[str, str], str] = {}  # what a colleague wrote on a site

    def teardown(self) -> None:
        try:
            if any((self.folder / "posts").rglob("*.md")):
                self.settle(Choice.OVERWRITE)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _preview(self, name: str) -> PreviewSite:
        return PreviewSite(
            name,
            self.folder / ".publisher" / name,
            themes={},
            kinds={},
            organisation="Sở",
            slogan="",
            timezone=self.office.config.schedule.timezone,
            translate=str,
        )

    def _open(self, name: str) -> FailingSite:
        return FailingSite(self._preview(name), self.weather)

    # What the clerk does

    def _path(self, name: str) -> Path:
        return self.folder / "posts" / f"{name}.md"

    @initialize(post=posts, storm=storms)
    def first(self, post: dict[str, Any], storm: Storm | None) -> None:
        self.write("a", post, storm)

    @rule(name=st.sampled_from(NAMES), post=posts, storm=storms)
    def write(self, name: str, post: dict[str, Any], storm: Storm | None) -> None:
        """Write a new post, or another one in its place."""
        self._write(name, post)
        self._perhaps_publish(storm)

    @rule(name=st.sampled_from(NAMES), edit=edits, storm=storms)
    def edit(self, name: str, edit: dict[str, Any], storm: Storm | None) -> None:
        """Change one thing of a post."""
        if self._is_there(name):
            self._write(name, {**self.files[name], **edit})
            self._perhaps_publish(storm)

    def _write(self, name: str, post: dict[str, Any]) -> None:
        lines = [
            "---",
            f"title: {post['title']}",
            "kind: tin",
            "theme: ket-qua",
            f"status: {'draft' if post['draft'] else 'ready'}",
            f"tags: {json.dumps(post['tags'])}",
            f"sites: {json.dumps(post['sites'])}",
            "excerpt: Tóm tắt của bài.",
            "authors: [Lan]",
            "source: Văn phòng Sở",
        ]
        if post["day"] is not None:
            lines.append(f"date: {self.now + timedelta(days=post['day']):%Y-%m-%dT%H:%MZ}")
        lines += ["---", "", "Chữ " * post["words"], ""]
        lines += [f"![Bàn tiếp nhận hồ sơ](/{picture})\n" for picture in post["pictures"]]
        lines += [f"[Xem {link}](/{link}.md)\n" for link in post["links"] if self._is_there(link)]
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
        self.written += 1
        at = LONG_AGO + self.written  # the time of a file that is old tells of its next change
        os.utime(path, (at, at))
        self.files[name] = post

    def _is_there(self, name: str) -> bool:
        return self._path(name).exists()

    @rule(
        number=st.integers(0, 2),
        new=st.sampled_from(NAMES),
        edit=st.just({}) | edits,
        storm=storms,
    )
    def rename(self, number: int, new: str, edit: dict[str, Any], storm: Storm | None) -> None:
        """Give a file another name, and perhaps change it; links to it are left dangling."""
        there = [name for name in NAMES if self._is_there(name)]
        if not there or self._is_there(new):
            return
        old = there[number % len(there)]
        if self._renamed_with_an_answer_lost(old):
            return
        self._path(new).parent.mkdir(parents=True, exist_ok=True)
        self._path(old).rename(self._path(new))
        self.files[new] = self.files[old]
        if edit:
            self._write(new, {**self.files[new], **edit})
        self._perhaps_publish(storm)

    def _renamed_with_an_answer_lost(self, name: str) -> bool:
        """Return whether an update was sent under a name that the log has still to take over.

        Renamed once more before the next run, it would be told as a colleague's edit: nothing
        is lost by that, but it is not what this test is about.
        """
        memory, key = self._memory(), name.removesuffix("/index")
        return any(
            attempt.action == "update" and (attempt.site, key) not in memory.publications
            for attempt in memory.unsettled.values()
            if attempt.key == key
        )

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        """Delete a file, but never the last: an empty folder stops the program."""
        if self._is_there(name) and len(list((self.folder / "posts").rglob("*.md"))) > 1:
            self._path(name).unlink()

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        """Let time pass."""
        self.now += timedelta(days=days)

    def _perhaps_publish(self, storm: Storm | None) -> None:
        if storm is not None:
            self._publish(storm, Choice.ASK)

    @rule(storm=storms, choice=st.sampled_from(Choice))
    def publish(self, storm: Storm | None, choice: Choice) -> None:
        """Publish, in fair weather or foul."""
        self._publish(storm or (0, []), choice)

    def _publish(self, storm: Storm, choice: Choice) -> None:
        self.now += timedelta(minutes=1)
        with self._faults(*storm):
            result = run.publish(self.office, choice=choice)
        for outcome in result.outcomes:
            if outcome.action is ActionKind.CONFLICT and outcome.reason == "edited":
                assert (outcome.site, outcome.remote_id) in self.edited, "nobody edited it"
        note(str([(o.action, o.site, o.key, o.state, o.reason) for o in result.outcomes]))
        if choice is Choice.OVERWRITE:
            for outcome in result.outcomes:
                if outcome.action is ActionKind.UPDATE and outcome.state is not State.NOT_SENT:
                    self.edited.pop((outcome.site, outcome.remote_id), None)
                    if outcome.state is State.UNKNOWN:
                        self._forget(outcome.site, outcome.key)

    def _forget(self, site: str, key: str) -> None:
        had = self._memory().publications.get((site, key))
        if had:
            self.edited.pop((site, had.remote_id), None)

    @contextmanager
    def _faults(self, skip: int, faults: list[tuple[Fault, bool]]) -> Any:
        self.weather.skip, self.weather.faults = skip, list(faults)
        try:
            yield
        finally:
            self.weather.skip, self.weather.faults = 0, []

    @rule(
        name=st.sampled_from(NAMES),
        sites=st.sampled_from([(), SITES[:1]]),
        faults=st.lists(st.sampled_from(FAULTS), max_size=1),
    )
    def withdraw(self, name: str, sites: tuple[str, ...], faults: list[tuple[Fault, bool]]) -> None:
        """Take a post from its sites."""
        key = name.removesuffix("/index")
        rows = [
            row
            for row in self._memory().publications.values()
            if row.key == key
            and row.event is not Event.WITHDRAWN
            and (not sites or row.site in sites)
        ]
        if not rows:
            return
        self.asked |= {(row.site, row.remote_id) for row in rows}
        with self._faults(0, faults):
            run.withdraw(self.office, [key], "Đăng nhầm", sites)

    @rule(site=st.sampled_from(SITES), number=st.integers(0, 3))
    def edit_on_the_site(self, site: str, number: int) -> None:
        """Let a colleague write a line under a post that stands on a site."""
        shown = [post for post in self._shown(site) if post["status"] == "publish"]
        if not shown:
            return
        post = shown[number % len(shown)]
        line = f"{post['content']}<p>Sửa trên trang {len(self.edited)}</p>"
        post["content"] = line
        path = self.folder / ".publisher" / site / "data" / "posts" / f"{post['id']}.json"
        path.write_text(json.dumps(post), encoding="utf-8")
        self.edited[site, post["id"]] = line

    # What must hold

    def _shown(self, site: str) -> list[dict[str, Any]]:
        folder = self.folder / ".publisher" / site / "data" / "posts"
        return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]

    def _memory(self) -> Memory:
        with run.log_of(self.office) as log:
            return log.memory()

    @invariant()
    def nothing_is_withdrawn_that_was_not_asked_for(self) -> None:
        for site in SITES:
            for post in self._shown(site):
                if post["status"] == "trash":
                    assert (site, post["id"]) in self.asked

    @invariant()
    def no_edit_of_a_colleague_is_lost(self) -> None:
        for site in SITES:
            for post in self._shown(site):
                edited = self.edited.get((site, post["id"]))
                if edited and post["status"] == "publish":
                    assert post["content"] == edited

    @precondition(lambda self: any((self.folder / "posts").rglob("*.md")))
    @invariant()
    def what_rests_can_be_left_out_of_a_plan(self) -> None:
        # The plan of the step before wrote down what rests; this one leaves it out.
        narrow, whole = run.plan(self.office), run.plan(self.office, everything=True)
        acts = [a for a in whole.actions if a.kind is not ActionKind.KEEP or a.event]
        assert [a for a in narrow.actions if a.kind is not ActionKind.KEEP or a.event] == acts
        assert narrow.problems == whole.problems

    @precondition(lambda self: any((self.folder / "posts").rglob("*.md")))
    @rule(choice=st.sampled_from([Choice.OVERWRITE, Choice.KEEP_SITE]))
    def settle(self, choice: Choice) -> None:
        """Run in fair weather until nothing is left to do; then all must be as written."""
        for _ in range(4):
            self.publish(None, choice)
        second = run.plan(self.office)
        acts = [a for a in second.actions if a.kind not in (ActionKind.KEEP, ActionKind.WAIT)]
        assert acts == []
        memory = self._memory()
        reading = run.read(self.office.config, run.published_keys(memory))
        live = {
            k: row for k, row in memory.publications.items() if row.event is not Event.WITHDRAWN
        }
        orphans = {
            (site, a.title) for (site, _), a in memory.unsettled.items() if a.action == "create"
        }
        for site in SITES:
            shown = {p["id"]: p for p in self._shown(site) if p["status"] == "publish"}
            known = [row.remote_id for (name, _), row in live.items() if name == site]
            assert len(known) == len(set(known)), "two keys of one post"
            assert set(known) <= set(shown)
            for remote_id in set(shown) - set(known):
                # It was sent, its answer was lost, and its file is gone: nobody can tell.
                assert (site, shown[remote_id]["title"]) in orphans
            for article in reading.articles:
                post, row = article.post, memory.publications.get((site, article.key))
                wanted = not post.sites or site in post.sites
                ahead = post.date is not None and post.date > self.now
                if not wanted or post.status == "draft" or (ahead and not row):
                    continue
                if row is None and self._waits(site, post, memory):
                    continue
                assert row is not None, f"{article.key} is not on {site}"
                if row.event in (Event.WITHDRAWN, Event.KEPT_SITE) or ahead:
                    continue
                there = shown[row.remote_id]
                assert there["title"] == post.title
                assert there["tags"] == list(post.tags)
                if (site, row.remote_id) not in self.edited:
                    assert there["content"].count("Chữ") == post.body.count("Chữ")
                    assert there["content"].count("<img") == len(article.pictures)
        with run.log_of(self.office) as log:
            assert log.verify() == []
            figures = tally(log.publications(), ALWAYS, UTC)
        total = sum(p["status"] == "publish" for site in SITES for p in self._shown(site))
        assert figures.total == total - self._lost(memory)
        assert not [p for p in second.problems if p.severity is Severity.ERROR and p.code == "x"]

    def _waits(self, site: str, post: Post, memory: Memory) -> bool:
        """Return whether a post may be away from a site that it is wanted on."""
        return False

    def _lost(self, memory: Memory) -> int:
        known = {(row.site, row.remote_id) for row in memory.publications.values()}
        return sum(
            (site, post["id"]) not in known
            for site in SITES
            for post in self._shown(site)
            if post["status"] == "publish"
        )


class ClerkOfUnits(Clerk):
    """The same, but the second site has copies of the first one's items."""

    CONFIG = f"{Clerk.CONFIG}republishes = {json.dumps(SITES[0])}\ndefault = true\n"

    def _waits(self, site: str, post: Post, memory: Memory) -> bool:
        home = memory.publications.get((SITES[0], post.key))
        stands = home is not None and not home.withdrawn and home.status == "publish"
        return site != SITES[0] and SITES[0] in (post.sites or SITES) and not stands


@pytest.mark.parametrize("clerk", [Clerk, ClerkOfUnits])
def test_everything_settles(clerk: type[Clerk]) -> None:
    run_state_machine_as_test(
        clerk,
        settings=settings(
            max_examples=20,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        ),
    )
