"""The sizes of a picture, made here where WordPress takes them: as good as its own, for sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from publisher.errors import UnknownError
from publisher.images import prepare
from publisher.model import Upload
from publisher.sites.wordpress import WordPressSite
from tests.drawn import chart, film, photo, saved, shown, ssim
from tests.faults import FaultProxy, Rule
from tests.killing import agrees, killed, needs_sigkill, office_of
from tests.test_wordpress import behaving, failing
from tests.wordpress import WordPress


@pytest.fixture
def newest(wordpress71: WordPress) -> WordPress:
    wordpress71.empty()
    return wordpress71


def local(site: WordPress) -> str:
    """Return the address under which WordPress takes sizes without https."""
    return site.url.replace("127.0.0.1", "localhost")


def opened(site: WordPress, url: str = "", role: str = "editor") -> WordPressSite:
    return WordPressSite("so-khcn", url or local(site), *site.passwords[role])


def upload(data: bytes, digest: str = "ab", longest_side: int = 1600) -> Upload:
    done = prepare(data, longest_side=longest_side)
    return Upload(
        digest=digest * 32,
        filename=f"anh-{digest * 8}{done.suffix}",
        content=done.content,
        mime=done.mime,
        title="Hội nghị",
        alt="Toàn cảnh",
        caption="",
        width=done.width,
        height=done.height,
    )


def item(site: WordPress, media_id: str) -> dict[str, Any]:
    answer = site.rest("GET", f"wp/v2/media/{media_id}", params={"context": "edit"})
    found: dict[str, Any] = answer.json()
    return found


def sizes(site: WordPress, media_id: str) -> dict[str, tuple[int, int, str]]:
    found = item(site, media_id)["media_details"]["sizes"]
    return {name: (s["width"], s["height"], s["mime_type"]) for name, s in found.items()}


def srcset(site: WordPress, media_id: str, url: str) -> list[str]:
    """Return what a browser may choose from where a post shows the picture: names and widths."""
    markup = (
        f'<!-- wp:image {{"id":{media_id},"sizeSlug":"full"}} --><figure class="wp-block-image '
        f'size-full"><img src="{url}" alt="" class="wp-image-{media_id}"/></figure>'
        "<!-- /wp:image -->"
    )
    body = {"title": f"Bài {media_id}", "status": "publish", "content": markup}
    made = site.rest("POST", "wp/v2/posts", "editor", json=body).json()
    found = re.search(r'srcset="([^"]*)"', made["content"]["rendered"])
    return sorted(re.findall(r"(\.\w+|-\d+x\d+\.\w+) (\d+w)", found[1])) if found else []


PICTURES = {
    "photo": saved(photo(1700, 1275), "JPEG", quality=90),
    "portrait": saved(photo(1001, 1333), "JPEG"),
    "panorama": saved(photo(1600, 200), "JPEG"),
    "chart": saved(chart(1200, 901), "PNG"),
    "webp": saved(photo(900, 601), "WEBP"),
    "grey": saved(photo(700, 500).convert("L"), "JPEG"),
    "small": saved(photo(120, 100), "JPEG"),
}


@pytest.mark.parametrize(
    ("name", "role"), [("photo", "author"), *((name, "editor") for name in PICTURES)]
)
def test_the_sizes_are_those_that_the_site_makes(newest: WordPress, name: str, role: str) -> None:
    mine = opened(newest, role=role).upload(upload(PICTURES[name], "ab"))
    own = opened(newest, newest.url).upload(upload(PICTURES[name], "cd"))
    assert (mine.width, mine.height) == (own.width, own.height)
    assert sizes(newest, mine.id) == sizes(newest, own.id)
    assert srcset(newest, mine.id, mine.url) == srcset(newest, own.id, own.url)
    one, two = item(newest, mine.id), item(newest, own.id)
    assert one["missing_image_sizes"] == []
    assert (one["title"]["raw"], one["alt_text"]) == (two["title"]["raw"], two["alt_text"])
    for size, made in one["media_details"]["sizes"].items():
        served = requests.get(made["source_url"], timeout=60)
        assert served.status_code == 200
        assert shown(served.content).size == (made["width"], made["height"])
        if size == "thumbnail" or name != "photo":
            continue
        best = shown(upload(PICTURES[name]).content)
        best = best.resize((made["width"], made["height"]), Image.Resampling.LANCZOS)
        other = requests.get(two["media_details"]["sizes"][size]["source_url"], timeout=60)
        assert ssim(best, shown(served.content)) > ssim(best, shown(other.content)) - 0.005


def test_a_theme_may_want_sizes_of_its_own(newest: WordPress) -> None:
    wanted = (
        "add_action('init', function () {"
        "add_image_size('bia', 600, 200, array('left', 'top'));"
        "add_image_size('cao', 0, 333); add_image_size('vuong', 500, 500, true);"
        "add_image_size('to', 5000, 5000); });"
    )
    with behaving(newest, wanted):
        mine = opened(newest).upload(upload(PICTURES["photo"], "ab"))
        own = opened(newest, newest.url).upload(upload(PICTURES["photo"], "cd"))
        found = sizes(newest, mine.id)
        assert found == sizes(newest, own.id)
        assert found["bia"][:2] == (600, 200) and found["cao"][1] == 333 and "to" not in found
        kinds = [item(newest, one.id)["media_details"]["sizes"]["bia"] for one in (mine, own)]
    left_top = [shown(requests.get(one["source_url"], timeout=60).content) for one in kinds]
    assert ssim(*left_top) > 0.95  # the same part was cut out


def test_the_site_is_asked_for_no_size(newest: WordPress) -> None:
    with FaultProxy(local(newest)) as proxy:
        opened(newest, proxy.url).upload(upload(PICTURES["photo"]))
        paths = [request.path for request in proxy.requests if request.method == "POST"]
    first, *sideloads, last = paths
    assert "generate_sub_sizes=false" in first
    assert len(sideloads) == 5 and all("/sideload?image_size=" in path for path in sideloads)
    assert "/finalize" in last


@pytest.mark.parametrize("what", ["6.1", "plain http", "moving", "larger than the site shows"])
def test_the_site_makes_them_where_it_must(request: pytest.FixtureRequest, what: str) -> None:
    version = "wordpress61" if what == "6.1" else "wordpress71"
    site: WordPress = request.getfixturevalue(version)
    site.empty()
    data = film("GIF") if what == "moving" else PICTURES["portrait"]
    wanted = upload(data)
    if what.startswith("larger"):
        wanted = upload(saved(photo(2700, 900), "JPEG"), longest_side=2700)
    url = site.url if what == "plain http" else local(site)
    with FaultProxy(url) as proxy:
        media = opened(site, proxy.url).upload(wanted)
        assert [request.method for request in proxy.requests].count("POST") == 1
    assert "thumbnail" in sizes(site, media.id)


@pytest.fixture
def proxy(newest: WordPress) -> Iterator[FaultProxy]:
    with FaultProxy(local(newest)) as started:
        yield started


STEPS = ["/sideload", "image_size=medium_large", "/finalize"]


@pytest.mark.parametrize("action", ["drop", "lose"])
@pytest.mark.parametrize("step", STEPS)
def test_what_broke_off_is_found_and_made_whole(
    newest: WordPress, proxy: FaultProxy, step: str, action: Any
) -> None:
    site, sent = opened(newest, proxy.url), upload(PICTURES["portrait"])
    proxy.add(Rule(action, "POST", step))
    with failing(UnknownError, "site-reset"):
        site.upload(sent)
    found = site.find_media([sent.digest])[sent.digest]
    done = action == "lose" and step == "/finalize"
    assert found.whole is done
    whole = found if done else site.complete(found)
    assert (whole.id, whole.url, whole.whole) == (found.id, found.url, True)
    (one,) = newest.media()
    assert one["missing_image_sizes"] == []
    assert set(sizes(newest, whole.id)) >= {"thumbnail", "medium", "medium_large", "large"}
    assert site.find_media([sent.digest]) == {sent.digest: whole}


def test_a_site_that_refuses_sizes_makes_them_itself(newest: WordPress, proxy: FaultProxy) -> None:
    site = opened(newest, proxy.url)
    proxy.add(Rule("refuse", "POST", "/sideload", times=None, status=403))
    media = site.upload(upload(PICTURES["portrait"], "ab"))
    assert media.whole and item(newest, media.id)["missing_image_sizes"] == []
    before = len(proxy.requests)
    site.upload(upload(PICTURES["portrait"], "cd"))
    asked = [request.path for request in proxy.requests[before:] if request.method == "POST"]
    assert len(asked) == 1 and "generate_sub_sizes" not in asked[0]  # it was tried once


def test_a_picture_is_used_where_its_sizes_can_not_be_made(
    newest: WordPress, proxy: FaultProxy
) -> None:
    site, sent = opened(newest, proxy.url), upload(PICTURES["portrait"])
    proxy.add(Rule("refuse", "POST", "/sideload", times=None, status=403))
    proxy.add(Rule("refuse", "POST", "/post-process", times=None, status=500))
    media = site.upload(sent)
    assert media.whole and requests.get(media.url, timeout=60).content == sent.content


def test_a_small_picture_is_whole_without_sizes(newest: WordPress) -> None:
    sent = upload(PICTURES["small"], "ef")
    site = opened(newest)
    site.upload(sent)
    assert site.find_media([sent.digest])[sent.digest].whole


# With several connections the order of the points differs from run to run anyway.
@needs_sigkill
@pytest.mark.parametrize(("connections", "step"), [(1, 3), (4, 7)])
def test_killed_while_it_sends_sizes(
    tmp_path: Path, newest: WordPress, connections: int, step: int
) -> None:
    point, reached = 0, True
    while reached:
        point += step
        newest.empty()
        office = office_of(tmp_path, newest, point, connections, local(newest))
        reached = killed(office, point, "publish")
        assert office.run("publish").status == 0
        media = newest.media()
        assert len(media) == 2 and len(newest.posts()) == 2, f"killed at point {point}"
        for one in media:
            assert one["missing_image_sizes"] == [], f"killed at point {point}"
            assert Image.open(BytesIO(requests.get(one["source_url"], timeout=60).content)).size
        agrees(office, newest)
    # Two pictures with two sizes each, a category, two posts: each begun, sent and ended.
    assert point > 6 * 5 + 2 * 3 * 2
