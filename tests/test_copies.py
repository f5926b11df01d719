"""Units' sites: copies that follow their home, state their source, and hold nobody back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from publisher.cli.exits import Exit
from tests.office import Office
from tests.test_report_xlsx import assert_formulas_give_the_values
from tests.wordpress import WordPress

SOURCE = 'Nguồn: <a href="{url}">Sở Khoa học và Công nghệ</a>.'
HEAD = '[organisation]\nname = "Sở Khoa học và Công nghệ"\n[groups]\ndon-vi = ["trung-tam"]\n'
BOTH = ["so-khcn", "trung-tam"]

CANONICAL = """<?php
// What a plugin for search engines does: a field of the post, offered over REST, shown in the head.
add_action( 'init', function () {
    register_post_meta( 'post', '_yoast_wpseo_canonical', array(
        'show_in_rest' => true, 'single' => true, 'type' => 'string',
        'auth_callback' => function () { return current_user_can( 'edit_posts' ); },
    ) );
} );
add_filter( 'get_canonical_url', function ( $url, $post ) {
    $own = get_post_meta( $post->ID, '_yoast_wpseo_canonical', true );
    return $own ? $own : $url;
}, 10, 2 );
"""


@pytest.fixture
def homes(wordpress71: WordPress, wordpress61: WordPress) -> tuple[WordPress, WordPress]:
    """Both WordPress at once, empty: the home and the unit's site."""
    wordpress71.empty()
    wordpress61.empty()
    return wordpress71, wordpress61


@pytest.fixture(params=["home-7.1", "home-6.1"])
def pair(
    homes: tuple[WordPress, WordPress], request: pytest.FixtureRequest
) -> tuple[WordPress, WordPress]:
    """Home and unit, each version in each part."""
    newest, oldest = homes
    return (newest, oldest) if request.param == "home-7.1" else (oldest, newest)


def an_office(folder: Path, home: WordPress, unit: WordPress, **settings: Any) -> Office:
    office = Office(folder)
    office.configure(HEAD)
    office.wordpress(home)
    office.wordpress(unit, name="trung-tam", republishes="so-khcn", **settings)
    return office


def done(outcomes: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(o["site"], o["key"], o["action"]) for o in outcomes if o["state"] == "done"]


def url_of(site: WordPress) -> str:
    (post,) = site.posts(status="publish")
    return str(post["link"])


def test_a_copy_follows_its_home_in_the_same_run(
    tmp_path: Path, pair: tuple[WordPress, WordPress]
) -> None:
    home, unit = pair
    office = an_office(tmp_path / "office", home, unit)
    office.picture("media/hội nghị.jpg")
    office.post(
        "bai.md",
        "Nội dung ![Hội nghị](../media/hội%20nghị.jpg)",
        title="Đơn giản hóa thủ tục",
        authors=["Nguyễn Văn A"],
        sites=BOTH,
    )
    waits = {a["site"]: a["code"] for a in office.plan() if a["action"] == "wait"}
    assert waits == {"trung-tam": "home"}
    assert done(office.publish()) == [
        ("so-khcn", "bai", "create"),
        ("trung-tam", "bai", "create"),
    ]
    (original,) = home.posts()
    (copy,) = unit.posts()
    assert "Nguồn" not in original["content"]["raw"]
    assert SOURCE.format(url=original["link"]) in copy["content"]["raw"]
    assert "Tác giả: Nguyễn Văn A." in copy["content"]["raw"]
    assert "wp:html" not in copy["content"]["raw"]  # the editor shows paragraphs
    assert len(unit.media()) == 1
    assert office.publish() == []
    assert office.plan() == []


