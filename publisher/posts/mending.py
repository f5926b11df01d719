"""What is wrong with a line of front matter, and the line to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import yaml

from publisher.posts.names import part_of

_PAIR = re.compile(r"(?P<head>\s*(?:-\s+)?)(?P<name>[^\s:\"'#\[\]{}-][^:]*):(?P<value>.*)")
_ITEM = re.compile(r"(?P<head>\s*-\s+)(?P<value>.+)")
_OPENING = re.compile(r"\s*(?:-\s+)?(?:[^\s:\"'#][^:]*:\s+)?(?P<quote>[\"'])(?P<rest>.*)")
_DEPTH = 8
_SHOWN = 1000
_CLOSERS = {"[": "]", "{": "}"}


class _Refusing:
    """Composes nodes, and refuses what nobody means in a post."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node. Raise MarkedYAMLError for aliases, tags and deep nesting."""
        event = self.peek_event()  # type: ignore[attr-defined]
        # An alias can make a few lines stand for gigabytes; nobody writes one in a post.
        # An anchor or a tag is a text that was meant to begin with "&" or "!".
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        if self._depth > _DEPTH:
            raise yaml.MarkedYAMLError(problem="depth", problem_mark=event.start_mark)
        self._depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)  # type: ignore[misc]
        self._depth -= 1
        return node


class TextLoader(_Refusing, yaml.BaseLoader):
    """Reads every value as text."""


if yaml.__with_libyaml__:
    from yaml.composer import Composer

    class _QuickLoader(_Refusing, Composer, yaml.CBaseLoader):
        """Reads as TextLoader does, six times as fast; of what is wrong it says other things."""

        def __init__(self, stream: str) -> None:
            yaml.CBaseLoader.__init__(self, stream)
            Composer.__init__(self)


def composed(text: str) -> yaml.Node | None:
    """Return what text means as YAML. Raise what YAML says is wrong with it."""
    if yaml.__with_libyaml__ and "\t" not in text:
        with suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=_QuickLoader)
    return yaml.compose(text, Loader=TextLoader)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem with the lines from ``start`` to before ``end``, counted from 0.

    instead: the line that the author most likely means, or None.
    """

    code: str
    start: int
    end: int
    params: Mapping[str, object] = field(default_factory=dict)
    instead: str | None = None


def find_trouble(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Trouble:
    """Given YAML's complaint about front matter, return what the author should change."""
    why = error.problem or ""
    mark = error.problem_mark or error.context_mark
    at = min(mark.line if mark else 0, len(lines) - 1)
    if (opened := _unclosed(lines)) is not None:
        line = lines[opened]
        quote = _OPENING.match(line)
        closed = f"{line.rstrip()}{quote['quote'] if quote else ''}"
        return _trouble("yaml-quote", lines, opened, opened + 1, _readable(closed))
    if "\t" in _indent(lines[at]):
        spaces = _indent(lines[at]).replace("\t", "  ")
        return _trouble("yaml-tab", lines, at, at + 1, spaces + lines[at].strip())
    if why.startswith("mapping values") and mark:
        return _colon(lines, at, mark.column)
    if error.context_mark and why != "alias":
        # Where the unfinished thing begins helps more than where it broke.
        begun = min(error.context_mark.line, len(lines) - 1)
        if "block" not in (error.context or ""):
            at = begun
    while at and not lines[at].strip():
        at -= 1
    if why != "alias" and _is_pair(lines[at]):  # so it is the line before that disturbs it
        before = _before(lines, at)
        return _trouble("yaml", lines, before, before + 1, None)
    return _line(lines, at)


def _line(lines: Sequence[str], at: int) -> Trouble:
    instead = mended(lines[at])
    return _trouble("yaml-line" if instead else "yaml", lines, at, at + 1, instead)


def _trouble(code: str, lines: Sequence[str], start: int, end: int, instead: str | None) -> Trouble:
    written = " ".join(line.strip() for line in lines[start:end])
    if instead is None or len(instead) > _SHOWN:
        return Trouble("yaml", start, end, {"line": written[:_SHOWN]})
    return Trouble(code, start, end, {"line": written, "fixed": instead.strip()}, instead)


def _before(lines: Sequence[str], at: int) -> int:
    """Return the nearest line above that is not empty, or the line itself."""
    return next((n for n in range(at - 1, -1, -1) if lines[n].strip()), at)


def _colon(lines: Sequence[str], at: int, column: int) -> Trouble:
    """Return what is wrong when a colon stands where YAML wants none."""
    before = _before(lines, at)
    if ":" in lines[at][:column] or before == at:
        return _trouble("yaml-colon", lines, at, at + 1, mended(lines[at]))
    if not _indent(lines[at]):  # the line before has no colon, or no space after it
        return _line(lines, before)
    start = before  # a text that goes on in further lines, with a colon in one of them
    while start and _indent(lines[start]) and not _ITEM.match(lines[start]):
        start -= 1
    joined = " ".join(
        [lines[start].rstrip(), *(line.strip() for line in lines[start + 1 : at + 1])]
    )
    return _trouble("yaml-colon", lines, start, at + 1, mended(joined))


def _unclosed(lines: Sequence[str]) -> int | None:
    """Return the first line with a value whose quotation mark is never closed."""
    for index, line in enumerate(lines):
        if not (opening := _OPENING.match(line)):
            continue
        closing = re.compile(r"(?<!\\)(?:\\\\)*\"" if opening["quote"] == '"' else "'")
        if closing.search(opening["rest"]):
            continue
        for follows in lines[index + 1 :]:
            if follows.strip() and not _indent(follows):
                return index
            if closing.search(follows):
                break
        else:
            return index
    return None


def mended(line: str) -> str | None:
    """Return a line that YAML can read with the meaning that this one must have, or None."""
    if pair := _PAIR.fullmatch(line):
        head, name, value = pair["head"], pair["name"].rstrip(), pair["value"].strip()
        if "-" in head and not part_of(name):
            return _readable(f"{head}{in_quotes(_bare(line[len(head) :].strip()))}")
        start = f"{head}{name}: "
    elif item := _ITEM.fullmatch(line):
        start, value = item["head"], item["value"].strip()
    else:
        return None
    plain = _readable(start + value)
    if plain and plain != line and _is_text(plain, value):
        return plain
    closer = _CLOSERS.get(value[:1])
    if closer and closer not in value and not value.endswith(","):
        return _readable(start + value + closer)
    return _readable(start + in_quotes(_bare(value)))


def in_quotes(text: str) -> str:
    """Return a text in the quotation marks that need the fewest changes within."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(value: str) -> str:
    """Return a value without the quotation marks around all of it."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _readable(line: str) -> str | None:
    try:
        composed(line)
    except yaml.YAMLError:
        return None
    return line


def _is_pair(line: str) -> bool:
    return bool(_readable(line)) and isinstance(composed(line), yaml.MappingNode)


def _is_text(line: str, value: str) -> bool:
    node = composed(line)
    if isinstance(node, yaml.SequenceNode):
        node = node.value[0]
    if not isinstance(node, yaml.MappingNode):
        return False
    _name, found = node.value[0]
    return isinstance(found, yaml.ScalarNode) and bool(found.value == value)
