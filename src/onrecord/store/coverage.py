"""What came from where and when: the ground on which silence can be told from a gap in the collection."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from onrecord.store.connection import select
from onrecord.store.reports import opened

__all__ = ["Arrived", "Covered", "Newcomer", "list_arrivals", "list_coverage", "list_newcomers"]

_SOURCE = "coalesce(a.outlet, n.name, '(source unknown)')"  # as `track.occurrences` names it
_ARTICLES = """FROM article a LEFT JOIN facet f ON f.article = a.number AND f.position = -1
               LEFT JOIN named n ON n.number = f.agency"""


class Covered(NamedTuple):
    """That an article of a source is there for a day. Of a page with several versions only the newest counts."""

    article: str
    source: str  # outlet, else agency
    published: str | None


class Arrived(NamedTuple):
    """How many pages of a source came in within an hour, by UTC."""

    source: str
    hour: str  # "2021-03-01T09"
    pages: int


class Newcomer(NamedTuple):
    """A page by when it came in."""

    article_id: str
    title: str | None
    source: str
    published: str | None
    added_at: str
    version: int
    statements: int


def list_coverage(path: Path) -> list[Covered]:
    """Every article that no newer version replaces.

    Raises:
        StoreError: the store cannot be read.
    """
    query = f"""SELECT a.id, {_SOURCE}, a.published {_ARTICLES}
                WHERE a.place IS NULL OR a.version = (SELECT max(version) FROM article b WHERE b.place = a.place)"""  # noqa: S608  our own words
    with opened(path) as connection:
        return select(connection, Covered, query)


def list_arrivals(path: Path, *, since: str) -> list[Arrived]:
    """Pages by source and hour in which they came in, from an hour such as "2021-03-01T09" on.

    Raises:
        StoreError: the store cannot be read.
    """
    query = f"""SELECT {_SOURCE} AS source, substr(a.added_at, 1, 13) AS hour, count(*) {_ARTICLES}
                WHERE a.added_at >= ? GROUP BY 1, 2 ORDER BY 1, 2"""
    with opened(path) as connection:
        return select(connection, Arrived, query, (since,))


def list_newcomers(path: Path, *, limit: int) -> list[Newcomer]:
    """Pages as they came in, the newest first.

    Raises:
        StoreError: the store cannot be read.
    """
    query = f"""SELECT a.id, a.title, {_SOURCE}, a.published, a.added_at, a.version,
                       (SELECT count(*) FROM statement s WHERE s.article = a.number) {_ARTICLES}
                ORDER BY a.number DESC LIMIT ?"""  # noqa: S608  our own words
    with opened(path) as connection:
        return select(connection, Newcomer, query, (limit,))
