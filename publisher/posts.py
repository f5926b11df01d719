"""Text of a file → Post. Pure: bytes in, a Post or Problems with their lines out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Annotated, Any

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from publisher.model import GalleryItem, Kind, Post, Problem, Severity, Status, Where
from publisher.text import fold, nfc, slugify

FRONT_MATTER_LIMIT = 64 * 1024
"""Bytes of front matter that are read at most: more is not written by hand."""

# What authors may call each key, folded (no marks, no case, "-" and "_" as spaces).
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("tieu de", "ten bai", "tua de"),
    "kind": ("the loai", "loai", "loai bai", "hinh thuc"),
    "theme": ("chu de", "noi dung", "nhom noi dung"),
    "date": ("ngay", "ngay dang", "thoi gian dang", "ngay gio dang", "gio dang"),
    "status": ("trang thai", "tinh trang"),
    "slug": ("duong dan", "dia chi"),
    "excerpt": ("tom tat", "trich dan", "trich yeu", "mo ta", "sapo", "description", "summary"),
    "categories": ("chuyen muc", "danh muc", "category"),
    "tags": ("the", "tu khoa", "nhan", "tag", "keywords"),
    "authors": ("tac gia", "nguoi viet", "author"),
    "unit": ("don vi", "phong", "don vi thuc hien"),
    "source": ("nguon", "nguon tin", "theo"),
    "featured_image": ("anh dai dien", "hinh dai dien", "anh bia", "anh noi bat", "featured image"),
    "gallery": ("bo anh", "thu vien anh", "album", "album anh"),
    "legal": ("can cu", "van ban", "can cu phap ly", "van ban lien quan"),
    "sites": ("trang", "noi dang", "trang dang", "kenh", "site"),
    "id": ("ma", "ma bai"),
}
_KEYS = {alias: key for key, names in _NAMES.items() for alias in (key.replace("_", " "), *names)}

_KINDS: Mapping[str, Kind] = {
    **{kind.value: kind for kind in Kind},
    "tin tuc": Kind.TIN,
    "bai viet": Kind.BAI,
    "hinh anh": Kind.ANH,
    "hinh": Kind.ANH,
    "do hoa": Kind.INFOGRAPHIC,
    "clip": Kind.VIDEO,
    "phim": Kind.VIDEO,
}
_STATUSES: Mapping[str, Status] = {
    "draft": Status.DRAFT,
    "nhap": Status.DRAFT,
    "ban nhap": Status.DRAFT,
    "ready": Status.READY,
    "san sang": Status.READY,
    "xong": Status.READY,
    "dang": Status.READY,
}

_CLOCK = r"(?P<hour>\d{1,2})(?:[:h](?P<minute>\d{2})?(?::(?P<second>\d{2})(?:\.\d+)?)?)(?:\s*phut)?"
_DATE = (
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"|(?:ngay\s+)?(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4}))"
)
_ZONE = r"(?P<zone>z|[+-]\d{2}:?\d{2})"
_DATE_FORMS = (
    re.compile(rf"{_DATE}(?:(?:\s*,\s*|\s+|t|\s+luc\s+){_CLOCK})?\s*{_ZONE}?"),
    re.compile(rf"{_CLOCK}(?:\s*,\s*|\s+){_DATE}"),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a post is checked against: theme codes with labels, site names, the time zone.

    default_time: the time of day of a date that was written without one.
    """

    themes: Mapping[str, str]
    sites: Sequence[str]
    timezone: tzinfo
    default_time: time = time(0, 0)


def suggest(word: str, choices: Sequence[str]) -> str:
    """Return the choice that a misspelt word most likely meant, or ""."""
    folded = {fold(choice.replace("_", " ").replace("-", " ")): choice for choice in choices}
    close = difflib.get_close_matches(
        fold(word.replace("_", " ").replace("-", " ")), list(folded), n=1, cutoff=0.7
    )
    return folded[close[0]] if close else ""


