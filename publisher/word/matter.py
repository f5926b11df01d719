"""What a document says of itself: lines or a table at its top, its properties, its title."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE

from publisher.text import fold, nfc
from publisher.word.blocks import (
    Block,
    Break,
    Entry,
    Image,
    Inline,
    NoteMark,
    Paragraph,
    Span,
    Table,
)

_LINE = re.compile(r"\s*([^\W\d_][^:：\n]{0,29}?)\s*[:：]\s*(.*)", re.DOTALL)

# Names that a computer gives its user, and texts that programs write by themselves.
_NOBODY = frozenset({
    "", "admin", "administrator", "user", "windows user", "microsoft", "microsoft office user",
    "python-docx", "hp", "dell", "asus", "acer", "lenovo", "pc", "my pc", "may tinh", "home",
    "unknown", "unknown author", "author", "tac gia", "owner", "guest", "computer", "vaio",
    "openoffice", "libreoffice", "documentation",
})  # fmt: skip
_NO_TITLES = frozenset({"", "word document", "document", "document1", "untitled", "tai lieu"})


def of_top(
    blocks: list[Block], key_of: Callable[[str], str], meant: Callable[[str], str]
) -> list[Entry]:
    """Take ``Name: value`` paragraphs and two-column tables off the top of a document.

    key_of: the English name of a key that an author wrote, or "". meant: the same of one
    that is misspelt. They end at the first paragraph that is none.
    """
    found: list[Entry] = []
    while blocks:
        block = blocks[0]
        pairs = _rows(block) if isinstance(block, Table) else _lines(block)
        known = [bool(key_of(name)) for name, _, _ in pairs]
        # One word that is no name but looks like one is a slip, when others are right.
        slips = [bool(meant(name)) for name, _, _ in pairs]
        sure = bool(found) or any(known)
        if not pairs or not sure or not all(k or s for k, s in zip(known, slips, strict=True)):
            break
        found += [Entry(*pair) for pair in pairs]
        blocks.pop(0)
    return _joined(found, key_of)


def _lines(paragraph: Paragraph) -> list[tuple[str, str, int]]:
    """Return the pairs of a paragraph, one to each of its lines, or [] when one is no pair."""
    if any(isinstance(i, Image | NoteMark) for i in paragraph.inlines):
        return []
    matches = [_LINE.fullmatch(line) for line in nfc(paragraph.text).split("\n")]
    pairs = [(m[1], _bare(m[2]), paragraph.number) for m in matches if m]
    return pairs if len(pairs) == len(matches) else []


def _bare(value: str) -> str:
    """Return a value without the quotes that front matter would need around it."""
    found = re.fullmatch(r"\s*[\"“”]([^\"“”]*)[\"“”]\s*", value)
    return (found[1] if found else value).strip()


def _rows(table: Table) -> list[tuple[str, str, int]]:
    pairs = []
    for row in table.rows:
        if len(row) != 2 or any(cell.columns > 1 or cell.rows > 1 for cell in row):
            return []
        name, value = (nfc("\n".join(p.text for p in cell.paragraphs)).strip() for cell in row)
        number = next((p.number for cell in row for p in cell.paragraphs), table.number)
        pairs.append((name.rstrip(":： "), value, number))
    return pairs if all(name and len(name) <= 30 for name, _, _ in pairs) else []


def _joined(entries: Sequence[Entry], key_of: Callable[[str], str]) -> list[Entry]:
    """Return entries with several ``Căn cứ:`` lines, one law each, as one list."""
    legal = [e for e in entries if key_of(e.name) == "legal"]
    lists = [line for e in legal for line in str(e.value).split("\n") if line.strip()]
    rest = [e._replace(value=" ".join(str(e.value).split())) for e in entries if e not in legal]
    if legal:
        rest.append(Entry(legal[0].name, lists, legal[0].number))
    return sorted(rest, key=lambda e: e.number)


def of_properties(document: WordFile) -> Mapping[str, str]:
    """Return what the document's properties say, by the English names of the keys.

    ``created`` is when somebody pressed "New", so it is no date of publication.
    """
    try:
        document.part.package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES)
    except KeyError:  # without any, python-docx would make some up
        return {}
    said = document.core_properties
    author = " ".join(nfc(said.author or "").split())
    title = " ".join(nfc(said.title or "").split())
    named = {
        "title": "" if fold(title) in _NO_TITLES else title,
        "authors": "" if fold(author) in _NOBODY else author,
        "excerpt": said.subject,
        "tags": said.keywords,
        "categories": said.category,
    }
    values = {key: " ".join(nfc(value or "").split()) for key, value in named.items()}
    return {key: value for key, value in values.items() if value}


def title_of(blocks: list[Block], given: str, property_title: str) -> Entry | None:
    """Return the title, and take the paragraph that shows it off the text.

    given: from the lines at the top. What readers see goes before what the properties say:
    they are often those of the document that this one was copied from. A "Title" paragraph,
    else the properties, else a "Heading 1" that comes first or is the only one.
    """
    shown = [b for b in blocks if isinstance(b, Paragraph) and b.role == "title" and b.text]
    # A title may run over several paragraphs.
    first = blocks.index(shown[0]) if shown else 0
    run = [b for b, expected in zip(blocks[first:], shown, strict=False) if b is expected]
    text = " ".join(" ".join(p.text.split()) for p in run if isinstance(p, Paragraph))
    text = nfc(text)
    if shown and (not given or fold(given) == fold(text)):
        for paragraph in run:
            blocks.remove(paragraph)
        found = None if given else Entry("title", text, shown[0].number)
    else:
        found = None if given else _headed(blocks, property_title)
    same = fold(given or property_title or "")
    _drop_repeated(blocks, fold(str(found.value)) if found else same)
    for block in blocks:
        if isinstance(block, Paragraph) and block.role == "title":
            block.role = "h1"
    return found


def _headed(blocks: list[Block], property_title: str) -> Entry | None:
    if property_title:
        return Entry("title", property_title, 0)
    headings = [b for b in blocks if isinstance(b, Paragraph) and b.role == "h1"]
    # One of several in the midst of the text heads a part of it.
    if not headings or (len(headings) > 1 and headings[0] is not blocks[0]):
        return None
    blocks.remove(headings[0])
    return Entry("title", nfc(" ".join(headings[0].text.split())), headings[0].number)


def _drop_repeated(blocks: list[Block], title: str) -> None:
    """Drop the first paragraph when it only says the title again."""
    if blocks and isinstance(blocks[0], Paragraph) and title:
        first = blocks[0]
        if first.role[0] in "hpt" and fold(first.text) == title and _is_text(first.inlines):
            blocks.pop(0)


def _is_text(inlines: Sequence[Inline]) -> bool:
    return all(isinstance(i, Span | Break) for i in inlines)
