"""What is loaded late: all of it is there, and a command loads no more than it needs."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pytest

import publisher
from publisher.deferred import changed, deferred, restored
from tests.office import Office

FACES = [
    each.name
    for each in pkgutil.iter_modules(publisher.__path__, "publisher.")
    if each.ispkg and hasattr(importlib.import_module(each.name), "__all__")
]


@pytest.mark.parametrize("name", FACES)
def test_a_face_gives_all_that_it_names(name: str) -> None:
    face = importlib.import_module(name)
    for _, module, _ in pkgutil.iter_modules(face.__path__, f"{name}."):
        if not module.endswith("migrations"):
            importlib.import_module(module)
    # A module of the same name would stand in the way of what is meant.
    assert not [one for one in face.__all__ if isinstance(getattr(face, one), ModuleType)]


def test_what_a_face_does_not_have_is_an_error() -> None:
    with pytest.raises(AttributeError, match=r"publisher\.posts.*nothing"):
        importlib.import_module("publisher.posts").nothing  # noqa: B018


def loaded(office: Office, *arguments: str) -> set[str]:
    """Run a command in a process of its own, and return the libraries that it loaded."""
    code = (
        "import sys\nfrom publisher.__main__ import main\n"
        "status = main(sys.argv[1:])\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
        "sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=office.folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stderr.split())


HEAVY = {"pydantic", "sqlalchemy", "requests", "lxml", "markdown", "PIL", "jinja2", "flask"}


def test_help_loads_none_of_the_large_libraries(tmp_path: Path) -> None:
    assert not loaded(Office(tmp_path), "--help") & HEAVY


def test_a_plan_that_finds_nothing_to_do_reads_and_opens_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.picture("media/a.jpg")
    office.post("một.md", "![Ảnh](/media/a.jpg)", title="Bài một")
    for path in ("media/a.jpg", "posts/một.md"):
        os.utime(tmp_path / path, (1_600_000_000, 1_600_000_000))
    assert loaded(office, "publish") & HEAVY
    assert loaded(office, "plan") & HEAVY <= {"pydantic"}


# Fields that are filled later


@deferred("text", "more")
@dataclass(frozen=True)
class Value:
    name: str
    text: str = ""
    more: tuple[int, ...] = ()


def test_a_field_is_filled_when_it_is_read_first() -> None:
    asked: list[int] = []

    def rest() -> dict[str, object]:
        asked.append(1)
        return {"text": "chữ", "more": (1,)}

    value = restored(Value, {"name": "a"}, rest)
    other = changed(value, name="b", more=(2,))
    assert (value.name, other.name, asked) == ("a", "b", [])
    assert (other.text, other.more) == ("chữ", (2,))
    assert value == Value("a", "chữ", (1,)) == replace(value)
    assert repr(value) == repr(Value("a", "chữ", (1,)))
    assert asked == [1, 1]  # once for each of the two
    with pytest.raises(AttributeError):
        value.name = "c"  # type: ignore[misc]
