"""What is wrong in config.toml, and on which line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from publisher.config.settings import Config
from publisher.model import Problem, Where
from publisher.text import nfc

_SECRET = re.compile(r"pass|pwd|token|secret|mat_?khau|mật_?khẩu")


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(nfc(name).lower().replace("-", "_").replace(" ", "_")))


def unreadable(error: tomllib.TOMLDecodeError, text: str, file: str) -> Problem:
    """Given TOML's complaint, return what is wrong with which line."""
    found = re.search(r"at line (\d+)", str(error))
    line = int(found[1]) if found else text.count("\n") + 1
    lines = text.split("\n")
    written = lines[min(line, len(lines)) - 1].strip()
    name = written.partition("=")[0].strip().strip("\"'")
    if _is_secret(name) or name == "channels":  # its value is not shown
        return Problem("config-secret", Where(file, line), {"name": name})
    if "\\" in written:
        return _backslash(written, Where(file, line))
    return Problem("toml", Where(file, line), {"line": written})


def _backslash(written: str, where: Where) -> Problem:
    fixed = written.replace("\\", "/")
    return Problem("toml-backslash", where, {"line": written, "fixed": fixed})


def refused(error: Mapping[str, Any], text: str, file: str) -> Problem:
    """Given pydantic's complaint about a value, return what is wrong with which line."""
    # pydantic names the branch of a union too; only keys of the file are wanted.
    loc = tuple(str(part) for part in error["loc"] if part != "[key]")
    code, context = str(error["type"]), dict(error.get("ctx") or {})
    if code == "extra_forbidden":
        return unknown(loc, text, file)
    where = Where(file, line_of(loc, text))
    key = ".".join(loc)
    value = str(error.get("input"))
    if code == "toml-backslash":
        return _backslash(text.split("\n")[where.line - 1].strip(), where)
    if code.startswith("config-"):
        return Problem(code, where, {"key": key, "section": key, **context})
    if code in ("literal_error", "enum"):
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return Problem("config-choice", where, {"key": key, "value": value, "choices": choices})
    if code in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        params = {"key": key, "value": value, "limit": limit, "low": "ge" in context}
        return Problem("config-range", where, params)
    if code == "missing":
        params = {"name": loc[-1], "section": ".".join(loc[:-1])}
        return Problem("config-missing", Where(file, line_of(loc[:-1], text)), params)
    return Problem("config-value", where, {"key": key, "value": value})


def unknown(loc: tuple[str, ...], text: str, file: str) -> Problem:
    """Return what to say of a key that is not known here: a secret, or a slip of the hand."""
    where = Where(file, line_of(loc, text))
    name = loc[-1]
    if _is_secret(name):
        return Problem("config-secret", where, {"name": name, "reason": loc[0]})
    fields = _table(loc).model_fields.items()
    choices = [field.alias or name for name, field in fields if name not in ("base", "file")]
    close = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    params = {"key": ".".join(loc), "meant": close[0] if close else "", "choices": choices}
    return Problem("config-unknown", where, {**params, "choices": ", ".join(choices)})


def _table(loc: tuple[str, ...]) -> type[BaseModel]:
    """Return the model of the table that a key stands in."""
    model: type[BaseModel] = Config
    for part in loc[:-1]:
        if part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model in a type such as ``Mapping[str, Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model), None)


def line_of(loc: tuple[str, ...], text: str) -> int:
    """Return the line of a key (of the nearest section when it is not there); 1 at worst."""
    section: tuple[str, ...] = ()
    number_of: dict[tuple[str, ...], int] = {}
    best, depth = 1, 0
    for number, line in enumerate(text.split("\n"), start=1):
        if header := re.match(rf"\s*\[(\[?)({_DOTTED})\]", line):
            section = here = _parts(header[2])
            if header[1]:  # one of several tables of this name, which are numbered
                number_of[here] = number_of.get(here, -1) + 1
                section = here = (*here, str(number_of[here]))
        elif key := re.match(rf"({_DOTTED})=", line):
            here = (*section, *_parts(key[1]))
        else:
            continue
        if len(here) > depth and loc[: len(here)] == here:
            best, depth = number, len(here)
    return best


_NAME = r"\"[^\"]*\"|'[^']*'|[\w-]+"
_DOTTED = rf"\s*(?:{_NAME})\s*(?:\.\s*(?:{_NAME})\s*)*"


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_NAME, dotted))
