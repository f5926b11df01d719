"""The preview site as the engine uses it, on real files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from publisher.errors import NotSentError, RefusedError
from publisher.model import RemotePost
from publisher.sites.preview import PreviewSite
from tests.preview_samples import (
    broken_links,
    draft,
    opened,
    picture,
    shown,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place with a name as people give it: marks, a space, characters that URIs escape."""
    return tmp_path / "Trang xem trước & 100% #1"


@pytest.fixture
def site(folder: Path) -> PreviewSite:
    return opened(folder)


def forms(posts: list[RemotePost]) -> list[tuple[str, str, str]]:
    return sorted((post.id, post.slug, post.status) for post in posts)


class TestPosts:
    def test_a_post_is_found_as_it_was_made(self, site: PreviewSite, folder: Path) -> None:
        made = site.create(draft(tags=("một cửa",)))
        assert opened(folder).find(ids=[made.id]) == [made]
        assert (made.status, made.tags, made.categories) == ("publish", ("một cửa",), ("Cải cách",))
        assert made.slug == "cong-khai-thu-tuc-hanh-chinh-tai-bo-phan-mot-cua"
        site.flush()
        assert Path(unquote(urlsplit(made.url).path)).is_file()

    def test_a_taken_slug_gets_a_number(self, site: PreviewSite) -> None:
        slugs = [site.create(draft(slug="tin-moi")).slug for _ in range(3)]
        assert slugs == ["tin-moi", "tin-moi-2", "tin-moi-3"]
        assert len(site.find(slugs=["tin-moi"])) == 3
        assert site.find(slugs=["tin"]) == []

    def test_the_trash_keeps_the_post_and_gives_the_slug_free(
        self, site: PreviewSite, folder: Path
    ) -> None:
        old = site.create(draft(slug="tin-moi"))
        trashed = site.withdraw(old.id)
        assert (trashed.slug, trashed.status) == ("tin-moi__trashed", "trash")
        assert site.withdraw(old.id) == trashed
        new = site.create(draft(slug="tin-moi"))
        assert new.slug == "tin-moi"
        site.withdraw(new.id)
        assert forms(opened(folder).find(slugs=["tin-moi"])) == [
            ("1", "tin-moi__trashed", "trash"),
            ("2", "tin-moi__trashed-2", "trash"),
        ]

    def test_an_update_brings_a_trashed_post_back(self, site: PreviewSite, folder: Path) -> None:
        made = site.create(draft(slug="tin-moi"))
        site.withdraw(made.id)
        back = site.update(made.id, draft("Tên mới", slug="tin-moi"))
        assert (back.id, back.slug, back.status) == (made.id, "tin-moi", "publish")
        assert opened(folder).find(slugs=["tin-moi"]) == [back]

    def test_ids_are_never_given_twice(self, site: PreviewSite, folder: Path) -> None:
        first = site.create(draft())
        (folder / "data" / "posts" / f"{first.id}.json").unlink()
        assert site.find(ids=[first.id]) == []
        assert int(opened(folder).create(draft()).id) > int(first.id)

    @pytest.mark.parametrize("remote_id", ["7", "", "../last_id", "x"])
    def test_a_post_that_is_not_there(self, site: PreviewSite, remote_id: str) -> None:
        site.create(draft())
        assert site.find(ids=[remote_id]) == []
        acts: list[Callable[[], object]] = [
            lambda: site.update(remote_id, draft()),
            lambda: site.withdraw(remote_id),
        ]
        for act in acts:
            with pytest.raises(RefusedError) as caught:
                act()
            problem = caught.value.problems[0]
            assert problem.code == "preview-gone"
            assert problem.params == {"site": "xem-truoc", "id": remote_id}

    def test_an_edit_by_hand_changes_the_fingerprint(self, site: PreviewSite, folder: Path) -> None:
        made = site.create(draft())
        path = folder / "data" / "posts" / f"{made.id}.json"
        record = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps(record | {"title": "Sửa tay"}), "utf-8")
        found = site.find(ids=[made.id])
        assert [post.title for post in found] == ["Sửa tay"]
        assert found[0].fingerprint != made.fingerprint

    def test_terms_are_their_names(self, site: PreviewSite, folder: Path) -> None:
        assert site.terms("tags", ["Một cửa"]) == {}
        assert site.create_term("tags", "Một cửa") == "Một cửa"
        assert site.create_term("tags", "một CỬA") == "Một cửa"
        site.create(draft(tags=("hồ sơ",)))
        again = opened(folder)
        assert again.terms("tags", ["một cửa", "hồ sơ", "phí"]) == {
            "một cửa": "Một cửa",
            "hồ sơ": "hồ sơ",
        }
        assert again.terms("categories", ["một cửa", "Cải cách"]) == {"Cải cách": "Cải cách"}

    def test_a_picture_is_found_by_its_digest(self, site: PreviewSite, folder: Path) -> None:
        upload = picture("Bảng niêm yết", "#0b3c68")
        assert site.find_media([upload.digest]) == {}
        media = site.upload(upload)
        again = opened(folder)
        assert again.find_media([upload.digest]) == {upload.digest: media}
        assert (media.width, media.height) == (1200, 800)
        stored = Path(unquote(urlsplit(media.url).path))
        assert stored.read_bytes() == upload.content
        stored.unlink()
        assert again.find_media([upload.digest]) == {}
        assert again.find_media(["../../last_id"]) == {}

    def test_a_post_dated_ahead_is_future_until_then(self, site: PreviewSite, folder: Path) -> None:
        made = site.create(draft(date=datetime.now(UTC) + timedelta(days=1)))
        assert made.status == "future"
        path = folder / "data" / "posts" / f"{made.id}.json"
        record = json.loads(path.read_text("utf-8"))
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        path.write_text(json.dumps(record | {"shown_at": past}), "utf-8")
        assert [post.status for post in opened(folder).find(ids=[made.id])] == ["publish"]

    def test_what_it_says_of_itself(self, site: PreviewSite, folder: Path) -> None:
        about = site.about()
        assert (about.title, about.timezone) == ("Sở Khoa học và Công nghệ", "Asia/Ho_Chi_Minh")
        assert not folder.exists(), "asking changes nothing"


