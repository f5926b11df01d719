"""The values of the front matter: text → what the domain knows, with a code for each slip."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from publisher.abilities import CHANNELS
from publisher.model import ACTIVITIES, GalleryItem, Kind, Priority, Status
from publisher.posts.dates import parse_date
from publisher.posts.names import part_of, spaced, suggest
from publisher.posts.rules import Rules
from publisher.text import fold, nfc, slugify

KINDS: Mapping[str, Kind] = {
    **{kind.value: kind for kind in Kind},
    "tin tuc": Kind.TIN,
    "bai viet": Kind.BAI,
    "hinh anh": Kind.ANH,
    "hinh": Kind.ANH,
    "do hoa": Kind.INFOGRAPHIC,
    "clip": Kind.VIDEO,
    "phim": Kind.VIDEO,
    **{kind.value.replace("-", " "): kind for kind in ACTIVITIES},
    "hoi nghi quan triet": Kind.HOI_NGHI,
    "quan triet": Kind.HOI_NGHI,
    "lop tap huan": Kind.TAP_HUAN,
    "boi duong": Kind.TAP_HUAN,
    "to roi": Kind.AN_PHAM,
    "pano": Kind.AN_PHAM,
    "zalo": Kind.MANG_XA_HOI,
    "facebook": Kind.MANG_XA_HOI,
    "truyen thanh": Kind.PHAT_THANH,
}
STATUSES: Mapping[str, Status] = {
    "draft": Status.DRAFT,
    "nhap": Status.DRAFT,
    "ban nhap": Status.DRAFT,
    "ready": Status.READY,
    "san sang": Status.READY,
    "xong": Status.READY,
    "dang": Status.READY,
}
PRIORITIES: Mapping[str, Priority] = {
    "normal": Priority.NORMAL,
    "thuong": Priority.NORMAL,
    "binh thuong": Priority.NORMAL,
    "urgent": Priority.URGENT,
    "gap": Priority.URGENT,
    "khan": Priority.URGENT,
    "khan cap": Priority.URGENT,
    "thuong khan": Priority.URGENT,
    "hoa toc": Priority.URGENT,
}
_LAST_SECOND = time(23, 59, 59)


CODES = frozenset(
    {"number-form", "shares-form", "shares-count"}
    | {"expire-order"}
    | {"date-form", "choice", "value-type", "value-long", "slug-form", "id-form", "title-missing"}
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
    for form in (spaced(written), fold(written)):
        if form in choices:
            return choices[form]
    raise _fail("choice", value=written, meant=suggest(written, shown), choices=", ".join(shown))


def _kind(value: object) -> Kind:
    kind: Kind = _choice(value, KINDS, [k.value for k in Kind])
    return kind


def _status(value: object) -> Status:
    status: Status = _choice(value, STATUSES, [s.value for s in Status])
    return status


def _priority(value: object) -> Priority:
    priority: Priority = _choice(value, PRIORITIES, [p.value for p in Priority])
    return priority


def _theme(value: object, info: ValidationInfo) -> str:
    themes = _rules(info).themes
    known = {fold(code): code for code in themes}
    known |= {spaced(code): code for code in themes}
    known |= {fold(label): code for code, label in themes.items()}
    theme: str = _choice(value, known, list(themes))
    return theme


def _sites(value: object, info: ValidationInfo) -> tuple[str, ...]:
    rules = _rules(info)
    names = [*rules.sites, *rules.groups]
    known = {fold(name): name for name in names}
    known |= {spaced(name): name for name in names}
    chosen = [_choice(item, known, names) for item in _many(r"[,;]")(value)]
    return tuple(dict.fromkeys(s for name in chosen for s in rules.groups.get(name, (name,))))


def _date(value: object, info: ValidationInfo) -> datetime:
    return _instant(value, info, _rules(info).default_time)


def _instant(value: object, info: ValidationInfo, default_time: time) -> datetime:
    moment = parse_date(_one(value), _rules(info).timezone, default_time)
    if moment is None:
        raise _fail("date-form", value=_one(value))
    return moment


def _expire(value: object, info: ValidationInfo) -> datetime:
    # "Đăng đến 30/11" means that it still stands on the 30th.
    moment = _instant(value, info, _LAST_SECOND)
    for key in ("date", "embargo"):
        begins = info.data.get(key)
        if begins and moment <= begins:
            raise _fail("expire-order", value=_one(value), other=key)
    return moment


def _slug(value: object, info: ValidationInfo) -> str:
    written = _one(value).strip("/")
    clean = slugify(written, 200)
    if not clean or clean != written:
        raise _fail("slug-form", value=written, fixed=clean or slugify(_titled(info)))
    return clean


def _number(value: object) -> int:
    # As people count: "120", "1.500 tờ", "45 người".
    written = _one(value)
    found = re.fullmatch(r"(\d{1,3}(?:[. ]\d{3})+|\d{1,9})(?:\s+\D*)?", written, re.ASCII)
    if not found:
        raise _fail("number-form", value=written)
    return int(re.sub(r"\D", "", found[1]))


def _shares(value: object, info: ValidationInfo) -> tuple[int, ...]:
    written = [item.removesuffix("%").strip() for item in _parts_of(value)]
    if not all(re.fullmatch(r"0*[1-9]\d{0,3}", item, re.ASCII) for item in written):
        raise _fail("shares-form", value=", ".join(written))
    authors = info.data.get("authors") or ()
    if len(written) != len(authors):
        raise _fail("shares-count", shares=len(written), authors=len(authors))
    return tuple(map(int, written))


def _parts_of(value: object) -> list[str]:
    """Return the items of a list, those that are the same too."""
    items = re.split(r"[,;/]", value) if isinstance(value, str) else value
    if not isinstance(items, list):
        raise _fail("value-type", expected="list")
    return [text for text in map(_one, items) if text]


def _id(value: object, info: ValidationInfo) -> str:
    # It takes the place of a path below posts/, so it may not climb out of there either.
    written = _one(value)
    if len(written) > 200 or not re.fullmatch(
        r"(?:[A-Za-z0-9][\w.-]*/)*[A-Za-z0-9][\w.-]*", written, re.ASCII
    ):
        raise _fail("id-form", value=written, fixed=slugify(written) or slugify(_titled(info)))
    return written


def _titled(info: ValidationInfo) -> str:
    return str(info.data.get("title") or "bai-viet")


def _gallery(value: object) -> tuple[GalleryItem, ...]:
    items = [value] if isinstance(value, str | dict) else value
    if not isinstance(items, list):
        raise _fail("value-type", expected="gallery")
    return tuple(_gallery_item(item) for item in items if item not in ("", {}))


def _gallery_item(item: object) -> GalleryItem:
    if isinstance(item, str):
        return GalleryItem(_one(item))
    parts = [(part_of(name), text) for name, text in item.items()] if isinstance(item, dict) else []
    named = {part: _one(text) for part, text in parts if part and isinstance(text, str)}
    if len(named) < len(parts) or not named.get("path"):
        raise _fail("value-type", expected="gallery")
    return GalleryItem(**named)


def _social(value: object, info: ValidationInfo) -> dict[str, str]:
    if isinstance(value, str):
        return {"": _paragraphs(value)}
    if not isinstance(value, dict):
        raise _fail("value-type", expected="social")
    names = [*CHANNELS, *_rules(info).sites]
    known = {fold(name): name for name in names} | {spaced(name): name for name in names}
    texts = {_choice(name, known, names): _paragraphs(text) for name, text in value.items()}
    return {name: text for name, text in texts.items() if text}


def _paragraphs(value: object) -> str:
    """Return a text with its paragraphs, white space within them folded."""
    if not isinstance(value, str):
        raise _fail("value-type", expected="social")
    lines = (" ".join(line.split()) for line in nfc(value).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_Text = Annotated[str, BeforeValidator(_one)]
_CommaList = Annotated[tuple[str, ...], BeforeValidator(_many(r"[,;]"))]


class FrontMatter(BaseModel):
    """The front matter of a post, by its English names; every value comes as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, BeforeValidator(_title)]
    kind: Annotated[Kind | None, BeforeValidator(_kind)] = None
    theme: Annotated[str | None, BeforeValidator(_theme)] = None
    date: Annotated[datetime | None, BeforeValidator(_date)] = None
    embargo: Annotated[datetime | None, BeforeValidator(_date)] = None
    expire: Annotated[datetime | None, BeforeValidator(_expire)] = None
    priority: Annotated[Priority | None, BeforeValidator(_priority)] = None
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
    place: _Text | None = None
    participants: Annotated[int | None, BeforeValidator(_number)] = None
    copies: Annotated[int | None, BeforeValidator(_number)] = None
    evidence: Annotated[tuple[str, ...] | None, BeforeValidator(_many(r";"))] = None
    shares: Annotated[tuple[int, ...] | None, BeforeValidator(_shares)] = None
    social: Annotated[dict[str, str], BeforeValidator(_social)] = Field(default_factory=dict)
    id: Annotated[str | None, BeforeValidator(_id)] = None
