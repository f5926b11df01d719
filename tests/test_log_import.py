"""``publisher log import``: what stood on the site before us counts, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.office import Office
from tests.wordpress import WordPress

YEAR = ("--site", "so-khcn", "--year", "2023")


@pytest.fixture
def office(tmp_path: Path, clean_wordpress: WordPress) -> Office:
    office = Office(tmp_path / "office")
    office.wordpress(clean_wordpress)
    return office


def standing(
    site: WordPress, title: str, date: str, role: str = "editor", **more: object
) -> dict[str, Any]:
    """Put a post on the site as a person would, and return it."""
    values = {"title": title, "date_gmt": date, "status": "publish", "content": "Cũ.", **more}
    answer = site.rest("POST", "wp/v2/posts", role, json=values)
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()
    return made


def imported(office: Office, *more: str) -> list[dict[str, Any]]:
    ran = office.run("log", "import", *YEAR, "--json", *more)
    assert ran.status == 0, ran.err
    rows: list[dict[str, Any]] = ran.json["imported"]
    return rows


def report(office: Office) -> Any:
    return office.run("report", "--year", "2023", "--json").json


def test_posts_of_the_year_are_taken_and_counted(
    office: Office, clean_wordpress: WordPress
) -> None:
    # 15/12/2022 00:00 and 14/12/2023 23:59 here, and the minutes beside them.
    for title, date in (
        ("Trước", "2022-12-14T16:59:00"), ("Đầu", "2022-12-14T17:00:00"),
        ("Cuối", "2023-12-14T16:59:00"), ("Sau", "2023-12-14T17:00:00"),
    ):  # fmt: skip
        standing(clean_wordpress, title, date)
    standing(clean_wordpress, "Nháp", "2023-03-01T00:00:00", status="draft")
    rows = imported(office, "--kind", "bai", "--theme", "ket-qua", "--unit", "Văn phòng Sở")
    assert [row["title"] for row in rows] == ["Đầu", "Cuối"]
    made = report(office)
    assert (made["total"], made["by"]["kind"], made["by"]["theme"]) == (
        2, {"bai": 2}, {"ket-qua": 2},
    )  # fmt: skip
    assert made["by"]["unit"] == {"Văn phòng Sở": 2}
    assert made["by"]["author"] == {"Editor": 2}
    assert made["backdated"] == []


def test_nothing_is_taken_twice(office: Office, clean_wordpress: WordPress) -> None:
    standing(clean_wordpress, "Cũ", "2023-03-01T00:00:00")
    assert len(imported(office, "--dry-run")) == 1
    assert report(office)["total"] == 0
    assert len(imported(office)) == 1
    assert imported(office) == []
    assert "Đã có trong nhật ký: 1." in office.run("log", "import", *YEAR).out
    assert report(office)["total"] == 1


def test_our_own_posts_are_not_taken(office: Office, clean_wordpress: WordPress) -> None:
    office.post("a.md", title="Của chúng tôi")
    office.publish()
    assert imported(office) == []
    office.run("withdraw", "a", "--reason", "sai")
    assert imported(office) == []


def test_only_of_an_author_or_a_category(office: Office, clean_wordpress: WordPress) -> None:
    category = clean_wordpress.rest("POST", "wp/v2/categories", json={"name": "Cải cách"}).json()
    standing(clean_wordpress, "Của tác giả", "2023-03-01T00:00:00", "author")
    standing(clean_wordpress, "Cải cách", "2023-03-02T00:00:00", categories=[category["id"]])
    assert [r["title"] for r in imported(office, "--dry-run", "--author", "author")] == [
        "Của tác giả"
    ]
    assert [r["title"] for r in imported(office, "--dry-run", "--category", "Cải cách")] == [
        "Cải cách"
    ]
    rows = imported(office, "--theme-of", "Cải cách=ra-soat", "--theme", "ket-qua")
    assert {r["title"]: r["theme"] for r in rows} == {
        "Của tác giả": "ket-qua",
        "Cải cách": "ra-soat",
    }


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (("--author", "khong-co"), 5, "không có tài khoản “khong-co”"),
        (("--category", "Không có"), 5, "không có chuyên mục “Không có”"),
        (("--theme-of", "Không có=ra-soat"), 3, "không có chuyên mục “Không có”"),
        (("--theme", "khong-co"), 4, "khong-co"),
        (("--theme-of", "Cải cách"), 2, "--theme-of"),
    ],
)
def test_names_that_are_not_there(
    office: Office, more: tuple[str, ...], status: int, said: str
) -> None:
    ran = office.run("log", "import", *YEAR, *more)
    assert ran.status == status and said in ran.err


def test_an_author_takes_what_others_posted_as_visitors_see_it(
    tmp_path: Path, clean_wordpress: WordPress
) -> None:
    office = Office(tmp_path / "author")
    office.wordpress(clean_wordpress, "author")
    standing(clean_wordpress, "Bài “hay” & mới", "2023-03-01T00:00:00", "editor")
    assert [row["title"] for row in imported(office)] == ["Bài “hay” & mới"]
    ran = office.run("verify", "--year", "2023", "--json").json
    assert [item["verdict"] for item in ran["items"]] == ["sound"]


def test_imported_posts_are_left_alone(office: Office, clean_wordpress: WordPress) -> None:
    standing(clean_wordpress, "Cũ", "2023-03-01T00:00:00")
    before = clean_wordpress.posts()
    imported(office)
    office.post("moi.md", title="Mới")
    assert [a["key"] for a in office.plan()] == ["moi"]
    office.publish()
    assert "Cũ" in {post["title"]["raw"] for post in clean_wordpress.posts()}
    assert before[0] in clean_wordpress.posts()
    assert "tệp" not in office.run("plan").out.lower().replace("trong các tệp", "")
    assert office.run("log", "verify").status == 0


def test_a_file_with_its_title_adopts_it_and_counts_once(
    office: Office, clean_wordpress: WordPress
) -> None:
    standing(clean_wordpress, "Bài cũ của Sở", "2023-03-01T01:00:00", content="<p>Lời cũ.</p>")
    imported(office)
    office.post("cu.md", "Lời cũ.", title="Bài cũ của Sở", theme="ra-soat", kind="bai")
    assert [(a["action"], a["key"]) for a in office.plan()] == [("adopt", "cu")]
    office.publish()
    made = report(office)
    assert (made["total"], made["by"]["kind"], made["by"]["theme"]) == (
        1, {"bai": 1}, {"ra-soat": 1},
    )  # fmt: skip
    assert len(clean_wordpress.posts()) == 1
    assert office.publish() == [] and imported(office) == []


def test_a_file_with_other_words_asks_first(office: Office, clean_wordpress: WordPress) -> None:
    standing(clean_wordpress, "Bài cũ của Sở", "2023-03-01T01:00:00", content="<p>Lời cũ.</p>")
    imported(office)
    office.post("cu.md", "Lời khác hẳn.", title="Bài cũ của Sở")
    assert [(a["action"], a["key"]) for a in office.plan()] == [("conflict", "cu")]
    assert report(office)["total"] == 1
    office.publish("--overwrite")
    assert report(office)["total"] == 1
    (post,) = clean_wordpress.posts()
    assert "Lời khác hẳn." in post["content"]["raw"]
    assert office.publish() == []


def test_another_post_at_the_same_address_is_not_taken_for_it(
    office: Office, clean_wordpress: WordPress
) -> None:
    standing(clean_wordpress, "Bài cũ", "2023-03-01T01:00:00", slug="thong-bao")
    imported(office)
    office.post("moi.md", title="Thông báo", slug="thong-bao")
    ran = office.run("publish", "--overwrite")
    assert "thong-bao" in ran.out and len(clean_wordpress.posts()) == 1
    assert clean_wordpress.posts()[0]["title"]["raw"] == "Bài cũ"


def test_an_imported_post_can_be_withdrawn(office: Office, clean_wordpress: WordPress) -> None:
    standing(clean_wordpress, "Cũ", "2023-03-01T00:00:00")
    (row,) = imported(office)
    assert office.run("withdraw", row["key"], "--reason", "hết hạn").status == 0
    assert clean_wordpress.posts()[0]["status"] == "trash"
    made = report(office)
    assert (made["total"], [i["reason"] for i in made["withdrawn"]]) == (0, ["hết hạn"])


def test_pictures_of_the_old_text_count(office: Office, clean_wordpress: WordPress) -> None:
    text = '<p>Chữ.</p><img src="/a.jpg" alt=""><figure><img src="/b.jpg" alt=""></figure>'
    standing(clean_wordpress, "Có ảnh", "2023-03-01T00:00:00", content=text)
    imported(office)
    assert report(office)["pictures"] == 2


def test_more_than_a_page_is_taken(office: Office, clean_wordpress: WordPress) -> None:
    script = (
        "for ($n = 0; $n < 130; $n++) wp_insert_post(['post_title' => \"Tin $n\","
        " 'post_status' => 'publish', 'post_date_gmt' => '2023-03-01 01:00:00',"
        " 'post_date' => '2023-03-01 08:00:00', 'post_author' => 1, 'post_content' => 'x']);"
    )
    clean_wordpress.wp("eval", script)
    assert len({row["key"] for row in imported(office)}) == 130


def test_a_preview_gives_up_its_posts_too(tmp_path: Path) -> None:
    first = Office(tmp_path / "one")
    folder = (tmp_path / "trang").as_posix()
    first.configure(f'[sites.so-khcn]\nkind = "preview"\nfolder = "{folder}"\n')
    first.post("a.md", title="Bài A", authors=["Lan"])
    first.post("b.md", title="Bài B", authors=["Minh"], date="20/12/2023 08:00")
    first.publish()
    second = Office(tmp_path / "two")
    second.configure(f'[sites.so-khcn]\nkind = "preview"\nfolder = "{folder}"\n')
    assert [row["title"] for row in imported(second)] == ["Bài A"]
    assert report(second)["by"]["author"] == {"Lan": 1}
