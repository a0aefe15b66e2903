"""An article as its page shows it: blocks in page order, the body cut into pieces that know their statements.

All cutting is done here, in code points; the browser only switches classes and never counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from onrecord.facts import Fact, facts_of_statement
from onrecord.highlight import Mark, Piece, cut_pieces
from onrecord.records import Article, Block, BlockRole, Event, Reading, Span, Statement

__all__ = ["Card", "EventCard", "PieceView", "Section", "order_cards", "show_article", "show_events"]


class PieceView(NamedTuple):
    """A run of the body under the same marks."""

    text: str
    # (id, role), outermost statement first; roles are "source", "cue", "content" of statements,
    # "evidence", "trigger", "actor", "recipient" of events
    marks: tuple[tuple[str, str], ...]
    begins: tuple[str, ...]  # statements whose first marked character opens this piece
    ends: tuple[str, ...]  # statements whose content ends with this piece
    is_gap: bool = False  # white space between two paragraphs


class Section(NamedTuple):
    """Neighbouring blocks that are shown as one: a paragraph of body, or a run of blocks of one role."""

    role: BlockRole
    texts: tuple[str, ...] = ()
    pieces: tuple[PieceView, ...] = ()


class Card(NamedTuple):
    """A statement in the list beside the text."""

    statement: Statement
    depth: int
    said: tuple[str, ...]  # the words of its content, span by span
    source: str  # as printed; empty if there is none
    printed: str  # the same where it tells more than the speaker's name does; else empty
    facts: tuple[Fact, ...]  # whom it is aimed at, when it was said, by when it is due


class EventCard(NamedTuple):
    """An event in the list beside the text."""

    event: Event
    actor: str
    recipient: str
    trigger: str  # the word that tells it
    told: str  # the words that tell who did what to whom


def show_events(reading: Reading) -> tuple[EventCard, ...]:
    """Every event, in the order of the text."""
    text = reading.article.text
    in_order = sorted(reading.events, key=lambda event: (event.trigger.start, event.id))
    return tuple(
        EventCard(
            event=event,
            actor=", ".join(one.name for one in event.actor),
            recipient=", ".join(one.name for one in event.recipient),
            trigger=text[event.trigger.start : event.trigger.end],
            told=text[event.evidence.start : event.evidence.end],
        )
        for event in in_order
    )


def show_article(reading: Reading) -> tuple[Section, ...]:
    """Everything the page holds, in page order; the body's sections together hold `article.text` to the letter."""
    paragraphs = iter(_cut_body(reading))
    sections: list[Section] = []
    for block in _in_page_order(reading.article):
        if block.role is BlockRole.BODY:
            sections.extend(islice(paragraphs, 1))
        elif sections and sections[-1].role is block.role is not BlockRole.TITLE:
            sections[-1] = sections[-1]._replace(texts=(*sections[-1].texts, block.text or ""))
        else:
            sections.append(Section(block.role, texts=(block.text or "",)))
    return (*sections, *paragraphs)


def order_cards(reading: Reading) -> tuple[Card, ...]:
    """Every statement once, each followed by those nested in it; one whose outer statement is missing stands alone."""
    known = {said.id for said in reading.statements}
    inner: dict[str | None, list[Statement]] = {}
    for said in reading.statements:
        inner.setdefault(said.within if said.within in known else None, []).append(said)
    cards: dict[str, Card] = {}
    waiting = [(said, 0) for said in reversed(inner.get(None, []))]
    while waiting:
        said, depth = waiting.pop()
        cards[said.id] = _make_card(reading.article.text, said, depth)
        waiting.extend((nested, depth + 1) for nested in reversed(inner.get(said.id, [])))
    astray = [said for said in reading.statements if said.id not in cards]  # each within the other: not the reader's
    return (*cards.values(), *(_make_card(reading.article.text, said, 0) for said in astray))


def _make_card(text: str, said: Statement, depth: int) -> Card:
    source = " … ".join(text[span.start : span.end] for span in said.source)
    name = said.speaker.name if said.speaker else ""
    return Card(
        statement=said,
        depth=depth,
        said=tuple(text[span.start : span.end] for span in said.content),
        source=source,
        printed="" if _without_article(source) == _without_article(name) else source,
        facts=tuple(facts_of_statement(said)),
    )


