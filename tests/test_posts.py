"""Front matter as clerks write it: every name, every form of a date, every slip with its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.model import GalleryItem, Kind, Post, Problem, Severity, Status
from publisher.posts import FRONT_MATTER_LIMIT, Rules, parse, parse_date, suggest
from publisher.text import nfc, slugify

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
RULES = Rules(
    {
        "can-bo": "Truyền thông đến công chức, viên chức",
        "ra-soat": "Quá trình và kết quả rà soát thủ tục hành chính",
    },
    ("so-khcn", "trang-xem-truoc"),
    ZONE,
)


def read(text: str | bytes, rules: Rules = RULES) -> tuple[Post | None, list[Problem]]:
    data = text if isinstance(text, bytes) else text.encode()
    return parse(data, "2023/bai", "posts/2023/bai.md", rules)


def post_of(text: str | bytes, rules: Rules = RULES) -> Post:
    post, problems = read(text, rules)
    assert post, problems
    assert not problems
    return post


def found(text: str | bytes) -> list[tuple[str, int]]:
    _, problems = read(text)
    assert {p.severity for p in problems} == {Severity.ERROR}
    assert {p.where.file for p in problems} == {"posts/2023/bai.md"}
    return [(p.code, p.where.line) for p in problems]


def only(text: str | bytes) -> Problem:
    _post, (problem,) = read(text)
    return problem


def with_lines(*lines: str) -> str:
    return "\n".join(["---", "title: Lịch tiếp dân", *lines, "---", "Nội dung."])


# Names of keys

NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "tiêu đề", "tên bài", "tựa đề"),
    "kind": ("kind", "thể loại", "loại", "loại bài", "hình thức"),
    "theme": ("theme", "chủ đề", "nội dung", "nhóm nội dung"),
    "date": ("date", "ngày", "ngày đăng", "thời gian đăng", "ngày giờ đăng", "giờ đăng"),
    "status": ("status", "trạng thái", "tình trạng"),
    "slug": ("slug", "đường dẫn", "địa chỉ"),
    "excerpt": ("excerpt", "tóm tắt", "trích dẫn", "trích yếu", "mô tả", "sapo", "description",
                "summary"),
    "categories": ("categories", "chuyên mục", "danh mục", "category"),
    "tags": ("tags", "thẻ", "từ khóa", "từ khoá", "nhãn", "tag", "keywords"),
    "authors": ("authors", "tác giả", "người viết", "author"),
    "unit": ("unit", "đơn vị", "phòng", "đơn vị thực hiện"),
    "source": ("source", "nguồn", "nguồn tin", "theo"),
    "featured_image": ("featured_image", "ảnh đại diện", "hình đại diện", "ảnh bìa",
                       "ảnh nổi bật"),
    "gallery": ("gallery", "bộ ảnh", "thư viện ảnh", "album", "album ảnh"),
    "legal": ("legal", "căn cứ", "văn bản", "căn cứ pháp lý", "văn bản liên quan"),
    "sites": ("sites", "trang", "nơi đăng", "trang đăng", "kênh", "site"),
    "id": ("id", "mã", "mã bài"),
}  # fmt: skip
VALUES: Mapping[str, tuple[str, object]] = {
    "title": ("Lịch mới", "Lịch mới"),
    "kind": ("bai", Kind.BAI),
    "theme": ("can-bo", "can-bo"),
    "date": ("15/03/2023", datetime(2023, 3, 15, tzinfo=ZONE)),
    "status": ("draft", Status.DRAFT),
    "slug": ("lich-moi", "lich-moi"),
    "excerpt": ("Tóm tắt.", "Tóm tắt."),
    "categories": ("Tin, Bài", ("Tin", "Bài")),
    "tags": ("một cửa; hỏi đáp", ("một cửa", "hỏi đáp")),
    "authors": ("Văn phòng Sở", ("Văn phòng Sở",)),
    "unit": ("Văn phòng Sở", "Văn phòng Sở"),
    "source": ("Văn phòng Sở", "Văn phòng Sở"),
    "featured_image": ("a.png", "a.png"),
    "gallery": ("[a.png]", (GalleryItem("a.png"),)),
    "legal": ("Nghị định 63/2010/NĐ-CP, Điều 1", ("Nghị định 63/2010/NĐ-CP, Điều 1",)),
    "sites": ("so-khcn", ("so-khcn",)),
    "id": ("lich-2023", "lich-2023"),
}


def _unmarked(name: str) -> str:
    return slugify(name.replace("_", "-")).replace("-", " ")


WRITTEN: tuple[Callable[[str], str], ...] = (
    lambda name: name,
    str.upper,
    str.capitalize,
    lambda name: name.replace(" ", "_"),
    lambda name: name.replace(" ", "-").replace("_", "-"),
    lambda name: unicodedata.normalize("NFD", name),
    _unmarked,
    lambda name: _unmarked(name).replace(" ", "_"),
    lambda name: _unmarked(name).upper().replace(" ", "-"),
)


@pytest.mark.parametrize("key", NAMES)
def test_every_name_of_a_key_means_the_same(key: str) -> None:
    written, value = VALUES[key]
    for name in NAMES[key]:
        for write in WRITTEN:
            title = [] if key == "title" else ["title: Lịch tiếp dân"]
            lines = ["---", *title, f"{write(name)}: {written}", "---", "Nội dung."]
            post = post_of("\n".join(lines))
            attribute = "key" if key == "id" else key
            assert getattr(post, attribute) == value, write(name)
            assert post.lines[key] == len(title) + 2


def test_a_post_with_a_title_alone_has_the_defaults() -> None:
    post = post_of("---\ntitle: Lịch tiếp dân\n---\nNội dung.\n")
    assert post == Post(
        "2023/bai",
        "posts/2023/bai.md",
        "Lịch tiếp dân",
        body="Nội dung.",
        body_line=4,
        lines={"title": 2},
    )
    assert (post.kind, post.status, post.date) == (Kind.TIN, Status.READY, None)


@pytest.mark.parametrize("empty", ["", " ''", " ~", " null", " []", ' ""', " # sau này điền"])
@pytest.mark.parametrize("key", sorted(set(NAMES) - {"title"}))
def test_an_empty_value_is_none_at_all(key: str, empty: str) -> None:
    post = post_of(with_lines(f"{key}:{empty}"))
    assert getattr(post, key, "") == getattr(post_of(with_lines()), key, "")
    assert post.key == "2023/bai"


# Values


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("tin", Kind.TIN), ("Tin tức", Kind.TIN), ("bài", Kind.BAI), ("Bài viết", Kind.BAI),
        ("ảnh", Kind.ANH), ("HÌNH ẢNH", Kind.ANH), ("hinh-anh", Kind.ANH), ("Video", Kind.VIDEO),
        ("infographic", Kind.INFOGRAPHIC), ("đồ họa", Kind.INFOGRAPHIC),
        ("đồ hoạ", Kind.INFOGRAPHIC), ('"tin"', Kind.TIN),
    ],
)  # fmt: skip
def test_kinds(written: str, kind: Kind) -> None:
    assert post_of(with_lines(f"kind: {written}")).kind is kind


@pytest.mark.parametrize(
    "written",
    ["can-bo", "Can Bo", "can_bo", "cán bộ", "Truyền thông đến công chức, viên chức",
     "truyen thong den cong chuc, vien chuc"],
)  # fmt: skip
def test_a_theme_is_its_code_or_its_label(written: str) -> None:
    assert post_of(with_lines(f"theme: {written}")).theme == "can-bo"


@pytest.mark.parametrize(
    ("written", "status"),
    [("draft", Status.DRAFT), ("nháp", Status.DRAFT), ("Bản nháp", Status.DRAFT),
     ("ready", Status.READY), ("sẵn sàng", Status.READY), ("xong", Status.READY)],
)  # fmt: skip
def test_statuses(written: str, status: Status) -> None:
    assert post_of(with_lines(f"status: {written}")).status is status


@pytest.mark.parametrize(
    "lines",
    [["tags: một, hai; ba"], ["tags: [một, hai, ba]"], ["tags:", "  - một", "  - hai", "  - ba"],
     ["tags:", "- một", "- hai", "- một", "- ''", "- ba"], ["tags: [một, hai,", "  ba]"]],
)  # fmt: skip
def test_lists_are_written_in_many_ways(lines: list[str]) -> None:
    assert post_of(with_lines(*lines)).tags == ("một", "hai", "ba")


def test_a_law_may_have_a_comma_in_its_name() -> None:
    post = post_of(with_lines("legal: Luật A, B và C"))
    assert post.legal == ("Luật A, B và C",)


def test_numbers_and_words_of_yaml_stay_what_was_written() -> None:
    post = post_of(with_lines("id: 007", "unit: no", "source: 1_000", "tags: [yes, 1.0, 0x1F]"))
    assert (post.key, post.unit, post.source) == ("007", "no", "1_000")
    assert post.tags == ("yes", "1.0", "0x1F")


def test_white_space_in_a_value_is_folded() -> None:
    post = post_of(with_lines("excerpt: >", "  Dòng\u00a0một", "  dòng hai.", "", "  Đoạn hai."))
    assert post.excerpt == "Dòng một dòng hai. Đoạn hai."


def test_a_gallery_names_pictures_with_alt_and_caption() -> None:
    lines = ["gallery:", "  - a.png", "  - path: b.png", "    alt: Ảnh hai", "  - tệp: c.png",
             "    mô tả: Ảnh ba", "    chú thích: 'Hình: ba'"]  # fmt: skip
    assert post_of(with_lines(*lines)).gallery == (
        GalleryItem("a.png"),
        GalleryItem("b.png", "Ảnh hai"),
        GalleryItem("c.png", "Ảnh ba", "Hình: ba"),
    )


def test_sites_are_those_of_the_config() -> None:
    post = post_of(with_lines("sites: [SO-KHCN, trang xem trước]"))
    assert post.sites == ("so-khcn", "trang-xem-truoc")


@pytest.mark.parametrize("written", ["a/b/c", "bai-1", "2023.1", "Bai_viet"])
def test_an_id_takes_the_place_of_the_path(written: str) -> None:
    assert post_of(with_lines(f"id: {written}")).key == written


@pytest.mark.parametrize(
    ("written", "fixed"),
    [("../a", "a"), ("a/../../b", "a-b"), ("/etc/passwd", "etc-passwd"), ("a//b", "a-b"),
     ("a/./b", "a-b"), ("C:/x", "c-x"), ("'a\\b'", "a-b"), (".an", "an"), ("Bài viết", "bai-viet"),
     ("a/", "a"), ("'???'", "lich-tiep-dan"), ("x" * 201, "x" * 90)],
)  # fmt: skip
def test_an_id_never_leads_out_of_the_folder(written: str, fixed: str) -> None:
    problem = only(with_lines(f"id: {written}"))
    assert (problem.code, problem.where.line) == ("id-form", 3)
    assert problem.params["fixed"] == fixed
    assert post_of(with_lines(f"id: {fixed}"))


@pytest.mark.parametrize(
    ("written", "fixed"),
    [("Lịch tiếp dân", "lich-tiep-dan"), ("a_b", "a-b"), ("A", "a"), ("a/b", "a-b"),
     ("'???'", "lich-tiep-dan")],
)  # fmt: skip
def test_a_wrong_slug_is_reported_with_the_right_one(written: str, fixed: str) -> None:
    problem = only(with_lines(f"slug: {written}"))
    assert (problem.code, problem.where.line) == ("slug-form", 3)
    assert problem.params["fixed"] == fixed
    assert post_of(with_lines(f"slug: {fixed}")).slug == fixed


def test_a_slug_may_be_copied_from_an_address() -> None:
    assert post_of(with_lines("slug: /lich-tiep-dan/")).slug == "lich-tiep-dan"


def test_titles_have_an_end() -> None:
    longest = "Lịch " * 60
    assert post_of(f"---\ntitle: {longest}\n---\n").title == longest.strip()
    problem = only(f"---\ntitle: {longest}lịch\n---\n")
    assert problem.code == "value-long"
    assert problem.params == {"key": "title", "limit": 300, "length": 304}


@pytest.mark.parametrize(
    ("line", "params"),
    [
        ("kind: tim", {"key": "kind", "value": "tim", "meant": ""}),
        ("kind: infografic", {"key": "kind", "value": "infografic", "meant": "infographic"}),
        ("theme: ra-soát tthc", {"key": "theme", "value": "ra-soát tthc", "meant": "ra-soat"}),
        ("trạng thái: chờ", {"key": "status", "value": "chờ", "meant": ""}),
        ("sites: so-khcn, sokhcn", {"key": "sites", "value": "sokhcn", "meant": "so-khcn"}),
    ],
)
def test_an_unknown_choice_comes_with_the_choices(line: str, params: dict[str, str]) -> None:
    problem = only(with_lines(line))
    assert (problem.code, problem.where.line) == ("choice", 3)
    shown = dict(problem.params)
    assert str(shown.pop("choices")).split(", ")
    assert shown == params


@pytest.mark.parametrize(
    ("lines", "line"),
    [(["title:", "  - a"], 2), (["title: a", "kind: [tin]"], 3), (["title: a", "date: [1]"], 3),
     (["title: a", "tags:", "  - [a, [b]]"], 3), (["title: a", "gallery: [{alt: x}]"], 3),
     (["title: a", "gallery:", "  - path: a.png", "    ghi: x"], 3),
     (["title: a", "gallery: [[a.png]]"], 3)],
)  # fmt: skip
def test_a_value_of_the_wrong_shape(lines: list[str], line: int) -> None:
    assert found("\n".join(["---", *lines, "---", ""])) == [("value-type", line)]


# Dates


@pytest.mark.parametrize("quote", ["", '"', "'"])
@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("15/03/2023", "2023-03-15T00:00:00+07:00"),
        ("5/3/2023", "2023-03-05T00:00:00+07:00"),
        ("15-03-2023", "2023-03-15T00:00:00+07:00"),
        ("15.3.2023", "2023-03-15T00:00:00+07:00"),
        ("ngày 15/3/2023", "2023-03-15T00:00:00+07:00"),
        ("ngày 15 tháng 3 năm 2023", "2023-03-15T00:00:00+07:00"),
        ("15 tháng 03, năm 2023", "2023-03-15T00:00:00+07:00"),
        ("2023-03-15", "2023-03-15T00:00:00+07:00"),
        ("2023/3/15", "2023-03-15T00:00:00+07:00"),
        ("29/02/2024", "2024-02-29T00:00:00+07:00"),
        ("15/03/2023 08:00", "2023-03-15T08:00:00+07:00"),
        ("15/03/2023 8:05", "2023-03-15T08:05:00+07:00"),
        ("15/03/2023, 23:59:59", "2023-03-15T23:59:59+07:00"),
        ("15/03/2023 8h", "2023-03-15T08:00:00+07:00"),
        ("15/03/2023 8h30", "2023-03-15T08:30:00+07:00"),
        ("15/03/2023 lúc 8g30", "2023-03-15T08:30:00+07:00"),
        ("8h30 15/3/2023", "2023-03-15T08:30:00+07:00"),
        ("8h30 phút, ngày 15/3/2023", "2023-03-15T08:30:00+07:00"),
        ("lúc 8 giờ 30 ngày 15/3/2023", "2023-03-15T08:30:00+07:00"),
        ("8 giờ 30 phút, ngày 15 tháng 3 năm 2023", "2023-03-15T08:30:00+07:00"),
        ("14 giờ ngày 15/3/2023", "2023-03-15T14:00:00+07:00"),
        ("2023-03-15 08:00", "2023-03-15T08:00:00+07:00"),
        ("2023-03-15T08:00", "2023-03-15T08:00:00+07:00"),
        ("2023-03-15T08:00:30", "2023-03-15T08:00:30+07:00"),
        ("2023-03-15T08:00+07:00", "2023-03-15T08:00:00+07:00"),
        ("2023-03-15T08:00:00.123Z", "2023-03-15T08:00:00+00:00"),
        ("2023-03-15 08:00 -0500", "2023-03-15T08:00:00-05:00"),
        ("2023-03-15T08:00+07", "2023-03-15T08:00:00+07:00"),
    ],
)
def test_dates_as_people_write_them(quote: str, written: str, moment: str) -> None:
    post = post_of(with_lines(f"ngày đăng: {quote}{written}{quote}"))
    assert post.date and post.date.tzinfo
    assert post.date.isoformat() == moment


@pytest.mark.parametrize(
    "written",
    ["31/02/2023", "29/02/2023", "03/15/2023", "0/1/2023", "15/03/23", "15/03", "2023-03",
     "20230315", "15/03/2023 24:00", "15/03/2023 08:60", "15/03/2023 8:5", "hôm nay", "8h",
     "15/03/2023 08:00 sáng", "15/03/2023 2:00 PM", "2023-03-15T08:00+99:00", "01/01/0001",
     "31/12/9999", "1/1/1969", "15//03/2023", "-1/3/2023"],
)  # fmt: skip
def test_what_is_no_date(written: str) -> None:
    problem = only(with_lines("kind: tin", f"date: {written}"))
    assert (problem.code, problem.where.line) == ("date-form", 4)
    assert problem.params == {"key": "date", "value": written}


def test_a_day_without_a_time_has_the_offices_time() -> None:
    rules = Rules(RULES.themes, RULES.sites, ZONE, time(7, 30))
    post = post_of(with_lines("date: 15/03/2023"), rules)
    assert post.date == datetime(2023, 3, 15, 7, 30, tzinfo=ZONE)
    post = post_of(with_lines("date: 15/03/2023 00:00"), rules)
    assert post.date == datetime(2023, 3, 15, tzinfo=ZONE)


@given(
    moment=st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)),  # noqa: DTZ001
    form=st.sampled_from(
        ["%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%H:%M:%S %d-%m-%Y", "%Y/%m/%d, %H:%M:%S"]
    ),
)
def test_every_moment_is_read_as_it_was_written(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=0, tzinfo=ZONE)
    assert parse_date(moment.strftime(form), ZONE) == moment


@given(
    moment=st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)),  # noqa: DTZ001
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_an_offset_is_believed(moment: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    moment = moment.replace(microsecond=0, tzinfo=zone)
    assert parse_date(moment.isoformat(), ZONE) == moment


@given(st.one_of(st.text(), st.from_regex(r"[0-9/.:\-+zZtThg ]{4,30}", fullmatch=True)))
@example("9999-12-31T23:59-14:00")
@example("٣/٣/2023")
def test_any_text_is_a_date_that_can_be_worked_with_or_none(text: str) -> None:
    moment = parse_date(text, ZONE)
    if moment is not None:
        assert moment.tzinfo
        assert moment.astimezone(UTC) == moment


# Encodings and boundaries

BODY = "Đoạn một.\n\n---\n\nĐoạn hai: “có dấu”."
FILE = f"---\ntitle: Kế hoạch 🎉\nkind: tin\n---\n\n{BODY}\n"


@pytest.mark.parametrize(
    "data",
    [
        FILE.encode(),
        FILE.encode("utf-8-sig"),
        FILE.encode("utf-16"),
        b"\xfe\xff" + FILE.encode("utf-16-be"),
        FILE.replace("\n", "\r\n").encode(),
        FILE.replace("\n", "\r\n").encode("utf-16"),
        FILE.replace("\n", "\r").encode(),
        unicodedata.normalize("NFD", FILE).encode(),
        FILE.replace("---\n", "---  \t\n").replace("\n---  \t\n\nĐ", "\n---\n\nĐ").encode(),
        FILE.replace("---\n", "-----\n", 1).encode(),
    ],
    ids=["utf-8", "bom", "notepad unicode", "utf-16-be", "crlf", "utf-16 crlf", "cr", "nfd",
         "spaces after ---", "five dashes"],
)  # fmt: skip
def test_files_as_editors_save_them(data: bytes) -> None:
    post = post_of(data)
    assert (post.title, post.kind) == ("Kế hoạch 🎉", Kind.TIN)
    assert [line.rstrip() for line in post.body.split("\n")] == BODY.split("\n")
    assert post.lines == {"title": 2, "kind": 3}
    assert post.body_line == 6


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"---\ntitle: a\nkind: ti\xean\n---\n", 3),
        (b"---\r\ntitle: a\r\n---\r\n\r\n\xff\r\n", 5),
        (b"\x89PNG\r\n\x1a\n", 1),
        ("---\ntitle: a\n---\n".encode("utf-16")[:-1], 1),
    ],
)
def test_a_file_in_another_encoding(data: bytes, line: int) -> None:
    assert found(data) == [("encoding", line)]


@pytest.mark.parametrize(
    "text", ["", " \n\n", "Nội dung.\n", "# Tiêu đề\n\n---\n\nNội dung.\n", "--\ntitle: a\n--\n",
             "--- title: a\n---\n", "+++\ntitle = 'a'\n+++\n", "PK\x03\x04"]
)  # fmt: skip
def test_a_file_without_front_matter(text: str) -> None:
    assert found(text) == [("front-matter-missing", 1)]


@pytest.mark.parametrize(
    ("text", "line"), [("---", 1), ("---\ntitle: a\nNội dung.\n", 1), ("\n\n---\ntitle: a\n", 3)]
)
def test_front_matter_without_an_end(text: str, line: int) -> None:
    assert found(text) == [("front-matter-open", line)]


def test_front_matter_without_a_body() -> None:
    for text in ("---\ntitle: a\n---", "---\ntitle: a\n---\n", "---\ntitle: a\n---\n\n \n"):
        assert post_of(text).body == ""


@pytest.mark.parametrize("text", ["---\n---\n", "---\n\n---\nNội dung.", "---\n# ghi chú\n---\n"])
def test_empty_front_matter(text: str) -> None:
    assert found(text) == [("title-missing", 1)]


def test_front_matter_is_read_up_to_a_limit() -> None:
    room = FRONT_MATTER_LIMIT - len(b"title: a\nexcerpt: \n")
    fits = "ă" * (room // 2)
    assert post_of(f"---\ntitle: a\nexcerpt: {fits}\n---\n").excerpt == fits
    assert found(f"\n---\ntitle: a\nexcerpt: {fits}ăă\n---\n") == [("front-matter-long", 2)]


@pytest.mark.parametrize("above", ["", "\n", "\n \n\t\n", "\u00a0\n\u3000\n"])
@pytest.mark.parametrize("within", ["", "\n", "# ghi chú\n", "excerpt: >\n  a\n\n  b\n", "x\t"])
@pytest.mark.parametrize("below", ["", "\n", "\n\n\n", " \n\t\n"])
def test_lines_are_counted_as_an_editor_counts_them(above: str, within: str, below: str) -> None:
    if within == "x\t":  # white space after the line of dashes
        text = f"{above}---\t\ntitle: a\nkind: b\n---\n{below}  Thân bài.\n"
    else:
        text = f"{above}---\n{within}title: a\n{within and '# hết'}\nkind: b\n---\n{below}  Thân.\n"
    lines = text.split("\n")
    assert found(text) == [("choice", lines.index("kind: b") + 1)]
    post = post_of(text.replace("kind: b", "kind: tin"))
    assert post.lines["title"] == lines.index("title: a") + 1
    assert lines[post.body_line - 1].strip().startswith("Thân")
    assert post.body.startswith("  Thân")  # white space that may mean code


def test_breaks_that_no_editor_shows_count_for_nothing() -> None:
    text = "---\ntitle: a\u2028b\x0bc\x85d\nexcerpt: x\u2029y\nkind: b\n---\nThân\u2028bài.\n"
    assert found(text) == [("choice", 4)]
    post = post_of(text.replace("kind: b", "kind: tin"))
    assert (post.title, post.excerpt, post.body) == ("a b c d", "x y", "Thân bài.")


# Slips in YAML, with the line to write instead


@pytest.mark.parametrize(
    ("lines", "code", "line", "fixed"),
    [
        (["title: A: B"], "yaml-colon", 2, 'title: "A: B"'),
        (["kind: tin", "title: “A: B”"], "yaml-colon", 3, 'title: "“A: B”"'),
        (['title: A: "B"'], "yaml-colon", 2, "title: 'A: \"B\"'"),
        (["title: A: \"B\" 'C' \\"], "yaml-colon", 2, "title: \"A: \\\"B\\\" 'C' \\\\\""),
        (["title: a", "tags:", "  - b: c"], "yaml-colon", 4, '- "b: c"'),
        (["title: a", "tags:", "  - b: c: d"], "yaml-colon", 4, '- "b: c: d"'),
        (["title: a", "tags: [b, c: d]"], "yaml-colon", 3, 'tags: [b, "c: d"]'),
        (["title: a", "excerpt: {b: c}"], "yaml-colon", 3, 'excerpt: "{b: c}"'),
        (["title: a", "excerpt:", "  B: c"], "yaml-colon", 4, '"B: c"'),
        (["title: a", "gallery:", "  - path: a.png", "    alt: b: c"], "yaml-colon", 5,
         'alt: "b: c"'),
        (["title: a", "gallery:", "  - path: b: c"], "yaml-colon", 4, '- path: "b: c"'),
        (["title:a"], "yaml-line", 2, "title: a"),
        (["kind: tin", "title:a b"], "yaml-line", 3, "title: a b"),
        (["title:a", "kind: tin"], "yaml-line", 2, "title: a"),
        (["title:\u00a0a", "kind: tin"], "yaml-line", 2, "title: a"),
        (["title:\ta"], "yaml-line", 2, "title: a"),
        (["title: a", "tags:", "\t- b"], "yaml-tab", 4, "- b"),
        (['title: "a', "kind: tin"], "yaml-quote", 2, 'title: "a"'),
        (["kind: tin", "title: 'a"], "yaml-quote", 3, "title: 'a'"),
        (['title: "a', 'excerpt: "b"'], "yaml-quote", 2, 'title: "a"'),
        (['title: "a "b" c"'], "yaml-line", 2, "title: 'a \"b\" c'"),
        (['title: "a" b'], "yaml-line", 2, "title: '\"a\" b'"),
        (["title: a", "tags: [b, c", "kind: tin"], "yaml-line", 3, "tags: [b, c]"),
        (["title: [a] b"], "yaml-line", 2, 'title: "[a] b"'),
        (["title: {a} b"], "yaml-line", 2, 'title: "{a} b"'),
        (["title: @a"], "yaml-line", 2, 'title: "@a"'),
        (["title: `a`"], "yaml-line", 2, 'title: "`a`"'),
        (["title: %a"], "yaml-line", 2, 'title: "%a"'),
        (["title: &a b"], "yaml-line", 2, 'title: "&a b"'),
        (["title: !a b"], "yaml-line", 2, 'title: "!a b"'),
        (["title: > a"], "yaml-line", 2, 'title: "> a"'),
        (["title: - a"], "yaml-line", 2, 'title: "- a"'),
        (["title: *a*"], "yaml-line", 2, 'title: "*a*"'),
        (["title: #a"], "yaml-line", 2, 'title: "#a"'),
        (["title: a #1"], "yaml-line", 2, 'title: "a #1"'),
        (["title: a", "tags:", "- #b"], "yaml-line", 4, '- "#b"'),
        (["title: a", 'featured_image: "C:\\Users\\b.png"'], "yaml-line", 3,
         "featured_image: 'C:\\Users\\b.png'"),
    ],
)  # fmt: skip
def test_a_slip_comes_with_the_line_to_write(
    lines: list[str], code: str, line: int, fixed: str
) -> None:
    problem = only("\n".join(["---", *lines, "---", "Nội dung."]))
    assert (problem.code, problem.where.line) == (code, line)
    assert problem.params["fixed"] == fixed
    # Whoever writes that line has a post that can be read.
    written = lines[line - 2]
    indent = "" if code == "yaml-tab" else written[: len(written) - len(written.lstrip())]
    lines[line - 2] = indent + fixed
    assert post_of("\n".join(["---", *lines, "---", "Nội dung."]))


def test_a_colon_in_a_text_of_several_lines() -> None:
    problem = only(with_lines("excerpt: b", "  c", "  D: e", "", "kind: tin"))
    assert (problem.code, problem.where.line) == ("yaml-colon", 3)
    assert problem.params == {"line": "excerpt: b c D: e", "fixed": 'excerpt: "b c D: e"'}


@pytest.mark.parametrize(
    ("lines", "line", "written"),
    [
        (["title a", "kind: tin"], 2, "title a"),
        (["title: a", "kind tin", "theme: can-bo"], 3, "kind tin"),
        (["title: a", "kind tin"], 3, "kind tin"),
        (["a"], 2, "a"),
        (["", "- a", "- b"], 3, "- a"),
        (["title: a", "...", "kind: tin"], 3, "..."),
        (["? [a, b]", ": c", "title: a"], 2, "? [a, b]"),
        (["{a: b}: c", "title: a"], 2, "{a: b}: c"),
    ],
)
def test_a_line_that_means_nothing_is_shown(lines: list[str], line: int, written: str) -> None:
    problem = only("\n".join(["---", *lines, "---", "Nội dung."]))
    assert (problem.code, problem.where.line) == ("yaml", line)
    assert problem.params == {"line": written}


def test_all_slips_are_told_at_once() -> None:
    text = (
        "\n---\ntitle: A: B\n\nkind:tim\nexcerpt: \"b\ntags: [c, d\n# ghi chú\n"
        "date: mai\nxyz: 1\nTITLE: c\nid: ../x\n---\n"
    )  # fmt: skip
    assert found(text) == [
        ("yaml-colon", 3),
        ("yaml-line", 5),
        ("choice", 5),
        ("yaml-quote", 6),
        ("yaml-line", 7),
        ("date-form", 9),
        ("key-unknown", 10),
        ("key-twice", 11),
        ("id-form", 12),
    ]


def test_keys_written_twice_in_any_name() -> None:
    text = "---\ntitle: a\nTiêu đề: b\nkind: tin\ntieu-de: c\nkind: bai\n---\n"
    assert found(text) == [("key-twice", 3), ("key-twice", 5), ("key-twice", 6)]
    _post, problems = read(text)
    assert [p.params["first"] for p in problems] == [2, 2, 4]
    assert problems[1].params["key"] == "tieu-de"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("kimd", "kind"), ("tac_gai", "authors"), ("tiu đề", "title"), ("Ngày đằng", "date"),
     ("featured-imge", "featured_image"), ("catagories", "categories"), ("chuyên mụcc",
     "categories"), ("layout", ""), ("xyz", ""), ("<<", "")],
)  # fmt: skip
def test_an_unknown_key_comes_with_what_was_meant(written: str, meant: str) -> None:
    problem = only(with_lines("# ghi chú", f"{written}: a"))
    if meant == "date":  # marks do not matter, so this one is known
        assert problem.code == "date-form"
        return
    assert (problem.code, problem.where.line) == ("key-unknown", 4)
    assert problem.params == {"key": written, "meant": meant}


def test_a_misspelt_title_is_not_a_missing_one_too() -> None:
    assert found("---\ntitel: a\n---\n") == [("key-unknown", 2)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a\nexcerpt: b\x07c\n---\n", 3),
        ("---\nkind: tin\ntitle: a\x00b\n---\n", 3),
        ('---\ntitle: "a\\0b"\n---\n', 2),
        ('---\ntitle: "a\\ud800b"\n---\n', 2),
        ('---\ntitle: a\ntags: [b, "c\\x1b[31m"]\n---\n', 3),
        ('---\ntitle: a\n"ki\\0nd": tin\n---\n', 3),
    ],
)
def test_characters_that_nobody_sees_are_refused(text: str, line: int) -> None:
    assert found(text) == [("yaml-character", line)]


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{y}: &{y} [{', '.join([f'*{x}'] * 9)}]" for x, y in pairwise("abcdefghi")]
    codes = {code for code, _line in found("\n".join(["---", *lines, "---"]))}
    assert codes & {"yaml-line", "yaml"}


@pytest.mark.parametrize(
    "value",
    ["[" * 30_000, "[" * 500 + "]" * 500, "{a: " * 400, "- " * 9_000, " " * 60_000 + "x: y",
     '"' + "\\" * 60_001, ": " * 20_000, "\x01" * 30_000, "'\"" * 20_000],
    ids=["open", "deep", "maps", "items", "spaces", "backslashes", "colons", "controls", "quotes"],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_hostile_front_matter_is_refused_in_good_time(value: str) -> None:
    _, problems = read(f"---\ntitle: a\nexcerpt: {value}\n---\n")
    assert any(problem.severity is Severity.ERROR for problem in problems)


def test_a_suggestion_must_be_near() -> None:
    assert suggest("so_khnc", ["so-khcn", "trang-xem-truoc"]) == "so-khcn"
    assert suggest("abc", ["so-khcn", "trang-xem-truoc"]) == ""
    assert suggest("abc", []) == ""


# Any file at all

_yaml = st.text(st.sampled_from("abđ :#-[]{}\"'\\|>&*!%@`,?\n\t\u00a0\u2028\x00.~=<"), max_size=80)
_front = st.one_of(
    _yaml,
    st.lists(
        st.builds(
            "{}:{}{}".format,
            st.sampled_from(["title", "ngày đăng", "tags", "gallery", "id", " - path", "xyz"]),
            st.sampled_from(["", " ", "\n  - ", "\n  "]),
            _yaml,
        ),
        max_size=6,
    ).map("\n".join),
)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text().map(lambda text: text.encode("utf-8", "replace")),
        _front.map(lambda front: f"---\ntitle: a\n{front}\n---\nThân bài.".encode()),
        _front.map(lambda front: f"---\n{front}\n---\n".encode("utf-16")),
    )
)
def test_any_bytes_give_a_post_or_problems_on_lines_that_exist(data: bytes) -> None:
    post, problems = read(data)
    assert post or any(p.severity is Severity.ERROR for p in problems)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert all(0 < p.where.line <= lines for p in problems)
    if post:
        assert post.title == nfc(post.title).strip() and slugify(post.title)
        repr(post).encode()


# Any post, written down and read again

_words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=40
).map(lambda text: " ".join(nfc(text).split()))
_text = _words.filter(lambda text: text not in ("", "~", "null"))
_name = _text.filter(lambda text: not set(text) & set(",;"))
_names = st.lists(_name, max_size=3, unique=True).map(tuple)
_slugs = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)
_keys = st.from_regex(r"[A-Za-z0-9]{1,9}([/._-][A-Za-z0-9]{1,9}){0,3}", fullmatch=True)
_body = st.text(st.characters(codec="utf-8", exclude_categories=["C"], include_characters="\n"))
_posts = st.builds(
    Post,
    key=_keys,
    file=st.just("posts/2023/bai.md"),
    title=_text.filter(slugify),
    body=_body.map(lambda text: nfc(text).rstrip().lstrip("\n")).filter(
        lambda text: not text or text.split("\n")[0].strip()
    ),
    kind=st.sampled_from(Kind),
    theme=st.sampled_from(["", *RULES.themes]),
    date=st.none()
    | st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=0, tzinfo=ZONE)
    ),
    status=st.sampled_from(Status),
    slug=st.just("") | _slugs,
    excerpt=st.just("") | _text,
    categories=_names,
    tags=_names,
    authors=_names,
    unit=st.just("") | _text,
    source=st.just("") | _text,
    featured_image=st.just("") | _text,
    gallery=st.lists(st.builds(GalleryItem, _text, _words, _words), max_size=3).map(tuple),
    legal=st.lists(_text, max_size=3, unique=True).map(tuple),
    sites=st.lists(st.sampled_from(RULES.sites), unique=True, max_size=2).map(tuple),
)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _written(post: Post) -> tuple[str, dict[str, int]]:
    """Return a post as a careful clerk would write it, and the line of each key."""
    lines = ["---"]
    at: dict[str, int] = {}

    def put(key: str, *written: str) -> None:
        at[key] = len(lines) + 1
        lines.extend(written)

    put("id", f"id: {_quoted(post.key)}")
    for key in ("title", "theme", "slug", "excerpt", "unit", "source", "featured_image"):
        put(key, f"{key}: {_quoted(getattr(post, key))}")
    put("kind", f"kind: {post.kind.value}")
    put("status", f"status: {post.status.value}")
    put("date", f"date: {post.date:%d/%m/%Y %H:%M:%S}" if post.date else "date:")
    for key in ("categories", "tags", "authors", "legal", "sites"):
        put(key, f"{key}:", *(f"  - {_quoted(value)}" for value in getattr(post, key)))
    put("gallery", "gallery:")
    for item in post.gallery:
        lines.append(f"  - path: {_quoted(item.path)}")
        lines.append(f"    alt: {_quoted(item.alt)}")
        lines.append(f"    caption: {_quoted(item.caption)}")
    lines.append("---")
    return "\n".join([*lines, post.body]), at


@given(_posts)
def test_a_post_written_down_is_read_back_the_same(post: Post) -> None:
    text, lines = _written(post)
    back = post_of(text)
    assert back.lines == lines
    last = lines["gallery"] + 3 * len(post.gallery) + 1
    assert back.body_line == last + bool(post.body)
    for name in Post.__dataclass_fields__:
        if name not in ("lines", "body_line"):
            assert getattr(back, name) == getattr(post, name), name
