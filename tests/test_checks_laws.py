"""Laws that a post cites out of their time, and the catalogue that says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from publisher.checks import Law, Rules
from publisher.config import laws, load
from publisher.errors import ConfigError
from publisher.model import Problem
from tests.checked import post, problems, told
from tests.office import Office

OLD, NEW, TODAY = "2025-06-30", "2025-07-01", "2026-11-24"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The catalogue that ships."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "config.toml").write_text("", encoding="utf-8")
    return Rules(laws(load(folder / "config.toml")))


@pytest.mark.parametrize(
    "written",
    [
        "Nghị định số 61/2018/NĐ-CP", "Nghị định 61/2018/NĐ-CP", "NĐ 61/2018", "NĐ số 61/2018",
        "nghị định số 61/2018", "NĐ-CP số 61/2018/NĐ-CP", "Nghị định số: 61/2018/NĐ-CP",
        "Nghị định số 61 / 2018 / NĐ-CP", "61/2018/NĐ - CP", "61/2018/NĐ–CP", "61/2018/NÐ-CP",
        "61/2018/ND-CP", "Nghị định\nsố 61/2018/NĐ-CP", "(NĐ 61/2018/NĐ-CP)", "61/2018/nđ-cp",
        "Nghị định số 061/2018/NĐ-CP", "Nghị định **số 61/2018/NĐ-CP** ngày 23/4/2018",
        "Nghị định số\u00a061/2018/NĐ‑CP", "NĐ61/2018/NĐ-CP", "61/2018/NĐ-CP - Quy định",
    ],
)  # fmt: skip
def test_the_ways_in_which_a_law_is_cited(written: str, shipped: Rules) -> None:
    assert [c for c, _ in told(post(f"Theo {written}, hồ sơ được nhận.", day=NEW), shipped)] == [
        "law-expired"
    ]


@pytest.mark.parametrize(
    "written",
    [
        "Nghị định số 161/2018/NĐ-CP", "Nghị định số 61/2019/NĐ-CP", "Thông tư số 61/2018/TT-BTC",
        "Quyết định 61/2018", "tháng 61/2018", "61/2018", "hồ sơ 12.61/2018/NĐ-CP",
        "`61/2018/NĐ-CP`", "[Nghị quyết mới](https://vidu.vn/61/2018/NĐ-CP)", "61/2018/NĐ-CPX",
    ],
)  # fmt: skip
def test_what_is_not_that_law(written: str, shipped: Rules) -> None:
    assert told(post(f"Theo {written}, hồ sơ được nhận.", day=NEW), shipped) == []


def test_the_day_of_the_post_decides(shipped: Rules) -> None:
    body = "Hồ sơ được nhận theo Nghị định số 61/2018/NĐ-CP."
    assert told(post(body, day=OLD), shipped) == []
    (problem,) = problems(post(body, day=NEW), shipped)
    assert problem.params == {
        "name": "Nghị định số 61/2018/NĐ-CP", "since": "01/7/2025", "reason": "replaced",
        "other": "Nghị định số 118/2025/NĐ-CP",
    }  # fmt: skip


def test_a_post_without_a_date_is_of_today(shipped: Rules) -> None:
    undated = post("Theo NĐ 61/2018.", day="")
    assert told(undated, shipped) == []
    today = Rules(shipped.laws, today=date.fromisoformat(TODAY))
    assert told(undated, today) == [("law-expired", 20)]


def test_a_law_is_told_once_in_the_text_and_once_in_legal(shipped: Rules) -> None:
    made = post("A.\n\nNĐ 61/2018.\n\nNĐ 61/2018.", day=NEW, legal=("Nghị định 61/2018/NĐ-CP",))
    assert told(made, shipped) == [("law-expired", 9), ("law-expired", 22)]


@pytest.mark.parametrize(
    "body",
    [
        "Nghị định 61/2018/NĐ-CP đã hết hiệu lực.",
        "Nghị định 61/2018/NĐ-CP được thay thế bởi Nghị định 118/2025/NĐ-CP.",
        "Nghị định 118/2025/NĐ-CP thay thế Nghị định 61/2018/NĐ-CP và Nghị định 107/2021/NĐ-CP.",
        "Trước đây, Nghị định 61/2018/NĐ-CP quy định khác.",
        "| Văn bản | Tình trạng |\n|---|---|\n| Nghị định 61/2018/NĐ-CP | hết hiệu lực |",
        "Văn bản đã bị\nbãi bỏ: Nghị định 61/2018/NĐ-CP.",
    ],
)
def test_history_may_be_told(body: str, shipped: Rules) -> None:
    assert told(post(body, day=NEW), shipped) == []


def test_what_is_said_elsewhere_is_no_history(shipped: Rules) -> None:
    body = (
        "Luật cũ đã hết hiệu lực.\n\nHồ sơ theo NĐ 61/2018.\n\n"
        "| A | hết hiệu lực |\n|---|---|\n| NĐ 107/2021 | B |"
    )
    assert told(post(body, day=NEW), shipped) == [("law-expired", 22), ("law-expired", 26)]


def test_a_law_that_is_not_in_force_yet(shipped: Rules) -> None:
    early = post("Hồ sơ được nhận theo Nghị định 118/2025/NĐ-CP.", day=OLD)
    (problem,) = problems(early, shipped)
    assert problem.code == "law-early"
    assert problem.params == {"name": "Nghị định số 118/2025/NĐ-CP", "since": "01/7/2025"}
    news = "Nghị định 118/2025/NĐ-CP có hiệu lực từ ngày 01/7/2025."
    assert told(post(news, day=OLD), shipped) == []
    assert told(post("Theo Nghị định 118/2025/NĐ-CP.", day=NEW), shipped) == []


def test_what_took_the_place_may_have_been_replaced_too() -> None:
    chain = Rules(
        (
            Law(
                "1/2001/NĐ-CP", "Nghị định", expires=date(2005, 1, 1), replaced_by=("2/2004/NĐ-CP",)
            ),
            Law("2/2004/NĐ-CP", expires=date(2010, 1, 1), replaced_by=("3/QĐ-TTg", "9/2009/NĐ-CP")),
            Law("3/QĐ-TTg", "Quyết định"),
        )
    )
    for day, other in (
        ("2006-01-01", "2/2004/NĐ-CP"),
        ("2012-01-01", "Quyết định số 3/QĐ-TTg, 9/2009/NĐ-CP"),
    ):
        (problem,) = problems(post("Theo NĐ 1/2001.", day=day), chain)
        assert problem.params["other"] == other


def test_a_circle_in_the_data_ends() -> None:
    circle = Rules(
        (
            Law("1/2001/NĐ-CP", expires=date(2005, 1, 1), replaced_by=("2/2001/NĐ-CP",)),
            Law("2/2001/NĐ-CP", expires=date(2005, 1, 1), replaced_by=("1/2001/NĐ-CP",)),
        )
    )
    (problem,) = problems(post("Theo NĐ 1/2001."), circle)
    assert problem.params["reason"] == "expired"


def test_the_shipped_catalogue_holds_together(shipped: Rules) -> None:
    numbers = [law.number for law in shipped.laws]
    assert len(numbers) == len(set(numbers)) >= 20
    for law in shipped.laws:
        assert law.kind
        assert set(law.replaced_by) <= set(numbers)
        days = [d for d in (law.signed, law.in_force, law.expires) if d]
        assert days == sorted(days), law.number
    assert {"63/2010/NĐ-CP", "4077/QĐ-UBND", "30/CT-TTg", "91/2025/QH15"} <= set(numbers)


# The office's own file


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "office")
    made.configure('[checks]\nlaws = "van-ban.toml"\n[sites.xem]\nkind = "preview"\n')
    return made


def wrong(office: Office, text: str) -> list[Problem]:
    office.file("van-ban.toml", text)
    with pytest.raises(ConfigError) as caught:
        laws(load(office.folder / "config.toml"))
    assert {p.where.file for p in caught.value.problems} == {"van-ban.toml"}
    return list(caught.value.problems)


def test_an_entry_of_the_office_adds_and_another_takes_a_place(office: Office) -> None:
    office.file(
        "van-ban.toml",
        '[[law]]\nnumber = "5/2020/QĐ-UBND"\nkind = "Quyết định"\nexpires = 2023-01-01\n\n'
        '[[law]]\nnumber = "63/2010/NĐ-CP"\nkind = "Nghị định"\nexpires = "01/02/2023"\n'
        'replaced_by = ["5/2024/NĐ-CP"]\n',
    )
    office.post("a.md", "QĐ 5/2020/QĐ-UBND và NĐ 63/2010.", title="A")
    told = {
        (p["code"], p["message"].partition(" hết")[0], p["hint"].partition(". ")[0])
        for p in office.run("check", "--format", "json").json
        if p["code"] == "law-expired"
    }
    assert {(code, name) for code, name, _ in told} == {
        ("law-expired", "Quyết định số 5/2020/QĐ-UBND"),
        ("law-expired", "Nghị định số 63/2010/NĐ-CP"),
    }
    assert any("5/2024/NĐ-CP" in hint for *_, hint in told)


def test_all_that_is_wrong_in_the_file_is_told_with_lines(office: Office) -> None:
    problems = wrong(
        office,
        '[[law]]\nnumber = "61/2018"\n\n[[law]]\nkind = "Luật"\n\n'
        '[[law]]\nnumber = "1/2020/NĐ-CP"\n'
        'expire = 2023-01-01\nin_force = "hôm qua"\ntitle = 5\n[khac]\n',
    )
    assert [(p.code, p.where.line) for p in problems] == [
        ("law-number", 2), ("config-missing", 4), ("config-unknown", 9), ("config-date", 10),
        ("config-value", 11), ("config-unknown", 12),
    ]  # fmt: skip
    assert problems[2].params["meant"] == "expires"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[law]\n", "toml"),
        ('law = "1/2020/NĐ-CP"\n', "law-table"),
        ("law = [1]\n", "config-value"),
    ],
)
def test_a_file_of_another_form(office: Office, text: str, code: str) -> None:
    assert [p.code for p in wrong(office, text)] == [code]


def test_a_file_that_is_not_there_stops_the_check_with_words(office: Office) -> None:
    ran = office.run("check")
    assert ran.status == 3
    assert "van-ban.toml" in ran.err