def _without_article(name: str) -> str:
    return name[4:] if name[:4] in ("the ", "The ") else name


def _in_page_order(article: Article) -> list[Block]:
    """Body blocks keep the order of the text, whatever their places in the page; the others stand by theirs."""
    return sorted(article.blocks, key=lambda block: block.source_start)


def _cut_body(reading: Reading) -> Iterator[Section]:
    """One section for each body block; what stands between two belongs to the first, so that nothing is left out."""
    text = reading.article.text
    marks, keys = _marks(reading)
    first, last = _edges(reading, len(text))
    paragraph: list[PieceView] = []
    starts = _paragraph_starts(reading.article)
    edges = [Mark(start, len(text), "") for start in starts]
    for piece in cut_pieces(len(text), [*marks, *edges]):
        if piece.start in starts and paragraph:
            yield Section(BlockRole.BODY, pieces=tuple(_set_gap_apart(paragraph)))
            paragraph = []
        paragraph.append(_view(text, piece, keys, (first, last)))
    if paragraph:
        yield Section(BlockRole.BODY, pieces=tuple(_set_gap_apart(paragraph)))


def _set_gap_apart(paragraph: list[PieceView]) -> list[PieceView]:
    """White space at a paragraph's end stays in the page, under the same marks, but takes no room."""
    last = paragraph[-1]
    words = last.text.rstrip()
    gap = last._replace(text=last.text[len(words) :], begins=(), ends=(), is_gap=True)
    if not gap.text:
        return paragraph
    if not words:
        return [*paragraph[:-1], last._replace(is_gap=True)]
    return [*paragraph[:-1], last._replace(text=words), gap]


def _paragraph_starts(article: Article) -> frozenset[int]:
    starts = sorted(block.start for block in article.blocks if block.role is BlockRole.BODY and block.start is not None)
    return frozenset(start for start in starts[1:] if 0 < start < len(article.text))


def _marks(reading: Reading) -> tuple[list[Mark], list[tuple[str, str]]]:
    """Every span, cut off at the text's ends, and beside each the statement or event and role it belongs to."""
    marks, keys = [], []
    length = len(reading.article.text)
    for id_, role, span in _spans_of(reading):
        marks.append(Mark(min(max(span.start, 0), length), min(max(span.end, 0), length), role))
        keys.append((id_, role))
    return marks, keys


def _spans_of(reading: Reading) -> Iterator[tuple[str, str, Span]]:
    for said in reading.statements:
        for role, spans in (("source", said.source), ("cue", said.cue), ("content", said.content)):
            yield from ((said.id, role, span) for span in spans)
    for event in reading.events:
        yield event.id, "evidence", event.evidence
        yield event.id, "trigger", event.trigger
        for role, parties in (("actor", event.actor), ("recipient", event.recipient)):
            yield from ((event.id, role, one.evidence) for one in parties if one.evidence)


def _edges(reading: Reading, length: int) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Where each statement's and event's first mark begins, and where each statement's content ends."""
    first: dict[int, list[str]] = {}
    last: dict[int, list[str]] = {}
    for said in reading.statements:
        spans = [span for span in (*said.source, *said.cue, *said.content) if span.start < min(span.end, length)]
        if spans:
            first.setdefault(min(span.start for span in spans), []).append(said.id)
        content = [min(span.end, length) for span in said.content if span.start < min(span.end, length)]
        if content:
            last.setdefault(max(content), []).append(said.id)
    for event in reading.events:
        if event.evidence.start < min(event.evidence.end, length):
            first.setdefault(event.evidence.start, []).append(event.id)
    return first, last


def _view(
    text: str,
    piece: Piece,
    keys: Sequence[tuple[str, str]],
    edges: tuple[dict[int, list[str]], dict[int, list[str]]],
) -> PieceView:
    first, last = edges
    return PieceView(
        text=text[piece.start : piece.end],
        marks=tuple(keys[number] for number in piece.marks if number < len(keys)),
        begins=tuple(first.get(piece.start, ())),
        ends=tuple(last.get(piece.end, ())),
    )
