"""What authors may call each key of the front matter, in English and in Vietnamese."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from publisher.text import fold

# They are compared without marks and case, and with "-" and "_" as spaces.
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("tiêu đề", "tên bài", "tựa đề"),
    "kind": ("thể loại", "loại", "loại bài", "hình thức"),
    "theme": ("chủ đề", "nội dung", "nhóm nội dung"),
    "date": ("ngày", "ngày đăng", "thời gian đăng", "ngày giờ đăng", "giờ đăng"),
    "embargo": ("cấm đăng trước", "không đăng trước", "cấm đăng đến", "giữ đến", "giữ tin đến"),
    "expire": ("hết hạn", "ngày hết hạn", "hạn đăng", "đăng đến", "ngày gỡ", "gỡ ngày", "expires"),
    "priority": ("ưu tiên", "mức ưu tiên", "độ khẩn", "mức độ khẩn", "mức khẩn"),
    "status": ("trạng thái", "tình trạng"),
    "slug": ("đường dẫn", "địa chỉ"),
    "excerpt": ("tóm tắt", "trích dẫn", "trích yếu", "mô tả", "sapo", "description", "summary"),
    "categories": ("chuyên mục", "danh mục", "category"),
    "tags": ("thẻ", "từ khóa", "nhãn", "tag", "keywords"),
    "authors": ("tác giả", "người viết", "author"),
    "unit": ("đơn vị", "phòng", "đơn vị thực hiện"),
    "source": ("nguồn", "nguồn tin", "theo"),
    "featured_image": ("ảnh đại diện", "hình đại diện", "ảnh bìa", "ảnh nổi bật"),
    "gallery": ("bộ ảnh", "thư viện ảnh", "album", "album ảnh"),
    "legal": ("căn cứ", "văn bản", "căn cứ pháp lý", "văn bản liên quan"),
    "sites": ("trang", "nơi đăng", "trang đăng", "kênh", "site"),
    "place": ("địa điểm", "nơi tổ chức"),
    "participants": ("số người", "số người tham dự", "số người tham gia", "tham dự"),
    "copies": ("số lượng", "số bản", "số tờ"),
    "evidence": ("minh chứng", "tài liệu", "bằng chứng"),
    "shares": ("tỷ lệ", "tỉ lệ", "tỷ lệ nhuận bút", "chia nhuận bút", "phân chia"),
    "social": ("mạng xã hội", "lời đăng", "lời giới thiệu"),
    "id": ("mã", "mã bài"),
}
PARTS: Mapping[str, tuple[str, ...]] = {
    "path": ("tệp", "ảnh", "hình", "đường dẫn", "file", "src"),
    "alt": ("mô tả", "văn bản thay thế"),
    "caption": ("chú thích", "ghi chú"),
}


@lru_cache(maxsize=1024)  # thousands of posts say the same few names
def spaced(text: str) -> str:
    """Return text folded, with "-" and "_" as spaces, as names are compared."""
    return fold(text.replace("_", " ").replace("-", " "))


_KEYS = {spaced(alias): key for key, names in NAMES.items() for alias in (key, *names)}
_PART_KEYS = {spaced(alias): part for part, names in PARTS.items() for alias in (part, *names)}


def key_of(written: str) -> str:
    """Return the English name of a key, or ""."""
    return _KEYS.get(spaced(written), "")


def part_of(written: str) -> str:
    """Return ``path``, ``alt`` or ``caption`` for a name within a gallery's picture, or ""."""
    return _PART_KEYS.get(spaced(written), "")


def meant(written: str) -> str:
    """Return the English name that a misspelt key most likely means, or ""."""
    return key_of(suggest(written, list(_KEYS)))


def suggest(word: str, choices: Sequence[str]) -> str:
    """Return the choice that a misspelt word most likely meant, or ""."""
    folded = {spaced(choice): choice for choice in choices}
    close = difflib.get_close_matches(spaced(word), list(folded), n=1, cutoff=0.7)
    return folded[close[0]] if close else ""