def parse_date(text: str, zone: tzinfo, default_time: time = time(0, 0)) -> datetime | None:
    """Return the aware instant that a date as people write it means, or None.

    Day comes before month (``15/03/2023 08:00``, ``8h30 15/3/2023``) unless the year leads
    (``2023-03-15``, ``2023-03-15T08:00+07:00``). Without an offset it is in ``zone``.
    """
    written = fold(text).strip("\"'")
    for form in _DATE_FORMS:
        if not (match := form.fullmatch(written)):
            continue
        part = {name: value for name, value in match.groupdict().items() if value}
        try:
            day = datetime(
                int(part.get("year") or part["y"]),
                int(part.get("month") or part["m"]),
                int(part.get("day") or part["d"]),
                tzinfo=zone,
            )
            clock = (
                time(int(part["hour"]), int(part.get("minute", 0)), int(part.get("second", 0)))
                if "hour" in part
                else default_time
            )
            moment = datetime.combine(day, clock, tzinfo=zone)
            offset = part.get("zone", "").upper()
            if offset:
                return datetime.fromisoformat(f"{moment.replace(tzinfo=None).isoformat()}{offset}")
        except ValueError:
            return None
        return moment
    return None


def parse(data: bytes, key: str, file: str, rules: Rules) -> tuple[Post | None, list[Problem]]:
    """Given a file's bytes, its key and its path as people know it, return its Post.

    With an error the Post is None; the problems name the file's lines, all of them at once.
    """
    try:
        text = _decode(data)
    except UnicodeError:
        return None, [Problem("encoding", Where(file, 1))]
    handler = _Handler()
    if not handler.detect(text.lstrip()):
        return None, [Problem("front-matter-missing", Where(file, 1))]
    try:
        values, body = frontmatter.parse(text, handler=handler)
    except yaml.MarkedYAMLError as error:
        return None, [_yaml_problem(error, text, file, _lines_before(text))]
    except yaml.YAMLError:  # a character that YAML does not allow has no mark
        return None, [Problem("yaml-character", Where(file, 1))]
    except _NotAMappingError:
        return None, [Problem("front-matter-missing", Where(file, 1))]
    if not handler.closed:
        return None, [Problem("front-matter-open", Where(file, 1))]
    lead = _lines_before(text)
    named, lines, problems = _rename(handler, values, file, lead)
    front = None
    try:
        front = FrontMatter.model_validate(named, context=rules)
    except ValidationError as error:
        meant = {p.params.get("meant") for p in problems}
        problems += [
            _invalid(e, lines, file)
            for e in error.errors(include_url=False)
            # ``titel:`` is reported as a misspelt title, not as a missing one too.
            if not (e["type"] == "missing" and e["loc"][0] in meant)
        ]
    if front is None or any(p.severity is Severity.ERROR for p in problems):
        return None, sorted(problems, key=lambda p: p.where)
    given = front.model_dump(exclude={"id"}, exclude_none=True)
    given["gallery"] = front.gallery
    post = Post(
        key=front.id or key,
        file=file,
        body=body,
        body_line=lead + handler.body_line(body),
        lines=lines,
        **given,
    )
    return post, sorted(problems, key=lambda p: p.where)


def _decode(data: bytes) -> str:
    # Notepad's "Unicode" is UTF-16 with a mark; everything else is UTF-8, with or without one.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    else:
        text = data.decode("utf-8-sig")
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n"))


