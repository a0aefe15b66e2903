"""The rows by which an article is found, listed and counted: made of its newest reading and what was said of it."""

from __future__ import annotations

import apsw

from onrecord.records import Reading
from onrecord.store.corrected import show_reading
from onrecord.store.events import file_events, remove_events
from onrecord.store.filing import file_facets, remove_facets
from onrecord.store.passages import file_passages, remove_passages
from onrecord.store.rows import statement_rows

__all__ = ["file_rows"]


def file_rows(connection: apsw.Connection, article: int, reading: Reading) -> None:
    """Make the rows by which an article is found and listed, in place of those there are. Renewing the seal is next."""
    remove_events(connection, article)
    remove_facets(connection, article)
    remove_passages(connection, article)
    connection.execute("DELETE FROM statement WHERE article = ?", (article,))
    shown = show_reading(connection, article, reading).reading
    connection.executemany(
        "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", statement_rows(article, shown)
    )
    file_facets(connection, article, shown, file_passages(connection, article, shown))
    file_events(connection, article, shown)
