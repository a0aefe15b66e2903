"""Events as flat rows: one shape for the API, every table that is exported, and Python."""

from __future__ import annotations

from msgspec import Struct

from onrecord.records import Act, Event, EventType, Modality, Reading, Span
from onrecord.store.flat import words_of

__all__ = ["EventRow", "day_of", "event_row"]

DAY_CHARS = 10  # 2021-01-06 of whatever stands behind it


class EventRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event with the words that show it, who tells it, and what is known of its article."""

    id: str  # "ARTICLE/e3"
    article_id: str
    event_id: str
    date: str | None = None
    published: str | None = None
    title: str | None = None
    outlet: str | None = None
    agency: str | None = None
    language: str | None = None
    url: str | None = None
    type: EventType
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    cameo: str
    goldstein: float
    score: float
    quad: int
    actors: tuple[str, ...] = ()
    actor_ids: tuple[str | None, ...] = ()
    actor_countries: tuple[str | None, ...] = ()
    actor_sectors: tuple[str | None, ...] = ()
    recipients: tuple[str, ...] = ()
    recipient_ids: tuple[str | None, ...] = ()
    recipient_countries: tuple[str | None, ...] = ()
    recipient_sectors: tuple[str | None, ...] = ()
    modality: Modality
    statement_id: str | None = None
    told_by: str | None = None
    told_by_id: str | None = None
    told_as: Act | None = None
    confidence: float
    trigger: str
    evidence: str
    trigger_spans: tuple[Span, ...]
    evidence_spans: tuple[Span, ...]
    sha256: str
    reader: str


def day_of(reading: Reading, event: Event) -> str:  # noqa: ARG001  the one place that says which day an event has
    """The day of an event, as exact as known: that on which the article was published; "" if that is not known."""
    published = reading.article.published
    return published.value[:DAY_CHARS] if published else ""


def event_row(reading: Reading, event: Event) -> EventRow:
    """The row of one event of a reading."""
    article = reading.article
    said = next((one for one in reading.statements if one.id == event.statement), None)
    speaker = said.speaker if said else None
    return EventRow(
        id=f"{article.id}/{event.id}",
        article_id=article.id,
        event_id=event.id,
        date=day_of(reading, event) or None,
        published=article.published.value if article.published else None,
        title=article.title,
        outlet=article.outlet,
        agency=article.agency,
        language=article.language,
        url=article.url,
        type=event.type,
        mode=event.mode,
        contexts=event.contexts,
        cameo=event.cameo,
        goldstein=event.goldstein,
        score=event.score,
        quad=event.quad,
        actors=tuple(one.name for one in event.actor),
        actor_ids=tuple(one.id for one in event.actor),
        actor_countries=tuple(one.country for one in event.actor),
        actor_sectors=tuple(one.sector for one in event.actor),
        recipients=tuple(one.name for one in event.recipient),
        recipient_ids=tuple(one.id for one in event.recipient),
        recipient_countries=tuple(one.country for one in event.recipient),
        recipient_sectors=tuple(one.sector for one in event.recipient),
        modality=event.modality,
        statement_id=event.statement,
        told_by=speaker.name if speaker else None,
        told_by_id=speaker.id if speaker else None,
        told_as=said.act if said else None,
        confidence=event.confidence,
        trigger=words_of(article.text, [event.trigger]),
        evidence=words_of(article.text, [event.evidence]),
        trigger_spans=(event.trigger,),
        evidence_spans=(event.evidence,),
        sha256=article.origin.sha256,
        reader=reading.models.reader,
    )
