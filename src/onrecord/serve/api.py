"""The same records for programs: JSON, as `msgspec` writes it, under `/api/v1`. `openapi.json` there describes all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Annotated, TypeVar

import msgspec
from fastapi import APIRouter, Query, Request, Response
from msgspec import Struct
from starlette.responses import StreamingResponse

import onrecord
from onrecord.errors import UnknownArticle
from onrecord.export import ExportFormat, Subject, ask_for, export_chunks, media_type
from onrecord.export.evidence import Evidence, make_evidence
from onrecord.records import Reading
from onrecord.serve.answers import (
    ActorDetail,
    ActorPage,
    ArticlePage,
    EventPage,
    Facets,
    SearchPage,
    StatementPage,
    Stats,
)
from onrecord.serve.cursors import decode_key, decode_offset, encode_key, encode_offset
from onrecord.serve.openapi import problems, responses
from onrecord.store import FACETS, EventRow, Filter, Key, StatementRow, Store, event_row, statement_row
from onrecord.store import Query as Asked
from onrecord.store.pool import Pool

__all__ = ["PREFIX", "asked_of", "make_api"]

PREFIX = "/api/v1"
MAX_PER_CALL = 200

Item = TypeVar("Item")
Opener = Callable[[], AbstractContextManager[Store]]
Asking = Annotated[str, Query(max_length=1_000, description="What must answer, in the query language.")]
AskingEvents = Annotated[str, Query(max_length=1_000, description="What must answer, in the filters of events.")]
Limit = Annotated[int, Query(ge=1, le=MAX_PER_CALL, description="At most so many.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before; none: from the first.")]
WithFacets = Annotated[bool, Query(description="Count the facets too.")]
NO_ARTICLE = "The store holds no article of that id."


def make_api(stores: Pool) -> APIRouter:
    """Routes that answer with records of these stores."""
    api, open_store = APIRouter(prefix=PREFIX), stores.open
    _add_statements(api, open_store)
    _add_events(api, open_store)
    _add_articles(api, open_store)
    _add_actors(api, open_store)
    _add_search(api, open_store)
    _add_export(api, open_store)
    return api


def _add_statements(api: APIRouter, open_store: Opener) -> None:
    @api.get("/statements", responses=responses(StatementPage))
    def list_statements(request: Request, q: Asking = "", limit: Limit = 20, cursor: Cursor = None) -> Response:
        """Statements that answer, newest day first; within an article in the order of the text."""
        with open_store() as store:
            rows = store.ask(q).statements(after=decode_key(cursor, q), limit=limit + 1)
            items, behind = _page(rows, limit, q)
        return json_response(request, StatementPage(items=items, next=behind))

    @api.get("/statements/{statement_id:path}", responses=responses(StatementRow, missing="No such statement."))
    def show_statement(request: Request, statement_id: str) -> Response:
        """One statement, by the id of its row: that of the article, a slash, that of the statement."""
        article_id, _, own_id = statement_id.rpartition("/")
        with open_store() as store:
            (shown, verdicts), read = store.shown(article_id), store.reading(article_id)
        # One that was rejected is in the reading only, and its row says so.
        found = ((one, said) for one in (shown, read) for said in one.statements if said.id == own_id)
        reading, said = next(found, (read, None))
        if said is None:
            raise UnknownArticle(f"The article {article_id!r} has no statement {own_id!r}.")
        return json_response(request, statement_row(reading, said, review=verdicts.get(own_id)))


def _add_events(api: APIRouter, open_store: Opener) -> None:
    @api.get("/events", responses=responses(EventPage))
    def list_events(request: Request, q: AskingEvents = "", limit: Limit = 20, cursor: Cursor = None) -> Response:
        """Political events that answer, newest day first; within an article in the order of the text."""
        with open_store() as store:
            answers = store.ask_events(q)
            rows = answers.events(after=decode_key(cursor, q), limit=limit + 1)
            items, behind = _page(rows, limit, q)
            total = answers.count()
        return json_response(request, EventPage(items=items, next=behind, total=total))

    @api.get("/events/{event_id:path}", responses=responses(EventRow, missing="No such event."))
    def show_event(request: Request, event_id: str) -> Response:
        """One event, by the id of its row: that of the article, a slash, that of the event."""
        article_id, _, own_id = event_id.rpartition("/")
        with open_store() as store:
            reading = store.reading(article_id)
        event = next((one for one in reading.events if one.id == own_id), None)
        if event is None:
            raise UnknownArticle(f"The article {article_id!r} has no event {own_id!r}.")
        return json_response(request, event_row(reading, event))


def _add_articles(api: APIRouter, open_store: Opener) -> None:
    @api.get("/articles", responses=responses(ArticlePage))
    def list_articles(request: Request, q: Asking = "", limit: Limit = 20, cursor: Cursor = None) -> Response:
        """Articles that answer or hold a statement that does, newest day first."""
        with open_store() as store:
            rows = store.ask(q).articles(after=decode_key(cursor, q), limit=limit + 1)
            items, behind = _page(rows, limit, q)
        return json_response(request, ArticlePage(items=items, next=behind))

    @api.get("/articles/{article_id:path}/evidence", responses=responses(Evidence, missing=NO_ARTICLE))
    def show_evidence(request: Request, article_id: str) -> Response:
        """Every span of every statement as W3C TextPositionSelector and TextQuoteSelector."""
        with open_store() as store:
            return json_response(request, make_evidence(store.reading(article_id)))

    @api.get("/articles/{article_id:path}", responses=responses(Reading, missing=NO_ARTICLE))
    def show_article(request: Request, article_id: str) -> Response:
        """The whole reading of an article: text, blocks, statements, models."""
        with open_store() as store:
            return json_response(request, store.reading(article_id))


def _add_actors(api: APIRouter, open_store: Opener) -> None:
    @api.get("/actors", responses=responses(ActorPage))
    def list_actors(request: Request, q: Asking = "", limit: Limit = 20, cursor: Cursor = None) -> Response:
        """Speakers of the statements that answer, those who say most first."""
        start = decode_offset(cursor, q)
        with open_store() as store:
            actors = store.ask(q).actors()
        behind = encode_offset(start + limit, q) if len(actors) > start + limit else None
        items = tuple(actors[start : start + limit])
        return json_response(request, ActorPage(items=items, next=behind, total=len(actors)))

    @api.get("/actors/{actor_id:path}", responses=responses(ActorDetail, missing="Nobody of that id says anything."))
    def show_actor(request: Request, actor_id: str) -> Response:
        """One speaker, with what is said by it counted: acts, months, countries and so on."""
        with open_store() as store:
            answers = store.ask(asked_of(actor_id))
            actor = next((one for one in answers.actors() if one.id == actor_id), None)
            if actor is None:
                raise UnknownArticle(f"Nobody of the id {actor_id!r} says anything in this store.")
            return json_response(request, ActorDetail(actor=actor, facets=answers.facets()))


def _add_search(api: APIRouter, open_store: Opener) -> None:
    @api.get("/search", responses=responses(SearchPage))
    def search(
        request: Request, q: Asking = "", limit: Limit = 20, cursor: Cursor = None, *, facets: WithFacets = False
    ) -> Response:
        """Statements, and articles none of whose statements answers; best first, with what matched."""
        start = decode_offset(cursor, q)
        with open_store() as store:
            answers = store.ask(q)
            hits = answers.hits(limit=limit + 1, offset=start)
            counted = answers.facets() if facets else ()
            total = answers.count() if q.strip() else 0
        behind = encode_offset(start + limit, q) if len(hits) > limit else None
        return json_response(request, SearchPage(query=q, hits=hits[:limit], next=behind, total=total, facets=counted))

    @api.get("/facets", responses=responses(Facets))
    def count(request: Request, q: Asking = "") -> Response:
        """How many statements answer, by act, speaker, outlet and so on; each field without its own filter."""
        with open_store() as store:
            answers = store.ask(q)
            return json_response(request, Facets(query=q, total=answers.count(), facets=answers.facets(FACETS)))

    @api.get("/stats", responses=responses(Stats))
    def stats(request: Request) -> Response:
        """What is in the store."""
        with open_store() as store:
            counts, actors = store.counts(), store.ask().actors()
        days = [day for one in actors for day in (one.first, one.last) if day]
        first, last = min(days, default=None), max(days, default=None)
        told = Stats(counts=counts, actors=len(actors), first=first, last=last, onrecord=onrecord.__version__)
        return json_response(request, told)


def _add_export(api: APIRouter, open_store: Opener) -> None:
    content: dict[str, dict[str, object]] = {media_type(one).split(";")[0]: {} for one in ExportFormat}
    streamed = {"description": "All that answers, in the format, as one stream.", "content": content}

    @api.get("/export", responses={200: streamed, **problems()}, response_class=StreamingResponse)
    def export(q: Asking = "", format: ExportFormat = ExportFormat.CSV, of: Subject | None = None) -> Response:  # noqa: A002
        """What `onrecord export` writes."""
        with open_store() as store:
            export_chunks(ask_for(store, q, format, of), format, of)  # tells what is wrong before anything is sent
        chunks = _stream(open_store, lambda store: export_chunks(ask_for(store, q, format, of), format, of))
        name = f'attachment; filename="onrecord-{of or "export"}.{format}"'
        return StreamingResponse(chunks, media_type=media_type(format), headers={"Content-Disposition": name})


def _stream(open_store: Opener, chunks_of: Callable[[Store], Iterator[bytes]]) -> Iterator[bytes]:
    """The pieces, from a store that is open as long as they come."""
    with open_store() as store:
        yield from chunks_of(store)


def asked_of(actor_id: str) -> Asked:
    """The query for all that one actor says, by the id of its row."""
    value = f"={actor_id.removeprefix('name:')}" if actor_id.startswith("name:") else actor_id
    return Asked(filters=(Filter("speaker", (value,)),))


def _page(rows: Iterator[tuple[Key, Item]], limit: int, query: str) -> tuple[tuple[Item, ...], str | None]:
    """So many of one more row than wanted, and the cursor of what is behind them."""
    got = list(rows)
    behind = encode_key(got[limit - 1][0], query) if len(got) > limit else None
    return tuple(item for _, item in got[:limit]), behind


def json_response(request: Request, record: Struct) -> Response:
    """A record as JSON with a strong ETag; nothing but that if the client has it already."""
    body = msgspec.json.encode(record)
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    known = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    if any(one in (etag, "*") for one in known):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(body, media_type="application/json", headers={"ETag": etag})
