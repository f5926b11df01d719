"""Posts as clerks really write them, right and wrong, through the whole program.

``corpus/good.json`` says what each good file means; ``corpus/bad.json`` says what is told of each
bad one: code, line, and the words that the clerk reads. After a change of the words, read what
``publisher check`` says of ``corpus/bad`` before it is copied there.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from publisher.__main__ import main
from publisher.config import load
from publisher.model import Severity
from publisher.run import read
from publisher.run.reading import Reading

CORPUS = Path(__file__).parent / "corpus"
BAD: Mapping[str, list[dict[str, Any]]] = json.loads(
    (CORPUS / "bad.json").read_text(encoding="utf-8")
)
GOOD: Mapping[str, dict[str, Any]] = json.loads((CORPUS / "good.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """config.toml of an office whose posts are the whole corpus, good and bad together."""
    office = tmp_path_factory.mktemp("office")
    for name in ("bad", "good"):
        shutil.copytree(CORPUS / name, office / "posts" / name)
    (office / "media").mkdir()
    return Path(shutil.copy(CORPUS / "config.toml", office))


@pytest.fixture(scope="module")
def told(config: Path) -> Mapping[str, list[dict[str, Any]]]:
    """All problems of all files, from one ``check``, by the file's name."""
    out = io.StringIO()
    with redirect_stdout(out):
        status = main(["--lang", "vi", "--config", str(config), "check", "--format", "json"])
    assert status == 4
    problems: dict[str, list[dict[str, Any]]] = {}
    for problem in json.loads(out.getvalue()):
        problems.setdefault(problem.pop("file").removeprefix("posts/"), []).append(problem)
    return problems


@pytest.fixture(scope="module")
def reading(config: Path) -> Reading:
    """The corpus, read."""
    return read(load(config))


def test_every_bad_file_is_in_the_list_and_nothing_else_is_told(
    told: Mapping[str, list[dict[str, Any]]],
) -> None:
    assert {path.name for path in (CORPUS / "bad").iterdir()} == set(BAD)
    first_of_two = {f"bad/{name}" for name in BAD if not BAD[name]}
    assert set(told) == {f"bad/{name}" for name in BAD} - first_of_two


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_post_is_told_with_code_line_and_words(
    name: str, told: Mapping[str, list[dict[str, Any]]]
) -> None:
    assert told.get(f"bad/{name}", []) == BAD[name]


@pytest.mark.parametrize("name", sorted(BAD))
def test_the_line_that_is_named_is_in_the_file(name: str) -> None:
    data = (CORPUS / "bad" / name).read_bytes()
    lines = data.replace(b"\r\n", b"\n").count(b"\n") + 1
    assert all(0 <= problem["line"] <= lines for problem in BAD[name])


def test_a_bad_post_never_stops_the_others(reading: Reading) -> None:
    articles = {article.post.file.removeprefix("posts/good/") for article in reading.articles}
    assert set(GOOD) <= articles
    held = {p.where.file for p in reading.problems if p.severity is Severity.ERROR}
    assert not held & {article.post.file for article in reading.articles}


def test_every_file_is_known_to_be_there_even_when_it_can_not_be_read(reading: Reading) -> None:
    assert {f"bad/{name.removesuffix('.md')}" for name in BAD if "trung-ma" not in name} <= set(
        reading.present
    )


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_good_post_means_what_it_says(name: str, reading: Reading) -> None:
    (post,) = [p for p in reading.posts if p.file == f"posts/good/{name}"]
    meant = {
        "date": post.date.isoformat() if post.date else None,
        "gallery": [[item.path, item.alt, item.caption] for item in post.gallery],
    }
    for key, value in GOOD[name].items():
        found = meant.get(key, getattr(post, key, None))
        assert (list(found) if isinstance(found, tuple) else found) == value, key


# The commands around it


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """config.toml of an office without posts."""
    (tmp_path / "posts").mkdir()
    path = tmp_path / "config.toml"
    path.write_text('[sites.xem]\nkind = "preview"\n', encoding="utf-8")
    return path


def _run(office: Path, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out):
        status = main(["--config", str(office), *arguments])
    return status, out.getvalue()


@pytest.mark.parametrize(
    "title",
    ["Lịch tiếp dân", 'Hội nghị "Một cửa": năm 2023', "C:\\Users #1 [mẫu] {x} & 'y'", "*** 🎉 tin",
     "- @ `a` % !b", "no", "2023"],
)  # fmt: skip
def test_the_file_that_new_makes_is_a_post_with_that_title(office: Path, title: str) -> None:
    for _ in range(2):  # the second gets a name of its own
        status, _out = _run(office, "new", "--kind", "bai", "--theme", "can-bo", "--", title)
        assert status == 0
    one, other = read(load(office)).posts
    assert one.title == other.title == title
    assert (one.kind, one.theme, one.status) == ("bai", "can-bo", "draft")
    assert one.date and one.body
    assert {p.severity for p in read(load(office)).problems} <= {Severity.WARNING}


def test_new_refuses_a_title_without_letters_and_an_unknown_theme(office: Path) -> None:
    assert _run(office, "new", "???")[0] == 4
    assert _run(office, "new", "Tin", "--theme", "xyz")[0] == 4
    assert not list((office.parent / "posts").iterdir())


def test_check_for_people_for_machines_and_for_github(office: Path) -> None:
    post = office.parent / "posts" / "a,b.md"
    post.write_text("---\ntitle: 100%: xong\n---\n", encoding="utf-8")
    status, out = _run(office, "check")
    assert status == 4
    assert "posts/a,b.md:2: " in out and '    → Hãy viết: title: "100%: xong"\n' in out
    status, out = _run(office, "check", "--format", "github")
    assert status == 4
    assert out.startswith("::error file=posts/a%2Cb.md,line=2::") and "100%25: xong" in out
    assert out.count("\n") == 1
    status, out = _run(office, "check", "--format", "json")
    assert status == 4
    (problem,) = json.loads(out)
    assert set(problem) == {"file", "line", "code", "severity", "message", "hint"}


def test_warnings_fail_when_strict(office: Path) -> None:
    (office.parent / "posts" / "a.md").write_text("---\ntitle: A\n---\nB\n", encoding="utf-8")
    assert _run(office, "check")[0] == 0
    assert _run(office, "check", "--strict")[0] == 4
    (office.parent / "posts" / "a.md").unlink()
    assert _run(office, "check", "--strict")[0] == 0
