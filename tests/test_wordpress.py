"""The WordPress site, against the real WordPress, for an editor and for an author."""

from __future__ import annotations

import contextlib
import io
import socket
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from publisher.errors import NotSentError, RefusedError, SiteError, UnknownError
from publisher.model import Article, Draft, Post, RemoteMedia, Upload, digest_of
from publisher.sites.rest import batches
from publisher.sites.wordpress import WordPressSite
from publisher.sites.wordpress_items import timezone_of
from tests.faults import FaultProxy, Rule
from tests.wordpress import WordPress

DATE = datetime(2023, 3, 15, 1, 0, tzinfo=UTC)
TITLE = 'Hội nghị "Chung tay" & cải cách – đợt 1 😀 \\n'


@pytest.fixture(params=["editor", "author"])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def site_of(wordpress: WordPress, role: str = "editor", url: str = "", **kw: Any) -> WordPressSite:
    kw.setdefault("sleep", lambda _: None)
    return WordPressSite("so-khcn", url or wordpress.url, *wordpress.passwords[role], **kw)


@pytest.fixture
def site(clean_wordpress: WordPress, role: str) -> Iterator[WordPressSite]:
    made = site_of(clean_wordpress, role)
    yield made
    made.close()


def draft(slug: str = "hoi-nghi", **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "title": TITLE,
        "content": "<!-- wp:paragraph -->\n<p>Nội dung số 1.</p>\n<!-- /wp:paragraph -->",
        "excerpt": "Tóm tắt ngắn.",
        "slug": slug,
        "status": "publish",
        "date": DATE,
        "categories": (),
        "tags": (),
        "featured_media": "",
        "article": Article(Post(slug, f"posts/{slug}.md", TITLE), "", "", (), "", (), slug, ""),
    }
    return Draft(**{**values, **changes})


def picture(width: int = 320, height: int = 200, **changes: Any) -> Upload:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (180, 30, 40)).save(out, "JPEG", quality=70)
    digest = digest_of(width, height)
    values: dict[str, Any] = {
        "digest": digest,
        "filename": f"anh-hoi-nghi-{digest[:16]}.jpg",
        "content": out.getvalue(),
        "mime": "image/jpeg",
        "title": 'Ảnh hội nghị "A" & B 😀',
        "alt": 'Đại biểu "phát biểu" & thảo luận',
        "caption": "Chú thích: hỏi & đáp 😀",
        "width": width,
        "height": height,
    }
    return Upload(**{**values, **changes})


@contextlib.contextmanager
def failing(kind: type[SiteError], code: str) -> Iterator[dict[str, Any]]:
    """Expect exactly this error; yield its params, filled in afterwards."""
    params: dict[str, Any] = {}
    with pytest.raises(SiteError) as caught:
        yield params
    problem = caught.value.problems[0]
    assert (type(caught.value), problem.code) == (kind, code), problem
    params.update(problem.params)


@contextlib.contextmanager
def behaving(wordpress: WordPress, php: str) -> Iterator[None]:
    """Make the site behave as one with such a plugin or setting."""
    folder = wordpress.path / "wp-content/mu-plugins"
    folder.mkdir(exist_ok=True)
    file = folder / f"test-{uuid.uuid4().hex}.php"
    file.write_text(f"<?php {php}", encoding="utf-8")
    try:
        yield
    finally:
        file.unlink()


# Who we are there


def test_what_the_site_says_of_itself(wordpress: WordPress, role: str) -> None:
    site = site_of(wordpress, role)
    info = site.about()
    assert info.title == "Sở Khoa học và Công nghệ"
    assert site.software().startswith(f"WordPress {wordpress.version}.")
    assert info.timezone == "Asia/Ho_Chi_Minh"
    assert info.user == role
    assert info.roles == (role,)
    assert info.can >= {"publish", "upload", "tags"}
    assert ("categories" in info.can) == (role == "editor")


def test_a_subscriber_may_do_nothing(clean_wordpress: WordPress) -> None:
    site = site_of(clean_wordpress, "subscriber")
    assert site.about().can == frozenset()
    with failing(RefusedError, "site-forbidden") as params:
        site.create(draft())
    assert params["action"] == "create"
    assert params["wp_code"] == "rest_cannot_create"
    with failing(RefusedError, "site-forbidden") as params:
        site.find(slugs=["hoi-nghi"])
    assert params["action"] == "find"
    assert clean_wordpress.posts() == []


