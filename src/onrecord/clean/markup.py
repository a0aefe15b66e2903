"""Facts that a page's markup states: JSON-LD, meta elements, headings, marked by-lines.

What the elements say about outlet and authors is handed on as claims: `onrecord.clean.signatures`, which knows names,
weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement
from msgspec import Struct

from onrecord.clean.headline import TITLE_JOINT, vote_title
from onrecord.clean.moments import find_modified, find_published
from onrecord.clean.standing import PageShape, find_address, find_section, find_wall, name_shape
from onrecord.clean.statements import PageStatements, fold_space, name_host, read_statements, text_of, type_of
from onrecord.lexicon.outlets import fold_name
from onrecord.records import Moment

__all__ = ["ClaimKind", "MarkupFacts", "NameClaim", "read_markup_facts"]

# Names under which pages give who wrote, those that only the article's own template fills first: a plain "author" is
# often the outlet. Same sources.
_AUTHOR_NAMES = (
    "sailthru.author", "parsely-author", "dcterms.creator", "dc.creator", "dc:creator", "citation_author", "byl",
    "article:author_name", "articleauthor", "article:byline", "cxenseparse:author", "article:author",
    "og:article:author", "author", "authors", "og:author", "dcsext.author",
)  # fmt: skip
_MAX_CLAIMS = 40  # of a kind
_TITLE_CHARS = 500
_NAME_CHARS = 300  # of a claim; a list of ten authors has about 200
_SIGNED_CHARS = 400  # text of an element that is taken for a by-line; one with two short biographies has about 300
_OUTLET_TYPES = re.compile(r"Organi[sz]ation|WebSite|Newspaper|Periodical")
_WRITTEN_BY = frozenset(
    [
        "writtenby", "author", "verfasstvon", "geschriebenvon", "escritopor", "écritpar", "rédigépar", "scrittoda",
        "geschrevendoor", "författare", "skrevetav", "написаноавтором", "автор", "yazan", "ditulisoleh",
    ]
)  # labels of twitter:data1 by `fold_name`, as WordPress fills them  # fmt: skip
# Elements that mark who wrote. XPath 1.0 has no lower-case function, so the usual two spellings are named.
_SIGNED_CLASSES = ("author", "Author", "byline", "Byline", "autor", "auteur")
_SIGNED = XPath(  # attributes are tried, not elements: most elements have none of these, and it takes half the time
    "//h1 | //@rel[. = 'author']/.. | //@itemprop[contains(., 'author')]/.. | //@class["
    + " or ".join(f"contains(., '{name}')" for name in _SIGNED_CLASSES)
    + "]/.."
)
# An element within or named so shows other articles, readers or pictures.
_ELSEWHERE = re.compile(
    r"comment|related|recommend|teaser|most-?read|popular|sidebar|footer|(?<!v)card|promo|feed|trending|widget|bio\b|credit|photo"
    r"|caption|social|avatar|share",
    re.IGNORECASE,
)
_BOX = re.compile(r"author-?_?(?:bio|box|info|profile|card)", re.IGNORECASE)
_ELSEWHERE_TAGS = frozenset({"figure", "figcaption", "footer", "aside", "nav", "img", "meta"})
_NO_BYLINE_TAGS = frozenset({"h1", "script", "style", "svg"})
_CLIMB = 6  # elements above one that are looked at for such a name


class ClaimKind(StrEnum):
    """Where a name was found."""

    JSON = "json"
    BODY = "json body"  # JSON-LD, where it says that the author is an organisation
    LINKED = "linked"  # a marked by-line whose names are links of their own
    SIGNED = "signed"  # another element that marks who wrote
    META = "meta"
    SITE = "site"  # og:site_name
    APP = "app"  # the names for the page on a telephone
    PUBLISHER = "publisher"  # meta elements about the publisher
    TITLE = "title"  # behind the headline in the title element


_OUTLET_NAMES = {
    "og:site_name": ClaimKind.SITE,
    "application-name": ClaimKind.APP,
    "apple-mobile-web-app-title": ClaimKind.APP,
    "dc.publisher": ClaimKind.PUBLISHER,
    "publisher": ClaimKind.PUBLISHER,
}


class NameClaim(Struct, frozen=True):
    """Names that one place of the page gives, as printed there, in its order."""

    kind: ClaimKind
    names: tuple[str, ...]


class MarkupFacts(Struct, frozen=True, kw_only=True):
    """What the markup says; None or empty where it says nothing. Claims stand with the surest first."""

    title: str | None = None
    authors: tuple[NameClaim, ...] = ()
    outlets: tuple[NameClaim, ...] = ()
    url: str | None = None
    site: str | None = None  # an address of the outlet, if not of the page
    base: str | None = None  # what relative addresses of the page begin from
    published: Moment | None = None
    modified: Moment | None = None
    section: str | None = None
    paywall: bool | None = None
    shape: PageShape | None = None  # what the page says that it is, where that is no article


def read_markup_facts(tree: HtmlElement, *, url: str | None) -> MarkupFacts:
    """Facts from a parsed page. Broken markup gives fewer facts, never an error."""
    said = read_statements(tree)
    address = find_address(said, url)
    outlets = tuple(_outlet_claims(said))
    known = {fold_name(name) for claim in outlets for name in claim.names} | name_host(address.site)
    title = vote_title(said, known)
    published = find_published(tree, said)
    return MarkupFacts(
        title=title,
        authors=tuple(_author_claims(tree, said)),
        outlets=(*outlets, *_outlet_behind(said.page_title, title)),
        url=address.page,
        site=address.site,
        base=address.base,
        published=published,
        modified=find_modified(said, published),
        section=find_section(said, title, known),
        paywall=find_wall(said),
        shape=name_shape(said),
    )


def _outlet_claims(said: PageStatements) -> Iterator[NameClaim]:
    publishers = _names_in(said.main.get("publisher"), _by_id(said.nodes))
    if not publishers:
        sites = [node for node in said.nodes if _OUTLET_TYPES.search(type_of(node))]
        publishers = [name for node in sites[:1] for name in _names_in(node, {})]
    yield from [NameClaim(ClaimKind.JSON, (name,)) for name in publishers[:1]]
    for name, kind in _OUTLET_NAMES.items():
        value = fold_space(said.first(name)[:_NAME_CHARS])
        if value and "://" not in value:
            yield NameClaim(kind, (value,))


def _outlet_behind(page_title: str, title: str | None) -> Iterator[NameClaim]:
    """What the title element has behind the headline, last part first."""
    joint = next(reversed(list(TITLE_JOINT.finditer(page_title[:_TITLE_CHARS]))), None)
    tail = page_title[joint.end() :].strip() if joint else ""
    if tail and fold_name(tail) not in fold_name(title or ""):
        yield NameClaim(ClaimKind.TITLE, (tail,))


def _author_claims(tree: HtmlElement, said: PageStatements) -> Iterator[NameClaim]:
    by_id = _by_id(said.nodes)
    author = said.main.get("author") or said.main.get("creator")
    named = _names_in(author, by_id)
    if named:
        is_body = isinstance(author, dict) and "Organization" in type_of(author)
        yield NameClaim(ClaimKind.BODY if is_body else ClaimKind.JSON, tuple(named))
    for name in _AUTHOR_NAMES:
        values = [fold_space(value[:_NAME_CHARS]) for value in said.meta.get(name, ())[:_MAX_CLAIMS]]
        if any(values):
            yield NameClaim(ClaimKind.META, tuple(filter(None, values)))
    if fold_name(said.first("twitter:label1")[:60]) in _WRITTEN_BY:
        yield NameClaim(ClaimKind.META, tuple(said.meta.get("twitter:data1", ())[:1]))
    signed = _signed_names(tree)
    if signed:
        yield signed


def _by_id(nodes: Sequence[Mapping[str, object]]) -> dict[object, Mapping[str, object]]:
    return {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}


def _referred(node: Mapping[str, object], by_id: Mapping[object, Mapping[str, object]]) -> Mapping[str, object]:
    address = node.get("@id")
    return by_id.get(address, {}) if isinstance(address, str) else {}


def _names_in(value: object, by_id: Mapping[object, Mapping[str, object]]) -> list[str]:
    """The names in an author or publisher field: texts, objects, references to objects, lists of all these."""
    waiting: list[object] = [value]
    names: list[str] = []
    while waiting and len(names) < _MAX_CLAIMS:
        found = waiting.pop(0)
        if isinstance(found, list):
            waiting[:0] = found[:_MAX_CLAIMS]
        elif isinstance(found, dict):
            named = found.get("name") or _referred(found, by_id).get("name")
            waiting[:0] = [named] if isinstance(named, str | list) else []
        elif isinstance(found, str):
            names.append(fold_space(found[:_NAME_CHARS]))
    return [name for name in names if name]


def _signed_names(tree: HtmlElement) -> NameClaim | None:
    """The first element behind the heading that marks who wrote; without a heading, the first at all."""
    marked = _SIGNED(tree)
    behind = next((at for at, element in enumerate(marked) if element.tag == "h1" and text_of(element)), -1)
    for element in [*marked[behind + 1 :], *marked[: max(behind, 0)]][: 2 * _MAX_CLAIMS]:
        if element.tag not in _NO_BYLINE_TAGS and not _is_elsewhere(element):
            text = text_of(element)
            if 2 < len(text) <= _SIGNED_CHARS and fold_name(text):
                return _parts_of(element)
    return _presented_name(marked)


def _presented_name(marked: Sequence[HtmlElement]) -> NameClaim | None:
    """The heading of a box that presents the author; a page has it below the article, in place of a by-line."""
    boxes = [element for element in marked if _BOX.search(element.get("class") or "")]
    for heading in (heading for box in boxes[:1] for heading in islice(box.iter("h2", "h3", "h4", "h5"), 3)):
        name = text_of(heading)
        if name and len(name) <= _NAME_CHARS:
            return NameClaim(ClaimKind.SIGNED, (name,))
    return None


def _is_elsewhere(element: HtmlElement) -> bool:
    above = element
    for _ in range(_CLIMB):
        if above is None or above.tag in ("body", "article", "main"):
            return False
        name = f"{above.get('class') or ''} {above.get('id') or ''}"[:400]
        if above.tag in _ELSEWHERE_TAGS or _ELSEWHERE.search(name):
            return True
        above = above.getparent()
    return False


def _parts_of(element: HtmlElement) -> NameClaim:
    """The texts of links to authors in it, if there are any; else all its texts, markup between them a border."""
    links = [
        link
        for link in islice(element.iter("a"), _MAX_CLAIMS)
        if "author" in (link.get("rel") or "") + (link.get("href") or "")
    ]
    texts = [text_of(link) for link in links] or [
        fold_space(text) for text in islice(element.itertext(), 3 * _MAX_CLAIMS)
    ]
    kind = ClaimKind.LINKED if links else ClaimKind.SIGNED
    return NameClaim(kind, tuple(text for text in texts[:_MAX_CLAIMS] if text))
