"""Statements and events cut loose from their readings and set on their day, each leading back to its characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from onrecord.records import Act, Article, Event, EventType, Modality, Party, Reading, Span, Speaker, Statement
from onrecord.track.periods import day_of

__all__ = ["Coverage", "Name", "Occurrence", "coverage_of", "is_named", "keys_of", "occurrences_of"]

UNKNOWN_SOURCE = "(source unknown)"


class Name(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An actor as text and, where known, as ids of the actors catalogue and Wikidata."""

    name: str
    id: str | None = None
    wikidata: str | None = None
    country: str | None = None


class Occurrence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement or an event on the day of its article. `act` is of statements only, the next four of events only."""

    day: date
    article: str
    id: str  # of the statement or event, within its reading
    who: tuple[Name, ...]  # the speaker, or whoever acts
    via: tuple[str, ...] = ()
    act: Act | None = None
    event: EventType | None = None
    modality: Modality | None = None
    score: float | None = None  # PLOVER's, -10 conflict to 10 cooperation
    quad: int | None = None  # 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict
    whom: tuple[Name, ...] = ()  # at whom it is aimed
    negated: bool = False
    conditional: bool = False
    hedged: bool = False
    confidence: float
    spans: tuple[Span, ...]  # code points of the article's text
    text: str  # the words of the spans, "…" between them
    source: str  # outlet, else agency
    title: str | None = None
    url: str | None = None


class Coverage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That an article of a source is there for a day: what tells a speaker's silence from a gap in the collection."""

    article: str
    source: str
    day: date | None  # None: not known; such an article is counted, and stands on no timeline


def coverage_of(article: Article) -> Coverage:
    """Source and day of an article."""
    day = day_of(article.published.value) if article.published else None
    return Coverage(article=article.id, source=article.outlet or article.agency or UNKNOWN_SOURCE, day=day)


def occurrences_of(reading: Reading) -> Iterator[Occurrence]:
    """Statements in their order, then events; none if the article's day is not known."""
    coverage = coverage_of(reading.article)
    if coverage.day is None:
        return
    for said in reading.statements:
        yield _of_statement(reading.article, coverage, coverage.day, said)
    for event in reading.events:
        yield _of_event(reading.article, coverage, coverage.day, event)


def keys_of(wanted: str, occurrences: Iterable[Occurrence]) -> frozenset[str]:
    """All by which the actor wanted is known among them: what was asked for, and the catalogue ids of that name.

    So "Kim Jong Un" also finds "Kim Jong-un" where the catalogue knows both as one. A part of a name does not count:
    "Kim" is not "Kim Jong Un".

    Args:
        wanted: a name in any case, an id of the actors catalogue, or a Wikidata number.
    """
    key = wanted.strip().casefold()
    ids = {name.id for one in occurrences for name in one.who if name.id and key in _keys(name)}
    return frozenset({key, *ids})


def is_named(keys: frozenset[str], names: Iterable[Name]) -> bool:
    """Whether one of the actors is known by one of the keys."""
    return any(keys & _keys(name) for name in names)


def _keys(name: Name) -> set[str]:
    return {name.name.casefold(), name.id or name.name.casefold(), (name.wikidata or name.name).casefold()}


def _of_statement(article: Article, coverage: Coverage, day: date, said: Statement) -> Occurrence:
    return Occurrence(
        day=day,
        article=article.id,
        id=said.id,
        who=(_name(said.speaker),) if said.speaker else (),
        via=tuple(one.name for one in said.via),
        act=said.act,
        negated=said.negated,
        conditional=said.conditional,
        hedged=said.hedged,
        confidence=said.confidence,
        spans=said.content,
        text=_words(article.text, said.content),
        source=coverage.source,
        title=article.title,
        url=article.url,
    )


def _of_event(article: Article, coverage: Coverage, day: date, event: Event) -> Occurrence:
    return Occurrence(
        day=day,
        article=article.id,
        id=event.id,
        who=tuple(_name(one) for one in event.actor),
        event=event.type,
        modality=event.modality,
        score=event.score,
        quad=event.quad,
        whom=tuple(_name(one) for one in event.recipient),
        negated=event.modality is Modality.NEGATED,
        confidence=event.confidence,
        spans=(event.evidence,),
        text=_words(article.text, (event.evidence,)),
        source=coverage.source,
        title=article.title,
        url=article.url,
    )


def _name(actor: Speaker | Party) -> Name:
    return Name(name=actor.name, id=actor.id, wikidata=actor.wikidata, country=actor.country)


def _words(text: str, spans: tuple[Span, ...]) -> str:
    return " … ".join(text[span.start : span.end] for span in spans)
