"""What a page says of itself: address, section, paywall, moments, and whether it is an article; all pages made up."""

from __future__ import annotations

import json

import pytest
from lxml.html import document_fromstring

from onrecord.clean.markup import MarkupFacts, read_markup_facts
from onrecord.records import PageKind

GIVEN = "https://www.velm.example/harbour/terminal-shuts"
BODY = (
    "<p>The harbour council said on Monday that it would close the old ferry terminal before winter storms come.</p>"
    "<p>“We cannot ask people to wait in a building whose roof may not hold,” council leader Maren Oyelaran said.</p>"
    "<p>Shipping companies said the decision had come too late and asked the government for a temporary pier.</p>"
)


def facts_of(head: str, url: str | None = None) -> MarkupFacts:
    return read_markup_facts(document_fromstring(f"<html><head>{head}</head><body>{BODY}</body></html>"), url=url)


def canonical(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


def og(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def linked(*nodes: dict[str, object]) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def article(**fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": "Terminal shuts", **fields}


# ---- address


@pytest.mark.parametrize(
    ("head", "given", "wanted"),
    [
        (canonical("https://www.velm.example/a"), None, "https://www.velm.example/a"),
        (canonical("https://www.velm.example/a"), GIVEN, "https://www.velm.example/a"),
        (canonical("/a?utm=1"), GIVEN, "https://www.velm.example/a?utm=1"),
        (canonical("https://m.velm.example/a"), GIVEN, "https://m.velm.example/a"),
        (canonical("https://www.velm.example/"), GIVEN, GIVEN),
        (canonical("https://www.velm.example/en/"), GIVEN, GIVEN),
        (canonical("https://www.velm.example/index.html"), None, None),
        (canonical("https://www.velm.example/") + og("og:url", "https://www.velm.example/b"), None,
         "https://www.velm.example/b"),
        (canonical("https://other.example/a"), GIVEN, GIVEN),
        (canonical("https://other.example/a") + og("og:url", "https://www.velm.example/b"), GIVEN,
         "https://www.velm.example/b"),
        (canonical("https://other.example/a") + og("og:url", "https://other.example/a"), GIVEN,
         "https://other.example/a"),
        (canonical("https://a.co.uk/1"), "https://b.co.uk/1", "https://b.co.uk/1"),
        (canonical("https://news.a.co.uk/1"), "https://a.co.uk/1", "https://news.a.co.uk/1"),
        (canonical("javascript:alert(1)"), None, None),
        (canonical("http://["), GIVEN, GIVEN),
        (linked(article(mainEntityOfPage={"@id": "https://www.velm.example/c"})), None, "https://www.velm.example/c"),
        ("", GIVEN, GIVEN),
        ("", None, None),
    ],
)  # fmt: skip
def test_the_address_that_a_page_calls_its_own_is_believed_with_care(head, given, wanted):
    assert facts_of(head, given).url == wanted


def test_an_address_that_is_not_the_pages_still_tells_the_outlet(clean):
    html = f"<html><head>{canonical('https://www.lemonde.fr/')}</head><body><h1>Terminal</h1>{BODY}</body></html>"
    found = clean(html, PageKind.HTML)
    assert (found.url, found.outlet) == (None, "Le Monde")


# ---- section


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (linked(article(articleSection="Politics")), "Politics"),
        (linked(article(articleSection=["Politics", "World"])), "Politics"),
        (linked(article(articleSection="News > World > Asia")), "Asia"),
        (linked(article(articleSection="Food, Bars, Evenings")), "Food"),
        (og("article:section", "Harbour"), "Harbour"),
        (og("article:section", "https://velm.example/harbour"), None),
        (og("og:site_name", "Velm Gazette") + og("article:section", "Velm Gazette"), None),
        (linked({"@type": "BreadcrumbList", "itemListElement": [
            {"name": "Home"}, {"item": {"name": "Islands"}}, {"name": "Terminal shuts"}]},
            article()) + og("og:title", "Terminal shuts"), "Islands"),
        (linked({"@type": "BreadcrumbList", "itemListElement": "Home"}), None),
        ("", None),
    ],
)  # fmt: skip
def test_the_section_is_that_of_the_article(head, wanted):
    assert facts_of(head).section == wanted


# ---- paywall


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (linked(article(isAccessibleForFree=False)), True),
        (linked(article(isAccessibleForFree="True")), False),
        (linked(article(isAccessibleForFree="http://schema.org/False")), True),
        (linked(article(hasPart={"isAccessibleForFree": "false"})), True),
        (linked(article(hasPart=[{"x": 1}, {"isAccessibleForFree": False}])), True),
        (linked(article(isAccessibleForFree="perhaps")), None),
        (og("article:content_tier", "free"), False),
        (og("article:content_tier", "locked"), True),
        ("", None),
    ],
)
def test_the_markup_says_for_whom_the_text_is(head, wanted):
    assert facts_of(head).paywall is wanted


