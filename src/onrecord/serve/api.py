"""The same records for programs: JSON, as `msgspec` writes it, under `/api`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response
from msgspec import Struct

from onrecord.records import Reading
from onrecord.serve.evidence import Evidence, make_evidence
from onrecord.store import Counts, Hit, Listed, Store

__all__ = ["ApiError", "json_response", "make_api"]

MAX_PER_CALL = 200

Limit = Annotated[int, Query(ge=1, le=MAX_PER_CALL)]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]


class ApiError(Struct, frozen=True, kw_only=True):
    """What went wrong with a call; `code` is stable."""

    code: str
    message: str


class Found(Struct, frozen=True, kw_only=True):
    """The answer to a search."""

    query: str
    hits: tuple[Hit, ...]


class Articles(Struct, frozen=True, kw_only=True):
    """A list of articles, newest first, and what the whole store holds."""

    counts: Counts
    articles: tuple[Listed, ...]


def make_api(store_path: Path) -> APIRouter:
    """Routes that answer with records of the store at `store_path`."""
    api = APIRouter(prefix="/api")

    @api.get("/articles")
    def list_articles(limit: Limit = 20, offset: Offset = 0) -> Response:
        with Store.open(store_path, read_only=True) as store:
            listed = store.list_articles(limit=limit, offset=offset)
            return json_response(Articles(counts=store.counts(), articles=listed))

    @api.get("/articles/{article_id:path}/evidence")
    def show_evidence(article_id: str) -> Response:
        with Store.open(store_path, read_only=True) as store:
            return json_response(make_evidence(store.reading(article_id)))

    @api.get("/articles/{article_id:path}")
    def show_article(article_id: str) -> Response:
        with Store.open(store_path, read_only=True) as store:
            return json_response(store.reading(article_id))

    @api.get("/search")
    def search(q: str = "", limit: Limit = 20, offset: Offset = 0) -> Response:
        with Store.open(store_path, read_only=True) as store:
            return json_response(Found(query=q, hits=store.search(q, limit=limit, offset=offset)))

    return api


def json_response(record: Reading | Evidence | Articles | Found | ApiError, *, status: int = 200) -> Response:
    """A record as JSON."""
    return Response(msgspec.json.encode(record), status_code=status, media_type="application/json")
