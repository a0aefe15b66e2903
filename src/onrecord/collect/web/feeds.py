"""What feeds and sitemaps name: RSS, Atom, JSON Feed, sitemaps with their indexes and news. No I/O.

All XML is read by lxml, which mends what is broken and is done in linear time. feedparser (6.0.14) was tried: it takes
two seconds for a MiB, and 2.6 MB of `<item><link>` without an end held it for 95 seconds (here: a tenth of one).

https://www.rssboard.org/rss-specification, RFC 4287, https://www.jsonfeed.org/version/1.1,
https://www.sitemaps.org/protocol.html, https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from html.entities import html5

import msgspec
from lxml import etree
from msgspec import Struct

from onrecord.collect.reader import open_reader
from onrecord.collect.web.addresses import join_url
from onrecord.collect.web.robots import sitemaps_in
from onrecord.config import Limits
from onrecord.errors import DamagedInput, InputTooLarge

__all__ = ["Entries", "Entry", "Item", "Listing", "parse_entries", "parse_listing"]

_HEAD = 4096
_FEED = re.compile(rb"<(?:[\w-]+:)?(?:rss|feed|RDF)[\s>]")
_SITEMAP = re.compile(rb"<(?:[\w-]+:)?(?:urlset|sitemapindex)[\s>]")
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_FEED_BYTES = 10 * 2**20  # true feeds have well below one MiB
_ENTRIES = ("{*}item", "{*}entry", "{*}url", "{*}sitemap")
_CDATA = re.compile(rb"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_XML_ENTITY = re.compile(rb"&amp;((?:#[0-9]+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_HTML_ENTITY = re.compile(rb"&amp;([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENTS = ("encoded", "content", "description", "summary")  # RSS's content module, Atom; RSS, Atom
_TAG = re.compile(r"<[^>]*>")
_LIST_BYTES = 50 * 2**20  # sitemaps.org
_MAX_ITEMS = 50_000  # sitemaps.org; more are cut, and it is said


class Item(Struct, frozen=True, kw_only=True):
    """A page that a feed or sitemap names, or a sitemap that an index names."""

    url: str  # absolute, not checked
    published: datetime | None = None  # as the list tells; of a sitemap: last modified
    language: str | None = None  # as declared, e.g. "en-gb"
    is_listing: bool = False


class Listing(Struct, frozen=True, kw_only=True):
    """The items of a feed or sitemap, in its order, each address once."""

    items: tuple[Item, ...]
    was_cut: bool = False  # it named more than are kept


class Entry(Struct, frozen=True, kw_only=True):
    """What an item of a feed brings along."""

    url: str | None = None  # where its page is, if that is told in full
    title: str | None = None
    published: datetime | None = None
    content: str | None = None  # the longest form of the text that is there; HTML, or text without any tag


class Entries(Struct, frozen=True, kw_only=True):
    """The items of a feed, in its order."""

    items: tuple[Entry, ...]
    damage: str | None = None  # what was wrong with the feed and was mended


class _JsonItem(Struct):
    url: str | None = None
    external_url: str | None = None
    date_published: str | None = None
    language: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None


class _JsonFeed(Struct):
    items: list[_JsonItem] = []
    language: str | None = None


def parse_listing(data: bytes, url: str) -> Listing | None:
    """What the body of an answer names, if it is a feed, a sitemap, or the robots.txt of a site; else None.

    Args:
        data: the body, its content coding undone; a sitemap may still be packed.
        url: where it came from; links are relative to that.

    Raises:
        DamagedInput: it is one, but cannot be read.
        InputTooLarge: it is one, and larger than 10 MiB (feeds) or 50 MiB (sitemaps).
    """
    if url.partition("?")[0].endswith("/robots.txt"):
        return _listed(Item(url=join_url(url, link), is_listing=True) for link in sitemaps_in(data))
    reader = open_reader(io.BytesIO(data), url, Limits(unpacked_bytes=_LIST_BYTES))
    head = reader.peek(_HEAD)
    if _is_html(head):
        return None
    if _JSON_FEED.search(head):
        return _listed(_json_items(_take(reader.read(_FEED_BYTES + 1), url, _FEED_BYTES), url))
    if _SITEMAP.search(head):
        return _listed(_sitemap_items(_take(reader.read(_LIST_BYTES + 1), url, _LIST_BYTES), url))
    if _FEED.search(head):
        return _listed(_feed_items(_take(reader.read(_FEED_BYTES + 1), url, _FEED_BYTES), url))
    return None


def parse_entries(data: bytes, path: str) -> Entries | None:
    """What the items of a feed bring along; None for a sitemap, whose items bring nothing.

    Raises:
        DamagedInput: it cannot be read.
    """
    if _JSON_FEED.search(data[:_HEAD]):
        return Entries(items=tuple(map(_json_entry, _json_feed(data, path).items)))
    if not _FEED.search(data[:_HEAD]):
        return None
    root, damage = _root(data, path, "feed")
    parts_of = _parts if damage is None else _all_parts
    return Entries(items=tuple(_entry(parts_of(entry)) for entry in root.iter("{*}item", "{*}entry")), damage=damage)


def _json_entry(item: _JsonItem) -> Entry:
    content = item.content_html or item.content_text or item.summary
    moment = _moment(item.date_published)
    return Entry(url=_absolute(item.url or item.external_url), title=item.title, published=moment, content=content)


def _entry(parts: dict[str, list[etree._Element]]) -> Entry:
    held = (_content(part) for name in _CONTENTS for part in parts.get(name, ()))
    title = _text(parts, "title")
    return Entry(
        url=_absolute(_link(parts)),
        title=_TAG.sub("", unescape(title)).strip() if title else None,
        published=_published(parts),
        content=next((text.strip() for text in held if text.strip()), None),
    )


def _content(element: etree._Element) -> str:
    """The text in an element, or, where it holds elements of XHTML, these as they are written."""
    inside = "".join(etree.tostring(part, encoding="unicode") for part in element)
    return f"{element.text or ''}{inside}"


def _absolute(link: str | None) -> str | None:
    return link if link and link.startswith(("http://", "https://")) else None


def _is_html(head: bytes) -> bool:
    return bool(re.match(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+)?html[\s>]", head, re.IGNORECASE))


def _take(data: bytes, url: str, limit: int) -> bytes:
    if len(data) > limit:
        raise InputTooLarge(url, f"the feed or sitemap holds more than {limit // 2**20} MiB")
    return data


def _listed(items: Iterator[Item]) -> Listing:
    found: dict[str, Item] = {}
    for item in items:
        if len(found) >= _MAX_ITEMS:
            return Listing(items=tuple(found.values()), was_cut=True)
        found.setdefault(item.url, item)
    return Listing(items=tuple(found.values()))


def _json_items(data: bytes, url: str) -> Iterator[Item]:
    feed = _json_feed(data, url)
    for item in feed.items:
        if link := item.url or item.external_url:
            published = _moment(item.date_published)
            yield Item(url=join_url(url, link), published=published, language=item.language or feed.language)


def _json_feed(data: bytes, url: str) -> _JsonFeed:
    try:
        return msgspec.json.decode(data, type=_JsonFeed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedInput(url, f"the JSON feed cannot be read: {error}") from error


def _feed_items(data: bytes, url: str) -> Iterator[Item]:
    root, _ = _root(data, url, "feed")
    language = _text(_parts(root.find("{*}channel")), "language") or root.get(_XML_LANGUAGE)
    for entry in root.iter("{*}item", "{*}entry"):
        parts = _parts(entry)
        if link := _link(parts):
            yield Item(
                url=join_url(url, link),
                published=_published(parts),
                language=entry.get(_XML_LANGUAGE) or _text(parts, "language") or language,
            )


def _published(parts: dict[str, list[etree._Element]]) -> datetime | None:
    moments = (_text(parts, name) for name in ("pubDate", "published", "date", "issued", "updated"))
    return next((moment for text in moments if text and (moment := _moment(text))), None)


def _link(parts: dict[str, list[etree._Element]]) -> str | None:
    """Where the item's page is: what FeedBurner put aside, RSS's text, Atom's attribute, or a guid that is a link."""
    if original := _text(parts, "origLink"):
        return original
    for link in parts.get("link", ()):
        told = (link.text or "").strip() or (link.get("href") or "").strip()
        if told and link.get("rel", "alternate") == "alternate":
            return told
    is_link = "guid" in parts and parts["guid"][0].get("isPermaLink", "true") == "true"
    return _text(parts, "guid") if is_link else None


