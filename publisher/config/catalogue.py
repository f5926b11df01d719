"""The catalogue of laws: the one that ships, and the office's own entries."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from publisher.checks import Law, citable
from publisher.config.reporting import Date, Section
from publisher.config.settings import Config
from publisher.config.shipped import SHIPPED
from publisher.config.slips import line_of, unreadable
from publisher.errors import ConfigError
from publisher.model import Problem, Where
from publisher.text import nfc


def _number(value: str) -> str:
    number = " ".join(nfc(value).split())
    if not citable(number):
        raise PydanticCustomError("law-number", "law-number", {"value": number})
    return number


def _words(value: str) -> str:
    return " ".join(nfc(value).split())


_Number = Annotated[str, AfterValidator(_number)]
_Words = Annotated[str, AfterValidator(_words)]


class _Entry(Section):
    number: _Number
    kind: _Words = ""
    title: _Words = ""
    signed: Date | None = Field(default=None, alias="date")
    in_force: Date | None = None
    expires: Date | None = None
    replaced_by: tuple[_Number, ...] = ()


_NAMES = tuple(field.alias or name for name, field in _Entry.model_fields.items())


def laws(config: Config) -> tuple[Law, ...]:
    """Return the laws that posts are checked against; the office's own come last.

    Raise ConfigError with all that is wrong in the office's file.
    """
    shipped = _read(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    if config.checks.laws is None:
        return shipped
    path = config.base / config.checks.laws
    file = config.checks.laws.as_posix()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeError as error:
        raise ConfigError(Problem("encoding", Where(file, 1))) from error
    except OSError as error:
        where = Where(config.file)
        raise ConfigError(Problem("laws-not-found", where, {"file": file})) from error
    return (*shipped, *_read(text, file))


def _read(text: str, file: str) -> tuple[Law, ...]:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(unreadable(error, text, file)) from error
    problems = [_unknown((name,), ("law",), text, file) for name in values if name != "law"]
    entries = values.get("law", [])
    if not isinstance(entries, list):
        raise ConfigError(Problem("law-table", Where(file, line_of(("law",), text))))
    found: list[Law] = []
    for index, entry in enumerate(entries):
        try:
            found.append(Law(**_Entry.model_validate(entry).model_dump()))
        except ValidationError as error:
            problems += _refused(error, index, text, file)
    if problems:
        raise ConfigError(*sorted(problems, key=lambda p: p.where))
    return tuple(found)


def _refused(error: ValidationError, index: int, text: str, file: str) -> Iterator[Problem]:
    for wrong in error.errors(include_url=False):
        loc = ("law", str(index), *(str(part) for part in wrong["loc"][:1]))
        where = Where(file, line_of(loc, text))
        code, context = str(wrong["type"]), _context(wrong)
        if code == "extra_forbidden":
            yield _unknown(loc, _NAMES, text, file)
        elif code == "missing":
            yield Problem("config-missing", where, {"name": loc[-1], "section": "law"})
        elif code in ("law-number", "config-date"):
            yield Problem(code, where, {"key": loc[-1], **context})
        else:
            params = {"key": loc[-1], "value": str(wrong.get("input"))}
            yield Problem("config-value", where, params)


def _context(wrong: Mapping[str, Any]) -> dict[str, object]:
    return dict(wrong.get("ctx") or {})


def _unknown(loc: tuple[str, ...], names: tuple[str, ...], text: str, file: str) -> Problem:
    close = difflib.get_close_matches(loc[-1], names, n=1, cutoff=0.6)
    params = {"key": loc[-1], "meant": close[0] if close else "", "choices": ", ".join(names)}
    return Problem("config-unknown", Where(file, line_of(loc, text)), params)
