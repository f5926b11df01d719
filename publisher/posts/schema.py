"""The front matter as a JSON Schema, from which editors complete and check what is typed.

It is made from the same fields, names and values as the reading of posts, and is a little
more lenient: what takes more than a pattern, such as 31/02, is left to ``publisher check``.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Union, get_args, get_origin

from publisher.abilities import CHANNELS
from publisher.model import GalleryItem, Kind, Priority, Status
from publisher.posts.fields import KINDS, PRIORITIES, STATUSES, FrontMatter
from publisher.posts.names import NAMES, PARTS, spaced
from publisher.posts.rules import Rules

Schema = dict[str, Any]

DRAFTS: Mapping[str, str] = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "7": "http://json-schema.org/draft-07/schema#",
}
"""Drafts of JSON Schema whose words this one keeps to, and their addresses."""
_LETTERS = (
    "aàáảãạăằắẳẵặâầấẩẫậ", "dđ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ", "uùúủũụưừứửữự",
    "yỳýỷỹỵ",
)  # fmt: skip
_ANY_CASE = {letters[0]: f"[{letters}{letters.upper()}]" for letters in _LETTERS}
_SPACES = "[ _-]+"
_DAY, _MONTH = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])"
_DATE = (
    rf"(^|[^0-9])([0-9]{{4}}[-/.]{_MONTH}[-/.]{_DAY}|{_DAY}[-/.]{_MONTH}[-/.][0-9]{{4}}"
    rf"|{_DAY}\s+[tT][hH][áÁaA][nN][gG]\s+{_MONTH},?\s+[nN][ăĂaA][mM]\s+[0-9]{{4}})([^0-9]|$)"
)
_EMPTY: Schema = {"enum": ["", "~", "null", None]}
_DEFS: Mapping[str, Schema] = {
    # YAML reads "2023" as a number and "no" as a truth value; a post means the text.
    "text": {"type": ["string", "number", "boolean", "null"]},
    "list": {
        "anyOf": [
            {"$ref": "#/$defs/text"},
            {"type": "array", "items": {"$ref": "#/$defs/text"}},
        ]
    },
    "number": {
        "anyOf": [
            {"type": ["integer", "null"], "minimum": 0},
            {"type": "string", "pattern": r"^\s*(\d|$)"},
        ]
    },
    "date": {"anyOf": [{"type": "string", "pattern": _DATE}, _EMPTY]},
}
_ADDRESS: Schema = {"anyOf": [{"type": "string", "pattern": "^/*[a-z0-9]+(-[a-z0-9]+)*/*$"},
                              {"type": "integer"}, _EMPTY]}  # fmt: skip
_ID: Schema = {
    "anyOf": [
        {"type": "string", "pattern": r"^([A-Za-z0-9][A-Za-z0-9_.-]*/)*[A-Za-z0-9][A-Za-z0-9_.-]*$",
         "maxLength": 200},
        {"type": "integer"},
        _EMPTY,
    ]
}  # fmt: skip
_TITLE: Schema = {
    "anyOf": [
        {"type": "string", "pattern": "[0-9A-Za-zÀ-ỹ]", "maxLength": 300},
        {"type": ["number", "boolean"]},
    ]
}


def json_schema(
    rules: Rules, labels: Mapping[str, str], kinds: Mapping[str, str], draft: str = "2020-12"
) -> Schema:
    """Return the JSON Schema of the front matter of a post, under the name of one of DRAFTS.

    rules: themes, sites and groups of the office. labels: of the keys, by their English names; kinds:
    of the kinds of item. Both are what an editor shows.
    """
    properties: dict[str, Schema] = {}
    patterns: dict[str, Schema] = {}
    defs = dict(_DEFS)
    for name, field in FrontMatter.model_fields.items():
        value = _value(name, field.annotation, rules, kinds)
        defs[f"field-{name}"] = {"title": labels.get(name, name), **value}
        names = (name, *NAMES.get(name, ()))
        properties |= dict.fromkeys(names, _ref(f"field-{name}"))
        # Its other ways of writing; a name that is listed is not checked twice.
        listed = "|".join(names)
        patterns[f"^(?!({listed})$){_loosely(*names)[1:]}"] = _ref(f"field-{name}")
    titled = _loosely("title", *NAMES["title"])
    return {
        "$schema": DRAFTS[draft],
        "type": "object",
        "properties": properties,
        "patternProperties": patterns,
        "additionalProperties": False,
        # The title may have any of its names, in capitals or without marks.
        "anyOf": [
            {"required": ["title"]},
            {"not": {"propertyNames": {"not": {"pattern": titled}}}},
        ],
        "$defs": defs,
    }


def _value(name: str, annotation: object, rules: Rules, kinds: Mapping[str, str]) -> Schema:
    """Return the schema of a field's value."""
    by_name: Mapping[str, Schema] = {
        "title": _TITLE,
        "slug": _ADDRESS,
        "id": _ID,
        "theme": _choice(rules.themes, (*rules.themes, *rules.themes.values())),
        "sites": _sites((*rules.sites, *rules.groups)),
    }
    if name in by_name:
        return by_name[name]
    kind = _bare(annotation)
    if kind is Kind:
        return _choice({code.value: kinds.get(code, code) for code in Kind}, KINDS)
    if kind is Priority:
        return _choice({code.value: code.value for code in Priority}, PRIORITIES)
    if kind is Status:
        return _choice({code.value: code.value for code in Status}, STATUSES)
    if kind is datetime:
        return _ref("date")
    if kind is int:
        return _ref("number")
    if get_origin(kind) is dict:
        texts = {name: {"type": "string"} for name in (*CHANNELS, *rules.sites)}
        return {"anyOf": [{"type": "string"}, {"type": "object", "properties": texts}, _EMPTY]}
    if get_origin(kind) is tuple:
        return _gallery() if GalleryItem in get_args(kind) else _ref("list")
    return _ref("text")


