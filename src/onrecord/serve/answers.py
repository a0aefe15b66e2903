"""What the API answers with: frozen records around those of the store."""

from __future__ import annotations

from msgspec import Struct

from onrecord.store import ActorRow, ArticleRow, Counts, EventRow, Facet, Hit, StatementRow

__all__ = ["ActorDetail", "ActorPage", "ArticlePage", "EventPage", "Facets", "SearchPage", "StatementPage", "Stats"]


class StatementPage(Struct, frozen=True, kw_only=True):
    """Statements, newest day first. `next` is the cursor of the page behind; null at the end."""

    items: tuple[StatementRow, ...]
    next: str | None


class ArticlePage(Struct, frozen=True, kw_only=True):
    """Articles, newest day first."""

    items: tuple[ArticleRow, ...]
    next: str | None


class EventPage(Struct, frozen=True, kw_only=True):
    """Political events, newest day first. `total` counts all that answer."""

    items: tuple[EventRow, ...]
    next: str | None
    total: int


class ActorPage(Struct, frozen=True, kw_only=True):
    """Speakers, those who say most first."""

    items: tuple[ActorRow, ...]
    next: str | None
    total: int


class ActorDetail(Struct, frozen=True, kw_only=True):
    """One speaker, and what is said by it, counted."""

    actor: ActorRow
    facets: tuple[Facet, ...]


class SearchPage(Struct, frozen=True, kw_only=True):
    """Hits, best first. `total` counts statements, `facets` are empty unless they were asked for."""

    query: str
    hits: tuple[Hit, ...]
    next: str | None
    total: int
    facets: tuple[Facet, ...]


class Facets(Struct, frozen=True, kw_only=True):
    """How many statements answer, in all and by each field."""

    query: str
    total: int
    facets: tuple[Facet, ...]


class Stats(Struct, frozen=True, kw_only=True):
    """What is in the store: `counts.received` is the sum of stored, duplicate and quarantined."""

    counts: Counts
    actors: int
    first: str | None  # days of publication
    last: str | None
    onrecord: str
