"""A folder of many posts with pictures, drawn from a seed, and a log that says they are out."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image

from publisher import config, run
from publisher.log import open_log
from publisher.log.chain import GENESIS, row_hash
from publisher.log.rows import instant_text, values_of
from publisher.model import Article, Event, Publication
from publisher.plan import wanted_digest
from publisher.text import slugify

NOW = datetime(2023, 12, 20, tzinfo=UTC)
SITE = "trang-xem"
PICTURES_EACH = 2

_SEED = 20231214
_FIRST = datetime(2021, 12, 15, 8, tzinfo=UTC)
_LONG_AGO = 7 * 86400.0  # seconds; nobody edited the files just now
_CONFIG = f"""[organisation]
name = "Sở Khoa học và Công nghệ"

[themes]
can-bo = "Cán bộ"
ra-soat = "Rà soát thủ tục"
ket-qua = "Kết quả"

[sites.{SITE}]
kind = "preview"
"""
_WORDS = ["thủ", "tục", "hành", "chính", "được", "rà", "soát", "và", "công", "khai", "tại", "bộ", "phận", "một", "cửa", "của", "Sở", "cán", "bộ", "tiếp", "nhận", "hồ", "sơ", "hướng", "dẫn", "người", "dân", "nộp", "trực", "tuyến", "đúng", "hạn", "kết", "quả", "quý", "này", "tăng", "so", "với", "cùng", "kỳ", "năm", "trước", "theo", "báo", "cáo", "của", "văn", "phòng", "ý", "kiến", "phản", "ánh", "kiến", "nghị", "được", "trả", "lời", "trong", "năm", "ngày"]


def fill(base: Path, number: int) -> None:
    """Write config.toml and so many posts, with two pictures each, as if a week ago."""
    draw = random.Random(_SEED)
    (base / "config.toml").write_text(_CONFIG, encoding="utf-8")
    picture = _picture()
    for index in range(number):
        at = _FIRST + index * timedelta(days=730) / number
        posts = base / "posts" / f"{at:%Y}" / f"{at:%m-%d}"
        media = base / "media" / f"{at:%Y}" / f"{at:%m-%d}"
        for folder in (posts, media):
            folder.mkdir(parents=True, exist_ok=True)
        for shown in range(PICTURES_EACH):
            # What follows the end of a JPEG is nobody's; it makes each file another one.
            data = picture + f"{index}-{shown}".encode()
            (media / f"anh-{index}-{shown}.jpg").write_bytes(data)
        (posts / f"tin-{index}.md").write_text(text(draw, index, at), encoding="utf-8")
    then = time.time() - _LONG_AGO
    for path in (base / "posts", base / "media"):
        for file in path.rglob("*"):
            os.utime(file, (then, then))


def text(draw: random.Random, index: int, at: datetime) -> str:
    """Return one post: front matter, a few paragraphs, a list, a table, a link, two pictures."""
    folder = f"{at:%Y}/{at:%m-%d}"
    pictures = [
        f"![Cán bộ và người dân bên bàn số {n}]({folder}/anh-{index}-{n}.jpg)"
        for n in range(PICTURES_EACH)
    ]
    lines = [
        "---",
        f'title: "Tin số {index}: {_sentence(draw, 9)}"',
        f"kind: {draw.choice(['tin', 'bai', 'anh'])}",
        f"theme: {draw.choice(['can-bo', 'ra-soat', 'ket-qua'])}",
        f"date: {at:%Y-%m-%d %H:%M}",
        f"excerpt: {_sentence(draw, 20)}.",
        "categories: [Cải cách hành chính]",
        f"tags: [{', '.join(draw.sample(['một cửa', 'rà soát', 'trực tuyến', 'cán bộ'], 2))}]",
        f"authors: [{draw.choice(['Lan', 'Minh', 'Hoa'])}]",
        "unit: Văn phòng Sở",
        "source: Văn phòng Sở",
        "---",
        "",
        _paragraph(draw),
        "",
        pictures[0],
        "",
        "## " + _sentence(draw, 5),
        "",
        f"{_paragraph(draw)} **{_sentence(draw, 4)}**, [trang của Sở](https://sokhcn.example/).",
        "",
        *(f"{n + 1}. {_sentence(draw, 8)}." for n in range(4)),
        "",
        "| Hình thức | Số lượng |",
        "|---|---:|",
        *(f"| {_sentence(draw, 2)} | {draw.randrange(100)} |" for _ in range(3)),
        "",
        pictures[1],
        "",
        _paragraph(draw),
        "",
    ]
    return "\n".join(lines)


def publish(base: Path) -> None:
    """Write a log that says that every post of the folder stands on the site, past the log."""
    settings = config.load(base / "config.toml")
    target = settings.target(SITE)
    rows = (
        _row(article, wanted_digest(article, target, {})) for article in run.read(settings).articles
    )
    add(settings.state / "log.sqlite3", rows)


def add(path: Path, rows: Iterable[Publication]) -> None:
    """Add publications to the log in a file, in one transaction: hashed as the log does it."""
    log = open_log(path, lambda: _FIRST)
    run_id = log.start_run("publish")
    log.close()
    database = sqlite3.connect(path)
    before = GENESIS
    for id_, row in enumerate(rows, 1):
        at = instant_text(row.at or _FIRST)
        common: Mapping[str, str | int | None] = {
            "id": id_, "at": at, "prev_hash": before, "run_id": run_id, "attempt_id": None,
        }  # fmt: skip
        values = {**common, **values_of(row)}
        before = row_hash(values)
        values["hash"] = before
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        database.execute(
            f"INSERT INTO publications ({names}) VALUES ({marks})", list(values.values())
        )
    database.commit()
    database.close()


def _row(article: Article, digest: str) -> Publication:
    post = article.post
    return Publication(
        SITE, post.key, Event.PUBLISHED, post.key, f"https://xem.example/{article.slug}/",
        "publish", article.slug, post.title, post.kind.value, post.theme, post.unit,
        post.authors, post.source, len(article.pictures), post.date, digest, article.digest,
        "fingerprint", content=article.html,
    )  # fmt: skip


def _picture() -> bytes:
    buffer = BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def _paragraph(draw: random.Random) -> str:
    return " ".join(f"{_sentence(draw, draw.randrange(12, 24))}." for _ in range(5))


def _sentence(draw: random.Random, words: int) -> str:
    return " ".join(draw.choice(_WORDS) for _ in range(words)).capitalize()


__all__ = ["NOW", "PICTURES_EACH", "SITE", "add", "fill", "publish", "slugify", "text"]
