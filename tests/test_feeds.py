"""What the preview site has for other programs: RSS, Atom and a calendar of events."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import feedparser
import icalendar
import pytest
from lxml import etree

from publisher.sites.preview import PreviewSite
from tests.office import Office
from tests.preview_samples import HANOI, draft, everything, opened, parsed

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("rss.xml", "atom.xml")
PREVIEW = '[organisation]\nname = "Sở Khoa học và Công nghệ"\n[sites.xem]\nkind = "preview"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Trang xem trước & 100% #1"


@pytest.fixture
def site(folder: Path) -> PreviewSite:
    return opened(folder)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "office")
    office.configure(PREVIEW)
    return office


def folder_of(office: Office) -> Path:
    return office.folder / ".publisher/xem"


def read(folder: Path, name: str) -> Any:
    found = feedparser.parse((folder / name).read_bytes())
    assert not found.bozo, found.bozo_exception
    return found


def links(folder: Path, name: str, rel: str = "alternate") -> list[str]:
    """Return the addresses of the posts; feedparser itself would bend those of files."""
    root = etree.parse(folder / name).getroot()
    if name == "rss.xml":
        return [str(item.findtext("link")) for item in root[0].findall("item")]
    found = root.findall(f"{ATOM}entry/{ATOM}link[@rel='{rel}']")
    return [str(link.get("href")) for link in found]


def events(folder: Path) -> list[icalendar.Event]:
    made = icalendar.Calendar.from_ical((folder / "su-kien.ics").read_bytes())
    assert isinstance(made, icalendar.Calendar)
    return list(made.events)


# Posts


@pytest.mark.parametrize("name", FEEDS)
def test_a_reader_sees_the_posts_newest_first(site: PreviewSite, folder: Path, name: str) -> None:
    site.create(draft("Bài một & <hai>", date=datetime(2023, 5, 2, 8, tzinfo=HANOI)))
    site.create(draft("“Đơn giản hóa” thủ tục", date=datetime(2023, 6, 2, 8, tzinfo=HANOI)))
    site.flush()
    feed = read(folder, name)
    assert feed.version == {"rss.xml": "rss20", "atom.xml": "atom10"}[name]
    assert feed.feed.language == "vi"
    assert [entry.title for entry in feed.entries] == [
        "“Đơn giản hóa” thủ tục",
        "Bài một & <hai>",
    ]
    assert feed.entries[0].published_parsed[:5] == (2023, 6, 2, 1, 0)
    for link in links(folder, name):
        page = Path(url2pathname(urlsplit(link).path))
        assert page.is_file()
        assert page.is_relative_to(folder)
    for entry in feed.entries:
        assert entry.id.startswith("urn:uuid:")
        assert entry.author


def test_both_feeds_know_a_post_by_the_same_name(site: PreviewSite, folder: Path) -> None:
    site.create(draft("Bài một"))
    site.flush()
    rss, atom = (read(folder, name) for name in FEEDS)
    assert [e.id for e in rss.entries] == [e.id for e in atom.entries]


def test_a_site_that_is_served_somewhere_says_so(folder: Path) -> None:
    site = opened(folder, url="https://xem.example.gov.vn/ban-tin")
    site.create(draft("Bài một"))
    site.flush()
    for name in FEEDS:
        (entry,) = read(folder, name).entries
        assert entry.link == "https://xem.example.gov.vn/ban-tin/bai/bai-mot/index.html"
        assert b"file:" not in (folder / name).read_bytes()


def test_only_what_everybody_may_see_is_in_them(site: PreviewSite, folder: Path) -> None:
    gone = site.create(draft("Bài đã gỡ"))
    site.create(draft("Bài sau này", date=datetime.now(UTC) + timedelta(days=9)))
    site.create(draft("Bài đã đăng"))
    site.flush()
    site.withdraw(gone.id)
    site.flush()
    for name in FEEDS:
        assert [entry.title for entry in read(folder, name).entries] == ["Bài đã đăng"]
        assert "sau này" not in (folder / name).read_text("utf-8")


@pytest.mark.parametrize("name", FEEDS)
def test_the_newest_thirty_are_enough(site: PreviewSite, folder: Path, name: str) -> None:
    for number in range(35):
        site.create(draft(f"Bài {number}", date=datetime(2023, 5, 2, tzinfo=HANOI)))
    site.flush()
    assert [e.title for e in read(folder, name).entries] == [f"Bài {n}" for n in range(34, 4, -1)]


@pytest.mark.parametrize("name", FEEDS)
def test_what_xml_can_not_carry_is_left_out(site: PreviewSite, folder: Path, name: str) -> None:
    site.create(draft("Bài\x0b một\ufffe", excerpt="Dòng\x1f <b> & một"))
    site.flush()
    (entry,) = read(folder, name).entries
    said = html.unescape(entry.summary) if name == "rss.xml" else entry.summary
    assert (entry.title, said) == ("Bài một", "Dòng <b> & một")


def test_nothing_is_written_twice_and_the_same_posts_give_the_same_bytes(
    site: PreviewSite, folder: Path
) -> None:
    site.create(draft("Bài một"))
    site.flush()
    before = everything(folder)
    stamps = {name: (folder / name).stat().st_mtime_ns for name in (*FEEDS, "su-kien.ics")}
    again = opened(folder)
    again.flush()
    assert stamps == {name: (folder / name).stat().st_mtime_ns for name in stamps}
    for name in FEEDS:
        (folder / name).unlink()
    again.flush()
    assert everything(folder) == before


def test_a_corrected_post_is_the_same_entry_with_a_later_date(
    site: PreviewSite, folder: Path
) -> None:
    post = site.create(draft("Bài một"))
    site.flush()
    (before,) = read(folder, "atom.xml").entries
    site.update(post.id, draft("Bài một, đã sửa"))
    site.flush()
    (after,) = read(folder, "atom.xml").entries
    assert after.id == before.id
    assert after.title == "Bài một, đã sửa"
    assert after.updated_parsed >= before.updated_parsed


def test_the_atom_feed_keeps_to_rfc_4287(site: PreviewSite, folder: Path) -> None:
    site.flush()
    empty = etree.parse(folder / "atom.xml").getroot()
    site.create(draft("Bài một", excerpt=""))
    site.create(draft("Bài hai", unit=""))
    site.flush()
    full = etree.parse(folder / "atom.xml").getroot()
    for feed in (empty, full):
        assert feed.tag == f"{ATOM}feed"
        for name in ("id", "title", "updated", "subtitle"):  # 4.1.1: exactly, or at most one
            assert len(feed.findall(f"{ATOM}{name}")) == 1
        assert feed.findtext(f"{ATOM}author/{ATOM}name")
        rels = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
        assert rels == ["self", "alternate"]
    entries = full.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in entries:  # 4.1.2
        for name in ("id", "title", "updated", "published"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1
        for name in ("updated", "published"):  # 3.3: RFC 3339, with its offset
            moment = datetime.fromisoformat(str(entry.findtext(f"{ATOM}{name}")))
            assert moment.utcoffset() == timedelta(hours=7)
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))
        assert len(entry.findall(f"{ATOM}link[@rel='alternate']")) == 1
    known = {"id", "title", "subtitle", "updated", "published", "author", "name", "link", "entry"}
    known |= {"category", "summary", "feed"}
    tags = {str(element.tag).removeprefix(ATOM) for element in full.iter()}
    assert tags <= known
    ids = [element.text for element in full.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)


def test_the_rss_feed_keeps_to_its_specification(site: PreviewSite, folder: Path) -> None:
    site.create(draft("Bài một"))
    site.flush()
    root = etree.parse(folder / "rss.xml").getroot()
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    channel = root[0]
    assert all(channel.findtext(name) for name in ("title", "link", "description", "language"))
    for item in channel.findall("item"):
        assert item.findtext("title")
        assert urlsplit(str(item.findtext("link"))).scheme
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        assert str(item.findtext("pubDate")).endswith("+0700")


def test_every_page_leads_to_the_feeds(site: PreviewSite, folder: Path) -> None:
    site.create(draft("Bài một"))
    site.flush()
    for page in folder.rglob("*.html"):
        found = {
            link.get("type"): page.parent / str(link.get("href"))
            for link in parsed(folder, str(page.relative_to(folder))).iter("link")
            if link.get("rel") == "alternate"
        }
        assert set(found) == {"application/rss+xml", "application/atom+xml", "text/calendar"}
        assert all(path.is_file() for path in found.values())


def test_a_copy_names_what_it_was_made_of(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    office.configure(PREVIEW + '[sites.don-vi]\nkind = "preview"\nrepublishes = "xem"\n')
    office.post("a.md", title="Tin", sites=["xem", "don-vi"])
    office.publish()
    unit = office.folder / ".publisher/don-vi"
    original = links(folder_of(office), "atom.xml")
    assert links(unit, "atom.xml", "via") == original
    page = parsed(unit, "bai/tin/index.html")
    (canonical,) = [link for link in page.iter("link") if link.get("rel") == "canonical"]
    assert [canonical.get("href")] == original
    home = parsed(folder_of(office), "bai/tin/index.html")
    assert not [link for link in home.iter("link") if link.get("rel") == "canonical"]


# Events


def a_conference(office: Office, name: str = "hn", **more: object) -> Path:
    front = {
        "title": "Hội nghị quán triệt",
        "kind": "hoi-nghi",
        "date": "20/11/2199 14:00",
        "place": "Hội trường A; tầng 2, số 1 đường “Bạch Đằng”",
        "unit": "Văn phòng Sở",
        "participants": 120,
        "evidence": ["https://example.gov.vn/giay-moi"],
        **more,
    }
    return office.post(f"{name}.md", "Ghi chú nội bộ.", **front)


def test_conferences_and_courses_are_in_the_calendar(office: Office) -> None:
    a_conference(office)
    a_conference(office, "th", title="Lớp tập huấn", kind="tap-huan", date="21/11/2199")
    a_conference(office, "to-roi", title="Tờ rơi", kind="an-pham", copies=500)
    office.publish()
    first, second = sorted(events(folder_of(office)), key=lambda e: str(e["summary"]))
    assert str(first["summary"]) == "Hội nghị quán triệt"
    assert first.decoded("dtstart") == datetime(2199, 11, 20, 7, tzinfo=UTC)
    assert first.decoded("dtend") > first.decoded("dtstart")
    assert str(first["location"]) == "Hội trường A; tầng 2, số 1 đường “Bạch Đằng”"
    assert str(first["description"]) == "Văn phòng Sở"
    # No time of day was written: the whole day.
    assert second.decoded("dtstart") == date(2199, 11, 21)
    text = (folder_of(office) / "su-kien.ics").read_bytes().decode()
    for inside in ("nội bộ", "120 ", "giay-moi", "Tờ rơi"):
        assert inside not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.parametrize(
    "more", [{"status": "draft"}, {"embargo": "01/01/2199"}, {"sites": ["khac"]}]
)
def test_what_is_not_for_everybody_is_not_in_it(office: Office, more: dict[str, Any]) -> None:
    office.configure(PREVIEW + '[sites.khac]\nkind = "preview"\n')
    a_conference(office, **more)
    office.publish()
    assert events(folder_of(office)) == []


def test_a_calendar_without_events_can_be_read_all_the_same(office: Office) -> None:
    office.publish()
    made = icalendar.Calendar.from_ical((folder_of(office) / "su-kien.ics").read_bytes())
    assert [part.name for part in made.subcomponents] == ["VTIMEZONE"]


def test_a_moved_conference_is_the_same_event_and_a_cancelled_one_goes(office: Office) -> None:
    post = a_conference(office)
    office.publish()
    path = folder_of(office) / "su-kien.ics"
    stamp, (before,) = path.stat().st_mtime_ns, events(folder_of(office))
    office.publish()
    assert path.stat().st_mtime_ns == stamp  # not even its own time is written anew
    post.write_text(post.read_text("utf-8").replace("14:00", "15:30"), "utf-8")
    office.publish()
    (after,) = events(folder_of(office))
    assert after["uid"] == before["uid"]
    assert after.decoded("dtstart").hour == 8
    post.unlink()
    a_conference(office, "khac", title="Hội nghị khác")
    office.publish()
    assert [str(event["summary"]) for event in events(folder_of(office))] == ["Hội nghị khác"]


def test_a_withdrawal_leaves_the_calendar_as_it_is(office: Office) -> None:
    a_conference(office)
    office.post("a.md", title="Tin")
    office.publish()
    before = (folder_of(office) / "su-kien.ics").read_bytes()
    office.run("withdraw", "a", "--reason", "sai")
    assert (folder_of(office) / "su-kien.ics").read_bytes() == before
    assert read(folder_of(office), "rss.xml").entries == []