@pytest.mark.parametrize("user", ["editor", "publisher"])  # "publisher": the password's name
def test_a_wrong_password_or_user(wordpress: WordPress, user: str) -> None:
    site = WordPressSite("so-khcn", wordpress.url, user, "WRONG wrong wrong")
    for call in (site.about, lambda: site.create(draft()), lambda: site.find(slugs=["a"])):
        with failing(RefusedError, "site-auth") as params:
            call()
        assert params["reason"] == ""  # WordPress does not tell a dropped header from it
        assert params["user"] == user
        assert "WRONG" not in repr(params)


def test_a_site_that_tells_why(wordpress: WordPress) -> None:
    early = "add_action('init', 'wp_get_current_user');"  # what many plugins do
    with behaving(wordpress, f"define('REST_REQUEST', true); {early}"):
        for user, reason in (("editor", "password"), ("publisher", "user")):
            with failing(RefusedError, "site-auth") as params:
                WordPressSite("so-khcn", wordpress.url, user, "WRONG").about()
            assert params["reason"] == reason
            assert "<" not in params["wp_message"]


def test_a_dropped_authorization_header(wordpress: WordPress) -> None:
    with FaultProxy(wordpress.url) as proxy:
        proxy.add(Rule("strip_authorization", times=None))
        with failing(RefusedError, "site-auth") as params:
            site_of(wordpress, url=proxy.url).about()
    assert params["wp_code"] == "rest_not_logged_in"


def test_a_site_without_application_passwords(wordpress: WordPress) -> None:
    off = "add_filter('wp_is_application_passwords_available', '__return_false');"
    with behaving(wordpress, off), failing(RefusedError, "site-auth") as params:
        site_of(wordpress).about()
    assert params["reason"] == "passwords-off"


def test_a_site_whose_api_is_closed_to_strangers(clean_wordpress: WordPress) -> None:
    closed = (
        "add_filter('rest_authentication_errors', fn($e) => is_user_logged_in() ? $e :"
        " new WP_Error('rest_cannot_access', 'Closed', ['status' => 401]), 200);"
    )
    with behaving(clean_wordpress, closed):
        assert site_of(clean_wordpress).about().user == "editor"
        with failing(RefusedError, "site-auth"):
            WordPressSite("so-khcn", clean_wordpress.url, "editor", "WRONG").about()


# Where it is


def test_plain_permalinks(clean_wordpress: WordPress, role: str) -> None:
    clean_wordpress.wp("rewrite", "structure", "")
    try:
        site = site_of(clean_wordpress, role)
        made = site.create(draft())
        assert "?p=" in made.url
        assert site.find(slugs=["hoi-nghi"]) == [made]
        assert site.upload(picture()).width == 320
        assert site.withdraw(made.id).status == "trash"
    finally:
        clean_wordpress.wp("rewrite", "structure", "/%postname%/")


def test_an_address_without_wordpress(wordpress: WordPress) -> None:
    with FaultProxy(wordpress.url) as proxy:
        proxy.add(Rule("refuse", status=404, times=None))
        with failing(RefusedError, "site-not-wordpress"):
            site_of(wordpress, url=proxy.url).about()


def test_the_address_has_moved(wordpress: WordPress) -> None:
    with FaultProxy(wordpress.url) as proxy:
        new = "https://skhcn.example/vi/wp-json/"
        proxy.add(Rule("redirect", status=301, location=new, times=None))
        with failing(RefusedError, "site-redirect") as params:
            site_of(wordpress, url=proxy.url).about()
    assert params["target"] == "https://skhcn.example/vi"


def test_a_site_that_is_down(wordpress: WordPress) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    site = site_of(wordpress, url=url)
    for call in (site.about, lambda: site.create(draft()), lambda: site.find(slugs=["a"])):
        with failing(NotSentError, "site-unreachable"):
            call()


