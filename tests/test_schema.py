"""The JSON Schema for editors, against the corpus and what the program says of it."""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from publisher.posts.fields import FrontMatter
from publisher.posts.names import NAMES
from tests.office import Office

CORPUS = Path(__file__).parent / "corpus"
POSTS = Path(__file__).parent.parent / "posts"
BAD: Mapping[str, list[dict[str, Any]]] = json.loads(
    (CORPUS / "bad.json").read_text(encoding="utf-8")
)
# What a pattern can see.
NOT_SEEN = {"ngay-khong-co.md", "gio-khong-co.md", "nam-qua-xa.md"}  # no such day or hour
SEEN = {"key-unknown", "title-missing", "choice", "slug-form", "id-form", "date-form", "value-long"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The schema of an office with the usual themes and one site."""
    office = Office(tmp_path_factory.mktemp("editors") / "office")
    office.configure('[sites.trang-xem-truoc]\nkind = "preview"\n')
    return office.run("schema").json


@pytest.fixture(scope="module")
def validator(made: Any) -> Draft202012Validator:
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def front(path: Path) -> Any:
    """Return the data at the top of a post, as a YAML reader of an editor has it."""
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).lstrip()
    return yaml.load(text.split("---")[1], Loader=yaml.BaseLoader)


@pytest.mark.parametrize(
    "path",
    [*sorted((CORPUS / "good").glob("*.md")), *sorted(POSTS.rglob("*.md"))],
    ids=lambda path: path.name,
)
def test_a_good_post_is_valid(path: Path, validator: Draft202012Validator) -> None:
    assert [e.message for e in validator.iter_errors(front(path))] == []


def _read() -> dict[str, Any]:
    """Return what is bad of a kind that a schema can see; what is no YAML, editors tell."""
    found = {}
    for name, told in BAD.items():
        if {p["code"] for p in told} & SEEN and name not in NOT_SEEN:
            with contextlib.suppress(yaml.YAMLError):
                found[name] = front(CORPUS / "bad" / name)
    return found


@pytest.mark.parametrize(("name", "data"), sorted(_read().items()))
def test_a_bad_post_is_not(name: str, data: object, validator: Draft202012Validator) -> None:
    assert not validator.is_valid(data), name


def test_it_holds_every_key_by_all_its_names(made: Any) -> None:
    assert set(NAMES) == set(FrontMatter.model_fields)
    names = {alias for key, aliases in NAMES.items() for alias in (key, *aliases)}
    assert set(made["properties"]) == names
    labels = made["$defs"]["field-title"]["title"], made["$defs"]["field-kind"]["title"]
    assert labels == ("tiêu đề", "Thể loại")


@pytest.mark.parametrize(
    "data",
    [
        {"title": "A"}, {"Tiêu đề": "A"}, {"TIEU_DE": "A"}, {"tua-de": "A", "Thể Loại": "TIN TỨC"},
        {"title": 2023, "id": 7, "slug": 12, "theme": None, "tags": "", "date": None},
        {"title": "A", "theme": "Công khai, minh bạch thủ tục hành chính", "kind": "Hình ảnh"},
        {"title": "A", "theme": "CAN BO", "trạng thái": "Bản nháp", "ngày": "8h30 15/3/2023"},
        {"title": "A", "sites": "trang-xem-truoc", "tags": ["a", 5], "authors": "Lan, Nam"},
        {"title": "A", "sites": ["Trang xem trước"], "gallery": "ảnh/*.jpg"},
        {"title": "A", "gallery": ["a.png", {"tệp": "b.png", "Mô tả": "B", "caption": "b"}]},
        {"title": "A", "ưu tiên": "Hỏa tốc", "giữ đến": "8h 15/3/2023", "hết hạn": "20/3/2023"},
        {"title": "A", "ngày": "ngày 15 tháng 3 năm 2023", "participants": "45 người", "copies": 5},
    ],
)  # fmt: skip
def test_what_may_be_written(data: object, validator: Draft202012Validator) -> None:
    assert [e.message for e in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "data",
    [
        {}, {"title": None}, {"title": "???"}, {"title": ["A"]}, {"title": "A" * 301}, ["title"],
        {"title": "A", "kind": "tim"}, {"title": "A", "theme": "can-b"},
        {"title": "A", "tytle": "B"}, {"title": "A", "sites": "x"},
        {"title": "A", "date": "15/03/23"}, {"title": "A", "date": "hôm qua"}, {"kind": "tin"},
        {"title": "A", "slug": "Có dấu"}, {"title": "A", "id": "../a"},
        {"title": "A", "sites": ["x"]}, {"title": "A", "status": "sắp xong"},
        {"title": "A", "priority": "nhanh"}, {"title": "A", "expire": "tuần sau"},
        {"title": "A", "gallery": [{"alt": "thiếu tệp"}]}, {"title": "A", "tags": {"a": 1}},
        {"title": "A", "gallery": [{"path": "a.png", "atl": "B"}]}, {"title": "A", "copies": "vài"},
    ],
)  # fmt: skip
def test_what_may_not_be_written(data: object, validator: Draft202012Validator) -> None:
    assert not validator.is_valid(data)


def test_themes_and_sites_are_those_of_the_office_and_editors_can_offer_them(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path / "office")
    office.configure(
        '[themes]\nchuyen-doi-so = "Chuyển đổi số"\n[sites.trung-tam]\nkind = "preview"\n'
    )
    made = office.run("schema").json
    theme = made["$defs"]["field-theme"]
    assert theme["anyOf"][0] == {"enum": ["chuyen-doi-so"]}
    assert theme["description"] == "chuyen-doi-so: Chuyển đổi số"
    validator = Draft202012Validator(made)
    assert validator.is_valid({"title": "A", "theme": "chuyển đổi số", "sites": ["trung-tam"]})
    assert not validator.is_valid({"title": "A", "theme": "can-bo"})


def test_its_patterns_hold_no_escape_that_javascript_refuses(made: Any) -> None:
    text = json.dumps(made)
    escapes = set(re.findall(r"\\\\(.)", text))
    assert escapes <= set("sSdD^$.*+?()[]{}|/")


def test_editors_that_know_an_older_draft_get_the_same_under_its_name(
    made: Any, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office")
    office.configure('[sites.trang-xem-truoc]\nkind = "preview"\n')
    older = office.run("schema", "--draft", "7").json
    Draft7Validator.check_schema(older)
    assert older.pop("$schema") == "http://json-schema.org/draft-07/schema#"
    assert older == {key: value for key, value in made.items() if key != "$schema"}
    assert not Draft7Validator(older).is_valid({"title": "A", "kind": "tim"})
    assert Draft7Validator(older).is_valid({"Tiêu đề": "A", "thể loại": "Tin"})


def test_the_schema_can_be_written_to_a_file(tmp_path: Path, made: Any) -> None:
    office = Office(tmp_path / "office")
    office.configure('[sites.trang-xem-truoc]\nkind = "preview"\n')
    target = tmp_path / "bai-viet.schema.json"
    assert office.run("schema", "--output", str(target)).status == 0
    assert json.loads(target.read_text(encoding="utf-8")) == made
    ran = office.run("schema", "--output", str(tmp_path / "khong-co" / "a.json"))
    assert ran.status == 4


def test_warnings_can_be_silenced_by_their_code_but_errors_can_not(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    office.configure('[sites.xem]\nkind = "preview"\n')
    office.post("a.md", "![](khong-co.png) Gọi 0912345678", title="A")
    codes = {p["code"] for p in office.run("check", "--format", "json").json}
    assert {"picture-missing", "alt-missing", "personal-phone", "field-wanted"} <= codes
    office.configure(
        '[checks]\nignore = ["field-wanted", "alt-missing", "picture-missing"]\n'
        '[sites.xem]\nkind = "preview"\n'
    )
    codes = {p["code"] for p in office.run("check", "--format", "json").json}
    assert codes == {"picture-missing", "personal-phone"}
