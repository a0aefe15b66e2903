"""Facts that a page's markup states: JSON-LD, meta elements, and what trafilatura and htmldate make of the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.etree import LxmlError
from lxml.html import HtmlElement
from msgspec import Struct
from trafilatura.metadata import extract_metadata

from onrecord.dates import find_dates, parse_iso
from onrecord.records import Published

__all__ = ["MarkupFacts", "read_markup_facts"]

# Names under which pages give the day of publication, the surest first. Sources: ogp.me, schema.org, Dublin Core,
# and the documentation of Parsely and Sailthru.
_DATE_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "parsely-pub-date",
    "sailthru.date", "dcterms.created", "dc.date.issued", "dcterms.date", "dc.date", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication_date", "article.published", "date", "cxenseparse:recs:publishtime",
    "rnews:datepublished",
)  # fmt: skip
# htmldate refuses days after `max_date`, by default today. This stage knows no clock, so the bound is far off.
_DATE_BOUNDS: dict[str, Any] = {"min_date": "1990-01-01", "max_date": "2099-12-31"}
_PARSER_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError)
_MAX_NODES = 5_000  # of a JSON-LD block that are looked at
_TITLE_JOINTS = (" | ", " – ", " — ", " - ", " :: ", " · ", " » ", " : ", " / ")
_LETTERS = re.compile(r"[^\W_]+")


class MarkupFacts(Struct, frozen=True, kw_only=True):
    """What the markup says; None where it says nothing."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    outlet: str | None = None
    url: str | None = None
    published: Published | None = None


def read_markup_facts(tree: HtmlElement, *, url: str | None) -> MarkupFacts:
    """Facts from a parsed page. Broken markup gives fewer facts, never an error."""
    try:
        found = extract_metadata(
            tree, url, {"extensive_search": False, "original_date": True, **_DATE_BOUNDS}, extensive=False
        )
    except _PARSER_ERRORS:
        return MarkupFacts(url=url, published=_find_published(tree))
    outlet = found.sitename
    return MarkupFacts(
        title=found.title and _without_outlet(found.title, outlet, found.hostname, _headings(tree)),
        authors=_split_authors(found.author, outlet),
        outlet=outlet,
        url=_checked_url(found.url) or url,
        published=_find_published(tree),
    )


def _checked_url(url: str | None) -> str | None:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _split_authors(author: str | None, outlet: str | None) -> tuple[str, ...]:
    names = (name.strip() for name in (author or "").split(";"))
    return tuple(dict.fromkeys(name for name in names if name and name != outlet and "://" not in name))


def _headings(tree: HtmlElement) -> list[str]:
    return [_letters(" ".join(heading.itertext())) for heading in list(tree.iter("h1"))[:5]]


def _without_outlet(title: str, outlet: str | None, host: str | None, headings: list[str]) -> str:
    """The title without the outlet (and a section) at its end, where a heading or the name shows the joint."""
    for joint in _TITLE_JOINTS:
        head, found, tail = title.rpartition(joint)
        first = title.partition(joint)[0]
        if not found:
            continue
        if first != title and _letters(first) in headings:
            return first.strip()
        if _is_outlet(tail, outlet, host):
            return _without_outlet(head.strip(), outlet, host, headings)
    return title


def _is_outlet(text: str, outlet: str | None, host: str | None) -> bool:
    name = _letters(text)
    known = {_letters(outlet or ""), _letters((host or "").rpartition(".")[0]), _letters(host or "")} - {""}
    return bool(name) and (
        name in known or any(len(one) >= 4 and (one in name or name in one) and len(name) <= 30 for one in known)
    )


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text)).lower()


def _find_published(tree: HtmlElement) -> Published | None:
    return _from_json(tree) or _from_meta(tree) or _from_time(tree) or _from_htmldate(tree)


def _from_json(tree: HtmlElement) -> Published | None:
    for script in tree.xpath('.//script[@type="application/ld+json"]')[:20]:
        for node in _json_nodes(script.text or ""):
            value = node.get("datePublished")
            day = _as_day(value) if isinstance(value, str) else None
            if day and ("headline" in node or "articleBody" in node or "author" in node):
                return Published(value=day, basis="JSON-LD datePublished")
    return None


def _json_nodes(text: str) -> Iterator[dict[str, object]]:
    """The objects of a JSON text, outermost first; nothing from a text that cannot be read."""
    try:
        waiting: list[object] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _from_meta(tree: HtmlElement) -> Published | None:
    given: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        given.setdefault(name.lower().strip(), meta.get("content") or "")
    for name in _DATE_NAMES:
        day = _as_day(given.get(name, ""))
        if day:
            return Published(value=day, basis=f"meta {name}")
    return None


def _from_time(tree: HtmlElement) -> Published | None:
    """The first time element with a machine-readable day, if the page has not many of them (as lists of teasers do)."""
    times = [time for time in tree.iter("time") if time.get("datetime")]
    marked = [
        time for time in times if time.get("pubdate") is not None or "publish" in (time.get("itemprop") or "").lower()
    ]
    for time in marked[:1] or (times[:1] if len(times) <= 3 else []):
        day = _as_day(time.get("datetime") or "")
        if day:
            return Published(value=day, basis="time element")
    return None


def _from_htmldate(tree: HtmlElement) -> Published | None:
    try:
        day = find_date(tree, extensive_search=True, original_date=True, **_DATE_BOUNDS)
    except _PARSER_ERRORS:
        return None
    return Published(value=day, basis="htmldate") if day else None


def _as_day(text: str) -> str | None:
    """ISO 8601 from what stands in a date field: ISO itself, or one printed date with a year."""
    day = parse_iso(text)
    if day or len(text) > 60:
        return day
    printed = next((found.printed for found in find_dates(text) if found.printed.year), None)
    return f"{printed.year:04d}-{printed.month:02d}-{printed.day:02d}" if printed else None
