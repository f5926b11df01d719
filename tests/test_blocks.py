"""Which blocks HTML becomes; that the real editor takes them is shown in test_editor.py."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.blocks import from_html


def block(name: str, inner: str, attributes: str = "") -> str:
    said = f" {attributes}" if attributes else ""
    return f"<!-- wp:{name}{said} -->\n{inner}\n<!-- /wp:{name} -->"


IMAGE = '{"id":7,"sizeSlug":"full","linkDestination":"none"}'
PICTURE = (
    '<img src="https://a.vn/x.jpg?a=1&amp;b=2" width="8" height="6" class="wp-image-7" alt="Ả">'
)
SHOWN = '<img src="https://a.vn/x.jpg?a=1&amp;b=2" alt="Ả" class="wp-image-7">'


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>Chữ <em>nghiêng</em> &amp; &lt;</p>",
         block("paragraph", "<p>Chữ <em>nghiêng</em> &amp; &lt;</p>")),
        ('<p id="neo">a<br>b</p>', block("paragraph", '<p id="neo">a<br>b</p>')),
        ('<p style="text-align:center">a</p>',
         block("paragraph", '<p class="has-text-align-center">a</p>', '{"align":"center"}')),
        ('<p class="byline">a</p>',
         block("paragraph", '<p class="byline">a</p>', '{"className":"byline"}')),
        ("<h2>a</h2>", block("heading", '<h2 class="wp-block-heading">a</h2>')),
        ('<h3 id="neo" style="text-align:right">a</h3>',
         block("heading",
               '<h3 class="wp-block-heading has-text-align-right" id="neo">a</h3>',
               '{"level":3,"textAlign":"right"}')),
        ("<hr>",
         block("separator", '<hr class="wp-block-separator has-alpha-channel-opacity">')),
        ('<pre><code class="language-python">a[0] &lt; 1\n</code></pre>',
         block("code", '<pre class="wp-block-code"><code>a&#091;0] &lt; 1</code></pre>')),
        ("<pre>a\n  b</pre>",
         block("preformatted", '<pre class="wp-block-preformatted">a\n  b</pre>')),
        (f"<figure>{PICTURE}</figure>",
         block("image", f'<figure class="wp-block-image size-full">{SHOWN}</figure>', IMAGE)),
        (f"<figure>{PICTURE}<figcaption>Chú <b>thích</b></figcaption></figure>",
         block("image",
               f'<figure class="wp-block-image size-full">{SHOWN}'
               '<figcaption class="wp-element-caption">Chú <b>thích</b></figcaption></figure>',
               IMAGE)),
        (f'<figure><a href="https://a.vn/?a=1&amp;b=2">{PICTURE}</a></figure>',
         block("image",
               '<figure class="wp-block-image size-full">'
               f'<a href="https://a.vn/?a=1&amp;b=2">{SHOWN}</a></figure>',
               IMAGE.replace("none", "custom"))),
    ],
)  # fmt: skip
def test_one_element_is_one_block(html: str, blocks: str) -> None:
    assert from_html(html) == blocks


def test_blocks_follow_one_another_after_an_empty_line() -> None:
    assert from_html("<p>a</p>\n<p>b</p>") == (
        f"{block('paragraph', '<p>a</p>')}\n\n{block('paragraph', '<p>b</p>')}"
    )
    assert from_html("") == ""
    assert from_html("<p> </p>") == ""


def test_words_outside_of_any_paragraph_become_one() -> None:
    assert from_html("a <b>b</b>\n<hr>\nc") == "\n\n".join(
        [
            block("paragraph", "<p>a <b>b</b></p>"),
            from_html("<hr>"),
            block("paragraph", "<p>c</p>"),
        ]
    )


def test_lists_hold_items_that_hold_lists() -> None:
    inner = block(
        "list",
        '<ol start="3" class="wp-block-list">'
        + block("list-item", "<li>c</li>")
        + "</ol>",
        '{"ordered":true,"start":3}',
    )  # fmt: skip
    items = "\n\n".join([block("list-item", "<li>a <b>b</b></li>"),
                         block("list-item", f"<li>d{inner}</li>")])  # fmt: skip
    html = (
        '<ul>\n<li>a <b>b</b></li>\n<li>\n<p>d</p>\n<ol start="3">\n<li>c</li>\n</ol>\n</li>\n</ul>'
    )
    assert from_html(html) == block("list", f'<ul class="wp-block-list">{items}</ul>')


def test_tables_keep_head_alignment_and_caption() -> None:
    html = (
        "<table>\n<caption>Bảng <b>1</b></caption>\n<thead>\n<tr>\n"
        '<th scope="col" style="text-align:right">A</th>\n</tr>\n</thead>\n'
        "<tbody>\n<tr>\n<td></td>\n</tr>\n</tbody>\n</table>"
    )
    assert from_html(html) == block(
        "table",
        '<figure class="wp-block-table"><table><thead><tr>'
        '<th class="has-text-align-right" data-align="right" scope="col">A</th></tr></thead>'
        "<tbody><tr><td></td></tr></tbody></table>"
        '<figcaption class="wp-element-caption">Bảng <b>1</b></figcaption></figure>',
        '{"hasFixedLayout":false}',
    )


@pytest.mark.parametrize("source", ["<p><cite>C</cite></p>", "<cite>C</cite>"])
def test_quotes_hold_blocks_and_their_source(source: str) -> None:
    inner = block("paragraph", "<p>a</p>")
    assert from_html(f"<blockquote>\n<p>a</p>\n{source}\n</blockquote>") == block(
        "quote", f'<blockquote class="wp-block-quote">{inner}<cite>C</cite></blockquote>'
    )


def test_a_gallery_holds_images() -> None:
    image = from_html(f"<figure>{PICTURE}</figure>")
    html = (
        f'<figure class="gallery"><figure>{PICTURE}</figure>\n<figure>{PICTURE}</figure></figure>'
    )
    names = "wp-block-gallery has-nested-images columns-default is-cropped"
    assert from_html(html) == block(
        "gallery", f'<figure class="{names}">{image}\n\n{image}</figure>', '{"linkTo":"none"}'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<div class="footnote"><ol><li id="fn-1"><p>a</p></li></ol></div>',
        "<dl><dt>a</dt><dd>b</dd></dl>",
        "<details><summary>a</summary><p>b</p></details>",
        '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        "<table><tbody><tr><td><p>a</p></td></tr></tbody></table>",
        "<ul><li><p>a</p><p>b</p></li></ul>",
        "<ul><li>a <b>b</b><p>c</p></li><li>d</li></ul>",
        '<ul><li id="x">a</li></ul>',
        '<p lang="en">a</p>',
        "<figure><p>a</p></figure>",
        f'<figure><a href="/x">{PICTURE} a</a></figure>',
        f"<figure>{PICTURE}<figcaption><p>a</p></figcaption></figure>",
        f'<figure class="gallery"><figure>{PICTURE}{PICTURE}{PICTURE}</figure></figure>',
    ],
)
def test_what_no_block_can_say_is_kept_as_custom_html(html: str) -> None:
    assert from_html(html) == block("html", html)


def test_no_attribute_can_hold_a_block_comment() -> None:
    shown = from_html('<figure><img src="x" alt="<!-- wp:html -->"></figure>')
    assert shown.count("<!-- ") == 2
    assert 'alt="&lt;!-- wp:html --&gt;"' in shown


LEAVES = st.text("a ữ<>&\"'-[]\n", max_size=6).map(
    lambda t: t.replace("&", "&amp;").replace("<", "&lt;")
)
TAGS = ["p", "ul", "ol", "li", "blockquote", "b", "a", "h3", "pre", "code", "div", "figure", "dl"]


def _tagged(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(TAGS), st.lists(children, max_size=4)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    )


@given(st.recursive(LEAVES, _tagged, max_leaves=20))
def test_no_word_is_lost_and_every_block_is_closed(html: str) -> None:
    shown = from_html(html)
    open_blocks: list[str] = []
    for end, name, attributes in re.findall(r"<!-- (/?)wp:([a-z-]+)(?: (\{.*?\}))? -->", shown):
        if attributes:
            json.loads(attributes)
        if end:
            assert open_blocks.pop() == name
        else:
            open_blocks.append(name)
    assert open_blocks == []

    def letters(text: str) -> str:
        return re.sub(r"<!--.*?-->|<[^>]*>|\s", "", text).replace("&#091;", "[")

    # In text, ">" and quotation marks may be written either way.
    assert letters(shown).replace("&gt;", ">").replace("&quot;", '"') == letters(html)
