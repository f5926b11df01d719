"""The language of report documents: their words, numbers and dates.

A report goes to Vietnamese authorities, so it is in Vietnamese whatever language the program
speaks to the person who runs it. That is why these words are here and not in the catalogue of
translations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from publisher.model import Kind, Period, Span, Verdict

KINDS: Mapping[str, str] = {
    Kind.TIN: "Tin",
    Kind.BAI: "Bài",
    Kind.ANH: "Hình ảnh",
    Kind.VIDEO: "Video",
    Kind.INFOGRAPHIC: "Đồ họa thông tin",
    Kind.HOI_NGHI: "Hội nghị",
    Kind.TAP_HUAN: "Tập huấn, bồi dưỡng",
    Kind.AN_PHAM: "Ấn phẩm",
    Kind.BAN_TIN: "Bản tin",
    Kind.MANG_XA_HOI: "Mạng xã hội",
    Kind.PHAT_THANH: "Phát thanh",
}
"""Labels of the kinds, in the order of the plan."""

COUNTED: Mapping[str, str] = {
    Kind.TIN: "tin",
    Kind.BAI: "bài",
    Kind.ANH: "hình ảnh",
    Kind.VIDEO: "video",
    Kind.INFOGRAPHIC: "đồ họa thông tin",
    Kind.HOI_NGHI: "hội nghị",
    Kind.TAP_HUAN: "lớp tập huấn, bồi dưỡng",
    Kind.AN_PHAM: "ấn phẩm",
    Kind.BAN_TIN: "bản tin",
    Kind.MANG_XA_HOI: "nội dung trên mạng xã hội",
    Kind.PHAT_THANH: "lượt phát thanh",
}
"""What a number of them is called: 4 hội nghị."""

VERBS: Mapping[str, tuple[Kind, ...]] = {
    "tổ chức": (Kind.HOI_NGHI, Kind.TAP_HUAN),
    "phát hành": (Kind.AN_PHAM, Kind.BAN_TIN),
    "đăng": (Kind.MANG_XA_HOI,),
    "thực hiện": (Kind.PHAT_THANH,),
}
"""What is done with each kind of activity."""

CHANNELS: Mapping[str, str] = {
    "wordpress": "Trang thông tin điện tử",
    "preview": "Trang xem trước",
    "facebook": "Trang Facebook",
    "zalo": "Zalo OA",
    "telegram": "Kênh Telegram",
}

VERDICTS: Mapping[str, str] = {
    Verdict.SOUND: "Khớp",
    Verdict.GONE: "Không còn trên trang",
    Verdict.HIDDEN: "Có trên trang nhưng không hiển thị",
    Verdict.CHANGED: "Nội dung trên trang đã khác",
    Verdict.FOREIGN: "Là bài khác trên trang",
    Verdict.LINK: "Đường dẫn không mở được",
    Verdict.UNREACHABLE: "Không kết nối được với trang",
    Verdict.CLOSED: "Kênh không cho kiểm tra",
}

UNPAID: Mapping[str, str] = {
    "author": "Chưa ghi tác giả",
    "coefficient": "Chưa có hệ số cho thể loại này",
    "unit": "Chưa có đơn giá cho thời điểm này",
}

REASONS = {
    "expired": "Hết hạn đăng",
    "draft": "Chuyển về bản nháp",
    "web-item": "Chuyển thành tin, bài đăng trên trang",
}
"""Why something was withdrawn, where no person said it in words."""

NOT_GIVEN = "Chưa ghi"
BLANK = "……………"
"""Stands where the office has still to write something."""


def number(value: float | Decimal) -> str:
    """Return a number as Vietnamese write it: ``1.234`` and ``1.234,5``."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    if isinstance(value, Decimal):
        text = f"{value.normalize():,f}"
    return text.translate(str.maketrans(",.", ".,"))


def percent(value: float) -> str:
    """Return hundredths in a sentence: ``91,7%``, and ``75%`` without a needless decimal."""
    return f"{number(value).removesuffix(',0')}%"


def day(value: date) -> str:
    """Return a date as ``dd/mm/yyyy``."""
    return f"{value:%d/%m/%Y}"


def long_day(value: date) -> str:
    """Return a date in words; days below 10 and the months 1 and 2 get a zero.

    Nghị định 30/2020/NĐ-CP, Phụ lục I, mục II.4.
    """
    month = f"{value.month:02}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02} tháng {month} năm {value.year}"


def clock(moment: datetime) -> str:
    """Return a local instant: ``08 giờ 05 phút ngày 13/12/2023``."""
    return f"{moment:%H} giờ {moment:%M} phút ngày {day(moment.date())}"


def month(value: str) -> str:
    """Return ``2023-03`` as ``03/2023``."""
    return f"{value[5:]}/{value[:4]}"


def period(value: Period) -> str:
    """Return what a period is called in a title: ``quý I năm 2023``."""
    year = f"năm {value.year}"
    names = {
        Span.MONTH: f"tháng {value.number} {year}",
        Span.QUARTER: f"quý {roman(value.number)} {year}",
        Span.HALF: f"6 tháng {'đầu' if value.number == 1 else 'cuối'} {year}",
        Span.NINE_MONTHS: f"9 tháng đầu {year}",
        Span.YEAR: year,
        Span.DAYS: f"từ ngày {day(value.first)} đến ngày {day(value.last)}",
    }
    return names[value.span]


def roman(value: int) -> str:
    """Return a number from 0 to 39 in Roman figures; "" for 0."""
    tens, ones = divmod(value, 10)
    units = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * tens + units[ones]
