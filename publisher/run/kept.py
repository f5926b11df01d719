"""What was read and rendered before, so that only what changed is read again.

A post is made of its file, of the files that it shows and of the names in the folders where
these were looked for. As long as sizes, times of change and names are as they were, so is the
post. Where something is not, the folder is asked again, and what it answers decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, tzinfo
from pathlib import Path

from publisher import checks, posts, render
from publisher.deferred import changed
from publisher.model import Article, Memory, Post, Problem, SourceFile
from publisher.run.records import Record, files_of, packed, unpacked
from publisher.run.resting import Resting
from publisher.sources import (
    Folders,
    Found,
    Notes,
    Reader,
    Row,
    Watch,
    copied_from,
    marks_text,
    moved,
)
from publisher.text import slugify

_PASSING = frozenset({"file-arriving", "file-changing", "file-online", "file-unreadable"})
"""Codes of what may be well again without a sign of it."""

_Rest = tuple[str, str]
"""Key and slug of a post that rests."""
_Parsed = tuple[Post | None, list[Problem]]
_Rendered = tuple[Article | None, list[Problem]]


FindPost = Callable[[str], tuple[str, str | None]]
"""Finds the key of the file that a link means, "" for none, and that of its post."""


class Kept:
    """What is known of posts by the path of their file, from one reading to the next.

    resting: by what posts may be left out that the last plan had nothing to do with; None, and
    every post is told of.
    """

    def __init__(self, resting: Resting | None = None) -> None:
        self._resting = resting
        self._folders: Folders
        self._notes: Notes
        self._zone: tzinfo
        self._clear()

    def _clear(self) -> None:
        self._ground: dict[str, tuple[str, str]] = {}
        self._known: dict[str, Record] = {}
        self._still: set[str] = set()
        self._touched = False
        self._made: dict[str, Record] = {}
        self._watches: dict[str, Watch] = {}
        self._asleep: dict[str, _Rest] = {}
        self._rested: set[str] = set()
        self._planned: tuple[str, ...] = ("", "", "", "")
        self._written: set[str] = set()

    def begin(self, folders: Folders, notes: Notes, zone: tzinfo) -> None:
        """Begin a reading. zone: of the office, in which most instants are."""
        self._folders, self._notes, self._zone = folders, notes, zone
        self._clear()
        if notes.read(self._load) is None:
            self._clear()
        folders.mistaken = self._forget

    @property
    def knows_any(self) -> bool:
        """Whether anything is known from earlier readings."""
        return bool(self._known or self._asleep)

    def _load(self, reader: Reader) -> bool:
        """Take what is known, and find out of what nothing has changed."""
        rows = reader.all("folders", "names", "whole")
        self._ground = {folder: (names, whole) for folder, names, whole in rows}
        now = self._folders.survey(self._ground)
        renamed: set[str] = set()
        touched: set[str] = set()
        for folder, (names, whole) in self._ground.items():
            listed = now.get(folder)
            if listed is None or not names or listed.names != names:
                renamed.add(folder)
            if listed and whole and listed.whole == whole:
                continue
            before = reader.one("folders", "marks", folder)
            files = moved(listed, before) if listed else json.loads(before)
            touched.update(self._folders.shown(Path(folder, name)) for name in files)
        self._touched = bool(renamed or touched)
        needs: dict[str, tuple[list[str], list[str]]] = {}
        if self._touched or self._folders.settles:
            every = ((file, json.loads(text)) for file, text in reader.all("posts", "needs"))
            needs = {file: (found[0], found[1]) for file, found in every if found is not None}
        affected = {
            file
            for file, (asked, shown) in needs.items()
            if not (renamed.isdisjoint(asked) and touched.isdisjoint(shown))
        }
        self._asleep = self._at_rest(reader, affected)
        for file, record in self._records(reader, self._asleep):
            self._known[file] = record
            record.asked, record.shown = needs.get(file, (record.asked, record.shown))
        self._still = {file for file, record in self._known.items() if record.asked is not None}
        self._still -= affected
        for file in self._known.keys() - self._still:
            self._known[file].files = files_of(reader.one("posts", "answers", file))
        return True

    def _records(self, reader: Reader, but: Collection[str]) -> Iterator[tuple[str, Record]]:
        found = reader.all("posts", "facts", "rest", but=but)
        every = json.loads(f"[{','.join(facts for _, facts, _ in found)}]")
        for (file, _, rest), facts in zip(found, every, strict=True):
            yield file, unpacked(file, facts, rest, self._zone)

    def _at_rest(self, reader: Reader, affected: Collection[str]) -> dict[str, _Rest]:
        """Return the posts that rest, by file."""
        if self._resting is None or self._folders.settles:
            return {}
        written = {file: (key, slug) for file, key, slug in reader.all("resting", "post", "slug")}
        self._rested = set(written)
        for _, *row in reader.all("plans", "by", "at", "told", "settled"):
            self._planned = tuple(row)
        woken = self._resting.woken(*self._planned)
        if woken is None:
            return {}
        return {
            file: rest
            for file, rest in written.items()
            if file not in affected and rest[0] not in woken
        }

    def resting(self, found: Found) -> str:
        """Return the key of a post that rests, "" for any other."""
        rest = self._asleep.get(found.file)
        return rest[0] if rest else ""

    def wake(self, posts: Iterable[Post], files: Collection[str]) -> set[str]:
        """Have posts looked at which rest, but want the address or the key of one of these posts.

        files: those that are to be looked at too, case aside. Return their files.
        """
        slugs: set[str] = set()
        keys: set[str] = set()
        for post in posts if self._asleep else ():
            slugs.add(self.slug_of(post))
            keys.add(post.key.casefold())
        woken = {
            file
            for file, (key, slug) in self._asleep.items()
            if slug in slugs or key.casefold() in keys or (files and file.casefold() in files)
        }
        if woken:
            others = self._known.keys() | (self._asleep.keys() - woken)
            records = self._notes.read_again(lambda reader: [*self._records(reader, others)])
            self._known |= records or ()
            self._still |= {file for file, _ in records or ()}
        for file in woken:
            del self._asleep[file]
        return woken

    def rest(self, keys: Collection[str], found: Iterable[Found], memory: Memory) -> None:
        """Write down which posts rest from now on.

        keys: of those with which a plan had nothing to do, as :attr:`publisher.plan.Plan.at_rest`
        has them; of these, posts that nothing is wrong with. memory: what the plan was made with.
        """
        if self._resting is None or not self._resting.told:
            return
        rows: dict[str, Row] = {}
        for each in found:
            record = self._made.get(each.file) or self._known.get(each.file)
            if record and record.post.key in keys and self._may_rest(each, record):
                rows[each.file] = (record.post.key, self.slug_of(record.post))
        gone = self._rested - self._asleep.keys() - rows.keys()
        row = self._resting.row(memory)
        if rows or gone or row[2:] != self._planned[2:]:
            self._notes.write({"resting": rows, "plans": {"last": row}}, {"resting": gone})

    def _may_rest(self, found: Found, record: Record) -> bool:
        if found.is_word or copied_from(found.name) or record.asked is None or record.posts:
            return False
        if found.file not in self._still and found.file not in self._written:
            return False
        lacking, within = record.looked
        return not (record.parsed or record.hung or record.rendered or lacking or within)

    def unknown(self, found: Iterable[Found]) -> list[str]:
        """Return the files of those posts, Word documents left out, of which nothing is known."""
        known = self._known.keys() | self._asleep.keys()
        return [each.file for each in found if not each.is_word and each.file not in known]

    def still(self, found: Found) -> Record | None:
        """Return what is known of a post, if neither it nor what it rests on has changed."""
        if found.file not in self._still:
            return None
        record = self._known[found.file]
        if not self._folders.are_still(record.shown):
            self._still.discard(found.file)
            return None
        return record

    def shown_of(self, files: Collection[str]) -> set[str]:
        """Return those of some files, as people know them, that posts show which are still so."""
        if not files:
            return set()
        needs = self._notes.read_again(lambda reader: reader.all("posts", "needs")) or []
        wanted, shown = set(files), set[str]()
        for post, text in needs:
            is_still = post in self._still or post in self._asleep
            if is_still and (found := json.loads(text)):
                shown |= wanted.intersection(found[1])
        return shown

    def is_linked(self, record: Record, find_post: FindPost) -> bool:
        """Return whether the links of a post that is still so lead where they led."""
        if all(find_post(href) == answer for href, answer in record.posts.items()):
            return True
        post = record.post
        self._still.discard(post.file)
        self._made[post.file] = Record(
            record.made_from, post, record.parsed, record.written, record.hung
        )
        self.watch(post.file)
        if record.written != post.gallery:  # the folders in it were not asked this time
            self._watches[post.file].sure = False
        return False

    def parse(self, data: bytes, key: str, file: str, rules: posts.Rules) -> _Parsed:
        """Return what :func:`publisher.posts.parse` does."""
        digest = hashlib.sha256(data).hexdigest()
        known = self._known.get(file)
        if known and known.made_from == digest:
            post: Post | None = changed(known.post, gallery=known.written)
            problems = known.parsed
        else:
            post, problems = posts.parse(data, key, file, rules)
        if post:
            self._made[file] = Record(digest, post, list(problems), post.gallery)
        return post, list(problems)

    def watch(self, file: str) -> None:
        """Note from now on what the folder is asked for this post."""
        self._watches[file] = self._folders.watch(self._watches.get(file))

    def hung(self, post: Post, problems: list[Problem]) -> None:
        """Note what the folders in the gallery of a post hold."""
        if made := self._made.get(post.file):
            made.post, made.hung = post, list(problems)

    def render(
        self,
        post: Post,
        find_file: Callable[[str], SourceFile | None],
        find_post: FindPost,
        labels: render.Labels,
    ) -> _Rendered:
        """Return what :func:`publisher.render.render` does."""
        self.watch(post.file)
        made = self._made.setdefault(post.file, Record("", post, [], post.gallery))
        known = self._known.get(post.file)
        if (
            known
            and self._is_same(known, made)
            and all(find_file(src) == answer for src, answer in known.files.items())
            and all(find_post(href) == answer for href, answer in known.posts.items())
        ):
            made.files, made.posts = known.files, known.posts
            made.rendered = known.rendered
            made.article = known.article and changed(known.article, post=post)
            made.rules, made.looked = known.rules, known.looked
        else:
            made.article, made.rendered = _render(post, find_file, find_post, labels, made)
        return made.article, list(made.rendered)

    def _is_same(self, known: Record, made: Record) -> bool:
        if made.made_from:
            return made.made_from == known.made_from and made.post.gallery == known.post.gallery
        return made.post == known.post

    def look(
        self, today: date | None, look: Callable[[Post], checks.Looked]
    ) -> Callable[[Post], checks.Looked]:
        """Return what looks through a post, or knows what it would find.

        today: the day by which a post without a date is judged.
        """

        def found(post: Post) -> checks.Looked:
            # A post of this reading is looked through before it is rendered.
            known = self._known.get(post.file)
            made = self._made.get(post.file)
            rules = "" if post.date or today is None else today.isoformat()
            if known and known.rules == rules and (made is None or self._is_same(known, made)):
                return known.looked
            looked = look(post)
            if made:
                made.rules, made.looked = rules, looked
            return looked

        return found

    def slug_of(self, post: Post) -> str:
        """Return the slug that a post asks for."""
        record = self._known.get(post.file)
        if record and record.article and record.post is post:
            return record.article.slug
        return post.slug or slugify(post.title)

    def keep(self, found: Collection[Found], waiting: Collection[str]) -> None:
        """Write down what this reading found out; forget all but these files.

        waiting: files of posts of which not all could be seen.
        """
        rows: dict[str, Row] = {}
        for file, made in self._made.items():
            if file not in waiting and (row := self._row(file, made)):
                rows[file] = row
        # What is not so any more must go: its folder will be written down as it is by now.
        here = {each.file for each in found}
        gone = {f for f in self._known if f not in here or f not in self._still} - rows.keys()
        folders: dict[str, Row] = {}
        if rows or gone or self._touched:
            for folder, listed in self._folders.ground().items():
                if (listed.names, listed.whole) != self._ground.get(folder) or not listed.whole:
                    folders[folder] = (listed.names, listed.whole, marks_text(listed))
        if rows or gone or folders:
            unknown = {"posts": gone, "resting": gone | rows.keys()}
            self._notes.write({"folders": folders, "posts": rows}, unknown)
        self._written = set(rows)

    def _row(self, file: str, made: Record) -> Row | None:
        watch = self._watches[file]
        passing = {p.code for p in (*made.rendered, *made.hung)} & _PASSING
        unread = any(answer and not answer.digest for answer in made.files.values())
        if made.made_from and watch.sure and not passing and not unread:
            made.asked = sorted(map(str, watch.asked))
            made.shown = sorted({file, *watch.shown})
        return packed(made, self._zone)

    def _forget(self, folder: Path) -> None:
        """Forget a folder, in which a file is not what its size and time say."""
        self._notes.write({}, {"folders": [str(folder)]})


def _render(
    post: Post,
    find_file: Callable[[str], SourceFile | None],
    find_post: FindPost,
    labels: render.Labels,
    made: Record,
) -> _Rendered:
    files: dict[str, SourceFile | None] = {}
    others: dict[str, tuple[str, str | None]] = {}

    def file(src: str) -> SourceFile | None:
        files[src] = find_file(src)
        return files[src]

    def other(href: str) -> str | None:
        others[href] = find_post(href)
        return others[href][1]

    made.files, made.posts = files, others
    return render.render(post, file, other, labels)