def _lines_before(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


class _NotAMappingError(Exception):
    pass


class _Handler(YAMLHandler):
    """Reads every value as the text that was written, and keeps the line of every key.

    Typed YAML would make ``no`` a boolean, an unquoted date a date without its time zone,
    and a number out of ``id: 007``; pydantic gives the types instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[tuple[str, int]] = []
        self.closed = False
        self._head = ""

    def split(self, text: str) -> tuple[str, str]:
        first = self.FM_BOUNDARY.match(text)
        # ``\s*`` of the boundary may run over blank lines: the lines are counted from "---".
        begin = text.index("\n") + 1 if first and "\n" in text else len(text)
        second = self.FM_BOUNDARY.search(text, begin)
        if not second:
            return "", ""
        self.closed = True
        self._head = text[: second.end()]
        return text[begin : second.start()], text[second.end() :]

    def body_line(self, body: str) -> int:
        """Return the line on which the stripped body begins, counted from the first "---"."""
        return self._head.count("\n") + (2 if body and not self._head.endswith("\n") else 1)

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        if len(fm.encode()) > FRONT_MATTER_LIMIT:
            raise yaml.MarkedYAMLError(problem="too long")
        node = yaml.compose(fm, Loader=_TextLoader)
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise _NotAMappingError
        self.keys = [(nfc(str(k.value)), k.start_mark.line + 2) for k, _v in node.value]
        loaded: dict[str, Any] = {}
        loader = _TextLoader("")
        for name, value in node.value:
            # The first of two equal keys wins here; the second one is reported by name.
            loaded.setdefault(nfc(str(name.value)), loader.construct_object(value, deep=True))
        return loaded


class _TextLoader(yaml.BaseLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # An alias can make a few lines stand for gigabytes; nobody writes one in a post.
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def _yaml_problem(error: yaml.MarkedYAMLError, text: str, file: str, lead: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    at = (mark.line if mark else 0) + 2 + lead  # marks count from 0, after the "---" line
    all_lines = text.split("\n")
    line = all_lines[at - 1] if 0 < at <= len(all_lines) else ""
    written = line.strip()
    why = error.problem or ""
    key, colon, value = written.partition(":")
    if why.startswith("mapping values") and colon:
        quoted = value.strip().replace("\\", "\\\\").replace('"', '\\"')
        return Problem(
            "yaml-colon", Where(file, at), {"line": written, "fixed": f'{key}: "{quoted}"'}
        )
    if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in why:
        return Problem("yaml-tab", Where(file, at), {"line": written})
    if why == "too long":
        return Problem("front-matter-long", Where(file, 1), {"limit": FRONT_MATTER_LIMIT // 1024})
    if why == "alias":
        return Problem("yaml-alias", Where(file, at), {"line": written})
    if "unexpected end of stream" in why or "found unexpected" in why:
        start = error.context_mark.line + 2 + lead if error.context_mark else at
        return Problem("yaml-quote", Where(file, start), {"line": all_lines[start - 1].strip()})
    if error.context_mark:  # where the unfinished thing begins helps more than where it broke
        at = error.context_mark.line + 2 + lead
    return Problem("yaml", Where(file, at), {"line": all_lines[at - 1].strip()})


def _rename(
    handler: _Handler, values: Mapping[str, Any], file: str, lead: int
) -> tuple[dict[str, Any], dict[str, int], list[Problem]]:
    """Give the keys their English names; report unknown ones and those written twice."""
    named: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for written, line_in_front in handler.keys:
        line = line_in_front + lead
        folded = fold(written.replace("_", " ").replace("-", " "))
        key = _KEYS.get(folded)
        if key is None:
            close = suggest(written, [*_NAMES, *_KEYS])
            meant = close if close in _NAMES else _KEYS.get(close, "")
            problems.append(
                Problem("key-unknown", Where(file, line), {"key": written, "meant": meant})
            )
        elif key in lines:
            problems.append(
                Problem("key-twice", Where(file, line), {"key": written, "first": lines[key]})
            )
        else:
            lines[key] = line
            value = values[written]
            if value not in ("", "~", "null", [], {}):
                named[key] = value
    return named, lines, problems


def _invalid(error: Mapping[str, Any], lines: Mapping[str, int], file: str) -> Problem:
    key = str(error["loc"][0])
    params = {"key": key, **error.get("ctx", {})}
    code = error["type"] if error["type"] in _CODES else "value-type"
    if error["type"] == "missing":
        code = f"{key}-missing"
    return Problem(code, Where(file, lines.get(key, 1)), params)


_CODES = frozenset(
    {"date-form", "choice", "value-type", "value-long", "slug-form", "id-form", "title-missing"}
)


def _fail(code: str, **params: object) -> PydanticCustomError:
    return PydanticCustomError(code, code, params)


def _rules(info: ValidationInfo) -> Rules:
    assert isinstance(info.context, Rules)
    return info.context


def _one(value: object) -> str:
    if not isinstance(value, str):
        raise _fail("value-type", expected="text")
    return " ".join(nfc(value).split())


def _title(value: object) -> str:
    title = _one(value)
    if not slugify(title):
        raise _fail("title-missing")
    if len(title) > 300:
        raise _fail("value-long", limit=300, length=len(title))
    return title


def _many(split: str) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        parts = re.split(split, value) if split and isinstance(value, str) else value
        items = [parts] if isinstance(parts, str) else parts
        if not isinstance(items, list):
            raise _fail("value-type", expected="list")
        texts = (_one(item) for item in items)
        return tuple(dict.fromkeys(text for text in texts if text))

    return read


def _choice(value: object, choices: Mapping[str, Any], shown: Sequence[str]) -> Any:
    written = _one(value)
    found = choices.get(fold(written.replace("-", " ").replace("_", " ")))
    if found is None:
        found = choices.get(fold(written))
    if found is None:
        meant = suggest(written, shown)
        raise _fail("choice", value=written, meant=meant, choices=", ".join(shown))
    return found


def _kind(value: object) -> Kind:
    kind: Kind = _choice(value, _KINDS, [k.value for k in Kind])
    return kind


def _status(value: object) -> Status:
    status: Status = _choice(value, _STATUSES, [s.value for s in Status])
    return status


def _theme(value: object, info: ValidationInfo) -> str:
    themes = _rules(info).themes
    known = {fold(code): code for code in themes}
    known |= {fold(code.replace("-", " ")): code for code in themes}
    known |= {fold(label): code for code, label in themes.items()}
    theme: str = _choice(value, known, list(themes))
    return theme


def _sites(value: object, info: ValidationInfo) -> tuple[str, ...]:
    names = _rules(info).sites
    known = {fold(name): name for name in names}
    known |= {fold(name.replace("-", " ").replace("_", " ")): name for name in names}
    return tuple(dict.fromkeys(_choice(item, known, list(names)) for item in _many(r"[,;]")(value)))


def _date(value: object, info: ValidationInfo) -> datetime:
    rules = _rules(info)
    moment = parse_date(_one(value), rules.timezone, rules.default_time)
    if moment is None:
        raise _fail("date-form", value=_one(value))
    return moment


def _slug(value: object) -> str:
    written = _one(value).strip("/")
    clean = slugify(written, 200)
    if clean != written:
        raise _fail("slug-form", value=written, fixed=clean)
    return clean


def _id(value: object) -> str:
    written = _one(value)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}", written):
        raise _fail("id-form", value=written, fixed=slugify(written))
    return written


def _gallery(value: object) -> tuple[GalleryItem, ...]:
    items = [value] if isinstance(value, str | dict) else value
    if not isinstance(items, list):
        raise _fail("value-type", expected="list")
    return tuple(_gallery_item(item) for item in items)


def _gallery_item(item: object) -> GalleryItem:
    if isinstance(item, str):
        return GalleryItem(_one(item))
    if isinstance(item, dict) and "path" in item and set(item) <= {"path", "alt", "caption"}:
        return GalleryItem(**{str(name): _one(text) for name, text in item.items()})
    raise _fail("value-type", expected="gallery")


_Text = Annotated[str, BeforeValidator(_one)]
_CommaList = Annotated[tuple[str, ...], BeforeValidator(_many(r"[,;]"))]


class FrontMatter(BaseModel):
    """The front matter of a post, by its English names; every value comes as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, BeforeValidator(_title)]
    kind: Annotated[Kind | None, BeforeValidator(_kind)] = None
    theme: Annotated[str | None, BeforeValidator(_theme)] = None
    date: Annotated[datetime | None, BeforeValidator(_date)] = None
    status: Annotated[Status | None, BeforeValidator(_status)] = None
    slug: Annotated[str | None, BeforeValidator(_slug)] = None
    excerpt: _Text | None = None
    categories: _CommaList | None = None
    tags: _CommaList | None = None
    authors: _CommaList | None = None
    unit: _Text | None = None
    source: _Text | None = None
    featured_image: _Text | None = None
    gallery: Annotated[tuple[GalleryItem, ...], BeforeValidator(_gallery)] = ()
    legal: Annotated[tuple[str, ...] | None, BeforeValidator(_many(""))] = None
    sites: Annotated[tuple[str, ...] | None, BeforeValidator(_sites)] = None
    id: Annotated[str | None, BeforeValidator(_id)] = None
