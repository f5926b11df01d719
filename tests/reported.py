"""A frozen log of a whole year, counted by hand, and the report that is made of it.

By hand, of LINES dated 15/12/2022 to 14/12/2023 and sent by the close on 10/12/2023, without
the withdrawn one:
30 items: 14 tin, 9 bài, 4 hình ảnh, 3 video; 26 on so-khcn, 4 on trung-tam; 28 different posts;
themes: can-bo 3, tiep-nhan-pakn 6, cong-khai-tthc 8, mo-hinh-hay 3, ra-soat 4, lay-y-kien 1,
ket-qua 4, khau-hieu 1; 61 pictures; 12/2022 1, 01/2023 2, 02 3, 03 4, 04 2, 05 3, 06 2, 07 0,
08 4, 09 3, 10 3, 11 2, 12 1.
Off the web: 4 hội nghị (310 people), 2 tập huấn (95), 1 ấn phẩm (1,500 copies), 1 phát thanh.
A year before: 20 items (12 tin, 8 bài), 3 hội nghị. Beside: 2 pending, 1 late, 1 withdrawn,
1 backdated, 2 corrected (3 times), 1 that the site no longer has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from publisher import periods
from publisher.model import (
    NO_SITE,
    Event,
    Period,
    Publication,
    Verdict,
    Verification,
)
from publisher.reports.composing import compose
from publisher.reports.content import Content, Issue, Profile
from publisher.reports.tables import Labels
from publisher.royalties import Coefficients, Rates, Royalties, Unit, royalties
from publisher.tally import Extras, Figures, Scope, Target, tally

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PERIOD = periods.closed(periods.year(2023), 10, 12)

LABELS = Labels(
    themes={
        "can-bo": "Truyền thông đến công chức, viên chức",
        "tiep-nhan-pakn": "Địa chỉ tiếp nhận, xử lý phản ánh, kiến nghị",
        "cong-khai-tthc": "Công khai, minh bạch thủ tục hành chính",
        "mo-hinh-hay": "Mô hình, cách làm hay",
        "ra-soat": "Quá trình và kết quả rà soát thủ tục hành chính",
        "lay-y-kien": "Lấy ý kiến người dân qua hệ thống điện tử",
        "ket-qua": "Hoạt động và kết quả kiểm soát thủ tục hành chính",
        "khau-hieu": "Khẩu hiệu “Chung tay cải cách thủ tục hành chính”",
    },
    sites={
        "so-khcn": "Trang thông tin điện tử của Sở",
        "trung-tam": "Trang thông tin điện tử của Trung tâm",
    },
)

PROFILE = Profile(
    name="Sở Khoa học và Công nghệ",
    parent="Ủy ban nhân dân tỉnh Mẫu Sơn",
    symbol="BC-SKHCN",
    place="Mẫu Sơn",
    signer_title=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signer="Nguyễn Văn Mẫu",
    recipients=("Như trên", "Giám đốc Sở (b/c)", "Các phòng, đơn vị trực thuộc"),
    addressees=("Sở Thông tin và Truyền thông", "Văn phòng Ủy ban nhân dân tỉnh"),
    archive="VT, VP",
)

ISSUE = Issue(
    PROFILE,
    date(2023, 12, 11),
    "truyền thông hỗ trợ công tác kiểm soát thủ tục hành chính",
    number="5",
    bases=(
        "Căn cứ Nghị định số 63/2010/NĐ-CP ngày 08 tháng 6 năm 2010 của Chính phủ về kiểm soát "
        "thủ tục hành chính",
        "Căn cứ Kế hoạch số 12/KH-SKHCN ngày 10 tháng 01 năm 2023 của Sở Khoa học và Công nghệ "
        "về truyền thông hỗ trợ công tác kiểm soát thủ tục hành chính năm 2023",
    ),
)

# Day shown, kind, theme, sites, unit, pictures, authors, title.
LINES = """
20/12/2022|tin|tiep-nhan-pakn|S|Văn phòng|1|Trần Thị Lan|Công khai địa chỉ tiếp nhận phản ánh, kiến nghị
05/01/2023|bai|can-bo|S|Văn phòng|2|Trần Thị Lan|Quán triệt Nghị định số 63/2010/NĐ-CP về kiểm soát thủ tục hành chính
18/01/2023|tin|cong-khai-tthc|S|TT TT&UD|1|Lê Minh Đức|Công bố danh mục thủ tục hành chính lĩnh vực sở hữu trí tuệ
02/02/2023|tin|cong-khai-tthc|ST|TT TT&UD|2|Lê Minh Đức|Niêm yết công khai thủ tục hành chính tại Bộ phận Một cửa
21/02/2023|bai|mo-hinh-hay|S|Chi cục TĐC|4|Phạm Quốc Hùng|Mô hình “Ngày thứ Sáu không giấy hẹn” rút ngắn thời gian giải quyết
03/3/2023|tin|tiep-nhan-pakn|S|Văn phòng|0|Trần Thị Lan|Đường dây nóng tiếp nhận phản ánh, kiến nghị về quy định hành chính
10/3/2023|anh|ket-qua|S|TT TT&UD|8|Lê Minh Đức|Hình ảnh hội nghị kiểm soát thủ tục hành chính quý I
15/3/2023|tin|ra-soat|S|Văn phòng||Trần Thị Lan|Kế hoạch rà soát, đánh giá thủ tục hành chính năm 2023
28/3/2023|video|cong-khai-tthc|S|TT TT&UD|0|Lê Minh Đức, Trần Thị Lan|Hướng dẫn nộp hồ sơ trực tuyến trên Cổng dịch vụ công
06/4/2023|tin|cong-khai-tthc|S|Chi cục TĐC|1|Phạm Quốc Hùng|Công khai thủ tục công bố hợp chuẩn, hợp quy
20/4/2023|bai|can-bo|S|Văn phòng|2|Trần Thị Lan|Nâng cao trách nhiệm của công chức, viên chức khi tiếp nhận hồ sơ
08/5/2023|tin|tiep-nhan-pakn|S|Văn phòng|1|Trần Thị Lan|Kết quả xử lý phản ánh, kiến nghị tháng 4
19/5/2023|anh|khau-hieu|S|TT TT&UD|6|Lê Minh Đức|Pa-nô “Chung tay cải cách thủ tục hành chính” tại trụ sở
31/5/2023|bai|ra-soat|S|Chi cục TĐC|3|Phạm Quốc Hùng|Cắt giảm 3 thủ tục hành chính trong lĩnh vực đo lường
12/6/2023|tin|ket-qua|S|Văn phòng|1|Trần Thị Lan|Kết quả kiểm soát thủ tục hành chính 6 tháng đầu năm
26/6/2023|tin|cong-khai-tthc|S|TT TT&UD|1|Lê Minh Đức|Sửa đổi, bổ sung thủ tục hành chính về an toàn bức xạ
01/8/2023|bai|mo-hinh-hay|ST|TT TT&UD|3|Lê Minh Đức|Trả kết quả tại nhà: cách làm mới của Bộ phận Một cửa
16/8/2023|tin|tiep-nhan-pakn|S|Văn phòng|0|Trần Thị Lan|Kết quả xử lý phản ánh, kiến nghị tháng 7
25/8/2023|video|lay-y-kien|S|TT TT&UD|0|Lê Minh Đức|Cách đánh giá sự hài lòng qua hệ thống điện tử
07/9/2023|tin|ra-soat|S|Văn phòng|1|Trần Thị Lan|Kết quả rà soát thủ tục hành chính đợt 1
15/9/2023|bai|cong-khai-tthc|T|TT TT&UD|2|Lê Minh Đức|Minh bạch thủ tục hỗ trợ doanh nghiệp đổi mới công nghệ
29/9/2023|anh|ket-qua|S|TT TT&UD|7|Lê Minh Đức|Hình ảnh kiểm tra công tác cải cách hành chính
05/10/2023|tin|tiep-nhan-pakn|S|Văn phòng|1|Trần Thị Lan|Tiếp nhận phản ánh, kiến nghị qua Zalo của Sở
17/10/2023|bai|can-bo|T|TT TT&UD|2|Lê Minh Đức|Kỹ năng giao tiếp của viên chức tại Bộ phận Một cửa
27/10/2023|video|tiep-nhan-pakn|S|TT TT&UD|0||Gửi phản ánh, kiến nghị trong ba bước
09/11/2023|bai|ra-soat|S|Chi cục TĐC|2|Phạm Quốc Hùng|Phương án đơn giản hóa thủ tục hành chính năm 2023
23/11/2023|tin|cong-khai-tthc|S||1|Trần Thị Lan|Công khai kết quả giải quyết hồ sơ tháng 10
04/12/2023|anh|ket-qua|S|TT TT&UD|4|Lê Minh Đức|Hình ảnh tổng kết công tác kiểm soát thủ tục hành chính
"""  # noqa: E501

HELD = """
12/01/2023|hoi-nghi|can-bo|Văn phòng|Hội trường Sở|120|0|Hội nghị quán triệt công tác kiểm soát thủ tục hành chính năm 2023
14/4/2023|tap-huan|can-bo|Văn phòng|Hội trường Sở|45|0|Bồi dưỡng kỹ năng giao tiếp cho công chức Bộ phận Một cửa
20/5/2023|an-pham|khau-hieu|TT TT&UD||0|1500|Tờ rơi “Chung tay cải cách thủ tục hành chính”
23/6/2023|hoi-nghi|ket-qua|Văn phòng|Hội trường Sở|70|0|Hội nghị sơ kết 6 tháng đầu năm
18/8/2023|hoi-nghi|mo-hinh-hay|Chi cục TĐC|Chi cục TĐC|60|0|Hội nghị nhân rộng mô hình, cách làm hay
22/9/2023|tap-huan|lay-y-kien|TT TT&UD|Trung tâm|50|0|Tập huấn sử dụng hệ thống lấy ý kiến người dân
06/10/2023|phat-thanh|tiep-nhan-pakn|Văn phòng|Đài phát thanh|0|0|Giới thiệu địa chỉ tiếp nhận phản ánh, kiến nghị
01/12/2023|hoi-nghi|ket-qua|Văn phòng|Hội trường Sở|60|0|Hội nghị tổng kết công tác kiểm soát thủ tục hành chính
"""  # noqa: E501

_SITES = {"S": ("so-khcn",), "T": ("trung-tam",), "ST": ("so-khcn", "trung-tam")}


def moment(day: str, hour: int = 8) -> datetime:
    """Return eight o'clock of a day ``dd/m/yyyy`` in the office."""
    number, month, year = (int(part) for part in day.split("/"))
    return datetime(year, month, number, hour, tzinfo=ZONE)