def test_a_site_whose_name_is_unknown(wordpress: WordPress) -> None:
    with failing(NotSentError, "site-dns") as params:
        site_of(wordpress, url="https://name.invalid").create(draft())
    assert params["host"] == "name.invalid"


def test_the_password_is_not_shown(wordpress: WordPress) -> None:
    site = site_of(wordpress)
    assert repr(site) == f"WordPressSite('so-khcn', '{wordpress.url}', 'editor', '***')"


# The life of a post


def test_the_full_life_of_a_post(clean_wordpress: WordPress, role: str) -> None:
    site = site_of(clean_wordpress, role)
    tag = site.create_term("tags", "Cải cách")
    image = site.upload(picture())
    made = site.create(draft(tags=(tag,), featured_media=image.id))
    assert made.status == "publish"
    assert made.url == f"{clean_wordpress.url}/hoi-nghi/"
    assert made.slug == "hoi-nghi"
    assert made.shown_at == DATE
    assert made.tags == (tag,)
    assert made.featured_media == image.id
    assert made.content == draft().content
    assert made.excerpt == "Tóm tắt ngắn."
    assert site.find(ids=[made.id]) == [made]
    assert site.find(slugs=["hoi-nghi"]) == [made]

    changed = site.update(made.id, draft(content="<p>Bản sửa.</p>", excerpt=""))
    assert changed.id == made.id
    assert (changed.content, changed.excerpt) == ("<p>Bản sửa.</p>", "")
    assert (changed.tags, changed.featured_media) == ((), "")
    assert changed.modified_at >= made.modified_at

    gone = site.withdraw(made.id)
    assert (gone.status, gone.slug) == ("trash", "hoi-nghi__trashed")
    assert site.withdraw(made.id).status == "trash"
    assert site.find(slugs=["hoi-nghi"]) == site.find(ids=[made.id]) == [gone]

    back = site.update(made.id, draft())
    assert (back.id, back.status, back.slug) == (made.id, "publish", "hoi-nghi")
    assert [post["id"] for post in clean_wordpress.posts()] == [int(made.id)]


def test_a_title_is_kept_to_the_letter(clean_wordpress: WordPress) -> None:
    made = site_of(clean_wordpress).create(draft(excerpt=TITLE, content=TITLE))
    assert (made.title, made.excerpt, made.content) == (TITLE, TITLE, TITLE)


def test_what_an_author_writes_reads_the_same(clean_wordpress: WordPress) -> None:
    made = site_of(clean_wordpress, "author").create(draft())
    assert made.title == TITLE.replace("&", "&amp;")  # stored so without unfiltered_html


def test_a_post_out_of_the_trash_takes_its_new_slug(site: WordPressSite) -> None:
    made = site.create(draft("ten-cu"))
    site.withdraw(made.id)
    back = site.update(made.id, draft("ten-moi"))
    assert (back.id, back.slug, back.status) == (made.id, "ten-moi", "publish")


def test_a_taken_slug_gets_a_number(site: WordPressSite) -> None:
    made = [site.create(draft(title=f"Tin {number}")) for number in range(3)]
    assert [post.slug for post in made] == ["hoi-nghi", "hoi-nghi-2", "hoi-nghi-3"]
    site.withdraw(made[1].id)
    found = {post.id: post.slug for post in site.find(slugs=["hoi-nghi"])}
    slugs = ["hoi-nghi", "hoi-nghi-2__trashed", "hoi-nghi-3"]
    assert found == dict(zip([post.id for post in made], slugs, strict=True))


def test_a_future_post_is_handed_over(site: WordPressSite) -> None:
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    made = site.create(draft(date=later, status="future"))
    assert (made.status, made.shown_at, made.slug) == ("future", later, "hoi-nghi")
    assert site.find(slugs=["hoi-nghi"]) == [made]