class TestTrouble:
    def test_a_disk_that_takes_nothing(self, tmp_path: Path) -> None:
        blocked = tmp_path / "trang"
        blocked.write_text("a file where the folder should be", "utf-8")
        for act in (
            lambda: opened(blocked).create(draft()),
            lambda: opened(blocked).upload(picture("a", "red")),
            lambda: opened(blocked).create_term("tags", "phí"),
            lambda: opened(blocked).flush(),
        ):
            with pytest.raises(NotSentError) as caught:
                act()
            problem = caught.value.problems[0]
            assert problem.code in ("preview-write", "preview-read")
            assert problem.params["site"] == "xem-truoc"
            assert str(blocked) in str(problem.params["path"])
            assert problem.params["error"]

    def test_a_damaged_record_is_named(self, site: PreviewSite, folder: Path) -> None:
        made = site.create(draft())
        path = folder / "data" / "posts" / f"{made.id}.json"
        path.write_text('{"title": "hỏng', "utf-8")
        with pytest.raises(NotSentError) as caught:
            opened(folder).find(ids=[made.id])
        assert caught.value.problems[0].code == "preview-read"
        assert caught.value.problems[0].params["path"] == str(path)

    def test_leftovers_of_a_killed_run_are_ignored(self, site: PreviewSite, folder: Path) -> None:
        site.create(draft())
        (folder / "data" / "posts" / "2.json.tmp").write_text("{", "utf-8")
        again = opened(folder)
        again.create(draft())
        again.flush()
        assert shown(folder, "index.html").count("Hồ sơ, thời hạn") == 2

    def test_a_run_killed_before_the_pages_is_made_good(self, folder: Path) -> None:
        opened(folder).create(draft(slug="tin-moi"))
        opened(folder).flush()
        assert (folder / "bai" / "tin-moi" / "index.html").is_file()

    def test_a_flush_that_broke_off_is_made_good(self, site: PreviewSite, folder: Path) -> None:
        made = [site.create(draft(slug=f"tin-{n}")) for n in range(3)]
        obstacle = folder / "bai" / "tin-1"
        obstacle.parent.mkdir()
        obstacle.write_text("in the way", "utf-8")
        with pytest.raises(NotSentError):
            site.flush()
        obstacle.unlink()
        again = opened(folder)
        again.withdraw(made[0].id)
        again.flush()
        assert sorted(path.name for path in (folder / "bai").iterdir()) == ["tin-1", "tin-2"]
        assert broken_links(folder) == []

    @pytest.mark.parametrize("title", ["Con", "NUL", "Aux"])
    def test_names_that_windows_refuses(self, site: PreviewSite, folder: Path, title: str) -> None:
        made = site.create(draft(title))
        site.flush()
        assert made.slug == title.lower()
        assert [path.name for path in (folder / "bai").iterdir()] == [f"{title.lower()}_"]
        assert site.find(slugs=[title.lower()]) == [made]
        assert broken_links(folder) == []

    def test_a_slug_never_leads_out_of_the_folder(self, site: PreviewSite, folder: Path) -> None:
        made = site.create(draft(slug="../../Trang chủ"))
        site.flush()
        assert made.slug == "trang-chu"
        assert (folder / "bai" / "trang-chu" / "index.html").is_file()
