"""The pages of the preview site."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.sites.preview import PreviewSite
from tests.preview_samples import (
    BODY,
    HANOI,
    broken_links,
    draft,
    everything,
    filled,
    opened,
    parsed,
    picture,
    shown,
    stamps,
    titles_of,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place with a name as people give it: marks, a space, characters that URIs escape."""
    return tmp_path / "Trang xem trước & 100% #1"


@pytest.fixture
def site(folder: Path) -> PreviewSite:
    return opened(folder)


class TestPages:
    def test_a_site_without_posts_says_what_to_do(self, site: PreviewSite, folder: Path) -> None:
        site.flush()
        assert "publisher publish" in shown(folder, "index.html")
        assert "theme: ra-soat" in shown(folder, "chu-de/ra-soat/index.html")
        assert "publisher publish" in shown(folder, "thang/index.html")
        assert broken_links(folder) == []

    def test_every_link_is_relative_and_resolves(self, site: PreviewSite, folder: Path) -> None:
        filled(site)
        site.flush()
        assert broken_links(folder) == []
        assert len(list(folder.glob("bai/*/index.html"))) == 26

    def test_the_folder_may_be_moved(self, site: PreviewSite, folder: Path, tmp_path: Path) -> None:
        media = site.upload(picture("Bảng niêm yết", "#0b3c68"))
        first = site.create(draft("Bài một"))
        content = (
            f'<p><a href="{first.url}#ba">Bài một</a></p><p><img src="{media.url}" alt=""></p>'
        )
        second = site.create(draft("Bài hai", content=content, media=media))
        site.flush()
        before = everything(folder)
        moved = tmp_path / "nơi khác"
        shutil.move(folder, moved)
        assert broken_links(moved) == []
        again = opened(moved)
        assert [p.fingerprint for p in again.find(ids=[second.id])] == [second.fingerprint]
        # Addresses that a log remembers from the old place still mean this site.
        again.update(second.id, draft("Bài hai", content=content, media=media))
        again.flush()
        assert broken_links(moved) == []
        after = everything(moved)
        for feed in ("rss.xml", "atom.xml"):  # other programs are told whole addresses
            assert folder.as_uri().encode() in before.pop(feed)
            assert folder.as_uri().encode() not in (told := after.pop(feed))
            assert moved.as_uri().encode() in told
        assert after == before

    def test_a_link_to_a_withdrawn_post_leads_to_an_explanation(
        self, site: PreviewSite, folder: Path
    ) -> None:
        first = site.create(draft("Bài một"))
        site.create(draft("Bài hai", content=f'<p><a href="{first.url}">Bài một</a></p>'))
        site.flush()
        page = folder / "bai" / "bai-hai" / "index.html"
        assert "../../bai/bai-mot/index.html" in page.read_text("utf-8")
        site.withdraw(first.id)
        site.flush()
        assert not (folder / "bai" / "bai-mot").exists()
        assert "bai-mot" not in page.read_text("utf-8")
        assert broken_links(folder) == []
        site.update(first.id, draft("Bài một"))
        site.flush()
        assert "../../bai/bai-mot/index.html" in page.read_text("utf-8")

    def test_newest_first_twenty_a_page(self, site: PreviewSite, folder: Path) -> None:
        start = datetime(2023, 1, 1, 8, tzinfo=HANOI)
        for n in range(45):
            site.create(draft(f"Tin số {n}", date=start + timedelta(days=n)))
        site.flush()
        pages = ["index.html", "trang-2/index.html", "trang-3/index.html"]
        titles = [titles_of(folder, path) for path in pages]
        assert [len(found) for found in titles] == [20, 20, 5]
        assert [t for found in titles for t in found] == [f"Tin số {n}" for n in range(44, -1, -1)]
        assert titles_of(folder, "thang/2023-02/index.html")[0] == "Tin số 44"
        for n in range(10, 45):
            site.withdraw(str(n + 1))
        site.flush()
        assert not (folder / "trang-2").exists()
        assert not (folder / "thang" / "2023-02").exists()

    def test_months_and_dates_are_those_of_the_site(self, site: PreviewSite, folder: Path) -> None:
        site.create(draft(slug="giao-thua", date=datetime(2023, 2, 28, 18, 30, tzinfo=UTC)))
        site.flush()
        assert "01/03/2023" in shown(folder, "bai/giao-thua/index.html")
        assert [path.name for path in (folder / "thang").glob("2*")] == ["2023-03"]

    def test_a_future_post_is_announced_and_not_shown(
        self, site: PreviewSite, folder: Path
    ) -> None:
        site.create(draft("Sắp có", slug="sap-co", date=datetime.now(UTC) + timedelta(days=30)))
        site.flush()
        assert "Sắp có" in shown(folder, "index.html")
        assert titles_of(folder, "index.html") == []
        assert not (folder / "bai").exists()

    def test_a_second_flush_writes_nothing(self, site: PreviewSite, folder: Path) -> None:
        filled(site)
        site.flush()
        before = stamps(folder)
        opened(folder).flush()
        assert stamps(folder) == before

    def test_only_the_pages_that_change_are_written(self, site: PreviewSite, folder: Path) -> None:
        site.create(draft("Bài một", theme="ra-soat"))
        other = site.create(draft("Bài hai", date=datetime(2023, 5, 2, tzinfo=HANOI)))
        site.flush()
        before = stamps(folder)
        site.update(other.id, draft("Bài ba", slug="bai-hai", date=other.shown_at))
        site.flush()
        changed = {path for path, stamp in stamps(folder).items() if before.get(path) != stamp}
        assert {path for path in changed if not path.startswith("data/")} == {
            "index.html",
            "bai/bai-hai/index.html",
            "chu-de/cong-khai-tthc/index.html",
            "thang/2023-05/index.html",
            "rss.xml",
            "atom.xml",
        }

    def test_a_page_lost_or_a_new_slogan_is_made_good(
        self, site: PreviewSite, folder: Path
    ) -> None:
        site.create(draft(slug="tin-moi"))
        site.flush()
        page = folder / "bai" / "tin-moi" / "index.html"
        page.unlink()
        site.flush()
        assert page.is_file()
        opened(folder, slogan="Vì nhân dân phục vụ").flush()
        assert "Vì nhân dân phục vụ" in page.read_text("utf-8")

    def test_files_of_other_people_stay(self, site: PreviewSite, folder: Path) -> None:
        made = site.create(draft(slug="tin-moi"))
        site.flush()
        theirs = folder / "bai" / "tin-moi" / "ghi chú.txt"
        theirs.write_text("giữ lại", "utf-8")
        site.withdraw(made.id)
        site.flush()
        assert theirs.is_file()
        assert not (folder / "bai" / "tin-moi" / "index.html").exists()

    def test_texts_are_escaped(self, site: PreviewSite, folder: Path) -> None:
        evil = '"><script>alert(1)</script>'
        site.create(draft(f"Bài {evil}", excerpt=evil, slug="la", tags=(evil,), theme=evil))
        site.flush()
        for path in ("index.html", "bai/la/index.html"):
            assert parsed(folder, path).xpath("//script") == []
            assert evil in shown(folder, path)

    def test_the_metadata_of_circular_24_2011(self, site: PreviewSite, folder: Path) -> None:
        site.create(draft(slug="tin-moi", tags=("một cửa",)))
        site.flush()
        page = parsed(folder, "bai/tin-moi/index.html")
        names = page.xpath("//meta[starts-with(@name, 'DC.')]")
        found = [(meta.get("name"), meta.get("content")) for meta in names]
        assert found == [
            ("DC.title", "Công khai thủ tục hành chính tại bộ phận một cửa"),
            ("DC.creator", "Trung tâm Thông tin và Ứng dụng"),
            ("DC.date", "2023-03-15"),
            ("DC.description", "Hồ sơ, thời hạn và phí được niêm yết tại một nơi."),
            ("DC.publisher", "Sở Khoa học và Công nghệ"),
            ("DC.identifier", "bai/tin-moi/index.html"),
            ("DC.language", "vi"),
            ("DC.type", "Tin"),
            ("DC.subject", "Công khai, minh bạch thủ tục hành chính"),
            ("DC.subject", "một cửa"),
        ]

    def test_a_post_without_excerpt_gets_its_first_words(
        self, site: PreviewSite, folder: Path
    ) -> None:
        site.create(draft(excerpt="", content=f"<p>{'rõ ràng ' * 60}</p>", slug="tin-moi"))
        site.flush()
        summary = parsed(folder, "index.html").xpath("//p[@class='excerpt']")[0].text_content()
        assert summary.endswith("…") and len(summary) <= 201

    def test_the_featured_picture_is_not_shown_twice(self, site: PreviewSite, folder: Path) -> None:
        media = site.upload(picture("Bảng niêm yết", "#0b3c68"))
        first = f'<figure><img src="{media.url}" alt="x"></figure>{BODY}'
        site.create(draft("Bài một", media=media, alt="Lời của bài này"))
        site.create(draft("Bài hai", media=media, content=first))
        site.flush()
        alts = {
            slug: [str(a) for a in parsed(folder, f"bai/{slug}/index.html").xpath("//img/@alt")]
            for slug in ("bai-mot", "bai-hai")
        }
        assert alts == {"bai-mot": ["Lời của bài này"], "bai-hai": ["x"]}