def _bare(annotation: object) -> object:
    """Return a type without its ``| None`` and what validates it."""
    if get_origin(annotation) in (Union, types.UnionType):
        return _bare(next(p for p in get_args(annotation) if p is not types.NoneType))
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _choice(labels: Mapping[str, str], written: Iterable[str]) -> Schema:
    """Return the schema of one of some codes, which editors offer with their labels."""
    return {
        "description": "; ".join(f"{code}: {label}" for code, label in labels.items()),
        "anyOf": [
            {"enum": list(labels)},
            {"type": "string", "pattern": _loosely(*written)},
            _EMPTY,
        ],
    }


def _sites(names: Iterable[str]) -> Schema:
    names = list(names)
    one: Schema = {
        "anyOf": [{"enum": names}, {"type": "string", "pattern": _loosely(*names)}],
    }
    name = _loosely(*names)[1:-1]
    several = {"type": "string", "pattern": rf"^{name}([,;]{name})*$"}
    return {"anyOf": [{"type": "array", "items": one}, *one["anyOf"], several, _EMPTY]}


def _gallery() -> Schema:
    text = _ref("text")
    shown = {alias: text for part, names in PARTS.items() for alias in (part, *names)}
    path = _loosely("path", *PARTS["path"])
    item = {
        "type": "object",
        "properties": shown,
        "patternProperties": {_loosely(part, *names): text for part, names in PARTS.items()},
        "additionalProperties": False,
        "not": {"propertyNames": {"not": {"pattern": path}}},
    }
    items = {"anyOf": [text, item]}
    return {"anyOf": [text, item, {"type": "array", "items": items}]}


def _loosely(*written: str) -> str:
    """Return a pattern for words in any case, with or without marks, spaced in any way."""
    forms = dict.fromkeys(spaced(text) for text in written)
    return rf"^\s*({'|'.join(_form(form) for form in forms)})\s*$"


def _form(folded: str) -> str:
    return "".join(_any_case(letter) for letter in folded)


def _any_case(letter: str) -> str:
    if letter == " ":
        return _SPACES
    if letter.isalpha():
        return _ANY_CASE.get(letter, f"[{letter}{letter.upper()}]")
    # Editors compile patterns with the flag "u", which allows no needless escapes.
    return rf"\{letter}" if letter in "^$\\.*+?()[]{}|/" else letter
