"""A reading's evidence as W3C selectors, so that any annotation tool can find the words again.

Both selectors of the Web Annotation Data Model (https://www.w3.org/TR/annotation-model/, sections 4.2.4 and 4.2.5)
are given: a position, which is exact while the text is the same, and a quote with its surroundings, which survives
when it is not. The model counts positions in Unicode code points, as onrecord does.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from msgspec import Struct

from onrecord.records import Reading, Span, Statement

__all__ = [
    "Evidence",
    "StatementEvidence",
    "Target",
    "TextPositionSelector",
    "TextQuoteSelector",
    "make_evidence",
    "select_span",
]

CONTEXT_CHARS = 32  # before and after a quote; as many as the tools of the Hypothesis project store
Role = Literal["source", "cue", "content"]


class TextPositionSelector(Struct, frozen=True, kw_only=True, tag="TextPositionSelector", tag_field="type"):
    """Half-open range of code points of the article's text."""

    start: int
    end: int


class TextQuoteSelector(Struct, frozen=True, kw_only=True, tag="TextQuoteSelector", tag_field="type"):
    """The words themselves, and those around them."""

    exact: str
    prefix: str
    suffix: str


class Target(Struct, frozen=True, kw_only=True):
    """One span of a statement, told in both ways."""

    role: Role
    selector: tuple[TextPositionSelector, TextQuoteSelector]


class StatementEvidence(Struct, frozen=True, kw_only=True):
    """Where the article shows a statement: who (source), the words that report it (cue), what was said (content)."""

    id: str
    targets: tuple[Target, ...]


class Evidence(Struct, frozen=True, kw_only=True):
    """The evidence of every statement of an article."""

    article: str
    text_sha256: str  # of the text in UTF-8; positions hold for no other text
    statements: tuple[StatementEvidence, ...]


def make_evidence(reading: Reading) -> Evidence:
    """Both selectors for every span of every statement."""
    text = reading.article.text
    return Evidence(
        article=reading.article.id,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        statements=tuple(
            StatementEvidence(id=said.id, targets=tuple(_targets(text, said))) for said in reading.statements
        ),
    )


def _targets(text: str, said: Statement) -> list[Target]:
    roles: tuple[tuple[Role, tuple[Span, ...]], ...] = (
        ("source", said.source),
        ("cue", said.cue),
        ("content", said.content),
    )
    return [Target(role=role, selector=select_span(text, span)) for role, spans in roles for span in spans]


def select_span(text: str, span: Span) -> tuple[TextPositionSelector, TextQuoteSelector]:
    """A span as both selectors."""
    quote = TextQuoteSelector(
        exact=text[span.start : span.end],
        prefix=text[max(0, span.start - CONTEXT_CHARS) : span.start],
        suffix=text[span.end : span.end + CONTEXT_CHARS],
    )
    return TextPositionSelector(start=span.start, end=span.end), quote
