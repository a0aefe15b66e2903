"""What feeds and sitemaps name: every kind, also packed and broken."""

from __future__ import annotations

import gzip
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from onrecord.collect.web import feeds
from onrecord.collect.web.feeds import parse_listing
from onrecord.errors import CollectError, DamagedInput, InputTooLarge

BASE = "https://news.example/lists/feed"


def listed(text: str | bytes, url: str = BASE):
    listing = parse_listing(text if isinstance(text, bytes) else text.encode(), url)
    return None if listing is None else listing.items


def urls(text, url=BASE):
    return [item.url for item in listed(text, url)]


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><language>en-gb</language>
<item><title>One</title><link>/2031/one</link><pubDate>Fri, 02 May 2031 09:30:00 +0200</pubDate></item>
<item><guid>https://news.example/two</guid></item>
<item><guid isPermaLink="false">3</guid><title>no address</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><entry><link rel="self" href="/self"/>
<link href="/drei"/><published>2031-05-02T07:30:00Z</published><updated>2031-06-01T00:00:00Z</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><item><link>https://news.example/4</link>
 <dc:date>2031-05-02</dc:date></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "language": "en", "items": [
 {"id": "1", "url": "/5", "date_published": "2031-05-02T07:30:00Z"}, {"id": "2", "external_url": "https://x.example/"}]}"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc> https://news.example/6 </loc>
 <lastmod>2031-06-01</lastmod><news:news><news:publication><news:language>en</news:language></news:publication>
 <news:publication_date>2031-05-02T07:30:00Z</news:publication_date></news:news></url>
 <url><loc>https://news.example/7</loc><lastmod>2031-05</lastmod></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
 <loc>https://news.example/sitemap-1.xml.gz</loc><lastmod>2031-05-02</lastmod></sitemap></sitemapindex>"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (RSS, ["https://news.example/2031/one", "https://news.example/two"]),
        (ATOM, ["https://news.example/drei"]),
        (RDF, ["https://news.example/4"]),
        (JSON, ["https://news.example/5", "https://x.example/"]),
        (SITEMAP, ["https://news.example/6", "https://news.example/7"]),
        (INDEX, ["https://news.example/sitemap-1.xml.gz"]),
        (gzip.compress(SITEMAP.encode()), ["https://news.example/6", "https://news.example/7"]),
        (RSS.encode("utf-16"), None),
    ],
    ids=["rss", "atom", "rdf", "json", "sitemap", "index", "packed", "utf-16"],
)
def test_every_kind_of_list_names_its_pages(text, found):
    items = listed(text)
    assert (None if items is None else [item.url for item in items]) == found


@pytest.mark.parametrize("text", [RSS, ATOM, JSON, SITEMAP])
def test_the_day_of_an_item_is_that_of_its_publication(text):
    assert listed(text)[0].published == datetime(2031, 5, 2, 7, 30, tzinfo=UTC)


def test_languages_are_those_declared():
    assert [listed(text)[0].language for text in (RSS, ATOM, JSON, SITEMAP, RDF)] == ["en-gb", "de", "en", "en", None]


def test_an_index_names_sitemaps_and_a_sitemap_pages():
    assert (listed(INDEX)[0].is_listing, listed(SITEMAP)[0].is_listing) == (True, False)


def test_a_robots_txt_names_sitemaps():
    text = "User-agent: *\nDisallow: /x\nSitemap: https://news.example/s.xml\n"
    assert urls(text, "https://news.example/robots.txt") == ["https://news.example/s.xml"]
    assert listed(text) is None


@pytest.mark.parametrize(
    "text", ["<!doctype html><html><body><feed></feed></body></html>", "<html><p>rss</p></html>", "plain", "{}", ""]
)
def test_a_page_is_no_list(text):
    assert listed(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<rss><channel><item><title>a&nbsp;b & c</title><link>http://a.example/?x=1&y=2</link></item>", "?x=1&y=2"),
        ("<rss><channel><item><title>caf&eacute;</title><link>http://a.example/?x=1&amp;y=2</link></item>", "?x=1&y=2"),
        ("<rss><channel><item><b>R&D</b><link><![CDATA[http://a.example/?x=1&y=2]]></link></item>", "?x=1&y=2"),
        ("<rss><channel><item><link>http://a.example/whole</link></item><item><link>http://a.exa", "whole"),
    ],
)
def test_what_is_broken_is_mended_and_no_address_loses_a_part(text, found):
    assert urls(text)[0] == f"http://a.example/{found}"


@pytest.mark.parametrize(
    "text", ["<rss><chan", "<urlset><", '{"version": "https://jsonfeed.org/version/1", "items": 3}']
)
def test_what_cannot_be_mended_is_said(text):
    with pytest.raises(DamagedInput):
        listed(text)


def test_an_entity_loads_and_expands_nothing(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("http://secret.example/")
    text = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaaaaaaaa">
    <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
    <rss><channel><item><link>&x;</link></item><item><link>/&c;</link></item><item><link>/ok</link></item></channel></rss>"""
    assert "secret.example" not in str(listed(text))
    assert "aaaa" not in str(listed(text))
    assert "https://news.example/ok" in urls(text)


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel>" + "<item><link>" * 200_000,
        "<rss><channel>" + "<item><link>http://a.example/</link>" * 100_000,
        "<rss><channel><item>" + "<![CDATA[" * 200_000,
        "<rss><channel><item>" + "& " * 1_000_000,
        "<rss" + " a" * 300_000,
        '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 500_000,
    ],
    ids=["unclosed", "nested", "cdata", "ampersands", "attributes", "brackets"],
)
def test_a_hostile_list_costs_little(text):
    began = time.monotonic()
    with suppress(CollectError):
        listed(text)
    assert time.monotonic() - began < 5


def test_lists_have_limits(monkeypatch):
    with pytest.raises(InputTooLarge):
        listed("<rss><channel><item><link>" + "a" * 11 * 2**20)
    with pytest.raises(InputTooLarge):
        listed(gzip.compress(b"<urlset>" + b" " * 60 * 2**20))
    monkeypatch.setattr(feeds, "_MAX_ITEMS", 10)
    many = "<urlset>" + "".join(f"<url><loc>/{n}</loc></url>" for n in range(11)) + "</urlset>"
    listing = parse_listing(many.encode(), BASE)
    assert (len(listing.items), listing.was_cut) == (10, True)