def _cells(text: str) -> Iterator[list[str]]:
    for line in text.strip().split("\n"):
        yield line.split("|")


def _web() -> Iterator[Publication]:
    for number, cells in enumerate(_cells(LINES), start=1):
        day, kind, theme, sites, unit, pictures, authors, title = cells
        for site in _SITES[sites]:
            yield Publication(
                site=site,
                key=f"2023/{number:02}",
                event=Event.PUBLISHED,
                url=f"https://{site}.example.vn/tin-{number:02}/",
                status="publish",
                title=title,
                kind=kind,
                theme=theme,
                unit=unit,
                authors=tuple(authors.split(", ")) if authors else (),
                pictures=int(pictures or 0),
                shown_at=moment(day),
                at=moment(day) + timedelta(minutes=1),
                article_digest="1",
            )


def _held() -> Iterator[Publication]:
    for number, cells in enumerate(_cells(HELD), start=1):
        day, kind, theme, unit, place, people, copies, title = cells
        yield Publication(
            site=NO_SITE,
            key=f"2023/hoat-dong-{number}",
            event=Event.RECORDED,
            status="recorded",
            title=title,
            kind=kind,
            theme=theme,
            unit=unit,
            place=place,
            participants=int(people),
            copies=int(copies),
            evidence=(f"media/2023/{kind}-{number}.jpg",) if number != 3 else (
                "https://so-khcn.example.vn/to-roi.pdf",
            ),
            shown_at=moment(day),
            at=moment(day, 17),
            article_digest="1",
        )  # fmt: skip


