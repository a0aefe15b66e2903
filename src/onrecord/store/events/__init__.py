"""Political events in the store: rows, filters, and what answers a query."""

from onrecord.store.events.answers import EventAnswers
from onrecord.store.events.filing import event_rows, file_events, read_events, remove_events
from onrecord.store.events.rows import EventRow, day_of, event_row

__all__ = [
    "EventAnswers",
    "EventRow",
    "day_of",
    "event_row",
    "event_rows",
    "file_events",
    "read_events",
    "remove_events",
]