def _sitemap_items(data: bytes, url: str) -> Iterator[Item]:
    root, _ = _root(data, url, "sitemap")
    for entry in root.iterchildren("{*}url", "{*}sitemap"):
        parts = _parts(entry)
        news = _parts(*parts.get("news", ())[:1])
        if link := _text(parts, "loc"):
            yield Item(
                url=join_url(url, link),
                published=_moment(_text(news, "publication_date") or _text(parts, "lastmod")),
                language=_text(_parts(*news.get("publication", ())[:1]), "language"),
                is_listing=_name(entry) == "sitemap",
            )


def _root(data: bytes, url: str, kind: str) -> tuple[etree._Element, str | None]:
    """The root element; what is broken is mended if anything is left to read then, and told."""
    try:
        return etree.fromstring(data.lstrip(), _parser(mends=False)), None
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error)
    try:
        root = etree.fromstring(_mended(data.lstrip()), _parser(mends=True))
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or next(root.iter(*_ENTRIES), None) is None:
        raise DamagedInput(url, f"the {kind} cannot be read: {reason}")
    return root, reason


def _parser(*, mends: bool) -> etree.XMLParser:
    # No entity is resolved and nothing is loaded; libxml2's own bounds on depth and growing entities stay on.
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=mends, huge_tree=False)


