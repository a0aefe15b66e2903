"""What answers a query, row after row in one fixed order: newest day first, within an article as in the text.

The order does not change when articles are added, so a list can be gone on with from any of its places (`Key`), and
an export of everything is the same as all pages of the API end to end. Rows come one at a time; a reading is decoded
once for all of its statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import apsw
import msgspec

from onrecord.records import Reading
from onrecord.store.connection import select
from onrecord.store.corrected import Shown, show_newest
from onrecord.store.filters import ARTICLES, Condition, filter_condition
from onrecord.store.flat import ArticleRow, StatementRow, article_row, statement_row
from onrecord.store.pages import KeptPage, kept_page
from onrecord.store.query import Query
from onrecord.store.search import text_condition

__all__ = [
    "Key",
    "answering",
    "articles_after",
    "pages_after",
    "readings_after",
    "rows_in_order",
    "spoken_after",
    "statements_after",
]

_LISTED = "SELECT f.day, f.article, f.position FROM facet f WHERE {condition} ORDER BY {order} LIMIT ?"
_BY_STATEMENT = "f.day DESC, f.article DESC, f.position"
_BY_ARTICLE = "f.day DESC, f.article DESC"
_HOLDING = "f.article IN (SELECT f.article FROM facet f WHERE {condition})"


class Key(NamedTuple):
    """A place in a list: what stands behind it comes next. `position` is -1 in lists of articles."""

    day: str
    article: int
    position: int


def spoken_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Reading, tuple[Key, ...]]]:
    """Readings that hold statements which answer the query, and where those stand."""
    for shown, keys in _shown_after(connection, query, key, limit):
        yield shown.reading, keys


def _shown_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Shown, tuple[Key, ...]]]:
    condition = answering(connection, query, of_statements=True)
    listed = rows_in_order(connection, _LISTED, condition, key, limit)
    for number, keys in groupby(listed, key=lambda one: one.article):
        yield show_newest(connection, number), tuple(keys)


def statements_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Key, StatementRow]]:
    """Statements that answer the query, and where each of them stands."""
    for (reading, verdicts), keys in _shown_after(connection, query, key, limit):
        for one in keys:
            said = reading.statements[one.position]
            yield one, statement_row(reading, said, review=verdicts.get(said.id))


def readings_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Key, Reading]]:
    """The whole readings of the articles that answer the query, or hold a statement that does."""
    for one in rows_in_order(connection, _LISTED, _holding(connection, query), key, limit, order=_BY_ARTICLE):
        yield one, show_newest(connection, one.article).reading


def articles_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Key, ArticleRow]]:
    """The same as rows."""
    for one, reading in readings_after(connection, query, key, limit):
        about = "SELECT version, added_at FROM article WHERE number = ?"
        ((version, added_at),) = select(connection, tuple[int, str], about, (one.article,))
        yield one, article_row(reading, version=version, added_at=added_at)


def pages_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Key, KeptPage]]:
    """Their raw pages."""
    for one in rows_in_order(connection, _LISTED, _holding(connection, query), key, limit, order=_BY_ARTICLE):
        yield one, kept_page(connection, one.article)


def answering(connection: apsw.Connection, query: Query, *, of_statements: bool) -> Condition:
    """Terms and filters as one condition on `facet f`."""
    condition = filter_condition(query.filters, statements_only=of_statements)
    return condition.and_also(text_condition(connection, query))


def _holding(connection: apsw.Connection, query: Query) -> Condition:
    if not (query.terms or query.filters):
        return Condition(ARTICLES)
    inner = answering(connection, query, of_statements=False)
    return Condition(ARTICLES).and_also(Condition(inner.put_into(_HOLDING), inner.values))


def rows_in_order(
    connection: apsw.Connection,
    listed: str,
    condition: Condition,
    key: Key | None,
    limit: int,
    *,
    order: str = _BY_STATEMENT,
) -> Iterator[Key]:
    """The places that a query lists, behind `key`. It has holes for condition and order, and one "?" for the limit."""
    if key is not None:
        condition = condition.and_also(_behind(key))
    query = condition.put_into(listed).replace("{order}", order)
    for row in connection.execute(query, (*condition.values, limit)):
        yield msgspec.convert(row, Key)


def _behind(key: Key) -> Condition:
    """The first comparison is what lets SQLite start in the middle of its index."""
    sql = "f.day <= ? AND (f.day < ? OR f.article < ? OR (f.article = ? AND f.position > ?))"
    return Condition(sql, (key.day, key.day, key.article, key.article, key.position))
