from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.clean.html import read_json_bodies
from onrecord.clean.scan import scan_page
from onrecord.errors import CleanError, NoArticle
from onrecord.records import BlockRole, PageKind

LEAD = "NORDVIK, March 4 (Reuters) - The harbour council said on Monday that it would close the old ferry terminal."
REST = (
    "“We cannot ask people to wait in a building whose roof may not hold,” council leader Maren Oyelaran said.",
    "Shipping companies said the decision had come too late &amp; asked the government to pay for a temporary pier.",
    "The ministry of transport declined to comment, but an <b>official</b> said that talks would go on.",
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Nordvik to close terminal | Nordvik Courier</title>
<meta property="og:site_name" content="Nordvik Courier">
<meta property="article:published_time" content="2024-03-04T09:05:00Z">
<link rel="canonical" href="https://example.org/news/1"><script>var a = "<p>not text</p>";</script></head>
<body><nav><a href="/">Home</a><a href="/x">Sport</a></nav><article><h1>Nordvik to close terminal</h1>
<p class="byline">By Ana Lindqvist</p>
<figure><img src="a.jpg"><figcaption>The old terminal. (AP Photo/Ana Okoye)</figcaption></figure>
<p>{LEAD}</p><p>{REST[0]}</p><p>{REST[1]}</p><p>{REST[2]}</p></article>
<footer>© 2024 Nordvik Courier. All rights reserved.</footer></body></html>"""
BODY = "\n\n".join([LEAD, *REST]).replace("&amp;", "&").replace("<b>", "").replace("</b>", "")


def roles(article):
    return {role: [block.text for block in article.blocks if block.role == role] for role in BlockRole}


def test_the_body_is_the_paragraphs_joined_by_blank_lines(clean):
    assert clean(PAGE, PageKind.HTML).text == BODY


def test_everything_around_the_body_is_labelled_and_kept(clean):
    found = roles(clean(PAGE, PageKind.HTML))
    assert found["title"] == ["Nordvik to close terminal"]
    assert found["byline"] == ["By Ana Lindqvist"]
    assert found["caption"] == ["The old terminal."]
    assert found["credit"] == ["AP Photo/Ana Okoye"]
    assert found["clutter"][-1] == "© 2024 Nordvik Courier. All rights reserved."


def test_facts_of_the_markup(clean):
    article = clean(PAGE, PageKind.HTML)
    assert (article.title, article.outlet, article.url) == (
        "Nordvik to close terminal",
        "Nordvik Courier",
        "https://example.org/news/1",
    )
    assert (article.published.value, article.published.basis) == ("2024-03-04T09:05:00Z", "meta article:published_time")
    assert (article.agency, article.dateline.place, article.language) == ("Reuters", "NORDVIK", "en")


def test_each_block_stands_where_its_offsets_say(clean):
    article = clean(PAGE, PageKind.HTML)
    body = [block for block in article.blocks if block.role == BlockRole.BODY]
    assert [PAGE[block.source_start : block.source_end] for block in body] == [LEAD, *REST]


def test_text_that_a_page_holds_twice_is_taken_once(clean):
    paragraphs = "".join(f"<p>{text}</p>" for text in (LEAD, *REST))
    whole = " ".join((LEAD, *REST))
    copied = PAGE.replace("<article>", f"<article><div>{whole}</div><div>{paragraphs}</div>")
    assert clean(copied, PageKind.HTML).text == BODY


def test_the_whole_text_in_one_block_behind_the_article_is_no_part_of_it(clean):
    whole = " ".join((LEAD, *REST))
    copied = PAGE.replace("</article>", f'</article><div itemprop="articleBody">{whole}</div>')
    assert clean(copied, PageKind.HTML).text == BODY


@pytest.mark.parametrize(
    ("attributes", "is_unseen"),
    [
        ('style="color:red; display: none"', True),
        ("style='visibility:hidden'", True),
        ('class="a" hidden', True),
        ("hidden=hidden", True),
        ('aria-hidden="true"', True),
        ('aria-hidden="false"', False),
        ('class="hidden-xs"', False),
        ('style="overflow: hidden"', False),
    ],
)
def test_what_markup_hides_is_told(attributes, is_unseen):
    blocks = scan_page(f"<p>Before</p><div {attributes}><b><p>Within</b></p></div><p>Behind</p>")
    assert [block.is_unseen for block in blocks] == [False, is_unseen, False]


def test_a_body_that_only_json_ld_states_is_read_from_there(clean):
    stated = "\\n\\n".join([LEAD, *REST, *REST]).replace("&amp;", "&").replace("<b>", "").replace("</b>", "")
    page = f"""<html><head><script type="application/ld+json">{{"articleBody": "{stated}"}}</script></head>
    <body><h1>Nordvik to close terminal</h1><p>Subscribe to go on reading this article in full.</p></body></html>"""
    article = clean(page, PageKind.HTML)
    assert article.text.startswith(BODY)
    assert all(page[b.source_start : b.source_end] for b in article.blocks)


def test_the_same_page_twice_gives_the_same_article(clean):
    assert clean(PAGE, PageKind.HTML) == clean(PAGE, PageKind.HTML)


@pytest.mark.parametrize(
    "body",
    [
        "<p>" * 3_000 + "x",
        "<div " + " ".join(f"a{n}=1" for n in range(9_000)) + ">" + PAGE,
        "<p title='" + PAGE,
        "<!-- " + PAGE,
    ],
    ids=["deep", "many attributes", "open quote", "open comment"],
)
def test_broken_markup_gives_an_article_or_says_why_not(clean, body):
    try:
        outcome = str(clean(body, PageKind.HTML).origin.path)
    except CleanError as error:
        outcome = str(error)
    assert outcome.startswith("page")


def test_a_page_without_running_text_is_refused_with_the_reason(clean):
    with pytest.raises(NoArticle, match="no running text"):
        clean("<html><body><nav>Home</nav><p>Menu</p></body></html>", PageKind.HTML)


def test_a_list_of_links_is_no_article(clean):
    links = "".join(
        f'<li><a href="/{n}">Council number {n} closes another terminal near the harbour</a></li>' for n in range(30)
    )
    article = clean(f"<html><body><ul>{links}</ul></body></html>", PageKind.HTML)
    assert not article.is_article
    assert article.reason


def test_bytes_that_are_no_text_are_refused(clean):
    with pytest.raises(CleanError, match="not text"):
        clean(bytes(range(1, 32)) * 40, PageKind.HTML)


def test_as_is_keeps_every_letter(clean):
    text = "  Menu\n\n\nHe said so. \t\u2028(AP Photo/Ana Okoye)\n"
    article = clean(text, PageKind.AS_IS, title="A title", published="2024-03-04")
    assert article.text == text
    assert (article.title, article.published.value) == ("A title", "2024-03-04")


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div class='a'>",
                "</div>",
                "<br>",
                "<!--",
                "-->",
                "<a href=x>",
                "</a>",
                "<script>",
                "&amp;",
                "<",
                ">",
                '"',
                "'",
                "=",
            ]
        ),
        st.text(alphabet="abc é\u00ad漢\n", max_size=12),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_blocks_of_any_markup_lie_inside_the_page_in_order(source):
    blocks = scan_page(source)
    assert all(0 <= block.start <= block.end <= len(source) for block in blocks)
    assert all(one.end <= other.start for one, other in pairwise(blocks))
    assert all(block.text == " ".join(block.text.split()) for block in blocks)


def test_quotes_open_a_value_only_behind_an_equals_sign():
    (block,) = scan_page("""<div class="a" "="">It's <a title='x > y'>here</a></div>""")
    assert block.text == "It's here"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>One &amp; two.</p><p>Three “four”.</p>", ["One & two.", "Three “four”."]),
        ("<script>x</script>Plain \U0001f600 text", ["Plain \U0001f600 text"]),
        ('A <a title="a > b" href="#">link</a> in it', ["A link in it"]),
        ("one < two", ["one < two"]),
        ("no markup at all", ["no markup at all"]),
    ],
)
def test_a_stated_body_with_markup_is_read_as_a_page_shows_it(body, shown):
    source = f"<script>{json.dumps({'articleBody': body})}</script>"
    found = list(read_json_bodies(source))
    assert [block.text for block in found] == shown
    for block in found:
        part = json.loads(f'"{source[block.start : block.end]}"')
        assert "".join(piece.text for piece in scan_page(part)) == block.text
