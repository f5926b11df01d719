"""The top of a file, YAML between two lines of ---, read with the line of every key.

A line that YAML can't read is reported with the line to write instead, and read as if that
stood there, so that all that is wrong is said at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml.reader import ReaderError

from publisher.model import Problem, Where
from publisher.posts.mending import TextLoader, Trouble, composed, find_trouble, in_quotes, mended
from publisher.posts.names import key_of
from publisher.text import nfc

FRONT_MATTER_LIMIT = 64 * 1024
"""Bytes of front matter that are read at most: more is not written by hand."""

_MENDED_AT_MOST = 50
_BOUNDARY = re.compile(r"^-{3,}[^\S\n]*$", re.MULTILINE)
# Word's line break, and what YAML takes for a line's end though no editor shows one there.
_UNSEEN_BREAK = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Entry(NamedTuple):
    """A key as written, its value (text, list or mapping of text), and its line."""

    name: str
    value: Any
    line: int


@dataclass(slots=True)
class Matter:
    """What a file holds: its entries in order, its body, and what could not be read.

    body_line: the line on which the body begins. whole: whether the entries are all there.
    unsure: English names of the keys that have a problem already.
    """

    file: str
    entries: list[Entry] = field(default_factory=list)
    body: str = ""
    body_line: int = 1
    problems: list[Problem] = field(default_factory=list)
    whole: bool = False
    unsure: set[str] = field(default_factory=set)

    def fail(self, code: str, at: int, /, **params: object) -> None:
        """Note a problem on a line."""
        self.problems.append(Problem(code, Where(self.file, at), params))


def read(data: bytes, file: str) -> Matter:
    """Given a file's bytes and its path as people know it, return what it holds."""
    matter = Matter(file)
    try:
        text = _decode(data)
    except UnicodeDecodeError as error:
        at = 1 if error.encoding.startswith("utf-16") else data.count(b"\n", 0, error.start) + 1
        matter.fail("encoding", at)
        return matter
    lead = text[: len(text) - len(text.lstrip())].count("\n")
    handler = _Handler(matter, lead + 1)
    if handler.detect(text.strip()):
        frontmatter.parse(text, handler=handler)
    else:
        matter.fail("front-matter-missing", 1)
    return matter


