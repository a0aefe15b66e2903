"""What clutter is there for, and which picture a caption belongs to; all pages are made up."""

from __future__ import annotations

import pytest

from onrecord.records import PageKind

BODY = (
    "<p>The harbour council said on Monday that it would close the old ferry terminal before winter storms come.</p>"
    "<p>“We cannot ask people to wait in a building whose roof may not hold,” council leader Maren Oyelaran said.</p>"
    "<p>Shipping companies said the decision had come too late and asked the government for a temporary pier.</p>"
)


def page(*, before: str = "", within: str = "", after: str = "", head: str = "") -> str:
    article = f"<article><h1>Nordvik to close terminal</h1>{within}{BODY}</article>"
    return f"<html><head>{head}</head><body>{before}{article}{after}</body></html>"


def kinds(found, text: str) -> list[str]:
    return [str(block.kind) for block in found.blocks if block.role == "clutter" and block.text == text]


@pytest.mark.parametrize(
    ("after", "text", "kind"),
    [
        ("<nav><ul><li><a href='/'>Islands</a></li></ul></nav>", "Islands", "navigation"),
        ("<div class='share-bar'><a href='#'>Zap</a></div>", "Zap", "navigation"),
        ("<div class='related-stories'><a href='/1'>Pier to be built in spring after all</a></div>",
         "Pier to be built in spring after all", "related"),
        ("<nav><a href='/1'>Pier to be built in spring after all</a></nav>", "Pier to be built in spring after all",
         "related"),
        ("<div>Read also: the pier</div>", "Read also: the pier", "related"),
        ("<div class='newsletter'>All of it each morning</div>", "All of it each morning", "newsletter"),
        ("<div>Abonnieren Sie unseren Newsletter</div>", "Abonnieren Sie unseren Newsletter", "subscription"),
        ("<div class='paywall-box'>Only one crown</div>", "Only one crown", "subscription"),
        ("<ul class='comment-list'><li>I like ferries</li></ul>", "I like ferries", "comments"),
        ("<div>Leave a reply</div>", "Leave a reply", "comments"),
        ("<footer>© 2021 The Velm Gazette</footer>", "© 2021 The Velm Gazette", "legal"),
        ("<nav><a href='/p'>Privacy Policy</a></nav>", "Privacy Policy", "legal"),
        ("<div>Datenschutz</div>", "Datenschutz", "legal"),
        ("<div>Nordvik 12 °C</div>", "Nordvik 12 °C", "ticker"),
        ("<div class='stock-quotes'>Velm Shipping</div>", "Velm Shipping", "ticker"),
        ("<div>3 / 12</div>", "3 / 12", "gallery"),
        ("<div>Bild 3 von 12</div>", "Bild 3 von 12", "gallery"),
        ("<div>Hmm</div>", "Hmm", "other"),
    ],
)  # fmt: skip
def test_clutter_has_a_kind(clean, after, text, kind):
    assert kinds(clean(page(after=after), PageKind.HTML), text) == [kind]


def test_classes_of_the_whole_page_say_nothing_of_a_block(clean):
    html = page(after="<div>Hmm</div>").replace("<body>", "<body class='has-comments newsletter-open'>")
    assert kinds(clean(html, PageKind.HTML), "Hmm") == ["other"]


def test_flattened_clutter_is_told_by_its_wording(clean):
    text = BODY.replace("<p>", "").replace("</p>", "\n")
    found = clean(f"Skip to content\nSubscribe now\n{text}\nAll rights reserved\n")
    assert {str(block.kind) for block in found.blocks if block.role == "clutter"} >= {"navigation", "legal"}


def test_only_clutter_has_a_kind(clean):
    found = clean(page(before="<nav>Menu</nav>"), PageKind.HTML)
    assert all((block.kind is not None) == (block.role == "clutter") for block in found.blocks)


CAPTION = "<figcaption>The terminal on Monday. Photo: Ana Okoye / Velm Gazette</figcaption>"


@pytest.mark.parametrize(
    ("picture", "url"),
    [
        ("<img src='/a.jpg'>", "https://velm.example/a.jpg"),
        ("<img src='b.jpg?x=1&amp;y=2'>", "https://velm.example/harbour/b.jpg?x=1&y=2"),
        ("<img src=https://img.example/c.jpg>", "https://img.example/c.jpg"),
        ("<img src='data:image/gif;base64,R0' data-src='/d.jpg'>", "https://velm.example/d.jpg"),
        ("<picture><source srcset='/e-320.jpg 320w, /e-640.jpg 640w'></picture>", "https://velm.example/e-640.jpg"),
        ("<img src='/pixel.gif'><img src='/f.jpg'>", "https://velm.example/f.jpg"),
        ("<img alt=''>", None),
        ("<img src='http://['>", "http://["),
    ],
)
def test_a_caption_has_the_address_of_its_picture(clean, picture, url):
    html = page(within=f"<figure>{picture}{CAPTION}</figure>")
    found = clean(html, PageKind.HTML, url="https://velm.example/harbour/terminal")
    assert {block.url for block in found.blocks if block.role in ("caption", "credit")} == {url}


def test_the_picture_of_another_figure_is_not_taken(clean):
    html = page(within=f"<figure><img src='/1.jpg'></figure><figure>{CAPTION}</figure>")
    assert {block.url for block in clean(html, PageKind.HTML).blocks} == {None}


def test_outside_figures_the_picture_before_counts_if_no_text_is_between(clean):
    caption = "<div class='caption'>The terminal on Monday.</div>"
    near = clean(page(within=f"<img src='/1.jpg'>{caption}"), PageKind.HTML)
    far = clean(page(within=f"<img src='/1.jpg'>{BODY}{caption}"), PageKind.HTML)
    assert [block.url for block in near.blocks if block.role == "caption"] == ["/1.jpg"]
    assert [block.url for block in far.blocks if block.role == "caption"] == [None]


def test_the_base_of_a_page_counts(clean):
    head = "<base href='https://img.example/x/'>"
    found = clean(page(head=head, within=f"<figure><img src='1.jpg'>{CAPTION}</figure>"), PageKind.HTML)
    assert {block.url for block in found.blocks if block.role == "caption"} == {"https://img.example/x/1.jpg"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<figure>" * 5_000 + "<img src='/1.jpg'>" + CAPTION,
        "</figure>" * 5_000 + CAPTION,
        "<img " + "src='/1.jpg' " * 20_000 + ">" + f"<figure>{CAPTION}</figure>",
        "<figure><img srcset='" + "a 1w, " * 20_000 + "'>" + CAPTION + "</figure>",
    ],
    ids=["figures", "ends", "attributes", "candidates"],
)
def test_hostile_pictures_are_read_in_time(clean, hostile):
    assert clean(page(within=hostile), PageKind.HTML).title
