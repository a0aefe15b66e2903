"""Facts that a page's markup states: JSON-LD, meta elements, headings, marked by-lines; the day also from htmldate.

Each kind of element is visited once (`_read_statements`). What the elements say about outlet and authors is handed on
as claims: `onrecord.clean.signatures`, which knows names, weighs them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from htmldate import find_date
from lxml.etree import LxmlError, XPath
from lxml.html import HtmlElement
from msgspec import Struct

from onrecord.dates import find_dates, parse_iso
from onrecord.lexicon.outlets import fold_name
from onrecord.records import Published

__all__ = ["ClaimKind", "MarkupFacts", "NameClaim", "cut_title", "read_markup_facts"]

# Names under which pages give the day of publication, the surest first. Sources: ogp.me, schema.org, Dublin Core,
# and the documentation of Parsely and Sailthru.
_DATE_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "parsely-pub-date",
    "sailthru.date", "dcterms.created", "dc.date.issued", "dcterms.date", "dc.date", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication_date", "article.published", "date", "cxenseparse:recs:publishtime",
    "rnews:datepublished",
)  # fmt: skip
# Names under which pages give who wrote, those that only the article's own template fills first: a plain "author" is
# often the outlet. Same sources.
_AUTHOR_NAMES = (
    "sailthru.author", "parsely-author", "dcterms.creator", "dc.creator", "dc:creator", "citation_author", "byl",
    "article:author_name", "articleauthor", "article:byline", "cxenseparse:author", "article:author",
    "og:article:author", "author", "authors", "og:author", "dcsext.author",
)  # fmt: skip
_TITLE_NAMES = ("og:title", "twitter:title", "sailthru.title", "parsely-title", "dcterms.title", "dc.title")
# htmldate refuses days after `max_date`, by default today. This stage knows no clock, so the bound is far off.
_DATE_BOUNDS: dict[str, Any] = {"min_date": "1990-01-01", "max_date": "2099-12-31"}
_PARSER_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError)
_MAX_NODES = 5_000  # of the JSON-LD blocks that are looked at
_MAX_CLAIMS = 40  # of a kind
_NAME_CHARS = 300  # of a claim; a list of ten authors has about 200
_TITLE_CHARS = 500
_ELEMENT_CHARS = 2_000  # of an element's text, white space counted
_HEADLINE_CHARS = 12  # shorter headings are most often sections; Chinese and Japanese headlines have 12 and more
_HEADING = 2.05  # weight of the only heading: JSON-LD and one other place together outvote it, no other two do
_DOUBTFUL_HEADING = 1.5  # of the first of several on which nothing agrees
_SIGNED_CHARS = 400  # text of an element that is taken for a by-line; one with two short biographies has about 300
_TITLE_JOINT = re.compile(r" {1,3}(?:[|–—\-:·»/ㅣ]|::) {1,3}|[|ㅣ]")
_TITLE_JOINTS_MOST = 4  # parts that are looked at from either end
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review|Opinion|Analysis|Background")
_OUTLET_TYPES = re.compile(r"Organi[sz]ation|WebSite|Newspaper|Periodical")
_WRITTEN_BY = frozenset(
    [
        "writtenby", "author", "verfasstvon", "geschriebenvon", "escritopor", "écritpar", "rédigépar", "scrittoda",
        "geschrevendoor", "författare", "skrevetav", "написаноавтором", "автор", "yazan", "ditulisoleh",
    ]
)  # labels of twitter:data1 by `fold_name`, as WordPress fills them  # fmt: skip
# Elements that mark who wrote. XPath 1.0 has no lower-case function, so the usual two spellings are named.
_SIGNED_CLASSES = ("author", "Author", "byline", "Byline", "autor", "auteur")
_SIGNED = XPath(
    "//h1 | //*[@rel='author' or contains(@itemprop, 'author') or "
    + " or ".join(f"contains(@class, '{name}')" for name in _SIGNED_CLASSES)
    + "]"
)
# An element within or named so shows other articles, readers or pictures.
_ELSEWHERE = re.compile(
    r"comment|related|recommend|teaser|most-?read|popular|sidebar|footer|(?<!v)card|promo|feed|trending|widget|bio\b|credit|photo"
    r"|caption|social|avatar|share",
    re.IGNORECASE,
)
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
    published: Published | None = None


class _Statements(Struct, frozen=True, kw_only=True):
    """What the elements of a page hold, each kind visited once."""

    meta: Mapping[str, Sequence[str]]  # by lower-case name, values in page order
    nodes: Sequence[Mapping[str, object]]  # objects of JSON-LD, outermost first
    headings: Sequence[str]  # h1
    page_title: str
    canonical: str | None
    times: Sequence[HtmlElement]


def read_markup_facts(tree: HtmlElement, *, url: str | None) -> MarkupFacts:
    """Facts from a parsed page. Broken markup gives fewer facts, never an error."""
    said = _read_statements(tree)
    address = _find_url(said, url)
    main = _main_node(said.nodes)
    outlets = tuple(_outlet_claims(said, main))
    known = {fold_name(name) for claim in outlets for name in claim.names} | _host_names(address)
    title = _vote_title(said, main, known)
    return MarkupFacts(
        title=title,
        authors=tuple(_author_claims(tree, said, main)),
        outlets=(*outlets, *_outlet_behind(said.page_title, title)),
        url=address,
        published=_find_published(tree, said),
    )


def _read_statements(tree: HtmlElement) -> _Statements:
    meta: dict[str, list[str]] = {}
    found: dict[str, list[HtmlElement]] = {"h1": [], "title": [], "link": [], "script": [], "time": []}
    for element in tree.iter("meta", *found):
        if element.tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            meta.setdefault(name.lower().strip(), []).append(element.get("content") or "")
        else:
            found[element.tag].append(element)
    scripts = (script.text or "" for script in found["script"] if "ld+json" in (script.get("type") or ""))
    links = (link.get("href") for link in found["link"] if (link.get("rel") or "").lower() == "canonical")
    headings = (_text_of(heading) for heading in found["h1"][:5])
    return _Statements(
        meta=meta,
        nodes=list(islice((node for script in islice(scripts, 20) for node in _json_nodes(script)), _MAX_NODES)),
        headings=[heading for heading in headings if heading],
        page_title=_text_of(found["title"][0]) if found["title"] else "",
        canonical=next(links, None),
        times=[time for time in found["time"] if time.get("datetime")],
    )


def _text_of(element: HtmlElement) -> str:
    """The beginning of an element's text; an element can hold the whole page, and hundreds can hold one another."""
    pieces, length = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > _ELEMENT_CHARS:
            break
    return _fold_space(" ".join(pieces)[:_ELEMENT_CHARS])


