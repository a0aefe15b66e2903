"""The pages for people: a list that can be searched, an article with its statements, what was not read."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from onrecord.serve.sheet import order_cards, show_article
from onrecord.store import Hit, Store

__all__ = ["make_pages", "show_error"]

PER_PAGE = 20

PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


class Group(NamedTuple):
    """What was found in one article."""

    article: Hit  # any of its hits; tells the article
    hits: tuple[Hit, ...]


def make_pages(store_path: Path, environment: Environment) -> APIRouter:
    """Routes that answer with HTML made from the store at `store_path`."""
    pages = APIRouter(default_response_class=HTMLResponse)

    @pages.get("/")
    def show_list(q: str = "", page: PageNumber = 1) -> HTMLResponse:
        if q.strip():
            return _show_found(store_path, environment, q, page)
        return _show_newest(store_path, environment, page)

    @pages.get("/articles/{article_id:path}")
    def show_one(article_id: str, s: str | None = None) -> HTMLResponse:
        with Store.open(store_path, read_only=True) as store:
            reading = store.reading(article_id)
            versions = store.versions(article_id)
        cards = order_cards(reading)
        return _render(
            environment,
            "article.html",
            article=reading.article,
            models=reading.models,
            sections=show_article(reading),
            cards=cards,
            speakers={card.statement.id: card for card in cards},
            versions=versions,
            selected=s,
        )

    @pages.get("/quarantine")
    def show_quarantine() -> HTMLResponse:
        with Store.open(store_path, read_only=True) as store:
            return _render(environment, "quarantine.html", rejections=store.rejections(), counts=store.counts())

    return pages


def show_error(environment: Environment, *, status: int, title: str, message: str) -> HTMLResponse:
    """A page that says what went wrong and where to go from here."""
    return _render(environment, "error.html", status=status, title=title, message=message)


def _show_newest(store_path: Path, environment: Environment, page: int) -> HTMLResponse:
    with Store.open(store_path, read_only=True) as store:
        listed = store.list_articles(limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        counts = store.counts()
    return _render(
        environment,
        "list.html",
        query="",
        page=page,
        has_next=len(listed) > PER_PAGE,
        listed=listed[:PER_PAGE],
        counts=counts,
        store_path=str(store_path),
    )


def _show_found(store_path: Path, environment: Environment, query: str, page: int) -> HTMLResponse:
    with Store.open(store_path, read_only=True) as store:
        hits = store.search(query, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
    return _render(
        environment,
        "found.html",
        query=query,
        page=page,
        has_next=len(hits) > PER_PAGE,
        groups=_group(hits[:PER_PAGE]),
    )


def _group(hits: tuple[Hit, ...]) -> list[Group]:
    """Hits of one article together, in the place of the best of them."""
    places = {article_id: place for place, article_id in enumerate(dict.fromkeys(hit.article_id for hit in hits))}
    ordered = sorted(hits, key=lambda hit: places[hit.article_id])
    groups = (tuple(group) for _, group in groupby(ordered, key=lambda hit: hit.article_id))
    return [Group(hits[0], hits) for hits in groups]


def _render(environment: Environment, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
    text = environment.get_template(name).render(status=status, **values)
    return HTMLResponse(text, status_code=status)