@pytest.mark.parametrize(
    ("notice", "wanted"),
    [
        ("Subscribe to continue reading. Already a subscriber? Log in.", True),
        ("Dieser Artikel ist exklusiv für unsere Abonnenten.", True),
        ("Article réservé aux abonnés", True),
        ("Sign up for our newsletter about harbours and the sea.", None),
    ],
)
def test_a_notice_below_the_body_says_it_too(clean, notice, wanted):
    html = (
        f"<html><body><article><h1>Terminal shuts</h1>{BODY}</article><div class='offer'>{notice}</div></body></html>"
    )
    assert clean(html, PageKind.HTML).paywall is wanted


def test_markup_goes_before_notices(clean):
    head = linked(article(isAccessibleForFree=True))
    html = f"<html><head>{head}</head><body><h1>T</h1>{BODY}<div>Subscribe to continue reading</div></body></html>"
    assert clean(html, PageKind.HTML).paywall is False


# ---- moments


@pytest.mark.parametrize(
    ("head", "published", "modified"),
    [
        (linked(article(datePublished="2021-01-06T09:30:00+01:00", dateModified="2021-01-06T12:00:00+01:00")),
         ("2021-01-06T09:30:00+01:00", "JSON-LD datePublished"), ("2021-01-06T12:00:00+01:00", "JSON-LD dateModified")),
        (linked(article(datePublished="2021-01-06")) + og("article:published_time", "2021-01-06T09:30:00Z"),
         ("2021-01-06T09:30:00Z", "meta article:published_time"), None),
        (linked(article(datePublished="2021-01-06")) + og("article:published_time", "2021-01-05T09:30:00Z"),
         ("2021-01-06", "JSON-LD datePublished"), None),
        (og("article:published_time", "2021-01-06T09:30:00Z") + og("article:modified_time", "2021-01-06T09:30:00Z"),
         ("2021-01-06T09:30:00Z", "meta article:published_time"), None),
        (og("article:published_time", "2021-01-06T09:30:00Z") + og("article:modified_time", "2020-01-06T09:30:00Z"),
         ("2021-01-06T09:30:00Z", "meta article:published_time"), None),
        (og("article:published_time", "2021-01-06T09:30Z") + og("article:modified_time", "2021-01-06T09:45:00+01:00"),
         ("2021-01-06T09:30Z", "meta article:published_time"), None),
        (og("article:published_time", "2021-01-06") + og("og:updated_time", "1610010240"),
         ("2021-01-06", "meta article:published_time"), ("2021-01-07T09:04:00Z", "meta og:updated_time")),
        (og("article:published_time", "Wed, 06 Jan 2021 15:04:00 GMT"),
         ("2021-01-06T15:04:00Z", "meta article:published_time"), None),
    ],
)  # fmt: skip
def test_moments_are_as_exact_as_the_page_states_them(head, published, modified):
    facts = facts_of(head)
    assert facts.published
    assert (facts.published.value, facts.published.basis) == published
    assert (facts.modified and (facts.modified.value, facts.modified.basis)) == modified


# ---- is it an article


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        (og("og:type", "video.other"), "<p>The terminal closes, and here one sees how.</p>", "video page"),
        (linked({"@type": "VideoObject"}), BODY, "video page"),
        (linked({"@type": "ImageGallery"}), BODY, "picture gallery"),
        (linked({"@type": "CollectionPage"}), BODY, "index page"),
        ("", "<p>The ferry terminal closes on Monday, the council said.</p>", "stub"),
        (linked(article(), {"@type": "VideoObject"}), BODY, None),
        ("", BODY, None),
    ],
)  # fmt: skip
def test_a_page_that_is_no_article_says_what_it_is_instead(clean, head, body, reason):
    found = clean(
        f"<html><head>{head}</head><body><h1>Nordvik to close terminal</h1>{body}</body></html>", PageKind.HTML
    )
    assert found.is_article is (reason is None)
    assert (found.reason or "").startswith(reason or "")


def test_a_page_of_pictures_with_captions_is_a_gallery(clean):
    figure = (
        "<figure><img src='/{0}.jpg'><figcaption>Ferry number {0} lies at the old pier on Monday.</figcaption></figure>"
    )
    html = f"<html><body><h1>The ferries</h1>{BODY}{''.join(figure.format(n) for n in range(12))}</body></html>"
    assert (clean(html, PageKind.HTML).reason or "").startswith("picture gallery: 12 pictures")


@pytest.mark.parametrize(
    "hostile",
    [
        linked(article(articleSection=[[["x"] * 50] * 50])),
        linked(article(articleSection=">" * 100_000)),
        linked(article(isAccessibleForFree={"a": 1}, hasPart=[[1]], url=7, mainEntityOfPage=[1])),
        linked({"@type": "BreadcrumbList", "itemListElement": [{"name": [1]}, 3, None, {"item": {"name": 7}}]}),
        og("article:published_time", "9" * 100_000) + og("og:updated_time", "9" * 13),
        "<base href='http://['>" + canonical("/" * 100_000),
    ],
)
def test_hostile_statements_give_less_and_no_error(clean, hostile):
    html = f"<html><head>{hostile}</head><body><h1>Nordvik to close terminal</h1>{BODY}</body></html>"
    assert clean(html, PageKind.HTML).title == "Nordvik to close terminal"
