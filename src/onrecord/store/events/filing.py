"""What an event is filtered and ordered by, filed as one narrow row, and one for each of its parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import apsw

from onrecord.records import Event, Reading
from onrecord.store.events.rows import day_of
from onrecord.store.names import Name, name_of, number_of

__all__ = ["FiledEvent", "event_rows", "file_events", "read_events", "remove_events"]

_EVENT = """
    INSERT INTO event (article, position, day, type, mode, cameo, quad, modality, said, confidence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_FILED = """
    SELECT number, position, day, type, mode, cameo, quad, modality, said, confidence
    FROM event WHERE article = ? ORDER BY position"""
_PARTIES = """
    SELECT p.event, p.role, n.kind, n.name, n.folded, n.actor, n.wikidata, n.country, n.sector
    FROM event e JOIN party p ON p.event = e.number LEFT JOIN named n ON n.number = p.named WHERE e.article = ?"""


class FiledEvent(NamedTuple):
    """A row of `event` less the numbers that SQLite gave, and its rows of `party`: (role, who)."""

    position: int
    day: str
    type: str
    mode: str | None
    cameo: str
    quad: int
    modality: str
    said: int | None
    confidence: float
    parties: frozenset[tuple[str, Name]]


def event_rows(reading: Reading) -> list[FiledEvent]:
    """What is filed of the events of a reading, in text order."""
    said = {one.id: position for position, one in enumerate(reading.statements)}
    return [
        FiledEvent(
            *(position, day_of(reading, event), event.type.value, event.mode, event.cameo, event.quad),
            *(event.modality.value, said.get(event.statement or ""), event.confidence),
            parties=frozenset(_parties(event)),
        )
        for position, event in enumerate(reading.events)
    ]


def file_events(connection: apsw.Connection, article: int, reading: Reading) -> None:
    """File the events of an article."""
    for *facts, parties in event_rows(reading):
        connection.execute(_EVENT, (article, *facts))
        number = connection.last_insert_rowid()
        for role, name in sorted(parties, key=repr):
            row = (number, role, number_of(connection, name))
            connection.execute("INSERT INTO party VALUES (?, ?, ?)", row)


def read_events(connection: apsw.Connection, article: int) -> list[tuple[object, ...]]:
    """What is filed of an article's events, as `event_rows` has it; a name that is gone is all None."""
    parties: dict[object, set[object]] = defaultdict(set)
    for number, role, *name in connection.execute(_PARTIES, (article,)):
        parties[number].add((role, tuple(name)))
    return [(*facts, frozenset(parties[number])) for number, *facts in connection.execute(_FILED, (article,))]


def remove_events(connection: apsw.Connection, article: int) -> None:
    """Take an article's events out, before a newer reading comes in."""
    connection.execute("DELETE FROM party WHERE event IN (SELECT number FROM event WHERE article = ?)", (article,))
    connection.execute("DELETE FROM event WHERE article = ?", (article,))


def _parties(event: Event) -> Iterator[tuple[str, Name]]:
    for role, parties in (("actor", event.actor), ("recipient", event.recipient)):
        for one in parties:
            yield role, name_of("speaker", one.name, one.id, one.wikidata, one.country, one.sector)