def _decode(data: bytes) -> str:
    # Notepad's "Unicode" is UTF-16 with a mark; everything else is UTF-8, with or without one.
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = data.decode(encoding).removeprefix("\ufeff")
    return nfc(_UNSEEN_BREAK.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


class _Handler(YAMLHandler):
    """Fills a Matter. Every value is read as the text that was written.

    Typed YAML would make ``no`` a boolean, an unquoted date a date without its time zone,
    and a number out of ``id: 007``; pydantic gives the types instead.
    """

    def __init__(self, matter: Matter, line: int) -> None:
        super().__init__(fm_boundary=_BOUNDARY)
        self._matter = matter
        self._line = line  # of the first "---"

    def split(self, text: str) -> tuple[str, str]:
        begin = text.find("\n") + 1 or len(text)
        end = _BOUNDARY.search(text, begin)
        if not end:
            self._matter.fail("front-matter-open", self._line)
            return "", ""
        rest = text[end.end() + 1 :]
        # Blank lines go, but the white space that makes a first line code stays.
        blank = re.match(r"(?:[^\S\n]*\n)*", rest)
        skipped = blank.end() if blank else 0
        self._matter.body = rest[skipped:]
        before = text.count("\n", 0, end.end()) + rest.count("\n", 0, skipped)
        self._matter.body_line = self._line + before + (1 if self._matter.body else 0)
        return text[begin : end.start()], self._matter.body

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        if self._matter.problems:  # there was nothing to load
            return {}
        if len(fm.encode()) > FRONT_MATTER_LIMIT:
            self._matter.fail("front-matter-long", self._line, limit=FRONT_MATTER_LIMIT // 1024)
            return {}
        lines = fm.split("\n")
        if (node := self._compose(lines)) is not None:
            self._collect(node, lines)
        return {}

    def _compose(self, lines: list[str]) -> yaml.MappingNode | None:
        """Return the mapping that the lines mean, mending those that can't be read."""
        for _ in range(_MENDED_AT_MOST):
            text = "\n".join(lines)
            try:
                node = composed(text)
            except ReaderError as error:
                at = text.count("\n", 0, error.position)
                self._fail("yaml-character", at)
                lines[at] = re.sub(f"{_NOT_TEXT.pattern}|[^\\S ]", " ", lines[at])
                continue
            except yaml.MarkedYAMLError as error:
                trouble = find_trouble(error, lines)
            else:
                if node is None or isinstance(node, yaml.MappingNode):
                    self._matter.whole = True
                    return node or yaml.MappingNode("", [])
                trouble = _no_pair(lines)
            self._fail(trouble.code, trouble.start, **trouble.params)
            if trouble.instead is None:
                return None
            # Blank lines in place of the others keep the numbers of those that follow.
            blank = [""] * (trouble.end - trouble.start - 1)
            lines[trouble.start : trouble.end] = [trouble.instead, *blank]
        return None

    def _fail(self, code: str, index: int, /, **params: object) -> None:
        line = self._line + 1 + index
        if not any(p.where.line == line for p in self._matter.problems):
            self._matter.fail(code, line, **params)

    def _collect(self, node: yaml.MappingNode, lines: Sequence[str]) -> None:
        loader = TextLoader("")
        for name, value in node.value:
            at = name.start_mark.line
            if not isinstance(name, yaml.ScalarNode):
                self._fail("yaml", at, line=lines[at].strip())
                continue
            key = key_of(name.value)
            if any(_NOT_TEXT.search(scalar.value) for scalar in _scalars(name, value)):
                self._fail("yaml-character", at)
                self._matter.unsure.add(key)
                continue
            for scalar in _scalars(value):
                if self._hashtag(scalar, lines):
                    self._matter.unsure.add(key)
            pairs = [] if key in ("", "gallery", "social") else list(_pairs(value))
            for pair in pairs:
                self._matter.unsure.add(key)
                self._colon(pair, lines)
            entry = Entry(
                nfc(name.value),
                loader.construct_object(value, deep=True),
                self._line + 1 + at,
            )
            self._matter.entries.append(entry)

    def _hashtag(self, node: yaml.ScalarNode, lines: Sequence[str]) -> bool:
        """Report a text that YAML cut off at a ``#word``; ``# words`` is a comment."""
        at = node.end_mark.line
        if node.style or not re.match(r"\s*#\S", lines[at][node.end_mark.column :]):
            return False
        instead = mended(lines[at])
        if instead:
            self._fail("yaml-line", at, line=lines[at].strip(), fixed=instead.strip())
        return bool(instead)

    def _colon(self, node: yaml.MappingNode, lines: Sequence[str]) -> None:
        """Report a text that became a pair because of the colon in it: ``- Nghị định: số 1``."""
        start, end = node.start_mark, node.end_mark
        line = lines[start.line]
        if node.flow_style and start.line == end.line:
            text = line[start.column : end.column]
            instead = line[: start.column] + in_quotes(text) + line[end.column :]
        else:
            instead = mended(f"- {line.strip().removeprefix('- ')}") or line
            if not line.strip().startswith("- "):
                instead = instead.removeprefix("- ")
        self._fail("yaml-colon", start.line, line=line.strip(), fixed=instead.strip())


def _no_pair(lines: Sequence[str]) -> Trouble:
    """Return what is wrong with front matter that is one text or a list."""
    at = next((n for n, line in enumerate(lines) if re.match(r"\s*[^\s#]", line)), 0)
    written = lines[at].strip()
    instead = None if written.startswith("-") else mended(lines[at])
    if instead is None:
        return Trouble("yaml", at, at + 1, {"line": written})
    return Trouble("yaml-line", at, at + 1, {"line": written, "fixed": instead.strip()}, instead)


def _scalars(*nodes: yaml.Node) -> Iterator[yaml.ScalarNode]:
    for node in nodes:
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif isinstance(node, yaml.MappingNode):
            yield from _scalars(*(part for pair in node.value for part in pair))
        else:
            yield from _scalars(*node.value)


def _pairs(node: yaml.Node) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _pairs(item)
