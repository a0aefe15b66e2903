"""Statements as annotations of the W3C Web Annotation Data Model (https://www.w3.org/TR/annotation-model/).

An annotation's target is what was said, in the article's text: by position, and by quotation with its surroundings.
Its bodies say who the speaker is and what the statement does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from onrecord.export.evidence import select_span
from onrecord.export.names import Names
from onrecord.export.streams import Json, list_chunks
from onrecord.records import Article, Reading, Span, Speaker, Statement

__all__ = ["annotation_chunks", "make_annotation"]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

Spoken = tuple[Reading, tuple[Statement, ...]]


def annotation_chunks(spoken: Iterable[Spoken], names: Names) -> Iterator[bytes]:
    """One AnnotationPage with an annotation for each statement."""
    before: dict[str, Json] = {"@context": CONTEXT, "id": f"{names.base}annotations", "type": "AnnotationPage"}
    members = (make_annotation(reading, said, names) for reading, statements in spoken for said in statements)
    return list_chunks(before, "items", members)


def make_annotation(reading: Reading, said: Statement, names: Names) -> Json:
    """A statement as an annotation; without `@context`, which its page has."""
    article = reading.article
    return {
        "id": names.statement(article.id, said.id),
        "type": "Annotation",
        "motivation": "describing",
        "generator": {"type": "Software", "name": f"onrecord {reading.models.onrecord}, {reading.models.reader}"},
        "body": [*_speaker_bodies(said.speaker, names), _text(said.act.value, "classifying")],
        "target": [_target(article, span, names) for span in said.content],
    }


def _speaker_bodies(speaker: Speaker | None, names: Names) -> list[Json]:
    if speaker is None:
        return []
    iri = names.speaker(speaker)
    known: list[Json] = [{"type": "SpecificResource", "source": iri, "purpose": "identifying"}] if iri else []
    return [*known, _text(speaker.name, "identifying")]


def _text(value: str, purpose: str) -> Json:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _target(article: Article, span: Span, names: Names) -> Json:
    source: dict[str, Json] = {"id": names.article(article.id), "type": "Text", "format": "text/plain"}
    if article.language:
        source["language"] = article.language
    if article.url:
        source["via"] = article.url
    selectors: list[Json] = [msgspec.to_builtins(one) for one in select_span(article.text, span)]
    return {"type": "SpecificResource", "source": source, "selector": selectors}
