"""What a query can be asked for: hits, rows, whole readings, counts, facets, actors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import apsw

from onrecord.records import Reading, Statement
from onrecord.store.counting import (
    FACETS,
    ActorRow,
    Facet,
    count_facets,
    count_selected,
    count_statements,
    list_actors,
)
from onrecord.store.flat import ArticleRow, StatementRow
from onrecord.store.listing import (
    Key,
    articles_after,
    pages_after,
    readings_after,
    spoken_after,
    statements_after,
)
from onrecord.store.pages import KeptPage
from onrecord.store.query import Query
from onrecord.store.results import Hit
from onrecord.store.search import find_hits

if TYPE_CHECKING:  # numpy comes with it, which only servers need here
    from onrecord.store.columns import Columns, Selection

__all__ = ["Answers"]

EVERYTHING = -1  # what SQLite takes for no limit


class Answers:
    """Everything in a store that answers one query. Made by `Store.ask`.

    Each call looks again, but for counts of a server, which are of one moment.

    Lists come newest first, in an order that adding articles does not change, one row after another as they are asked
    for. Each row comes with its place, from which the list can be gone on with.
    """

    def __init__(
        self,
        connection: apsw.Connection,
        query: Query,
        told: Callable[[], AbstractContextManager[None]],
        columns: Columns | None = None,
    ) -> None:
        self._connection, self.query, self._told, self._columns = connection, query, told, columns
        self._selection: Selection | None = None

    def hits(self, *, limit: int = 20, offset: int = 0) -> tuple[Hit, ...]:
        """Best first, with what matched; see `Store.search`."""
        with self._told():
            return find_hits(self._connection, self.query, limit=limit, offset=offset)

    def statements(self, *, after: Key | None = None, limit: int = EVERYTHING) -> Iterator[tuple[Key, StatementRow]]:
        """Every statement that answers."""
        with self._told():
            yield from statements_after(self._connection, self.query, after, limit)

    def spoken(self) -> Iterator[tuple[Reading, tuple[Statement, ...]]]:
        """The same statements as records, those of one article together with its reading."""
        with self._told():
            for reading, keys in spoken_after(self._connection, self.query, None, EVERYTHING):
                yield reading, tuple(reading.statements[key.position] for key in keys)

    def articles(self, *, after: Key | None = None, limit: int = EVERYTHING) -> Iterator[tuple[Key, ArticleRow]]:
        """Every article that answers, or holds a statement that does."""
        with self._told():
            yield from articles_after(self._connection, self.query, after, limit)

    def readings(self, *, after: Key | None = None, limit: int = EVERYTHING) -> Iterator[tuple[Key, Reading]]:
        """The same articles as whole readings."""
        with self._told():
            yield from readings_after(self._connection, self.query, after, limit)

    def pages(self, *, after: Key | None = None, limit: int = EVERYTHING) -> Iterator[tuple[Key, KeptPage]]:
        """Their raw pages, to the byte."""
        with self._told():
            yield from pages_after(self._connection, self.query, after, limit)

    def count(self) -> int:
        """How many statements answer."""
        with self._told():
            if self._columns:
                return self._select(self._columns).size()
            return count_statements(self._connection, self.query)

    def facets(self, fields: Sequence[str] = FACETS) -> tuple[Facet, ...]:
        """How many statements answer, by each of the fields."""
        with self._told():
            if self._columns:
                return count_selected(self._select(self._columns), self.query, fields)
            return count_facets(self._connection, self.query, fields)

    def actors(self) -> list[ActorRow]:
        """Everybody who says something that answers, those who say most first."""
        with self._told():
            return list_actors(self._connection, self.query)

    def _select(self, columns: Columns) -> Selection:
        self._selection = self._selection or columns.select(self._connection, self.query)
        return self._selection
