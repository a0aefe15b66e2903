"""What the elements of a page hold, each kind visited once: meta elements, JSON-LD, headings, links, times.

Nothing is judged here; `markup`, `headline`, `moments` and `standing` each take from it what they weigh.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement
from msgspec import Struct

from onrecord.lexicon.outlets import fold_name

__all__ = ["PageStatements", "check_address", "fold_space", "name_host", "read_statements", "text_of", "type_of"]

_MAX_NODES = 5_000  # of the JSON-LD blocks that are looked at
_ELEMENT_CHARS = 2_000  # of an element's text, white space counted
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review|Opinion|Analysis|Background")


class PageStatements(Struct, frozen=True, kw_only=True):
    """What the elements of a page hold."""

    meta: Mapping[str, Sequence[str]]  # by lower-case name, values in page order
    nodes: Sequence[Mapping[str, object]]  # objects of JSON-LD, outermost first
    main: Mapping[str, object]  # that of the nodes which is the article; empty if none is
    headings: Sequence[str]  # h1
    page_title: str
    canonical: str | None
    base: str | None  # what relative addresses begin from
    times: Sequence[HtmlElement]

    def first(self, *names: str) -> str:
        """The first value that a meta element of one of these names has; empty if none has one."""
        return next((value.strip() for name in names for value in self.meta.get(name, ())[:1] if value.strip()), "")


def read_statements(tree: HtmlElement) -> PageStatements:
    """Read a parsed page. Broken markup gives less, never an error."""
    meta: dict[str, list[str]] = {}
    found: dict[str, list[HtmlElement]] = {"h1": [], "title": [], "link": [], "base": [], "script": [], "time": []}
    for element in tree.iter("meta", *found):
        if element.tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            meta.setdefault(name.lower().strip(), []).append(element.get("content") or "")
        else:
            found[element.tag].append(element)
    scripts = (script.text or "" for script in found["script"] if "ld+json" in (script.get("type") or ""))
    links = (link.get("href") for link in found["link"] if (link.get("rel") or "").lower() == "canonical")
    headings = (text_of(heading) for heading in found["h1"][:5])
    nodes = list(islice((node for script in islice(scripts, 20) for node in _json_nodes(script)), _MAX_NODES))
    return PageStatements(
        meta=meta,
        nodes=nodes,
        main=_main_node(nodes),
        headings=[heading for heading in headings if heading],
        page_title=text_of(found["title"][0]) if found["title"] else "",
        canonical=next(links, None),
        base=next((base.get("href") for base in found["base"]), None),
        times=[time for time in found["time"] if time.get("datetime")],
    )


def text_of(element: HtmlElement) -> str:
    """The beginning of an element's text; an element can hold the whole page, and hundreds can hold one another."""
    pieces, length = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > _ELEMENT_CHARS:
            break
    return fold_space(" ".join(pieces)[:_ELEMENT_CHARS])


def type_of(node: Mapping[str, object]) -> str:
    """The types of a JSON-LD object."""
    kind = node.get("@type")
    kinds = kind[:9] if isinstance(kind, list) else [kind]
    return " ".join(one for one in kinds if isinstance(one, str))


def fold_space(text: str) -> str:
    """One space for each run of white space; entities that a template escaped twice are read."""
    return " ".join((unescape(text) if "&" in text else text).split())


def check_address(url: str | None, base: str | None) -> str | None:
    """The address, made whole with that of the page; None if it leads to no web page."""
    try:
        url = urljoin(base or "", url.strip()) if url else None
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def name_host(url: str | None) -> set[str]:
    """The letters of the host and of its parts that may name an outlet."""
    host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    return {fold_name(host)} | {label for label in map(fold_name, host.split(".")) if len(label) >= 4}


def _json_nodes(text: str) -> Iterator[dict[str, object]]:
    """The objects of a JSON text, outermost first; nothing from a text that cannot be read."""
    try:
        waiting: list[object] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    at = 0
    while at < min(len(waiting), _MAX_NODES):
        node = waiting[at]
        at += 1
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _main_node(nodes: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """The first object that is an article with a headline; its author may be a reference to another object."""
    articles = [node for node in nodes if _ARTICLE_TYPES.search(type_of(node))]
    titled = (node for node in articles if isinstance(node.get("headline"), str))
    return next(titled, next((node for node in nodes if "author" in node and "headline" in node), {}))
