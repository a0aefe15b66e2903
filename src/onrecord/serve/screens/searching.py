"""The search: what answers, what it can be narrowed by, and in plain words what is wrong with a query."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from onrecord.errors import BadQuery
from onrecord.serve.screens.articles import show_newest
from onrecord.serve.screens.frame import Asking, Frame, PageNumber
from onrecord.store import Facet, FacetCount, Hit, Query
from onrecord.store.query import FIELDS, tokens_of

__all__ = ["add_search"]

PER_PAGE = 20
SHOWN = 8  # values of a facet before "more"

# In the order in which people narrow a search; what the values of a field are called.
FACET_NAMES = {
    "speaker": "Speaker",
    "act": "Act",
    "target": "Aimed at",
    "about": "Field of policy",
    "outlet": "Outlet",
    "agency": "Agency",
    "month": "Month",
    "kind": "Kind",
    "confidence": "Confidence",
    "country": "Speaker’s country",
    "sector": "Speaker’s sector",
    "addressee": "Said to",
    "category": "Category",
    "language": "Language",
}
OPEN_AT_FIRST = ("speaker", "act", "target", "about")


class Group(NamedTuple):
    """What was found in one article."""

    article: Hit  # any of its hits; tells the article
    hits: tuple[Hit, ...]


class Choice(NamedTuple):
    """A value of a facet, and the address of the search narrowed to it."""

    value: FacetCount
    address: str
    share: int  # in per cent of the commonest


class Narrowing(NamedTuple):
    """A facet as it is shown."""

    field: str
    name: str
    choices: tuple[Choice, ...]
    values: int
    is_open: bool


class Taken(NamedTuple):
    """A part of the query, and the address of the search without it."""

    text: str
    address: str


def add_search(pages: APIRouter, frame: Frame) -> None:
    """The first page: the newest articles, or what answers a query."""

    @pages.get("/")
    def show_list(q: Asking = "", page: PageNumber = 1) -> HTMLResponse:
        if not q.strip():
            return show_newest(frame, page)
        try:
            return _show_found(frame, q, page)
        except BadQuery as error:
            return _show_wrong(frame, q, error)


def _show_found(frame: Frame, query: str, page: int) -> HTMLResponse:
    with frame.open() as store:
        answers = store.ask(query)
        hits = answers.hits(limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        facets = answers.facets(tuple(FACET_NAMES))
        total = _total(answers.query, facets)
        total = answers.count() if total is None else total
    return frame.render(
        "found.html",
        query=query,
        page=page,
        total=total,
        has_next=len(hits) > PER_PAGE,
        groups=_group(hits[:PER_PAGE]),
        taken=_taken(query),
        facets=_narrowings(query, facets),
    )


def _show_wrong(frame: Frame, query: str, error: BadQuery) -> HTMLResponse:
    """The query with the place at fault marked, what is wrong, and the fields there are."""
    at = error.position
    return frame.render(
        "wrong.html",
        status=400,
        query=query,
        message=str(error),
        before=query[:at],
        fault=query[at : at + len(error.token)],
        after=query[at + len(error.token) :],
        fields=[(name, field.meaning) for name, field in FIELDS.items()],
    )


def _total(query: Query, facets: tuple[Facet, ...]) -> int | None:
    """How many statements answer, by a facet of which each has one value and that the query does not narrow."""
    narrowed = {one.field for one in query.filters}
    whole = (one for one in facets if one.field in ("kind", "act") and one.field not in narrowed)
    return next((sum(count.count for count in one.counts) for one in whole), None)


def _taken(query: str) -> tuple[Taken, ...]:
    parts = tokens_of(query)
    return tuple(
        Taken(part, _address(" ".join([*parts[:number], *parts[number + 1 :]]))) for number, part in enumerate(parts)
    )


def _narrowings(query: str, facets: tuple[Facet, ...]) -> tuple[Narrowing, ...]:
    by_field = {one.field: one for one in facets}
    found = []
    for field, name in FACET_NAMES.items():
        facet = by_field.get(field)
        if facet is None or not facet.counts:
            continue
        most = max(one.count for one in facet.counts)
        choices = tuple(
            Choice(one, _address(_narrowed(query, one.filter)), max(2, round(100 * one.count / most)))
            for one in facet.counts
        )
        found.append(Narrowing(field, name, choices, facet.values, field in OPEN_AT_FIRST))
    return tuple(found)


def _narrowed(query: str, by: str) -> str:
    """The query with the filter behind it; another one of the same field makes way, since both would be either."""
    field = by.partition(":")[0]
    kept = [part for part in tokens_of(query) if not part.lower().startswith(f"{field}:")]
    return " ".join([*kept, by])


def _address(query: str) -> str:
    return f"/?{urlencode({'q': query})}" if query else "/"


def _group(hits: tuple[Hit, ...]) -> list[Group]:
    """Hits of one article together, in the place of the best of them."""
    places = {article_id: place for place, article_id in enumerate(dict.fromkeys(hit.article_id for hit in hits))}
    ordered = sorted(hits, key=lambda hit: places[hit.article_id])
    groups = (tuple(group) for _, group in groupby(ordered, key=lambda hit: hit.article_id))
    return [Group(hits[0], hits) for hits in groups]