def test_a_date_in_any_zone_is_the_same_instant(site: WordPressSite) -> None:
    local = datetime.fromisoformat("2023-03-15T08:00:00+07:00")
    assert site.create(draft(date=local)).shown_at == DATE


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future", "trash"])
def test_every_status_is_seen(clean_wordpress: WordPress, role: str, status: str) -> None:
    asked = "publish" if status == "trash" else status
    post = clean_wordpress.rest(
        "POST",
        "wp/v2/posts",
        json={
            "title": "Tin",
            "slug": "tin",
            "status": asked,
            "date_gmt": "2035-01-01T00:00:00",
            "author": clean_wordpress.rest("GET", "wp/v2/users/me", role=role).json()["id"],
        },
    ).json()
    if status == "trash":
        clean_wordpress.rest("DELETE", f"wp/v2/posts/{post['id']}")
    found = site_of(clean_wordpress, role).find(slugs=["tin"])
    assert [(one.id, one.status) for one in found] == [(str(post["id"]), status)]


def test_an_author_sees_that_a_slug_is_taken(clean_wordpress: WordPress) -> None:
    theirs = site_of(clean_wordpress, "editor").create(draft())
    author = site_of(clean_wordpress, "author")
    (seen,) = author.find(slugs=["hoi-nghi"])
    assert (seen.id, seen.slug, seen.status) == (theirs.id, "hoi-nghi", "publish")
    assert seen.shown_at == theirs.shown_at
    assert "Nội dung số 1." in seen.content
    assert author.find(ids=[theirs.id]) == [seen]
    with failing(RefusedError, "site-forbidden") as params:
        author.update(theirs.id, draft())
    assert params["action"] == "update"
    with failing(RefusedError, "site-forbidden"):
        author.withdraw(theirs.id)


def test_many_are_found_at_once(clean_wordpress: WordPress) -> None:
    clean_wordpress.wp(
        "eval",
        "for ($i = 0; $i < 105; $i++) wp_insert_post(['post_title' => \"Tin $i\","
        " 'post_name' => \"tin-$i\", 'post_status' => 'publish']);",
    )
    site = site_of(clean_wordpress)
    posts = site.find(slugs=[f"tin-so-{n}" for n in range(20)] + [f"tin-{n}" for n in range(105)])
    assert len(posts) == 105
    ids = [post.id for post in posts]
    assert sorted(post.slug for post in site.find(ids=[*ids, "987654", "trang-xem-truoc"])) == (
        sorted(f"tin-{n}" for n in range(105))
    )


def test_nothing_is_asked_for_nothing(wordpress: WordPress) -> None:
    with FaultProxy(wordpress.url) as proxy:
        assert site_of(wordpress, url=proxy.url).find() == []
        assert proxy.requests == []


def test_a_post_that_was_deleted(clean_wordpress: WordPress, role: str) -> None:
    site = site_of(clean_wordpress, role)
    made = site.create(draft())
    clean_wordpress.rest("DELETE", f"wp/v2/posts/{made.id}", params={"force": True})
    for write in (WRITES["update"], WRITES["withdraw"]):
        with failing(RefusedError, "site-gone") as params:
            write(site, made.id)
        assert params["id"] == made.id
    assert site.find(ids=[made.id]) == []


def test_a_site_without_a_trash(clean_wordpress: WordPress, role: str) -> None:
    site = site_of(clean_wordpress, role)
    made = site.create(draft())
    with behaving(clean_wordpress, "define('EMPTY_TRASH_DAYS', 0);"):
        assert site.withdraw(made.id).status == "draft"
    assert [post["status"] for post in clean_wordpress.posts()] == ["draft"]


def test_a_refusal_says_what_was_wrong(clean_wordpress: WordPress) -> None:
    with failing(RefusedError, "site-refused") as params:
        site_of(clean_wordpress).create(draft(status="no-such"))
    assert params["status"] == 400
    assert "no-such" in params["wp_message"] or "status" in params["wp_message"]


# Terms


@pytest.mark.parametrize("taxonomy", ["categories", "tags"])
def test_terms_are_found_again(clean_wordpress: WordPress, taxonomy: str) -> None:
    names = ["Hỏi & đáp", "Hòa", "Hoa", 'Cải cách "một cửa"', "cải cách"]
    made = {name: site_of(clean_wordpress).create_term(taxonomy, name) for name in names}
    assert len(set(made.values())) == len(names)
    site = site_of(clean_wordpress)
    assert site.terms(taxonomy, [*names, "không có"]) == made
    assert site.terms(taxonomy, ["HỎI &  ĐÁP", "CẢI CÁCH"]) == {
        "HỎI &  ĐÁP": made["Hỏi & đáp"],
        "CẢI CÁCH": made["cải cách"],
    }


