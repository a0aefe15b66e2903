"""What a page says of itself: its address, its section, whether it is for subscribers, what it is if no article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from onrecord.clean.statements import PageStatements, check_address, fold_space, type_of
from onrecord.lexicon.outlets import fold_name

__all__ = ["Address", "PageShape", "find_address", "find_section", "find_wall", "name_shape"]

_HOME_PATH = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home)(?:\.\w{2,5})?)?/?", re.IGNORECASE)
# Labels before a country's own below which outlets have addresses: "co.uk". Source: general knowledge, 2026-11.
_SHARED_LABELS = frozenset(
    ["co", "com", "net", "org", "gov", "gob", "gouv", "ac", "edu", "or", "ne", "go", "in", "web"]
)
_SECTION_NAMES = ("article:section", "parsely-section", "sailthru.section", "cxenseparse:section", "dcterms.subject")
_SECTION_CHARS = 60
_SECTION_LIST = re.compile(r"[,;]")  # parts one of which is the section: the first
_SECTION_PATH = re.compile(r"\s{0,3}[>»›|]\s{0,3}|\s/\s")  # sections within each other: the last
_TIERS = {"free": False, "locked": True, "metered": True, "premium": True, "paid": True, "subscriber": True}
_FREE = re.compile(r"(?:https?://schema\.org/)?(true|false)", re.IGNORECASE)
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review|Opinion|Analysis|Background|Recipe")


class PageShape(StrEnum):
    """What a page is where it says itself that it is no article."""

    INDEX = "index page"
    VIDEO = "video page"
    GALLERY = "picture gallery"


_SHAPES = {
    "CollectionPage": PageShape.INDEX, "SearchResultsPage": PageShape.INDEX, "ItemList": PageShape.INDEX,
    "VideoObject": PageShape.VIDEO, "ImageGallery": PageShape.GALLERY, "MediaGallery": PageShape.GALLERY,
}  # fmt: skip


class Address(NamedTuple):
    """Addresses of a page: its own as far as it can be trusted, one of its outlet, and what others begin from."""

    page: str | None
    site: str | None
    base: str | None


def find_address(said: PageStatements, url: str | None) -> Address:
    """The address that the page calls its own, if that can be so; else the one that it was given with.

    A page of a template that was filled wrongly calls the home page its own, or the page of another site. So its word
    counts only for one page of a site, and for one on the site it came from or on which two of its elements agree.
    """
    stated = (said.canonical, said.first("og:url") or None, *_json_addresses(said.main))
    checked = [found for found in (check_address(one, url) for one in stated) if found]
    hosts = [_site_of(one) for one in checked]
    own = _site_of(url) if url else None
    good = (
        one
        for one, host in zip(checked, hosts, strict=True)
        if not _is_home(one) and (host == own or (hosts.count(host) > 1 if own or len(set(hosts)) > 1 else True))
    )
    page = next(good, None) or url
    base = urljoin(page or "", said.base) if said.base and _is_clean(said.base) else page
    return Address(page=page, site=page or next(iter(checked), None), base=base)


def _is_clean(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _json_addresses(main: Mapping[str, object]) -> Iterator[str]:
    for value in (main.get("url"), main.get("mainEntityOfPage")):
        found = value.get("@id") if isinstance(value, dict) else value
        if isinstance(found, str) and "://" in found:
            yield found


def _parts_of(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _is_home(url: str) -> bool:
    parts = _parts_of(url)
    return not parts.query and bool(_HOME_PATH.fullmatch(parts.path))


def _site_of(url: str) -> str:
    """The part of the host that one owner has: "bbc.co.uk" of "news.bbc.co.uk"."""
    labels = (_parts_of(url).hostname or "").split(".")
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED_LABELS
    return ".".join(labels[-3:] if is_shared else labels[-2:])


def find_section(said: PageStatements, title: str | None, known: set[str]) -> str | None:
    """The part of the outlet that the page belongs to: as JSON-LD, a meta element or the last of the breadcrumbs says.

    Args:
        known: names of the outlet, by `fold_name`, which are no sections.
    """
    unwanted = known | {fold_name(title or ""), "", "home", "homepage", "startseite", "accueil", "inicio", "news"}
    for printed in (*_json_sections(said.main), said.first(*_SECTION_NAMES), *_crumbs(said)):
        first = _SECTION_LIST.split(fold_space(printed[: 4 * _SECTION_CHARS]), maxsplit=1)[0]
        name = _SECTION_PATH.split(first)[-1].strip(" .:")
        if 1 < len(name) <= _SECTION_CHARS and "://" not in name and fold_name(name) not in unwanted:
            return name
    return None


def _json_sections(main: Mapping[str, object]) -> list[str]:
    value = main.get("articleSection")
    values = value[:3] if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _crumbs(said: PageStatements) -> list[str]:
    """The names of the breadcrumbs, last first."""
    trails = (node.get("itemListElement") for node in said.nodes if "BreadcrumbList" in type_of(node))
    trail = next((trail for trail in trails if isinstance(trail, list)), [])
    names = [_crumb_name(item) for item in trail[:12] if isinstance(item, dict)]
    return [name for name in reversed(names) if name]


def _crumb_name(item: Mapping[str, object]) -> str:
    inner = item.get("item")
    name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
    return name if isinstance(name, str) else ""


def find_wall(said: PageStatements) -> bool | None:
    """Whether the page states that its text is for subscribers (True) or for all (False); None: it does not say."""
    parts = said.main.get("hasPart")
    for node in (said.main, *(parts if isinstance(parts, list) else [parts])):
        value = node.get("isAccessibleForFree") if isinstance(node, dict) else None
        is_free = _FREE.fullmatch(str(value)) if isinstance(value, str | bool) else None
        if is_free:
            return is_free[1].lower() == "false"
    return _TIERS.get(said.first("article:content_tier").lower())


def name_shape(said: PageStatements) -> PageShape | None:
    """What the page says that it is, where that is no article. Templates err: see how much text there is, too."""
    kinds = [type_of(node) for node in said.nodes]
    if any(_ARTICLE_TYPES.search(kind) for kind in kinds):
        return None
    named = (_SHAPES[kind] for kind in kinds if kind in _SHAPES)
    if said.first("og:type").lower().startswith("video"):
        return PageShape.VIDEO
    return next(named, None)
