"""The labelled page in one file: whole, escaped, without script."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from onrecord.records import Article, Block, BlockRole, ClutterKind, Moment, Origin
from onrecord.serve.labelled import labelled_page

EVIL = "<script>alert(1)</script>\"'>\u202e"


def make_article(*blocks: Block, text: str = "", **facts: object) -> Article:
    return Article(id="a1", text=text, blocks=blocks, origin=Origin(path="p.html", sha256="0" * 64), **facts)


def page_of(*articles: Article) -> str:
    return "".join(labelled_page(articles, title="pages"))


def block(role: BlockRole, text: str, at: int, **more: object) -> Block:
    return Block(role=role, source_start=at, source_end=at + len(text), text=text, **more)


def test_every_block_is_on_the_page_in_the_order_of_the_source():
    body = Block(role=BlockRole.BODY, source_start=20, source_end=30, start=0, end=10)
    parts = (
        block(BlockRole.CLUTTER, "menu", 0, kind=ClutterKind.NAVIGATION),
        block(BlockRole.CLUTTER, "more", 5, kind=ClutterKind.NAVIGATION),
        block(BlockRole.TITLE, "headline", 10),
        body,
        block(BlockRole.CAPTION, "a pier", 40, url="https://velm.example/1.jpg"),
        block(BlockRole.CLUTTER, "(c)", 50, kind=ClutterKind.LEGAL),
    )
    html = page_of(make_article(*parts, text="0123456789", title="headline"))
    places = [html.index(f">{text}<") for text in ("menu", "more", "headline", "0123456789", "a pier", "(c)")]
    assert places[:2] == sorted(places[:2])
    assert places[3:] == sorted(places[3:])
    assert html.count("<details") == 2
    assert '<a href="https://velm.example/1.jpg" rel="noopener noreferrer external">' in html


def test_facts_stand_above_with_their_evidence_and_doubts_below_them():
    told = Moment(value="2031-01-06T09:30+01:00", basis="dateline")
    html = page_of(make_article(published=told, is_article=False, reason="stub: only 7 words", paywall=True))
    assert '<bdi>2031-01-06 09:30+01:00</bdi> <span class="basis">dateline</span>' in html
    assert "perhaps no article: stub: only 7 words" in html
    assert "for subscribers" in html


def test_nothing_of_a_page_becomes_markup():
    facts = dict.fromkeys(("title", "outlet", "agency", "section", "language", "url", "reason"), EVIL)
    moment = Moment(value="2031-01-06", basis=EVIL)
    parts = [block(role, EVIL, at, url=f"javascript:{EVIL}") for at, role in enumerate(BlockRole) if role != "body"]
    html = page_of(make_article(*parts, **facts, authors=(EVIL,), published=moment, is_article=False))
    assert "<script" not in html
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
    assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", html))
    assert EVIL[:-1] in unescape(html)


def test_only_the_style_of_the_page_itself_may_be_used():
    html = page_of()
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html
    assert not re.search(r"<(?:img|link|script|iframe|object)\b|url\(|@import", html)
    assert "prefers-color-scheme: dark" in style[1]


def test_an_article_is_taken_only_when_the_page_has_come_to_it():
    taken = []

    def articles():
        for number in range(3):
            taken.append(number)
            yield make_article(title=f"number {number}")

    pieces = labelled_page(articles(), title="pages")
    for piece in pieces:
        if "number 0" in piece:
            break
    assert taken == [0]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_any_number_of_articles_will_do(count):
    assert page_of(*[make_article()] * count).count('<article class="sheet">') == count