def test_a_term_that_is_written_just_so_comes_first(clean_wordpress: WordPress) -> None:
    site = site_of(clean_wordpress)
    lower, upper = (site.create_term("categories", name) for name in ("đổi mới", "ĐỔI MỚI"))
    assert lower != upper
    again = site_of(clean_wordpress).terms("categories", ["ĐỔI MỚI", "đổi mới"])
    assert again == {"ĐỔI MỚI": upper, "đổi mới": lower}


def test_a_term_that_somebody_made_meanwhile(clean_wordpress: WordPress, role: str) -> None:
    site = site_of(clean_wordpress, role)
    assert site.terms("tags", ["Một cửa"]) == {}
    theirs = site_of(clean_wordpress).create_term("tags", "Một cửa")
    assert site.create_term("tags", "Một cửa") == theirs
    assert site.terms("tags", ["Một cửa"]) == {"Một cửa": theirs}


def test_an_author_may_not_make_a_category(clean_wordpress: WordPress) -> None:
    with failing(RefusedError, "site-forbidden") as params:
        site_of(clean_wordpress, "author").create_term("categories", "Tin mới")
    assert (params["action"], params["name"]) == ("create_term", "Tin mới")
    assert params["taxonomy"] == "categories"


def test_more_terms_than_a_page_holds(clean_wordpress: WordPress) -> None:
    clean_wordpress.wp(
        "eval", "for ($i = 0; $i < 105; $i++) wp_insert_term(\"Thẻ số $i\", 'post_tag');"
    )
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, url=proxy.url)
        names = [f"thẻ số {number}" for number in range(105)]
        assert len(set(site.terms("tags", names).values())) == 105
        site.terms("tags", names)
        assert len(proxy.requests) == 1 + 2


def test_no_category_means_none(site: WordPressSite, clean_wordpress: WordPress) -> None:
    term = site_of(clean_wordpress).create_term("categories", "Tin")
    made = site.create(draft(categories=(term,)))
    assert made.categories == (term,)
    assert site.update(made.id, draft()).categories == ()
    assert site.create(draft("khac")).categories == ()
    assert [post.categories for post in site.find(slugs=["khac"])] == [()]


# Pictures


def test_a_picture_with_its_texts(clean_wordpress: WordPress, role: str) -> None:
    site = site_of(clean_wordpress, role)
    upload = picture()
    assert site.find_media([upload.digest]) == {}
    media = site.upload(upload)
    assert (media.width, media.height) == (320, 200)
    assert media.url.endswith(f"/{upload.filename}")
    (item,) = clean_wordpress.media()
    assert item["title"]["raw"].replace("&amp;", "&") == upload.title
    assert item["alt_text"] == upload.alt
    assert item["caption"]["raw"].replace("&amp;", "&") == upload.caption
    for other in ("editor", "author"):
        assert site_of(clean_wordpress, other).find_media([upload.digest]) == {upload.digest: media}


def test_a_large_picture_is_found_although_renamed(clean_wordpress: WordPress, role: str) -> None:
    site = site_of(clean_wordpress, role)
    media = site.upload(picture(3000, 1000))
    assert "-scaled." in media.url
    assert (media.width, media.height) == (2560, 853)
    assert site.find_media([picture(3000, 1000).digest]) == {picture(3000, 1000).digest: media}


def test_a_renamed_title_does_not_hide_a_picture(clean_wordpress: WordPress) -> None:
    site = site_of(clean_wordpress)
    media = site.upload(picture())
    clean_wordpress.rest("POST", f"wp/v2/media/{media.id}", json={"title": "Khác", "alt_text": ""})
    assert site.find_media([picture().digest]) == {picture().digest: media}


def test_a_post_with_the_words_of_a_picture_is_none(clean_wordpress: WordPress) -> None:
    site = site_of(clean_wordpress)
    site.upload(picture(100, 100, title=picture().digest[:16]))
    assert site.find_media([picture().digest]) == {}


