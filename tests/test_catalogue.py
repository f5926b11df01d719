"""The words that people read: all there, in both languages, and no code without words."""

from __future__ import annotations

import ast
import gettext
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import publisher
from publisher import i18n, messages
from publisher.messages.media import ABOUT_A_FILE
from publisher.messages.problems import CODES
from publisher.model import Event, Problem, State
from publisher.plan import ActionKind
from tests import catalogue

PACKAGE = Path(publisher.__path__[0])
# A code often reaches its Problem through a table or a variable, so it is known by its looks:
# its first word is one of these.
_FAMILIES = re.compile(
    "(alt|attachment|body|calendar|captions|config|conflict|date|desk|draft|embargo|encoding|excerpt|expire|field|file|folder|front|gallery|heading|id|import|key"
    "|laws?|links?|log|logo|password|people|person|personal|picture|post|preview|restore|service|site|slug|table|term|title|toml"
    "|channel|social|token|typing|value|video|word|yaml)(-[a-z0-9]+)+"
)
# Whatever the words of a problem may name, without a Vietnamese letter.
_PARAMS: dict[str, object] = {
    "choices": "tin, bai", "command": "schtasks /Create",
    "count": 12, "detail": "no such table", "error": "Permission denied",
    "expected": 40, "first": 3, "fixed": 'title: "Hoi nghi: khai mac"', "format": "HEIC",
    "host": "so-khcn.example", "id": 7, "key": "title", "last": 39, "length": 400, "limit": 300,
    "line": "title: Hoi nghi: khai mac", "link": "bai-khac.md", "location": "https://moi.example",
    "log": ".publisher/log.db", "meant": "title", "name": "Cai cach",
    "other": "posts/khac.md", "path": "anh.jpg", "reason": "certificate has expired",
    "save_as": "JPEG", "scheme": "mysql", "seconds": 60.0, "section": "sites.so-khcn",
    "site": "so-khcn", "slug": "hoi-nghi", "status": 500, "table": "attempts",
    "target": "https://moi.example", "title": "Hoi nghi", "url": "https://so-khcn.example",
    "user": "bientap", "value": "Tin nhanh", "width": 9000, "height": 8000,
    "wp_message": "Sorry.", "theirs": "UTC", "ours": "Asia/Ho_Chi_Minh", "file": "config.toml",
    "port": 8080, "home": "trang-so", "days": 9, "ends": "03/12/2026",
    "since": "01/07/2025", "shares": 3, "authors": 2, "sites": "so-khcn",
    "author": "Nguyen Van A", "codec": "HEVC", "ending": ".exe", "folder": "media/anh",
    "example": "mon-fri 07:30-17:00", "evening": "mon 22:00-24:00", "morning": "tue 00:00-06:00",
    "number": "03/2023", "pages": 3, "pattern": "*.jpg", "size": 90,
    "tag": "iframe", "suffix": ".doc", "names": "tong_cong", "known": "tong_so",
    "copy": "log-2026-11-24.sqlite3", "minutes": 42, "pid": 4711, "total": 50,
    "program": "soffice", "to": "a@so.example", "original": "bai.md", "sizes": "120 / 340",
}  # fmt: skip
_VIETNAMESE = re.compile("[À-ÖØ-öø-ỹ]")


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """What changes the language; the one of before is back afterwards."""
    monkeypatch.setenv("LANGUAGE", "")
    before = gettext.textdomain()
    yield i18n.use
    gettext.textdomain(before)


def test_the_vietnamese_catalogue_is_complete() -> None:
    assert list(catalogue.faults()) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('msgid "Stopped."\nmsgstr "Đã dừng."\n', "", "missing: 'Stopped.'"),
        ('msgstr "Đã dừng."', 'msgstr ""', "not translated: 'Stopped.'"),
        ('msgid "Stopped."', '#, fuzzy\nmsgid "Stopped."', "fuzzy: 'Stopped.'"),
        ('msgid "Stopped."', 'msgid "Halted."', "no longer used: 'Halted.'"),
        ('msgid "Stopped."', '#~ msgid "Halted."\n#~ msgstr "Đã dừng."\n\nmsgid "Stopped."',
         "no longer used: 'Halted.'"),
        ('msgstr "Đã tạo: {file}"', 'msgstr "Đã tạo: {tep}"',
         "other placeholders than the source: 'Made: {file}'"),
        ('msgstr "Tháng %(month)s"', 'msgstr "Tháng"',
         "other placeholders than the source: 'Month %(month)s'"),
        ('msgstr "Đã dừng."', 'msgstr "\u0110a\u0303 d\u01b0\u0300ng."', "not in NFC: 'Stopped.'"),
        ('msgstr "Đã dừng."', 'msgstr "Đã dừng. "',
         "other white space at its ends than the source: 'Stopped.'"),
        ('msgstr "Đã dừng."', 'msgstr "Đã nghỉ."',
         "publisher.mo is not the compiled form of publisher.po"),
    ],
    ids=["missing", "empty", "fuzzy", "unused", "obsolete", "braces", "percent", "nfd", "spaces",
         "stale"],
)  # fmt: skip
def test_what_is_wrong_with_a_catalogue_is_named(
    tmp_path: Path, before: str, after: str, fault: str
) -> None:
    good = catalogue.PO.read_text(encoding="utf-8")
    assert before in good
    po = tmp_path / catalogue.PO.name
    po.write_text(good.replace(before, after, 1), encoding="utf-8")
    shutil.copy(catalogue.PO.with_suffix(".mo"), tmp_path)
    assert fault in list(catalogue.faults(po))