def _a_year_before() -> Iterator[Publication]:
    for number in range(1, 21):
        yield Publication(
            site="so-khcn",
            key=f"2022/{number:02}",
            event=Event.PUBLISHED,
            status="publish",
            title=f"Tin năm 2022, số {number}",
            kind="tin" if number <= 12 else "bai",
            theme="ket-qua",
            shown_at=moment(f"{number}/6/2022"),
            at=moment(f"{number}/6/2022"),
        )
    for number in range(1, 4):
        yield Publication(
            site=NO_SITE,
            key=f"2022/hoi-nghi-{number}",
            event=Event.RECORDED,
            status="recorded",
            title=f"Hội nghị năm 2022, số {number}",
            kind="hoi-nghi",
            theme="can-bo",
            shown_at=moment(f"{number}/9/2022"),
            at=moment(f"{number}/9/2022"),
        )


def log() -> list[Publication]:
    """Return the rows of the log, oldest first, with everything that can befall an item."""
    rows = [*_web(), *_held(), *_a_year_before()]
    rows = [replace(row, id=number) for number, row in enumerate(rows, start=1)]
    known = {(row.site, row.key): row for row in rows}
    # Number 16 shows 26/6 and was sent on 29/6.
    backdated = known["so-khcn", "2023/16"]
    rows[rows.index(backdated)] = replace(backdated, at=moment("29/6/2023"))
    first, second = known["so-khcn", "2023/02"], known["so-khcn", "2023/05"]
    gone = Publication(
        site="so-khcn",
        key="2023/go",
        event=Event.PUBLISHED,
        url="https://so-khcn.example.vn/go/",
        status="publish",
        title="Thông báo lịch tiếp công dân",
        kind="tin",
        theme="tiep-nhan-pakn",
        shown_at=moment("11/7/2023"),
        at=moment("11/7/2023"),
    )
    late = replace(
        gone,
        key="2023/muon",
        url="https://so-khcn.example.vn/muon/",
        title="Tin đăng sau ngày chốt số liệu",
        shown_at=moment("09/12/2023"),
        at=moment("12/12/2023"),
    )
    rows += [
        replace(first, event=Event.UPDATED, article_digest="2", at=moment("09/01/2023"), id=101),
        replace(first, event=Event.UPDATED, article_digest="3", at=moment("10/01/2023"), id=102),
        replace(second, event=Event.UPDATED, article_digest="2", at=moment("22/02/2023"), id=103),
        replace(gone, id=104),
        replace(
            gone,
            event=Event.WITHDRAWN,
            status="trash",
            reason="Trùng nội dung với tin đã đăng",
            at=moment("13/7/2023"),
            id=105,
        ),
        replace(late, id=106),
    ]
    return rows