@pytest.mark.parametrize("action", ["lose", "fail"])
def test_a_picture_is_found_after_a_lost_answer(
    clean_wordpress: WordPress, role: str, action: Any
) -> None:
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, role, proxy.url)
        proxy.add(Rule(action, "POST", "/wp/v2/media"))
        code = {"lose": "site-reset", "fail": "site-server-error"}[action]
        with failing(UnknownError, code):
            site.upload(picture())
        found = site.find_media([picture().digest]).get(picture().digest)
    (item,) = clean_wordpress.media()
    assert found == RemoteMedia(str(item["id"]), item["source_url"], 320, 200)


def test_a_picture_whose_sizes_broke_the_site(clean_wordpress: WordPress) -> None:
    broken = "add_filter('wp_generate_attachment_metadata', function () { exit(1); });"
    early = "add_filter('intermediate_image_sizes_advanced', function () { exit(1); });"
    site = site_of(clean_wordpress)
    with behaving(clean_wordpress, early + broken), failing(UnknownError, "site-answer"):
        site.upload(picture())
    found = site.find_media([picture().digest]).get(picture().digest)
    assert found
    assert [item["id"] for item in clean_wordpress.media()] == [int(found.id)]


def test_a_file_that_is_no_picture(clean_wordpress: WordPress, role: str) -> None:
    upload = picture(filename="tai-lieu.exe", content=b"MZ", mime="application/x-msdownload")
    with failing(RefusedError, "site-upload-refused") as params:
        site_of(clean_wordpress, role).upload(upload)
    assert params["name"] == "tai-lieu.exe"
    assert params["wp_message"]
    assert clean_wordpress.media() == []


def test_a_picture_that_is_too_large(clean_wordpress: WordPress) -> None:
    large = picture(content=picture().content + bytes(64 << 20))
    with failing(RefusedError, "site-too-large") as params:
        site_of(clean_wordpress).upload(large)
    assert params["size"] == len(large.content)
    assert clean_wordpress.media() == []


def test_a_picture_that_the_server_takes_for_too_large(wordpress: WordPress) -> None:
    with FaultProxy(wordpress.url) as proxy:
        proxy.add(Rule("refuse", "POST", status=413))
        with failing(RefusedError, "site-too-large"):
            site_of(wordpress, url=proxy.url).upload(picture())


# When the network, or the site, fails


Write = Callable[[WordPressSite, str], object]
WRITES: dict[str, Write] = {
    "create": lambda site, _: site.create(draft("moi")),
    "update": lambda site, post: site.update(post, draft(content="<p>Sửa.</p>")),
    "withdraw": lambda site, post: site.withdraw(post),
    "create_term": lambda site, _: site.create_term("tags", "Mới"),
    "upload": lambda site, _: site.upload(picture()),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("rule", "kind", "code"),
    [
        (Rule("drop"), UnknownError, "site-reset"),
        (Rule("lose"), UnknownError, "site-reset"),
        (Rule("fail"), UnknownError, "site-server-error"),
        (Rule("fail", status=504), UnknownError, "site-server-error"),
        (Rule("refuse", status=503), UnknownError, "site-maintenance"),
        (Rule("refuse", status=200), UnknownError, "site-answer"),
        (Rule("refuse", status=403), RefusedError, "site-forbidden"),
        (Rule("redirect", status=301, location="https://moi.example/wp-json/x"), RefusedError,
         "site-redirect"),
    ],
    ids=["drop", "lose", "500", "504", "503", "odd", "403", "301"],
)  # fmt: skip
def test_a_write_is_sent_once_whatever_happens(
    wordpress71: WordPress, write: str, rule: Rule, kind: type[SiteError], code: str
) -> None:
    wordpress71.empty()
    post = site_of(wordpress71).create(draft()).id
    with FaultProxy(wordpress71.url) as proxy:
        site = site_of(wordpress71, url=proxy.url)
        proxy.add(Rule(**{**vars(rule), "method": "POST|DELETE", "times": None}))
        with failing(kind, code) as params:
            WRITES[write](site, post)
        assert [r.method for r in proxy.requests if r.method != "GET"] == [
            "DELETE" if write == "withdraw" else "POST"
        ]
    if code != "site-reset":
        assert params["action"] == write