def _type_of(node: Mapping[str, object]) -> str:
    kind = node.get("@type")
    kinds = kind[:9] if isinstance(kind, list) else [kind]
    return " ".join(one for one in kinds if isinstance(one, str))


def _fold_space(text: str) -> str:
    """One space for each run of white space; entities that a template escaped twice are read."""
    return " ".join((unescape(text) if "&" in text else text).split())


def _find_url(said: _Statements, url: str | None) -> str | None:
    given = (said.canonical, *said.meta.get("og:url", ())[:1])
    return next((found for found in (_checked_url(part, url) for part in given) if found), url)


def _checked_url(url: str | None, base: str | None) -> str | None:
    try:
        url = urljoin(base or "", url.strip()) if url else None
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _host_names(url: str | None) -> set[str]:
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
    articles = [node for node in nodes if _ARTICLE_TYPES.search(_type_of(node))]
    titled = (node for node in articles if isinstance(node.get("headline"), str))
    return next(titled, next((node for node in nodes if "author" in node and "headline" in node), {}))


def _vote_title(said: _Statements, main: Mapping[str, object], known: set[str]) -> str | None:
    """The headline by a vote in which the page's heading counts as much as two other places.

    The heading is what the readers saw; titles for search engines and networks are often reworded, and alike.
    """
    headline = main.get("headline")
    social = next((value for name in _TITLE_NAMES for value in said.meta.get(name, ())[:1] if value.strip()), "")
    others = [
        (1.1, headline if isinstance(headline, str) else ""),
        (0.9, next(iter(said.meta.get("headline", ())), "")),
    ]
    others += [(1.0, social), (1.0, _longest_part(said.page_title))]
    folded = {fold_name(text) for _, text in others} | {fold_name(text) for text in said.headings}
    titles = [(weight, cut_title(_fold_space(text[:_TITLE_CHARS]), known, folded)) for weight, text in others]
    wordings = {fold_name(title): title for title in [*said.headings, *(title for _, title in titles)]}
    titles = [(weight, _without_kicker(title, wordings)) for weight, title in titles]
    headings = _weigh_headings(said.headings, {fold_name(title) for _, title in titles}, wordings)
    votes: dict[str, float] = {}
    for weight, title in [*headings, *titles]:
        name = fold_name(title)
        if name and name not in known:
            votes[name] = votes.get(name, 0.0) + weight
    best = max(votes, key=lambda name: votes[name], default=None)
    return next((title for _, title in [*headings, *titles] if fold_name(title) == best), None)


