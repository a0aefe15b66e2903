"""Which events answer a query, in one fixed order: newest day first, within an article as in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

import apsw

from onrecord.records import Event, Reading
from onrecord.store.connection import select
from onrecord.store.corrected import show_newest
from onrecord.store.events.rows import EventRow, event_row
from onrecord.store.filters import ARTICLES, SHARED, Condition, condition_of, filter_condition, named_party
from onrecord.store.listing import Key, rows_in_order
from onrecord.store.query import Filter, Query
from onrecord.store.search import text_condition

__all__ = ["count_events", "events_after", "told_after"]

_LISTED = "SELECT f.day, f.article, f.position FROM event f WHERE {condition} ORDER BY {order} LIMIT ?"
_HOW_MANY = "SELECT count(*) FROM event f WHERE {condition}"
_OF_ARTICLE = "f.article IN (SELECT f.article FROM facet f WHERE {condition})"
_TOLD = "EXISTS (SELECT 1 FROM facet f WHERE f.article = told.article AND f.position = told.said AND {condition})"
_TELLING = "f.number IN (SELECT told.number FROM event told WHERE told.said IS NOT NULL AND {condition})"
_PARTIES = "f.number IN (SELECT event FROM party WHERE {condition})"
_AMONG = "named IN (SELECT number FROM named WHERE {condition})"
_LATER = "~"  # sorts behind every digit


def told_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Reading, tuple[tuple[Key, Event], ...]]]:
    """Readings that hold events which answer the query, and those events, each with its place."""
    listed = rows_in_order(connection, _LISTED, _answering(connection, query), key, limit)
    for number, keys in groupby(listed, key=lambda one: one.article):
        reading = show_newest(connection, number).reading
        yield reading, tuple((one, reading.events[one.position]) for one in keys)


def events_after(
    connection: apsw.Connection, query: Query, key: Key | None, limit: int
) -> Iterator[tuple[Key, EventRow]]:
    """The same as rows."""
    for reading, events in told_after(connection, query, key, limit):
        for one, event in events:
            yield one, event_row(reading, event)


def count_events(connection: apsw.Connection, query: Query) -> int:
    """How many events answer."""
    condition = _answering(connection, query)
    ((count,),) = select(connection, tuple[int], condition.put_into(_HOW_MANY), condition.values)
    return count


def _answering(connection: apsw.Connection, query: Query) -> Condition:
    """Filters as a condition on `event f`; words are looked for in the article."""
    condition = Condition("1")
    for one in query.filters:
        condition = condition.and_also(_condition_of(one))
    if query.terms:
        words = Condition(ARTICLES).and_also(text_condition(connection, Query(terms=query.terms)))
        condition = condition.and_also(Condition(words.put_into(_OF_ARTICLE), words.values))
    return condition


def _condition_of(one: Filter) -> Condition:
    if one.field in _OF_EVENT:
        return condition_of(one, _OF_EVENT)
    if one.field in SHARED:  # of the article's row of `facet`, or of columns that both tables have
        return condition_of(one, SHARED)
    found = filter_condition([one._replace(is_negated=False)])
    if one.field == "speaker":
        held = Condition(_TELLING.replace("{condition}", found.put_into(_TOLD)), found.values)
    else:
        of_article = Condition(ARTICLES).and_also(found)
        held = Condition(of_article.put_into(_OF_ARTICLE), of_article.values)
    return Condition(f"NOT {held.sql}", held.values) if one.is_negated else held


def _is(column: str) -> Callable[[str], Condition]:
    return lambda value: Condition(f"f.{column} = ?", (value,))


def _party(role: str) -> Callable[[str], Condition]:
    def make(value: str) -> Condition:
        named = named_party(value)
        among = Condition(f"role = ? AND {named.put_into(_AMONG)}", (role, *named.values))
        return Condition(among.put_into(_PARTIES), among.values)

    return make


def _country(value: str) -> Condition:
    among = Condition("kind = 'speaker' AND country = ?").put_into(_AMONG)
    return Condition(_PARTIES.replace("{condition}", among), (value,))


def _cameo(value: str) -> Condition:
    return Condition("f.cameo BETWEEN ? AND ?", (value, value + _LATER))


def _quad(value: str) -> Condition:
    return Condition("f.quad = ?", (int(value),))


_OF_EVENT: Mapping[str, Callable[[str], Condition]] = {
    "type": _is("type"),
    "mode": _is("mode"),
    "cameo": _cameo,
    "quad": _quad,
    "modality": _is("modality"),
    "actor": _party("actor"),
    "recipient": _party("recipient"),
    "country": _country,
}