def _mended(data: bytes) -> bytes:
    """Ampersands that are none of XML's escaped, and entities of HTML written as characters; CDATA stays as it is.

    The commonest faults of feeds. lxml would mend them by leaving out every "&" that follows, also those in addresses.
    """
    parts = _CDATA.split(data)
    parts[::2] = [
        _HTML_ENTITY.sub(_character, _XML_ENTITY.sub(rb"&\1", part.replace(b"&", b"&amp;"))) for part in parts[::2]
    ]
    return b"".join(parts)


def _character(found: re.Match[bytes]) -> bytes:
    meant = html5.get(found[1].decode())
    return "".join(f"&#{ord(letter)};" for letter in meant).encode() if meant else found[0]


def _name(element: etree._Element) -> str:
    """Without the namespace, which publishers get wrong too often to go by."""
    return str(element.tag).rpartition("}")[2]


def _parts(entry: etree._Element | None = None) -> dict[str, list[etree._Element]]:
    """The elements in an element by their names; none if there is no element."""
    parts: dict[str, list[etree._Element]] = {}
    for part in entry if entry is not None else ():
        parts.setdefault(_name(part), []).append(part)
    return parts


def _all_parts(entry: etree._Element) -> dict[str, list[etree._Element]]:
    """As `_parts`, however deep: in what was mended, an element may stand within one that was never closed."""
    parts: dict[str, list[etree._Element]] = {}
    waiting = list(reversed(entry))
    while waiting:
        part = waiting.pop()
        if _name(part) not in ("item", "entry"):
            parts.setdefault(_name(part), []).append(part)
            waiting.extend(reversed(part))
    return parts


def _text(parts: dict[str, list[etree._Element]], name: str) -> str | None:
    """What stands in the first element of that name; None: nothing."""
    text = parts[name][0].text if name in parts else None
    return (text or "").strip() or None


def _moment(text: str | None) -> datetime | None:
    """A moment as RFC 822 (RSS) or ISO 8601 (all others) writes it; without a zone, UTC. None if it is neither."""
    if text is None:
        return None
    try:
        if re.match(r"\d{4}-\d\d", text):
            moment = datetime.fromisoformat(f"{text}-01" if len(text) == 7 else text)
        else:
            moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
