"""An office whose log has published items, for what is printed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from publisher.log import open_log
from publisher.model import Event, Publication
from tests.office import Office

SITE = "https://so-khcn.example"
CONFIG = f"""
[organisation]
name = "Sở Khoa học và Công nghệ"
parent = "Ủy ban nhân dân tỉnh"
phones = ["0254 3852421"]
emails = ["vanthu@so-khcn.example"]
[sites.so-khcn]
kind = "wordpress"
url = "{SITE}"
user = "bientap"
"""
NOW = datetime(2023, 3, 20, 2, 0, tzinfo=UTC)
TEXT = (
    "Sáng 15/3, Sở Khoa học và Công nghệ tổ chức hội nghị quán triệt công tác kiểm soát thủ tục "
    "hành chính đến toàn thể công chức, viên chức. Đại diện Văn phòng Sở phổ biến những điểm mới "
    "của Nghị định 61/2018/NĐ-CP về thực hiện cơ chế một cửa, một cửa liên thông."
)


def office_in(folder: Path, more: str = "") -> Office:
    office = Office(folder / "van-phong")
    office.configure(CONFIG + more)
    return office


def published(office: Office, *rows: Publication) -> None:
    """Put rows into the log, as a run that published them would have."""
    log = open_log(office.folder / ".publisher" / "log.sqlite3", lambda: NOW)
    run_id = log.start_run("publish")
    for row in rows:
        log.record(run_id, row)
    log.finish_run(run_id, 0, {})
    log.close()


def item(key: str, title: str, day: str = "2023-03-01", **more: object) -> Publication:
    """Return the row of an item that stands on the site; day: in the office's zone."""
    row = Publication(
        "so-khcn",
        key,
        Event.PUBLISHED,
        remote_id=str(abs(hash(key)) % 10_000),
        url=f"{SITE}/{key}/",
        status="publish",
        slug=key.replace("/", "-"),
        title=title,
        kind="tin",
        theme="ket-qua",
        unit="Văn phòng Sở",
        authors=("Nguyễn Văn A",),
        shown_at=datetime.fromisoformat(f"{day}T08:00+07:00"),
    )
    return replace(row, **more)  # type: ignore[arg-type]


def write_and_publish(
    office: Office, keys: Sequence[str], *, pictures: bool = True, **front: object
) -> None:
    """Write posts into the folder, and into the log that they stand on the site."""
    for number, key in enumerate(keys):
        title = f"Hội nghị quán triệt lần {number + 1} tại các đơn vị trực thuộc"
        body = TEXT
        if pictures and number % 2 == 0:
            office.picture(f"posts/{key}.jpg", (900, 600), "teal" if number else "navy")
            body = f'{TEXT}\n\n![Quang cảnh]({Path(key).name}.jpg "Quang cảnh hội nghị")'
        office.post(f"{key}.md", body, title=title, **front)
        published(office, item(key, title, f"2023-03-{number % 14 + 1:02}"))
