"""The preview site in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.preview_samples import draft, filled, opened

PATHS = [
    "index.html",
    "trang-2/index.html",
    "bai/cong-khai-thu-tuc-hanh-chinh-tai-bo-phan-mot-cua/index.html",
    "chu-de/index.html",
    "chu-de/tiep-nhan-pakn/index.html",
    "thang/index.html",
    "thang/2023-03/index.html",
    "404.html",
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trình duyệt") / "Trang xem trước & 100% #1"
    site = opened(folder)
    filled(site)
    site.flush()
    return folder


class TestInABrowser:
    """As people open it: by double click, from a folder, without a server."""

    @pytest.fixture(params=["light", "dark"])
    def page(self, request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
        context = chromium.new_context(
            viewport={"width": 375, "height": 740}, color_scheme=request.param
        )
        yield context.new_page()
        context.close()

    def test_pages_fit_a_phone_and_break_no_rule_of_theirs(self, page: Page, shared: Path) -> None:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("requestfailed", lambda request: said.append(request.url))
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        for width in (375, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            for path in PATHS:
                page.goto((shared / path).as_uri())
                facts = page.evaluate(
                    """async () => {
                        const images = [...document.images];
                        images.forEach(image => { image.loading = 'eager'; });
                        await Promise.all(images.map(image => image.decode()));
                        return [
                            document.documentElement.scrollWidth,
                            getComputedStyle(document.querySelector('main')).maxWidth,
                            images.every(image => image.naturalWidth > 0),
                        ];
                    }"""
                )
                assert facts == [width, "800px", True], path
                if target := os.environ.get("PUBLISHER_TESTS_SCREENSHOTS"):
                    name = f"{path.replace('/', '_')}-{width}-{'dark' if dark else 'light'}.png"
                    page.screenshot(path=Path(target) / name, full_page=True)
        assert said == []

    def test_every_text_has_enough_contrast(self, page: Page, shared: Path) -> None:
        for path in PATHS:
            page.goto((shared / path).as_uri())
            assert page.evaluate(LOW_CONTRAST) == [], path

    def test_the_keyboard_reaches_the_content_first(self, page: Page, shared: Path) -> None:
        page.goto((shared / PATHS[0]).as_uri())
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"

    def test_a_script_that_slipped_in_does_not_run(self, page: Page, tmp_path: Path) -> None:
        site = opened(tmp_path)
        content = "<p>a</p><script>document.title = 'hỏng'</script>"
        made = site.create(draft(slug="tin-moi", content=content))
        site.flush()
        page.goto(made.url)
        assert "hỏng" not in page.title()


# WCAG 2.1, 1.4.3: 4.5:1 (large text: 3:1, not used here). Lists the texts that miss it.
LOW_CONTRAST = """() => {
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const light = rgb => rgb.slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = element => {
        for (let e = element; e; e = e.parentElement) {
            const colour = numbers(getComputedStyle(e).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const low = [];
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!own) continue;
        const style = getComputedStyle(element);
        const back = ground(element);
        const alpha = Number(style.opacity);
        const front = numbers(style.color).slice(0, 3)
            .map((v, i) => v * alpha + back[i] * (1 - alpha));
        const [high, less] = [light(front), light(back)].sort((a, b) => b - a);
        const ratio = (high + 0.05) / (less + 0.05);
        if (ratio < 4.5) low.push([element.textContent.trim().slice(0, 40), ratio]);
    }
    return low;
}"""
