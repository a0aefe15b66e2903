"""Articles: the list of the newest, one with what is on record in it, a statement alone, versions, the kept page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from msgspec import Struct

from onrecord.errors import UnknownArticle
from onrecord.facts import explain, facts_of_statement
from onrecord.records import Reading, Statement
from onrecord.serve.citing import chain_of_report, cite_bibtex, cite_text
from onrecord.serve.screens.frame import Frame, Wanted
from onrecord.serve.sheet import order_cards, show_article, show_events
from onrecord.serve.wording import quote_segment
from onrecord.store.changes import compare_texts
from onrecord.store.corrections import match_corrections

__all__ = ["ChangeRow", "add_articles", "show_newest"]

PER_PAGE = 20
MOST_SHOWN = 200_000  # characters of a kept page that are shown; the rest is in the file
AROUND = 140  # characters shown around a statement


class ChangeRow(Struct, frozen=True, kw_only=True):
    """A stretch that differs between two versions: places in both, in code points, and words."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    old: str
    new: str


class Stretch(NamedTuple):
    """A run of text that both versions have, or only one of them."""

    kind: str  # "same", "old", "new"
    text: str


def add_articles(pages: APIRouter, frame: Frame) -> None:
    """Routes under /articles, /statements, /diff and /archive."""

    @pages.get("/articles/{article_id:path}")
    def show_one(article_id: str, s: str | None = None) -> HTMLResponse:
        with frame.open() as store:
            reading = store.reading(article_id)
            versions = store.versions(article_id)
            reviewed = match_corrections(reading, store.corrections(article_id))
        cards = order_cards(reading)
        return frame.render(
            "article.html",
            article=reading.article,
            models=reading.models,
            sections=show_article(reading),
            cards=cards,
            events=show_events(reading),
            speakers={card.statement.id: card for card in cards},
            versions=versions,
            reviewed=reviewed,
            selected=s,
        )

    @pages.get("/statements/{row_id:path}")
    def show_statement(request: Request, row_id: str) -> HTMLResponse:
        article_id, _, own_id = row_id.rpartition("/")
        with frame.open() as store:
            reading = store.reading(article_id)
            added_at = next(one.added_at for one in store.versions(article_id) if one.article_id == reading.article.id)
        said = next((one for one in reading.statements if one.id == own_id), None)
        if said is None:
            raise UnknownArticle(f"The article {article_id!r} has no statement {own_id!r}.")
        address = f"{request.base_url}statements/{quote_segment(reading.article.id)}/{quote_segment(said.id)}"
        return frame.render(
            "statement.html",
            article=reading.article,
            said=said,
            facts=tuple(facts_of_statement(said)),
            hands=chain_of_report(reading, said, kept_at=added_at),
            reasons=tuple(explain(reading.article.text, said)),
            around=tuple(_around(reading, said)),
            address=address,
            text_citation=cite_text(reading.article, said, address),
            bibtex=cite_bibtex(reading.article, said, address),
        )

    _add_versions(pages, frame)


def _add_versions(pages: APIRouter, frame: Frame) -> None:
    @pages.get("/diff", response_model=None)
    def show_diff(old: str, new: str, how: Wanted = None) -> Response:
        with frame.open() as store:
            before, after = store.reading(old).article, store.reading(new).article
            versions = store.versions(new)
        changes = compare_texts(before.text, after.text)
        rows = tuple(
            ChangeRow(
                old_start=one.old.start,
                old_end=one.old.end,
                new_start=one.new.start,
                new_end=one.new.end,
                old=before.text[one.old.start : one.old.end],
                new=after.text[one.new.start : one.new.end],
            )
            for one in changes
        )
        if how:
            return frame.table(how, ChangeRow, rows, "changes")
        return frame.render(
            "diff.html",
            before=before,
            after=after,
            versions={one.article_id: one for one in versions},
            title=_stretches(before.title or "", after.title or ""),
            stretches=_stretches(before.text, after.text),
            changes=len(changes),
        )

    @pages.get("/archive/{article_id:path}", response_model=None)
    def show_archived(article_id: str, *, download: bool = False) -> Response:
        """The page as it came in; its bytes only as a file, never to be shown as a page."""
        with frame.open() as store:
            page, article = store.page(article_id), store.reading(article_id).article
            added_at = next(one.added_at for one in store.versions(article_id) if one.article_id == article.id)
        if download:
            name = f'attachment; filename="{page.origin.sha256}.bin"'
            return Response(page.data, media_type="application/octet-stream", headers={"Content-Disposition": name})
        text = page.data.decode(_known(page.encoding), "replace")
        return frame.render(
            "archive.html",
            article=article,
            page=page,
            added_at=added_at,
            source=text[:MOST_SHOWN],
            left_out=max(0, len(text) - MOST_SHOWN),
        )


def show_newest(frame: Frame, page: int) -> HTMLResponse:
    """A page of the list of all articles."""
    with frame.open() as store:
        listed = store.list_articles(limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        counts = store.counts()
    return frame.render(
        "list.html",
        query="",
        page=page,
        has_next=len(listed) > PER_PAGE,
        listed=listed[:PER_PAGE],
        counts=counts,
        store_path=str(frame.store_path),
    )


def _known(encoding: str | None) -> str:
    try:
        "".encode(encoding or "utf-8")
    except LookupError:
        return "utf-8"
    return encoding or "utf-8"


def _stretches(old: str, new: str) -> tuple[Stretch, ...]:
    """Both texts as one, in order; what is the same once."""
    parts: list[Stretch] = []
    at = 0
    for one in compare_texts(old, new):
        parts += [
            Stretch("same", new[at : one.new.start]),
            Stretch("old", old[one.old.start : one.old.end]),
            Stretch("new", new[one.new.start : one.new.end]),
        ]
        at = one.new.end
    return tuple(part for part in (*parts, Stretch("same", new[at:])) if part.text)


def _around(reading: Reading, said: Statement) -> Iterator[tuple[str, str]]:
    """The words with some of the text before and behind: (role or "", text)."""
    text = reading.article.text
    spans = [
        *(("source", span) for span in said.source),
        *(("cue", span) for span in said.cue),
        *(("content", span) for span in said.content),
    ]
    first = min(span.start for _, span in spans)
    last = max(span.end for _, span in spans)
    at = max(0, first - AROUND)
    if at:
        at = text.find(" ", at, first) + 1 or at
        yield "", "… "
    for role, span in sorted(spans, key=lambda one: (one[1].start, -one[1].end)):
        if span.start < at:
            continue
        yield "", text[at : span.start]
        yield role, text[span.start : span.end]
        at = span.end
    behind = text[at : last + AROUND]
    yield "", behind if last + AROUND >= len(text) else f"{behind.rpartition(' ')[0]} …"
