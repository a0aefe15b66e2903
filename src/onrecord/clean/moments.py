"""When an article came out and when it was changed, as the markup states it; the day also from htmldate.

Of two places that name the same day the one with the time of day and its zone is taken: nothing is made up, and nothing
that is known is given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from htmldate import find_date
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from onrecord.clean.statements import PageStatements
from onrecord.dates import parse_moment
from onrecord.records import Moment

__all__ = ["find_modified", "find_published", "is_later"]

# Names under which pages give the day of publication, the surest first. Sources: ogp.me, schema.org, Dublin Core,
# and the documentation of Parsely and Sailthru.
_PUBLISHED_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "parsely-pub-date",
    "sailthru.date", "dcterms.created", "dc.date.issued", "dcterms.date", "dc.date", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication_date", "article.published", "date", "cxenseparse:recs:publishtime",
    "rnews:datepublished",
)  # fmt: skip
_MODIFIED_NAMES = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "revision_date", "article:updated_time", "rnews:datemodified",
)  # fmt: skip
# htmldate refuses days after `max_date`, by default today. This stage knows no clock, so the bound is far off.
_DATE_BOUNDS: dict[str, Any] = {"min_date": "1990-01-01", "max_date": "2099-12-31"}
_PARSER_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError)
_DAY = len("2021-01-06")


def find_published(tree: HtmlElement, said: PageStatements) -> Moment | None:
    """When the article came out; from the surest place that says so."""
    found = [
        *_from_json(said, "datePublished"),
        *_from_meta(said, _PUBLISHED_NAMES),
        *_from_times(said.times, ("publish", "created"), takes_unmarked=True),
    ]
    return _most_exact(found) or _from_htmldate(tree)


def find_modified(said: PageStatements, published: Moment | None) -> Moment | None:
    """When it was last changed; None where that is not after it came out."""
    found = [
        *_from_json(said, "dateModified"),
        *_from_meta(said, _MODIFIED_NAMES),
        *_from_times(said.times, ("modif", "update"), takes_unmarked=False),
    ]
    return next((moment for moment in [_most_exact(found)] if moment and is_later(moment, published)), None)


def is_later(moment: Moment, before: Moment | None) -> bool:
    """Does a moment come after another, as far as both are known? Days are compared where one has no time or zone."""
    if before is None:
        return True
    one, other = datetime.fromisoformat(moment.value), datetime.fromisoformat(before.value)
    if one.tzinfo and other.tzinfo:
        return one > other
    is_timed = len(moment.value) > _DAY < len(before.value)
    return one.replace(tzinfo=None) > other.replace(tzinfo=None) if is_timed else one.date() > other.date()


def _most_exact(found: Sequence[Moment]) -> Moment | None:
    """The first, or the one of its day that tells most: the time of day, and its zone."""
    same_day = [moment for moment in found if moment.value[:_DAY] == found[0].value[:_DAY]]
    return max(same_day, key=lambda moment: _exactness(moment.value), default=None)


def _exactness(value: str) -> int:
    return (len(value) > _DAY) + (value.endswith("Z") or value[-6:-5] in ("+", "-")) * (len(value) > _DAY)


def _from_json(said: PageStatements, key: str) -> Iterator[Moment]:
    for node in (said.main, *said.nodes):
        value = node.get(key)
        day = parse_moment(value) if isinstance(value, str) else None
        if day and ("headline" in node or "articleBody" in node or "author" in node):
            yield Moment(value=day, basis=f"JSON-LD {key}")
            return


def _from_meta(said: PageStatements, names: Sequence[str]) -> Iterator[Moment]:
    for name in names:
        day = parse_moment(next(iter(said.meta.get(name, ())), ""))
        if day:
            yield Moment(value=day, basis=f"meta {name}")


def _from_times(times: Sequence[HtmlElement], marks: tuple[str, ...], *, takes_unmarked: bool) -> Iterator[Moment]:
    """The first time element so marked, else the first of all, if there are not many (as in lists of teasers)."""
    marked = [time for time in times if any(mark in _marking(time) for mark in marks)]
    for time in marked[:1] or (times[:1] if takes_unmarked and len(times) <= 3 else []):
        day = parse_moment(time.get("datetime") or "")
        if day:
            yield Moment(value=day, basis="time element")


def _marking(time: HtmlElement) -> str:
    pubdate = "publish " if time.get("pubdate") is not None else ""
    return f"{pubdate}{time.get('itemprop') or ''}".lower()


def _from_htmldate(tree: HtmlElement) -> Moment | None:
    try:
        day = find_date(tree, extensive_search=True, original_date=True, **_DATE_BOUNDS)
    except _PARSER_ERRORS:
        return None
    return Moment(value=day, basis="htmldate") if day else None
