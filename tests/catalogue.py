"""The catalogue of translations, against what the sources say.

``python -m tests.catalogue`` names what is wrong and exits 1; with ``--update`` it first writes
the catalogue anew, keeping what is translated, and compiles it.
"""

from __future__ import annotations

import ast
import io
import re
import string
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import publisher
from publisher.i18n import DEFAULT, DOMAIN, LOCALES

PO = LOCALES / DEFAULT / "LC_MESSAGES" / f"{DOMAIN}.po"
# click's messages come through the same domain, so its errors and help are ours to translate.
_SOURCES = {module.__name__: Path(module.__path__[0]) for module in (publisher, click)}
_METHODS = [
    ("**.py", "tests.catalogue:marked"),
    ("**/templates/**.html", "jinja2.ext:babel_extract"),
]
_OPTIONS = {"**/templates/**.html": {"silent": "false"}}
# click fills these with English words of its own, so a translation may leave them out.
_NEEDLESS = {"number_type"}
_HEADER = "# The words of the program in Vietnamese. Written by: python -m tests.catalogue --update"


class _Catalogue(Catalog):
    """A catalogue whose header has no date and no name of a tool, so that it changes with
    its messages alone."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", DOMAIN),
            ("Language", DEFAULT),
            ("Plural-Forms", "nplurals=1; plural=0;"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def in_sources() -> Catalog:
    """Return all messages that the sources mark, by file and in the order they stand there."""
    found = _Catalogue(locale=DEFAULT, header_comment=_HEADER, fuzzy=False)
    for name, folder in _SOURCES.items():
        for file, _line, message, _comments, _context in extract_from_dir(
            folder, _METHODS, _OPTIONS
        ):
            # Without lines: they would change with every edit above a message.
            found.add(message, locations=[(f"{name}/{file}", 0)])
    # click translates this one by way of a variable.
    found.add("required", locations=[("click/core.py", 0)])
    return found


def marked(
    file: BinaryIO, keywords: Mapping[str, object], _tags: object, options: object
) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """Yield the marked messages of a Python file: Babel's own reader skips those in f-strings."""
    calls = [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in keywords:
            values = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            texts = tuple(value for value in values if isinstance(value, str))
            if texts:
                yield call.lineno, call.func.id, texts, []


def translated(po: Path = PO) -> Catalog:
    """Return the catalogue as it is stored."""
    with po.open("rb") as file:
        return read_po(file, locale=DEFAULT)


def compiled(catalogue: Catalog) -> bytes:
    """Return the compiled form that gettext reads."""
    fixed = _Catalogue(locale=DEFAULT, fuzzy=False)
    for message in catalogue:
        if message.id:
            fixed.add(message.id, message.string, flags=message.flags)
    target = io.BytesIO()
    write_mo(target, fixed)
    return target.getvalue()


def placeholders(text: str) -> set[str]:
    """Return the names that are filled in: of ``{name!r}`` and of ``%(name)s``."""
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return named | set(re.findall(r"%\((\w+)\)[sd]", text))


def faults(po: Path = PO) -> Iterator[str]:
    """Yield a line for everything that is wrong with a catalogue."""
    wanted, stored = in_sources(), translated(po)
    yield from (f"missing: {m.id!r}" for m in wanted if m.id and _same(stored, m) is None)
    yield from (f"no longer used: {m.id!r}" for m in stored if m.id and _same(wanted, m) is None)
    yield from (f"no longer used: {m.id!r}" for m in stored.obsolete.values())
    for message in stored:
        if message.id:
            yield from (f"{fault}: {message.id!r}" for fault in _faults_of(message))
    mo = po.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(stored):
        yield f"{mo.name} is not the compiled form of {po.name}"


def _same(catalogue: Catalog, message: Message) -> Message | None:
    found = catalogue.get(_first(message.id))
    return found if found is not None and found.id == message.id else None


def _first(texts: str | Sequence[str]) -> str:
    return texts if isinstance(texts, str) else texts[0]


def _faults_of(message: Message) -> Iterator[str]:
    said = message.string or ""
    source = message.id if isinstance(message.id, str) else message.id[-1]
    for text in (said,) if isinstance(said, str) else said:
        if not text.strip():
            yield "not translated"
            continue
        if message.fuzzy:
            yield "fuzzy"
        if placeholders(source) - _NEEDLESS != placeholders(text) - _NEEDLESS:
            yield "other placeholders than the source"
        if not unicodedata.is_normalized("NFC", text):
            yield "not in NFC"
        if _edges(text) != _edges(source):
            yield "other white space at its ends than the source"


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def update(po: Path = PO) -> None:
    """Write the catalogue anew: translations kept, new messages empty, those of old dropped."""
    fresh, stored = in_sources(), translated(po) if po.exists() else Catalog(locale=DEFAULT)
    for message in fresh:
        known = _same(stored, message) if message.id else None
        if known is not None:
            message.string = known.string
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, fresh, width=100, include_lineno=False)
    po.with_suffix(".mo").write_bytes(compiled(translated(po)))


def main(arguments: Sequence[str]) -> int:
    """Run the check, after an update if asked, and return an exit status."""
    if "--update" in arguments:
        update()
    wrong = list(faults())
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
