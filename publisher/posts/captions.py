"""The captions of a folder of pictures: a small file beside them, YAML or plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import yaml

from publisher.model import Problem, Severity, Where
from publisher.posts.mending import TextLoader
from publisher.posts.names import part_of, suggest
from publisher.text import nfc, words

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said of one picture: its text alternative and its caption."""

    alt: str = ""
    caption: str = ""


def file_name(name: str) -> str:
    """Return the form in which names of pictures are compared, as Windows does."""
    return nfc(name).casefold()


def read_captions(
    data: bytes, file: str, pictures: Sequence[str]
) -> tuple[dict[str, Caption], list[Problem]]:
    """Given a file of captions and the names of the pictures beside it, return its captions.

    They are by the picture's name, folded. In YAML: ``name: caption``, or below the name
    ``alt:`` and ``caption:``; in a .txt file one line ``name: caption`` for each picture.
    Problems: encoding, captions-form, and the warning captions-unknown.
    """
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = nfc(data.decode(encoding))
    except UnicodeError:
        return {}, [Problem("encoding", Where(file, 1))]
    plain = PurePosixPath(file).suffix.lower() == ".txt"
    entries = _lines(text) if plain else _entries(text)
    known = {file_name(name): name for name in pictures}
    known |= {file_name(PurePosixPath(name).stem): name for name in pictures}
    found: dict[str, Caption] = {}
    problems: list[Problem] = []
    for line, name, caption in entries:
        if caption is None:
            written = text.split("\n")[line - 1 : line] or [""]
            params = {"line": written[0].strip()[:_SHOWN]}
            problems.append(Problem("captions-form", Where(file, line), params))
        elif file_name(name) in known:
            found[file_name(known[file_name(name)])] = caption
        else:
            guess = {"name": name[:_SHOWN], "meant": suggest(name, list(pictures))}
            where = Where(file, line)
            problems.append(Problem("captions-unknown", where, guess, Severity.WARNING))
    return found, problems


_Entry = tuple[int, str, Caption | None]


def _lines(text: str) -> Iterator[_Entry]:
    """Yield line, name and caption of each line; no caption for one that can't be read."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        at = min((i for i in map(line.find, ":=\t") if i > 0), default=0)
        said = words(line[at + 1 :]) if at else ""
        yield number, line[:at].strip(), Caption(caption=said) if said else None


def _entries(text: str) -> Iterator[_Entry]:
    try:
        root = yaml.compose(text, TextLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield (mark.line + 1 if mark else 1), "", None
        return
    except yaml.YAMLError:
        yield 1, "", None
        return
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        yield root.start_mark.line + 1, "", None
        return
    for key, value in root.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            yield line, "", None
        elif isinstance(value, yaml.ScalarNode):
            yield line, words(key.value), Caption(caption=words(value.value))
        else:
            yield line, words(key.value), _parts(value)


def _parts(node: yaml.Node) -> Caption | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    named: dict[str, str] = {}
    for key, value in node.value:
        part = part_of(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if part not in ("alt", "caption") or not isinstance(value, yaml.ScalarNode):
            return None
        named[part] = words(value.value)
    return Caption(**named)