def test_a_post_is_found_after_a_lost_answer(clean_wordpress: WordPress, role: str) -> None:
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, role, proxy.url)
        proxy.add(Rule("lose", "POST"))
        with failing(UnknownError, "site-reset"):
            site.create(draft())
        (found,) = site.find(slugs=["hoi-nghi"])
    assert found.content == draft().content
    assert [post["id"] for post in clean_wordpress.posts()] == [int(found.id)]


def test_a_slow_answer_leaves_a_write_unknown(clean_wordpress: WordPress) -> None:
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, url=proxy.url, timeout=5)
        proxy.add(Rule("delay", "POST", seconds=60))
        with failing(UnknownError, "site-timeout") as params:
            site.create(draft())
        assert params["seconds"] == 5
        (found,) = site.find(slugs=["hoi-nghi"])
    assert [post["id"] for post in clean_wordpress.posts()] == [int(found.id)]


def test_a_notice_in_the_answer_leaves_a_write_unknown(clean_wordpress: WordPress) -> None:
    site = site_of(clean_wordpress)
    notice = (
        "add_filter('rest_pre_echo_response', function ($answer) {"
        " if ('POST' === $_SERVER['REQUEST_METHOD']) echo '<b>Notice</b>: x'; return $answer; });"
    )
    with behaving(clean_wordpress, notice), failing(UnknownError, "site-answer"):
        site.create(draft())
    assert [post.slug for post in site.find(slugs=["hoi-nghi"])] == ["hoi-nghi"]


def test_too_many_requests_are_sent_again_after_the_pause(clean_wordpress: WordPress) -> None:
    waits: list[float] = []
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, url=proxy.url, sleep=waits.append)
        proxy.add(Rule("refuse", "POST", status=429, headers={"Retry-After": "3"}, times=2))
        made = site.create(draft())
    assert waits == [3.0, 3.0]
    assert [post["id"] for post in clean_wordpress.posts()] == [int(made.id)]


def test_too_many_requests_for_long(clean_wordpress: WordPress) -> None:
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, url=proxy.url)
        proxy.add(Rule("refuse", "POST", status=429, headers={"Retry-After": "900"}, times=None))
        with failing(RefusedError, "site-rate-limited") as params:
            site.create(draft())
    assert params["retry_after"] == "900"


def test_a_question_gets_over_a_short_fault(clean_wordpress: WordPress) -> None:
    made = site_of(clean_wordpress).create(draft())
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, url=proxy.url)
        for rule in (Rule("drop", "GET"), Rule("refuse", "GET", status=503), Rule("fail", "GET")):
            proxy.add(rule)
        assert site.find(ids=[made.id]) == [made]


def test_a_question_that_fails_for_long_changed_nothing(clean_wordpress: WordPress) -> None:
    with FaultProxy(clean_wordpress.url) as proxy:
        site = site_of(clean_wordpress, url=proxy.url)
        proxy.add(Rule("refuse", "GET", "wp/v2", status=500, times=None))
        with failing(NotSentError, "site-server-error"):
            site.find(slugs=["hoi-nghi"])


# Small things


@pytest.mark.parametrize(
    ("index", "zone"),
    [
        ({"timezone_string": "Asia/Ho_Chi_Minh", "gmt_offset": 7}, "Asia/Ho_Chi_Minh"),
        ({"timezone_string": "", "gmt_offset": 7}, "UTC+7"),
        ({"gmt_offset": "5.75"}, "UTC+5:45"),
        ({"gmt_offset": -3.5}, "UTC-3:30"),
        ({}, "UTC+0"),
    ],
)
def test_the_time_zone_of_a_site(index: dict[str, object], zone: str) -> None:
    assert timezone_of(index) == zone


def test_batches_fit_a_page_and_an_address() -> None:
    short, long = [str(n) for n in range(250)], ["a" * 100 + str(n) for n in range(90)]
    assert [len(batch) for batch in batches(short)] == [100, 100, 50]
    assert all(len("%2C".join(batch)) <= 4000 for batch in batches(long))
    assert [value for batch in batches(long + long) for value in batch] == long
    assert batches([]) == []