def test_a_reader_sees_the_source_and_the_plain_site_names_itself(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    office.post("bai.md", title="Tin", sites=["so-khcn", "don-vi"])
    office.publish()
    page = unit._session.get(url_of(unit)).text
    assert f'<a href="{url_of(home)}">Sở Khoa học và Công nghệ</a>' in page
    # Without a plugin WordPress has no other field for it.
    assert re.findall(r'rel="canonical" href="([^"]*)"', page) in ([], [url_of(unit)])


def test_where_a_plugin_offers_it_the_canonical_address_is_the_home(
    tmp_path: Path, pair: tuple[WordPress, WordPress]
) -> None:
    home, unit = pair
    plugin = unit.path / "wp-content/mu-plugins/canonical.php"
    plugin.parent.mkdir(exist_ok=True)
    plugin.write_text(CANONICAL, encoding="utf-8")
    try:
        office = an_office(tmp_path / "office", home, unit)
        post = office.post("bai.md", title="Tin", slug="tin-mot", sites=BOTH)
        office.publish()
        page = unit._session.get(url_of(unit)).text
        if unit.version == "7.1":  # the theme of the other one shows no head
            assert re.findall(r'rel="canonical" href="([^"]*)"', page) == [url_of(home)]
        (copy,) = unit.posts()
        assert copy["meta"]["_yoast_wpseo_canonical"] == url_of(home)
        assert office.plan() == []
        # The home's address changes: copies follow it.
        office.file("posts/bai.md", post.read_text("utf-8").replace("tin-mot", "tin-hai"))
        office.publish()
        assert url_of(home).endswith("/tin-hai/")
        (copy,) = unit.posts()
        assert copy["meta"]["_yoast_wpseo_canonical"] == url_of(home)
        assert SOURCE.format(url=url_of(home)) in copy["content"]["raw"]
        assert office.plan() == []
    finally:
        plugin.unlink()


def test_a_copy_outlives_its_home_without_a_dead_link(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    office.post("bai.md", title="Tin", sites=BOTH)
    office.publish()
    office.run("withdraw", "bai", "--site", "so-khcn", "--reason", "sai số liệu")
    ran = office.run("publish")
    (copy,) = unit.posts()
    assert copy["status"] == "publish"
    assert "Nguồn: Sở Khoa học và Công nghệ." in copy["content"]["raw"]
    assert "bản đăng lại trên trung-tam vẫn còn" in ran.out + ran.err
    assert office.plan() == []
    office.run("withdraw", "bai", "--site", "don-vi", "--reason", "gỡ nốt")
    assert [post["status"] for post in unit.posts()] == ["trash"]


def test_a_new_copy_of_what_was_withdrawn_waits(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    post = office.post("bai.md", title="Tin", sites=["so-khcn"])
    office.publish()
    office.run("withdraw", "bai", "--reason", "sai")
    post.write_text(
        post.read_text("utf-8").replace('["so-khcn"]', '["so-khcn", "don-vi"]'), "utf-8"
    )
    assert office.publish() == []
    assert unit.posts() == []


def test_without_its_home_an_item_is_no_copy(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    office.post("bai.md", title="Tin của Trung tâm", sites=["trung-tam"])
    assert done(office.publish()) == [("trung-tam", "bai", "create")]
    (own,) = unit.posts()
    assert "Nguồn" not in own["content"]["raw"]
    assert home.posts() == []


def test_an_item_with_a_source_of_its_own_says_both(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    office.post("bai.md", title="Tin", source="Báo Bà Rịa – Vũng Tàu", sites=BOTH)
    office.publish()
    (copy,) = unit.posts()
    assert "Nguồn: Báo Bà Rịa – Vũng Tàu." in copy["content"]["raw"]
    assert f'Đăng lại từ: <a href="{url_of(home)}">' in copy["content"]["raw"]


def test_a_unit_that_fails_holds_nobody_back_and_is_made_good(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    right = dict(office.environ)
    office.environ["PUBLISHER_PASSWORD_TRUNG_TAM"] = "sai mật khẩu"
    office.post("bai.md", title="Tin", sites=BOTH)
    assert done(office.publish()) == [("so-khcn", "bai", "create")]
    assert unit.posts() == []
    office.environ = right
    assert done(office.publish()) == [("trung-tam", "bai", "create")]
    assert office.plan() == []


def test_a_home_that_fails_makes_its_copies_wait(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    right = dict(office.environ)
    office.environ["PUBLISHER_PASSWORD_SO_KHCN"] = "sai mật khẩu"
    office.post("bai.md", title="Tin", sites=BOTH)
    office.post("rieng.md", title="Tin riêng", sites=["trung-tam"])
    assert done(office.publish()) == [("trung-tam", "rieng", "create")]
    office.environ = right
    assert len(done(office.publish())) == 2


def test_categories_are_called_as_the_unit_calls_them(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit, categories=["Tin tức"])
    config = office.folder / "config.toml"
    config.write_text(
        config.read_text("utf-8")
        + 'categories_map = {"cải cách hành chính" = "Tin chung", "Nội bộ" = ""}\n',
        "utf-8",
    )
    office.post("a.md", title="Tin a", categories=["Cải cách hành chính", "Khác"], sites=BOTH)
    office.post("b.md", title="Tin b", categories=["Nội bộ"], sites=BOTH)
    office.publish()

    def names(site: WordPress) -> dict[str, set[str]]:
        terms = {
            t["id"]: t["name"] for t in site.rest("GET", "wp/v2/categories?per_page=100").json()
        }
        return {p["title"]["raw"]: {terms[c] for c in p["categories"]} for p in site.posts()}

    assert names(home) == {"Tin a": {"Cải cách hành chính", "Khác"}, "Tin b": {"Nội bộ"}}
    assert names(unit) == {"Tin a": {"Tin chung", "Khác"}, "Tin b": {"Tin tức"}}
    assert office.plan() == []


def test_posts_stand_under_the_units_account_where_ours_may_say_so(
    tmp_path: Path, pair: tuple[WordPress, WordPress]
) -> None:
    home, unit = pair
    users = unit.rest("GET", "wp/v2/users", params={"context": "edit", "per_page": 100}).json()
    ids = {user["username"]: user["id"] for user in users}
    office = an_office(tmp_path / "office", home, unit, author=str(ids["author"]))
    office.post("a.md", title="Tin a", sites=BOTH)
    office.publish()
    (copy,) = unit.posts()
    assert copy["author"] == ids["author"]
    assert home.posts()[0]["author"] != ids["author"]
    assert office.plan() == []


def test_an_account_that_may_not_speak_for_others_says_so_and_goes_on(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = Office(tmp_path / "office")
    office.configure(HEAD)
    office.wordpress(home)
    office.wordpress(unit, role="author", name="trung-tam", republishes="so-khcn", author="editor")
    office.post("a.md", title="Tin a", authors=["Nguyễn Văn A"], sites=BOTH)
    ran = office.run("site", "check", "--all", "--timeout", "120")
    assert ran.status == Exit.DONE, ran.out
    assert "Tài khoản “author” không được đăng bài trên trung-tam dưới tên “editor”" in ran.out
    assert len(done(office.publish())) == 2
    (copy,) = unit.posts()
    assert "Tác giả: Nguyễn Văn A." in copy["content"]["raw"]


def test_a_lost_log_recognises_originals_and_copies(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    office.post("bai.md", title="Tin", sites=BOTH)
    office.publish()
    for file in (office.folder / ".publisher").glob("log.sqlite3*"):
        file.unlink()
    assert {(o["site"], o["action"]) for o in office.publish()} == {
        ("so-khcn", "adopt"),
        ("trung-tam", "adopt"),
    }
    assert len(unit.posts()) == 1
    assert office.plan() == []


def test_a_file_under_a_new_name_keeps_both(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    post = office.post("cu.md", title="Tin", sites=BOTH)
    office.publish()
    post.rename(post.with_name("moi.md"))
    assert {o["action"] for o in office.publish()} == {"keep"}
    assert office.plan() == []
    assert len(home.posts()) == len(unit.posts()) == 1


def test_a_clerks_edit_of_a_copy_is_a_conflict(
    tmp_path: Path, homes: tuple[WordPress, WordPress]
) -> None:
    home, unit = homes
    office = an_office(tmp_path / "office", home, unit)
    post = office.post("bai.md", title="Tin", slug="mot", sites=BOTH)
    office.publish()
    (copy,) = unit.posts()
    unit.rest("POST", f"wp/v2/posts/{copy['id']}", json={"content": "Trung tâm viết lại"})
    post.write_text(post.read_text("utf-8").replace("mot", "hai"), "utf-8")
    outcomes = {o["site"]: o["state"] for o in office.publish()}
    assert outcomes == {"so-khcn": "done", "trung-tam": "skipped"}
    assert unit.posts()[0]["content"]["raw"] == "Trung tâm viết lại"


# The report counts a copy as a copy

PREVIEWS = """
[organisation]
name = "Sở Khoa học và Công nghệ"
[report.targets]
total = 4
kinds.tin = 2
themes.ra-soat = 2
[royalties]
enabled = true
[[royalties.coefficients]]
since = "01/01/2023"
tin = 1.0
bai = 3.0
[groups]
don-vi = ["trung-tam", "chi-cuc"]
[sites.so]
kind = "preview"
label = "Trang của Sở"
[sites.trung-tam]
kind = "preview"
republishes = "so"
[sites.chi-cuc]
kind = "preview"
republishes = "so"
"""


@pytest.fixture
def counted(tmp_path: Path) -> Office:
    """Two items at home, one of them on two more sites, and one of a unit's own."""
    office = Office(tmp_path / "office")
    office.configure(PREVIEWS)
    more: dict[str, Any] = {"authors": ["Nguyễn Văn A"], "date": "15/03/2023 08:00"}
    office.post("a.md", title="Ở mọi nơi", theme="ra-soat", sites=["so", "don-vi"], **more)
    office.post("b.md", title="Ở Sở", kind="bai", sites=["so"], **more)
    office.post("c.md", title="Của Chi cục", sites=["chi-cuc"], **more)
    office.publish()
    return office


def test_copies_are_told_apart_and_meet_no_target(counted: Office) -> None:
    said = counted.run("report", "--year", "2023", "--json").json
    assert (said["total"], said["posts"], said["copies"]) == (5, 3, 2)
    assert said["by"]["site"] == {"chi-cuc": 2, "so": 2, "trung-tam": 1}
    assert said["site_by"]["kind"] == {
        "bai": {"so": 1},
        "tin": {"chi-cuc": 2, "so": 1, "trung-tam": 1},
    }
    assert said["originals"]["kind"] == {"bai": 1, "tin": 2}
    assert [item["site"] for item in said["items"] if item["copy"]] == ["chi-cuc", "trung-tam"]
    assert {t["code"]: t["done"] for t in said["targets"]} == {"": 3, "tin": 2, "ra-soat": 1}


def test_an_author_is_paid_once_for_an_item_and_its_copies(counted: Office) -> None:
    said = counted.run("report", "--year", "2023", "--royalties", "--json").json["royalties"]
    assert [(p["key"], p["amount"]) for p in said["payments"]] == [
        ("c", 149_000),
        ("a", 149_000),
        ("b", 447_000),
    ]


def test_a_copy_whose_home_is_gone_is_an_item(counted: Office) -> None:
    counted.run("withdraw", "a", "--site", "so", "--reason", "sai")
    said = counted.run("report", "--year", "2023", "--json").json
    assert (said["total"], said["posts"], said["copies"]) == (4, 3, 0)


def test_a_report_says_so_in_words_and_across_the_sites(counted: Office) -> None:
    path = counted.folder / "bao-cao.md"
    assert counted.run("report", "--year", "2023", "-o", str(path)).status == Exit.DONE
    text = path.read_text("utf-8")
    assert "đã đăng tải 3 tin, bài, gồm: 2 tin, 1 bài, đăng lại 2 lượt trên trang" in text
    assert "Trong 5 lượt đăng nêu trên có 2 lượt đăng lại tin, bài của trang khác" in text
    assert "Số tin, bài theo thể loại và trang" in text
    assert "Không kể đăng lại" in text


def test_the_workbook_counts_by_itself(
    counted: Office, libreoffice: Callable[[Path, str], Path]
) -> None:
    path = counted.folder / "bao-cao.xlsx"
    counted.run("report", "--year", "2023", "-o", str(path))
    book = openpyxl.load_workbook(path, data_only=True)
    done = {row[0]: row[2] for row in book["Chỉ tiêu"].values if isinstance(row[1], int)}
    assert list(done.values()) == [3, 2, 1]
    assert_formulas_give_the_values(path.read_bytes(), libreoffice, counted.folder / "media")