def _weigh_headings(headings: Sequence[str], others: set[str], wordings: Mapping[str, str]) -> list[tuple[float, str]]:
    """Of several headings the first on which another place agrees is the page's own, or the first long one."""
    long = [heading for heading in headings if len(heading) >= _HEADLINE_CHARS]
    agreed = [heading for heading in headings if fold_name(heading) in others]
    own = next(iter([*agreed, *long, *headings]), None)
    weight = _HEADING if agreed or len(headings) == 1 else _DOUBTFUL_HEADING
    return [(weight if text == own else 0.6, _without_kicker(text, wordings)) for text in headings]


def _longest_part(page_title: str) -> str:
    """A bar never stands in a headline, so the longest part between bars is it."""
    return max(page_title[:_TITLE_CHARS].split(" | "), key=len)


def _without_kicker(headline: str, wordings: Mapping[str, str]) -> str:
    """The headline without a topic that stands before it with no mark between, where another place has the rest alone.

    With a colon between them both are the headline; " :" comes from templates that hide it.
    """
    folded = fold_name(headline)
    for name, wording in wordings.items():
        if _HEADLINE_CHARS <= len(name) < len(folded) and folded.endswith(name):
            kicker = headline[: _begin_of_last(headline, len(name))].rstrip("\"'“”„«»‘’ ")
            if kicker[-1:].isalnum() or kicker.endswith(" :"):
                return wording
    return headline


def _begin_of_last(text: str, count: int) -> int:
    """Where the last `count` letters and digits of a text begin."""
    at = len(text)
    while count > 0 and at > 0:
        at -= 1
        count -= len(fold_name(text[at]))
    return at


def cut_title(title: str, outlets: set[str], headlines: set[str]) -> str:
    """The title without outlet and section around it, where a joint and a known outlet or headline show them.

    Args:
        outlets: names by `fold_name`.
        headlines: what other places of the page give as its headline, by `fold_name`.

    >>> cut_title("Ferry stays - Harbour - Velm Gazette", {"velmgazette"}, {"ferrystays"})
    'Ferry stays'
    >>> cut_title("Ferry stays - for now", {"velmgazette"}, set())
    'Ferry stays - for now'
    """
    joints = list(_TITLE_JOINT.finditer(title))
    ends = joints[-_TITLE_JOINTS_MOST:]
    whole = next((title[: joint.start()] for joint in ends if fold_name(title[: joint.start()]) in headlines), None)
    if whole:
        return whole.strip()
    for joint in reversed(ends):
        if fold_name(title[joint.end() :]) and _names_outlet(title[joint.end() :], outlets):
            return cut_title(title[: joint.start()].strip(), outlets, headlines)
    opening = joints[0] if joints else None
    if opening and _names_outlet(title[: opening.start()], outlets, is_exact=True):
        return title[opening.end() :].strip()
    return title.strip()


def _names_outlet(text: str, outlets: set[str], *, is_exact: bool = False) -> bool:
    name = fold_name(text)
    if name in outlets or name.removeprefix("the") in outlets:
        return True
    return not is_exact and len(name) <= 40 and any(_are_alike(name, outlet) for outlet in outlets if len(outlet) >= 4)


