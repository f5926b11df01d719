"""What the engine relies on, asked of every kind of site alike."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publisher.apply import Site
from publisher.errors import RefusedError
from publisher.model import Article, Draft, Post, RemoteMedia, RemotePost, Upload, digest_of
from publisher.sites.preview import PreviewSite
from publisher.sites.wordpress import WordPressSite
from tests.preview_samples import opened
from tests.wordpress import WordPress

DATE = datetime(2023, 3, 15, 1, tzinfo=UTC)
TITLE = "Hội nghị “một cửa” & cải cách: hỏi – đáp"
TEXT = "<p>Nội dung với dấu: ắ, ở, đ &amp; “ngoặc kép”.</p>"


@dataclass(frozen=True)
class Place:
    """A site, and what a colleague can do on it behind our back.

    edit: give a post another title, content, excerpt, date, category or tag, or hide it.
    delete: remove a post for good. again: a second program looking at the same site.
    """

    site: Site
    edit: Callable[[str, str], None]
    delete: Callable[[str], None]
    again: Callable[[], Site]


def _wordpress(wordpress: WordPress) -> Place:
    user, password = wordpress.passwords["editor"]

    def site() -> Site:
        return WordPressSite("so-khcn", wordpress.url, user, password)

    other = {name: _term(wordpress, name) for name in ("categories", "tags")}
    changes: dict[str, dict[str, object]] = {
        "title": {"title": "Tên do người khác sửa"},
        "content": {"content": "<p>Đã sửa trên trang.</p>"},
        "excerpt": {"excerpt": "Tóm tắt khác"},
        "date": {"date_gmt": "2023-03-01T00:00:00"},
        "categories": {"categories": [other["categories"]]},
        "tags": {"tags": [other["tags"]]},
    }

    def edit(id_: str, what: str) -> None:
        answer = wordpress.rest("POST", f"wp/v2/posts/{id_}", json=changes[what])
        answer.raise_for_status()

    def delete(id_: str) -> None:
        wordpress.rest("DELETE", f"wp/v2/posts/{id_}", params={"force": "true"}).raise_for_status()

    return Place(site(), edit, delete, site)


def _term(wordpress: WordPress, taxonomy: str) -> int:
    answer = wordpress.rest("POST", f"wp/v2/{taxonomy}", json={"name": "Của người khác"})
    answer.raise_for_status()
    number: int = answer.json()["id"]
    return number


def _preview(folder: Path) -> Place:
    changes: dict[str, dict[str, object]] = {
        "title": {"title": "Tên do người khác sửa"},
        "content": {"content": "<p>Đã sửa trên trang.</p>"},
        "excerpt": {"excerpt": "Tóm tắt khác"},
        "date": {"shown_at": "2023-03-01T00:00:00+00:00"},
        "categories": {"categories": ["Của người khác"]},
        "tags": {"tags": ["Của người khác"]},
    }

    def path(id_: str) -> Path:
        return folder / "data" / "posts" / f"{id_}.json"

    def edit(id_: str, what: str) -> None:
        record = json.loads(path(id_).read_text("utf-8"))
        path(id_).write_text(json.dumps({**record, **changes[what]}), encoding="utf-8")

    def again() -> PreviewSite:
        return opened(folder)

    return Place(again(), edit, lambda id_: path(id_).unlink(), again)


@pytest.fixture(params=["preview", "wordpress71", "wordpress61"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "preview":
        made = _preview(tmp_path / "trang xem trước")
    else:
        wordpress: WordPress = request.getfixturevalue(request.param)
        wordpress.empty()
        made = _wordpress(wordpress)
    yield made
    made.site.close()


@pytest.fixture
def site(place: Place) -> Site:
    return place.site


def draft(slug: str = "hoi-nghi", **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "title": TITLE,
        "content": TEXT,
        "excerpt": "Tóm tắt & trích dẫn “ngắn”.",
        "slug": slug,
        "status": "publish",
        "date": DATE,
        "categories": (),
        "tags": (),
        "featured_media": "",
        "article": Article(Post(slug, f"posts/{slug}.md", TITLE), "", "", (), "", (), slug, ""),
    }
    return Draft(**{**values, **changes})


def picture(colour: str = "navy") -> Upload:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", quality=70)
    return Upload(
        digest=digest_of(colour),
        filename=f"anh-hoi-nghi-{digest_of(colour)[:16]}.jpg",
        content=out.getvalue(),
        mime="image/jpeg",
        title="Ảnh hội nghị & “đại biểu”",
        alt="Đại biểu phát biểu & thảo luận",
        caption="Chú thích",
        width=640,
        height=480,
    )


def ids(posts: list[RemotePost]) -> list[str]:
    return sorted(post.id for post in posts)


def test_it_says_who_it_is_and_what_may_be_done(site: Site) -> None:
    info = site.about()
    assert info.name == site.name
    assert info.title == "Sở Khoa học và Công nghệ"
    assert info.timezone == "Asia/Ho_Chi_Minh"
    assert info.can == {"publish", "upload", "categories", "tags"}
    assert site.editor in ("blocks", "classic")
    assert site.connections >= 1


# Posts


def test_a_post_is_created_and_found_by_id_and_slug(place: Place) -> None:
    tags = (place.site.create_term("tags", "một cửa"),)
    categories = (place.site.create_term("categories", "Cải cách"),)
    sent = draft(tags=tags, categories=categories)
    made = place.site.create(sent)
    assert (made.status, made.slug, made.shown_at) == ("publish", "hoi-nghi", DATE)
    assert (made.tags, made.categories) == (tags, categories)
    assert made.text_digest == sent.text_digest
    assert made.url.startswith(("http://", "file://"))
    for looking in (place.site, place.again()):
        assert looking.find(ids=[made.id]) == [made]
        assert looking.find(slugs=["hoi-nghi"]) == [made]
        assert looking.find(ids=[made.id], slugs=["hoi-nghi"]) == [made]


def test_only_what_is_asked_for_is_found(site: Site) -> None:
    made = [site.create(draft(slug)) for slug in ("mot", "mot-hai", "ba")]
    assert site.find() == []
    assert ids(site.find(slugs=["mot"])) == [made[0].id]
    assert ids(site.find(slugs=["mot", "ba"])) == ids([made[0], made[2]])
    assert ids(site.find(ids=[made[1].id], slugs=["ba"])) == ids(made[1:])


@pytest.mark.parametrize("remote_id", ["999999", "khong-co", ""])
def test_what_does_not_exist_is_absent(site: Site, remote_id: str) -> None:
    site.create(draft())
    assert site.find(ids=[remote_id]) == []
    assert site.find(slugs=["khong-co"]) == []


@pytest.mark.parametrize("act", ["update", "withdraw"])
def test_an_act_on_what_does_not_exist_is_refused(site: Site, act: str) -> None:
    with pytest.raises(RefusedError) as caught:
        if act == "update":
            site.update("999999", draft())
        else:
            site.withdraw("999999")
    problem = caught.value.problems[0]
    assert problem.code in ("site-gone", "preview-gone")
    assert problem.params["site"] == site.name


def test_a_post_that_was_deleted_is_absent(place: Place) -> None:
    made = place.site.create(draft())
    place.delete(made.id)
    assert place.again().find(ids=[made.id], slugs=["hoi-nghi"]) == []


def test_a_taken_slug_gets_a_number_and_is_found_by_what_was_asked(site: Site) -> None:
    first, second = site.create(draft()), site.create(draft())
    assert (first.slug, second.slug) == ("hoi-nghi", "hoi-nghi-2")
    assert ids(site.find(slugs=["hoi-nghi"])) == ids([first, second])


def test_an_update_changes_everything(site: Site) -> None:
    tag = site.create_term("tags", "hồ sơ")
    media = site.upload(picture())
    old = site.create(draft(tags=(tag,)))
    changed = draft(
        "dia-chi-moi",
        title="Tên mới",
        content="<p>Mới</p>",
        excerpt="",
        date=DATE + timedelta(days=1),
        featured_media=media.id,
    )
    new = site.update(old.id, changed)
    assert (new.id, new.slug, new.title) == (old.id, "dia-chi-moi", "Tên mới")
    assert (new.tags, new.featured_media) == ((), media.id)
    assert new.shown_at == changed.date
    assert new.text_digest == changed.text_digest
    assert site.find(ids=[old.id]) == [new]
    assert site.find(slugs=["hoi-nghi"]) == []


def test_a_withdrawn_post_is_in_the_trash_and_comes_back(place: Place) -> None:
    site = place.site
    made = site.create(draft())
    gone = site.withdraw(made.id)
    assert (gone.id, gone.status) == (made.id, "trash")
    assert site.withdraw(made.id).status == "trash"  # twice is as good as once
    for found in (site.find(ids=[made.id]), place.again().find(slugs=["hoi-nghi"])):
        assert [(post.id, post.status) for post in found] == [(made.id, "trash")]
    # Its address is free for another post, and it takes the next one when it comes back.
    other = site.create(draft(title="Bài khác"))
    assert other.slug == "hoi-nghi"
    back = site.update(made.id, draft("hoi-nghi-cu"))
    assert (back.id, back.status, back.slug) == (made.id, "publish", "hoi-nghi-cu")
    assert ids(site.find(ids=[made.id, other.id])) == ids([made, other])


def test_a_post_dated_ahead_waits(site: Site) -> None:
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    made = site.create(draft(status="future", date=ahead))
    assert (made.status, made.shown_at) == ("future", ahead)
    assert site.find(slugs=["hoi-nghi"]) == [made]
    now = site.update(made.id, draft())
    assert (now.status, now.shown_at) == ("publish", DATE)


# Whether somebody edited it


def test_the_fingerprint_is_stable(place: Place) -> None:
    site = place.site
    media = site.upload(picture())
    image = f'<p><img src="{media.url}" alt="Ảnh &amp; chữ"></p>'
    link = '<p><a href="https://vanban.chinhphu.vn/?a=1&amp;b=2">Văn bản</a></p>'
    sent = draft(
        content=f"{TEXT}\n{image}\n{link}",
        tags=(site.create_term("tags", "hồ sơ"), site.create_term("tags", "một cửa")),
        featured_media=media.id,
    )
    made = site.create(sent)
    assert made.text_digest == sent.text_digest
    (seen,) = place.again().find(ids=[made.id])
    assert seen.fingerprint == made.fingerprint
    assert site.update(made.id, sent).fingerprint == made.fingerprint


@pytest.mark.parametrize("what", ["title", "content", "excerpt", "date", "categories", "tags"])
def test_the_fingerprint_tells_that_somebody_edited_it(place: Place, what: str) -> None:
    made = place.site.create(draft())
    other = place.site.create(draft("bai-khac"))
    place.edit(made.id, what)
    (seen,) = place.again().find(ids=[made.id])
    assert seen.fingerprint != made.fingerprint
    assert (seen.text_digest != made.text_digest) == (what in ("title", "content", "excerpt"))
    (unchanged,) = place.again().find(ids=[other.id])
    assert unchanged.fingerprint == other.fingerprint


# Terms


@pytest.mark.parametrize("taxonomy", ["categories", "tags"])
@pytest.mark.parametrize(
    "name", ["Cải cách hành chính", "Tin tức & sự kiện", "Hỏi – đáp “nhanh”", "ĐẤT ĐAI"]
)
def test_a_term_is_made_once_and_found_by_its_name(place: Place, taxonomy: str, name: str) -> None:
    site = place.site
    assert site.terms(taxonomy, [name]) == {}
    term = site.create_term(taxonomy, name)
    for looking in (site, place.again()):
        assert looking.terms(taxonomy, [name, "Không có"]) == {name: term}
        assert looking.create_term(taxonomy, name) == term
    terms: dict[str, Any] = {taxonomy: (term,)}
    post = site.create(draft(**terms))
    assert getattr(post, taxonomy) == (term,)


def test_terms_that_differ_by_their_marks_are_two(site: Site) -> None:
    names = ["Thu phí", "Thư phí"]
    made = {name: site.create_term("tags", name) for name in names}
    assert len(set(made.values())) == 2
    assert site.terms("tags", names) == made


def test_a_category_is_no_tag(site: Site) -> None:
    site.create_term("categories", "Cải cách")
    assert site.terms("tags", ["Cải cách"]) == {}


# Pictures


def test_a_picture_is_uploaded_and_found_by_its_digest(place: Place) -> None:
    site, sent = place.site, picture()
    assert site.find_media([sent.digest]) == {}
    made = site.upload(sent)
    assert (made.width, made.height) == (640, 480)
    assert made.url.endswith(".jpg")
    for looking in (site, place.again()):
        assert looking.find_media([sent.digest]) == {sent.digest: made}
    other = site.upload(picture("darkred"))
    assert other.id != made.id
    assert site.find_media([sent.digest]) == {sent.digest: made}


def test_a_picture_is_shown_on_a_post(site: Site) -> None:
    media: RemoteMedia = site.upload(picture())
    made = site.create(draft(featured_media=media.id))
    assert made.featured_media == media.id
    assert site.update(made.id, draft()).featured_media == ""


# The end


def test_flush_and_close_may_come_at_any_time(place: Place) -> None:
    unused = place.again()
    unused.flush()
    unused.close()
    made = place.site.create(draft())
    place.site.flush()
    place.site.flush()
    assert place.site.find(ids=[made.id]) == [made]
    place.site.close()
    assert place.again().find(ids=[made.id]) == [made]