def _waiting() -> list[Publication]:
    return [
        Publication(
            site="so-khcn",
            key=f"2023/cho-{number}",
            event=Event.SCHEDULED,
            status="future",
            title=title,
            kind="tin",
            theme="ket-qua",
            authors=("Trần Thị Lan",),
            shown_at=moment(f"{number}/12/2023"),
        )
        for number, title in (
            (12, "Kết quả giải quyết thủ tục hành chính tháng 11"),
            (13, "Thông báo rà soát thủ tục hành chính năm 2024"),
        )
    ]


def _looks(rows: list[Publication]) -> dict[tuple[str, str], Verification]:
    newest = {(row.site, row.key): row for row in rows if row.site}
    gone = ("so-khcn", "2023/12")
    return {
        place: Verification(
            row.site,
            row.key,
            row.id,
            Verdict.GONE if place == gone else Verdict.SOUND,
            at=moment("10/12/2023", 9),
        )
        for place, row in newest.items()
    }


def _closed(period: Period) -> Period:
    return periods.closed(period, 10, 12)


def _missed(shown: date, known: date) -> bool:
    return periods.missed(shown, known, PERIOD, _closed)


def figures() -> Figures:
    """Return the figures of the year."""
    rows = log()
    return tally(
        rows,
        PERIOD,
        ZONE,
        missed=_missed,
        extras=Extras(
            year_before=Scope(_closed(periods.year_before(PERIOD))),
            year=Scope(PERIOD, _missed),
            targets=(
                Target("total", "", 40),
                Target("kinds", "bai", 12),
                Target("kinds", "hoi-nghi", 4),
                Target("themes", "mo-hinh-hay", 2),
            ),
            waiting=_waiting(),
            channels={"so-khcn": "wordpress", "trung-tam": "wordpress"},
            verifications=_looks(rows),
        ),
    )


RATES = Rates(
    units=(Unit(date(2019, 7, 1), 149_000), Unit(date(2023, 7, 1), 180_000)),
    coefficients=(
        Coefficients(
            date(2022, 1, 1),
            {"tin": Decimal("1"), "bai": Decimal("2.5"), "anh": Decimal("0.5")},
        ),
    ),
)


def due(counted: Figures) -> Royalties:
    """Return what the authors are due."""
    return royalties((item.publication for item in counted.items), RATES, ZONE)


def content(issue: Issue = ISSUE) -> Content:
    """Return the report of the year."""
    counted = figures()
    return compose(counted, due(counted), issue, LABELS, ZONE)