def _are_alike(name: str, outlet: str) -> bool:
    return outlet in name or (len(name) >= 4 and name in outlet and 2 * len(name) >= len(outlet))


def _outlet_claims(said: _Statements, main: Mapping[str, object]) -> Iterator[NameClaim]:
    publishers = _names_in(main.get("publisher"), _by_id(said.nodes))
    if not publishers:
        sites = [node for node in said.nodes if _OUTLET_TYPES.search(_type_of(node))]
        publishers = [name for node in sites[:1] for name in _names_in(node, {})]
    yield from [NameClaim(ClaimKind.JSON, (name,)) for name in publishers[:1]]
    for name, kind in _OUTLET_NAMES.items():
        value = _fold_space(next(iter(said.meta.get(name, ())), "")[:_NAME_CHARS])
        if value and "://" not in value:
            yield NameClaim(kind, (value,))


def _outlet_behind(page_title: str, title: str | None) -> Iterator[NameClaim]:
    """What the title element has behind the headline, last part first."""
    joint = next(reversed(list(_TITLE_JOINT.finditer(page_title[:_TITLE_CHARS]))), None)
    tail = page_title[joint.end() :].strip() if joint else ""
    if tail and fold_name(tail) not in fold_name(title or ""):
        yield NameClaim(ClaimKind.TITLE, (tail,))


def _author_claims(tree: HtmlElement, said: _Statements, main: Mapping[str, object]) -> Iterator[NameClaim]:
    by_id = _by_id(said.nodes)
    author = main.get("author") or main.get("creator")
    named = _names_in(author, by_id)
    if named:
        is_body = isinstance(author, dict) and "Organization" in _type_of(author)
        yield NameClaim(ClaimKind.BODY if is_body else ClaimKind.JSON, tuple(named))
    for name in _AUTHOR_NAMES:
        values = [_fold_space(value[:_NAME_CHARS]) for value in said.meta.get(name, ())[:_MAX_CLAIMS]]
        if any(values):
            yield NameClaim(ClaimKind.META, tuple(filter(None, values)))
    if fold_name(next(iter(said.meta.get("twitter:label1", ())), "")[:60]) in _WRITTEN_BY:
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
            names.append(_fold_space(found[:_NAME_CHARS]))
    return [name for name in names if name]


def _signed_names(tree: HtmlElement) -> NameClaim | None:
    """The first element behind the heading that marks who wrote; without a heading, the first at all."""
    marked = _SIGNED(tree)
    behind = next((at for at, element in enumerate(marked) if element.tag == "h1" and _text_of(element)), -1)
    for element in [*marked[behind + 1 :], *marked[: max(behind, 0)]][: 2 * _MAX_CLAIMS]:
        if element.tag not in _NO_BYLINE_TAGS and not _is_elsewhere(element):
            text = _text_of(element)
            if 2 < len(text) <= _SIGNED_CHARS and fold_name(text):
                return _parts_of(element)
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
    texts = [_text_of(link) for link in links] or [
        _fold_space(text) for text in islice(element.itertext(), 3 * _MAX_CLAIMS)
    ]
    kind = ClaimKind.LINKED if links else ClaimKind.SIGNED
    return NameClaim(kind, tuple(text for text in texts[:_MAX_CLAIMS] if text))


def _find_published(tree: HtmlElement, said: _Statements) -> Published | None:
    return _from_json(said.nodes) or _from_meta(said.meta) or _from_time(said.times) or _from_htmldate(tree)


def _from_json(nodes: Sequence[Mapping[str, object]]) -> Published | None:
    for node in nodes:
        value = node.get("datePublished")
        day = _as_day(value) if isinstance(value, str) else None
        if day and ("headline" in node or "articleBody" in node or "author" in node):
            return Published(value=day, basis="JSON-LD datePublished")
    return None


def _from_meta(meta: Mapping[str, Sequence[str]]) -> Published | None:
    for name in _DATE_NAMES:
        day = _as_day(next(iter(meta.get(name, ())), ""))
        if day:
            return Published(value=day, basis=f"meta {name}")
    return None


def _from_time(times: Sequence[HtmlElement]) -> Published | None:
    """The first time element with a machine-readable day, if the page has not many of them (as lists of teasers do)."""
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
