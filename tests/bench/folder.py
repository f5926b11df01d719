"""A folder of many posts with pictures, drawn from a seed, and a log that says they are out.

``python -m tests.bench.folder FOLDER [CONFIG]`` writes the log alone.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from publisher import config, run
from publisher.log import open_log
from publisher.log.chain import GENESIS, row_hash
from publisher.log.remembering import instant_text
from publisher.log.rows import values_of
from publisher.model import Article, Event, Publication
from publisher.plan import wanted_digest

SITE = "trang-xem"
PICTURES_EACH = 2

_SEED = 20231214
_FIRST = datetime(2021, 12, 15, 8, tzinfo=UTC)
_LONG_AGO = 7 * 86400.0  # seconds; nobody edited the files just now
CONFIG = """[organisation]
name = "Sở Khoa học và Công nghệ"

[themes]
can-bo = "Cán bộ"
ra-soat = "Rà soát thủ tục"
ket-qua = "Kết quả"

"""
PREVIEW = f"""[sites.{SITE}]
kind = "preview"
"""
_TEXT = (
    "thủ tục hành chính được rà soát và công khai tại bộ phận một cửa của Sở cán bộ tiếp nhận "
    "hồ sơ hướng dẫn người dân nộp trực tuyến đúng hạn kết quả quý này tăng so với cùng kỳ năm "
    "trước theo báo cáo của văn phòng ý kiến phản ánh kiến nghị được trả lời trong năm ngày"
)
_WORDS = _TEXT.split()


def fill(base: Path, number: int) -> None:
    """Write config.toml and so many posts, with two pictures each, as if a week ago."""
    draw = random.Random(_SEED)
    (base / "config.toml").write_text(CONFIG + PREVIEW, encoding="utf-8")
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
    long_ago(base)


def long_ago(base: Path) -> None:
    """Let posts and media look as if nobody had touched them for a week."""
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


def publish(base: Path, file: str = "config.toml") -> None:
    """Write a log that says that every post of the folder stands on the site, past the log.

    With all that publishing would have written: each act begun and ended, each picture.
    """
    settings = config.load(base / file)
    target = settings.target(SITE)
    path = settings.state / "log.sqlite3"
    log = open_log(path, lambda: _FIRST)
    run_id = log.start_run("publish")
    log.close()
    with closing(sqlite3.connect(path)) as database, database:
        chains = {
            name: _Chain(database, name, run_id) for name in ("attempts", "publications", "media")
        }
        for article in run.read(settings).articles:
            for picture in article.pictures:
                shown = {"site": SITE, "digest": picture.digest, "name": f"{picture.name}.jpg"}
                ended = _act(
                    chains["attempts"], {**shown, "key": picture.digest, "action": "upload"}
                )
                size = {"width": 64, "height": 48, "bytes": 2000}
                place = {"remote_id": picture.digest, "url": f"https://xem.example/{picture.name}"}
                chains["media"].add({"attempt_id": ended, **shown, **place, **size})
            row = publication(article, wanted_digest(article, target, {}))
            sent = {"site": SITE, "key": row.key, "action": "create", "digest": row.digest,
                    "name": row.slug, "title": row.title, "sent": row.fingerprint}  # fmt: skip
            chains["publications"].add(
                {"attempt_id": _act(chains["attempts"], sent), **values_of(row)}
            )


class _Chain:
    """One table of the log, to which rows are added as the log does it, hashed."""

    def __init__(self, database: sqlite3.Connection, table: str, run_id: int) -> None:
        self._database = database
        self._table = table
        self._run_id = run_id
        self._last, self._before = 0, GENESIS

    def add(self, values: Mapping[str, Any], at: datetime = _FIRST) -> int:
        """Add a row, and return its id."""
        self._last += 1
        row = {"id": self._last, "at": instant_text(at), "prev_hash": self._before,
               "run_id": self._run_id, **values}  # fmt: skip
        self._before = row["hash"] = row_hash(row)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._database.execute(
            f"INSERT INTO {self._table} ({names}) VALUES ({marks})", list(row.values())
        )
        return self._last


def _act(attempts: _Chain, values: Mapping[str, Any]) -> int:
    """Add an act that began and ended well; return the id of its end."""
    nothing = dict.fromkeys(("title", "sent", "remote_id", "url", "code", "detail"), "")
    begun = {**nothing, **values}
    first = attempts.add({**begun, "started_id": None, "state": "started"})
    return attempts.add({**begun, "started_id": first, "state": "done"})


def publication(article: Article, digest: str) -> Publication:
    """Return the row of an article that stands on the site."""
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


if __name__ == "__main__":
    publish(Path(sys.argv[1]), *sys.argv[2:])
