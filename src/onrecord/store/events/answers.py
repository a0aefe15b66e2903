"""The events that answer a query: rows, events with their readings, how many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import apsw

from onrecord.records import Event, Reading
from onrecord.store.events.listing import count_events, events_after, told_after
from onrecord.store.events.rows import EventRow
from onrecord.store.listing import Key
from onrecord.store.query import Query

__all__ = ["EventAnswers"]

EVERYTHING = -1  # what SQLite takes for no limit


class EventAnswers:
    """Every event in a store that answers one query. Made by `Store.ask_events`; each call looks again.

    Lists come newest first, in an order that adding articles does not change, one row after another as they are asked
    for. Each row comes with its place, from which the list can be gone on with.
    """

    def __init__(
        self, connection: apsw.Connection, query: Query, told: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connection, self.query, self._told = connection, query, told

    def events(self, *, after: Key | None = None, limit: int = EVERYTHING) -> Iterator[tuple[Key, EventRow]]:
        """Every event that answers."""
        with self._told():
            yield from events_after(self._connection, self.query, after, limit)

    def told(self) -> Iterator[tuple[Reading, tuple[Event, ...]]]:
        """The same events as records, those of one article together with its reading."""
        with self._told():
            for reading, events in told_after(self._connection, self.query, None, EVERYTHING):
                yield reading, tuple(event for _, event in events)

    def count(self) -> int:
        """How many events answer."""
        with self._told():
            return count_events(self._connection, self.query)
