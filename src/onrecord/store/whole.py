"""The whole store, one reading after the other: what a timeline or a comparison runs over."""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import msgspec

from onrecord.records import Reading
from onrecord.store.corrected import show_reading

__all__ = ["each_reading"]

# Of a page that was fetched again with other content only the newest version, of an article only the newest reading.
_NEWEST = """
    SELECT a.number, (SELECT record FROM reading WHERE article = a.number ORDER BY number DESC LIMIT 1) FROM article a
    WHERE a.place IS NULL OR a.version = (SELECT max(version) FROM article b WHERE b.place = a.place)
    ORDER BY ifnull(a.published, ''), a.number"""


def each_reading(connection: apsw.Connection) -> Iterator[Reading]:
    """The newest reading of every article that no newer version replaces, by day, those without a day first."""
    decoder = msgspec.json.Decoder(Reading)
    for number, record in connection.execute(_NEWEST):
        yield show_reading(connection, int(str(number)), decoder.decode(str(record))).reading