def test_an_update_keeps_what_is_translated_and_changes_nothing_twice(tmp_path: Path) -> None:
    po = tmp_path / catalogue.PO.name
    stale = 'msgid "Halted."\nmsgstr "Đã nghỉ."\n'
    po.write_text(catalogue.PO.read_text(encoding="utf-8") + "\n" + stale, encoding="utf-8")
    catalogue.update(po)
    assert list(catalogue.faults(po)) == []
    first = po.read_bytes(), po.with_suffix(".mo").read_bytes()
    catalogue.update(po)
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == first


@cache
def _modules() -> tuple[ast.Module, ...]:
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if file.parent.name != "messages"]
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in files)


@cache
def _texts() -> frozenset[str]:
    """Return every text in the sources that is not for people."""
    nodes = (node for module in _modules() for node in ast.walk(module))
    values = (node.value for node in nodes if isinstance(node, ast.Constant))
    return frozenset(value for value in values if isinstance(value, str))


def _problems() -> Iterator[ast.Call]:
    for module in _modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                yield node


def test_every_problem_has_words() -> None:
    given = {node.args[0].value for node in _problems() if isinstance(node.args[0], ast.Constant)}
    kept = {text for text in _texts() if _FAMILIES.fullmatch(text)}
    assert len(kept) > 60
    assert sorted(str(code) for code in (given | kept) - CODES) == []


def test_no_words_are_left_of_a_problem_that_is_gone() -> None:
    conflicts = {f"conflict-{text}" for text in _texts()}
    assert sorted(CODES - _texts() - conflicts) == []


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_problem_is_worded_without_gaps(
    code: str, language: str, speak: Callable[[str], None]
) -> None:
    speak(language)
    problem = Problem(code, params=_PARAMS)
    said, advice = messages.message(problem), messages.hint(problem)
    for text in (said, advice):
        assert text
        assert not re.search(r"[{}]|%\(|\bNone\b|  ", text)
        assert bool(_VIETNAMESE.search(text)) is (language == "vi")


def test_the_samples_above_name_all_that_words_ask_for() -> None:
    asked: set[str] = set()
    for message in catalogue.in_sources():
        files = [file for file, _line in message.locations]
        rooms = "problems|channels|checking|counting|folders|media|services"
        worded = re.compile(rf"messages/({rooms})\.py$")
        if any(worded.search(file) for file in files):
            asked |= catalogue.placeholders(str(message.id))
    assert asked <= {*_PARAMS, "key_label"}


def _wanted(code: str) -> set[str]:
    """Return the names that the words of a code ask for."""
    # What the site itself said is told where there is something, as is the file's name.
    told = {"wp_message", *(["path"] if code in ABOUT_A_FILE else [])}
    marks = Problem(code, params={name: f"<{name}>" for name in _PARAMS if name not in told})
    return set(re.findall(r"<(\w+)>", messages.message(marks) + messages.hint(marks)))


def test_problems_are_given_what_their_words_ask_for() -> None:
    lacking = []
    for call in _problems():
        params = [kw.value for kw in call.keywords if kw.arg == "params"] + call.args[2:3]
        code = getattr(call.args[0], "value", None)
        if code is None or not all(isinstance(p, ast.Dict) and None not in p.keys for p in params):
            continue
        given = {key.value for p in params if isinstance(p, ast.Dict) for key in p.keys
                 if isinstance(key, ast.Constant)}  # fmt: skip
        if code in CODES and (lack := _wanted(code) - given):
            lacking.append((code, sorted(lack)))
    assert lacking == []


def test_every_value_that_people_meet_has_a_label(
    speak: Callable[[str], None],
) -> None:
    speak("vi")
    for code, label in messages.kinds().items():
        assert label != code
    for word, codes in (
        (messages.action, ActionKind),
        (messages.event, Event),
        (messages.state, State),
    ):
        for code in codes:
            assert word(code.value) != code.value


_WALK = """
import json
import click
from publisher import i18n
i18n.use({language!r})
from publisher.cli import program

def walk(command, name, parent):
    context = click.Context(command, parent, name)
    lines = [command.help, *(getattr(param, "help", None) for param in command.get_params(context))]
    yield name, lines, command.get_help(context)
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            yield from walk(command.get_command(context, sub), f"{{name}} {{sub}}", context)

print(json.dumps({{name: rest for name, *rest in walk(program, "publisher", None)}}))
"""


def _help(language: str) -> dict[str, tuple[list[str | None], str]]:
    """Return the lines of help of every command, and its whole page, in a language."""
    script = _WALK.format(language=language)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    pages: dict[str, tuple[list[str | None], str]] = json.loads(done.stdout)
    return pages


def test_the_help_of_every_command_is_wholly_vietnamese() -> None:
    english, vietnamese = _help("en"), _help("vi")
    assert set(english) == set(vietnamese) > {"publisher", "publisher check", "publisher log list"}
    for name, (lines, page) in vietnamese.items():
        assert [line for line in lines if line and not _VIETNAMESE.search(line)] == [], name
        for line in filter(None, english[name][0]):
            assert " ".join(line.split()) not in " ".join(page.split()), name
        for heading in ("Usage:", "Options:", "Commands:", "[required]", "[default"):
            assert heading not in page, name


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", ["Cách dùng:", "Lỗi: Không có lựa chọn “--al”.", "để xem hướng dẫn."]),
     ("en", ["Usage:", "Error: No such option '--al'.", "for help."])],
)  # fmt: skip
def test_a_wrong_option_is_answered_in_the_language_of_the_reader(
    language: str, said: list[str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "--lang", language, "plan", "--al"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    for words in said:
        assert words in done.stderr.decode("utf-8")
