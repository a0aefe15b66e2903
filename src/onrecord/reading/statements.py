"""Attributions in words become statements in characters: kinds, nesting, speakers, chains, acts, confidence."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.models.acts import Wording
from onrecord.models.attribution import Convention, Tagging
from onrecord.reading.acts import Judgement, rule_act
from onrecord.reading.decode import Attribution, word_spans_to_characters
from onrecord.reading.quotes import Quotation, quotations_near
from onrecord.reading.speakers import Resolver
from onrecord.records import Span, Speaker, Statement, StatementKind
from onrecord.spans import overlap

__all__ = [
    "Draft",
    "draft_statements",
    "finish_statements",
    "in_text_order",
    "keep_sure",
    "kind_of",
    "likely_drafts",
    "word_drafts",
]


@dataclass(eq=False)
class Draft:
    """A statement's spans and what it lies in, before anybody is named."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    confidence: float
    holder: Draft | None = None

    @property
    def depth(self) -> int:
        """How many statements it lies in."""
        return 0 if self.holder is None else 1 + self.holder.depth


def draft_statements(tagging: Tagging, attributions: Sequence[Attribution], convention: Convention) -> list[Draft]:
    """Drafts layer by layer, each inner one tied to the one above it that holds most of its content."""
    drafts: list[Draft] = []
    above: list[Draft] = []
    for layer in range(1 + max((a.layer for a in attributions), default=0)):
        own = [_draft(tagging, a, convention) for a in attributions if a.layer == layer]
        pieces = sorted(((span, draft) for draft in above for span in draft.content), key=lambda piece: piece[0])
        for draft in own:
            draft.holder = _holder_of(draft, pieces)
        drafts, above = drafts + own, own
    return drafts


def likely_drafts(drafts: Sequence[Draft], least: float) -> list[Draft]:
    """The drafts of at least this confidence, and those with a cue that hold one of them: a chain needs its links.

    What lay in one that is dropped lies in what held that one.
    """
    kept: set[int] = set()
    for draft in drafts:
        at = draft if draft.confidence >= least else None
        while at is not None:
            kept.add(id(at))
            while at.holder is not None and at.holder.confidence < least and not at.holder.cue:
                at.holder = at.holder.holder
            at = at.holder
    return [draft for draft in drafts if id(draft) in kept]


def _holder_of(inner: Draft, pieces: Sequence[tuple[Span, Draft]]) -> Draft | None:
    """Whose pieces, given in text order and apart from each other, hold most of the inner content."""
    held: dict[int, int] = {}
    drafts: dict[int, Draft] = {}
    for span in inner.content:
        first = bisect_right(pieces, span.start, key=lambda piece: piece[0].end)
        for piece, draft in pieces[first : bisect_left(pieces, span.end, key=lambda piece: piece[0].start)]:
            held[id(draft)] = held.get(id(draft), 0) + overlap([piece], [span])
            drafts[id(draft)] = draft
    return drafts[max(held, key=lambda key: held[key])] if held else None


def _draft(tagging: Tagging, attribution: Attribution, convention: Convention) -> Draft:
    parts = [sorted(attribution.source), [attribution.cue] if attribution.cue else [], sorted(attribution.content)]
    source, cue, content = (tuple(Span(s, e) for s, e in word_spans_to_characters(tagging, part)) for part in parts)
    confidence = convention.confidence(
        attribution.score, is_nested=attribution.layer > 0, has_cue=bool(cue), has_source=bool(source)
    )
    return Draft(source, cue, content, confidence)


def in_text_order(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts by where they stand, outer before inner."""
    return sorted(drafts, key=lambda d: (_place(d), d.depth, -d.content[-1].end))


def word_drafts(text: str, drafts: Sequence[Draft], tagging: Tagging, lexicon: SpeechLexicon) -> list[Wording]:
    """What the network of acts needs to know of each draft."""
    full = {id(d.holder) for d in drafts if d.holder and _fills(d, d.holder)}
    found = []
    for draft in drafts:
        source, cue, content = (_text_of(text, spans) for spans in (draft.source, draft.cue, draft.content))
        passes_on = id(draft) in full
        found.append(
            Wording(
                source=source,
                cue=cue,
                content=content,
                nested=draft.holder is not None,
                passes_on=passes_on,
                ruled=rule_act(cue, content, passes_on=passes_on, lexicon=lexicon),
                links=np.concatenate([tagging.mean_link(draft.content), tagging.mean_link(draft.cue)]),
                content_pieces=tagging.pieces_in(draft.content),
                cue_pieces=tagging.pieces_in(draft.cue),
                judged=tagging.act_chances(draft.content, draft.cue),
            )
        )
    return found


def finish_statements(
    text: str,
    drafts: Sequence[Draft],
    judgements: Sequence[Judgement],
    quotations: Sequence[Quotation],
    resolver: Resolver,
) -> tuple[Statement, ...]:
    """Statements of the drafts, with kinds, speakers, chains and what was judged of each."""
    ids = {id(draft): f"s{number}" for number, draft in enumerate(drafts, 1)}
    told = _tell_speakers(drafts, resolver)
    statements = []
    for draft, judged in zip(drafts, judgements, strict=True):
        speaker, via = told[id(draft)]
        statements.append(
            Statement(
                id=ids[id(draft)],
                kind=kind_of(text, draft.content, quotations),
                source=draft.source,
                cue=draft.cue,
                content=draft.content,
                within=ids[id(draft.holder)] if draft.holder else None,
                speaker=speaker,
                via=via,
                confidence=draft.confidence,
                **judged._asdict(),
            )
        )
    return tuple(statements)


def keep_sure(statements: Sequence[Statement], least: float) -> tuple[Statement, ...]:
    """The statements of at least this confidence, and those that hold one of them; each keeps its id."""
    outer = {s.id: s.within for s in statements}
    kept: set[str] = set()
    for statement in statements:
        at: str | None = statement.id if statement.confidence >= least else None
        while at is not None and at not in kept:
            kept.add(at)
            at = outer[at]
    return tuple(s for s in statements if s.id in kept)


def _tell_speakers(
    drafts: Sequence[Draft], resolver: Resolver
) -> dict[int, tuple[Speaker | None, tuple[Speaker, ...]]]:
    """Speaker and chain of each draft by its `id()`; the chain starts with the holder's speaker."""
    told: dict[int, tuple[Speaker | None, tuple[Speaker, ...]]] = {}
    for draft in sorted(drafts, key=lambda d: d.depth):
        holder, chain = told[id(draft.holder)] if draft.holder else (None, ())
        via = (holder, *chain) if holder else chain
        speaker = resolver.resolve(draft.source, draft.content, enclosing=holder)
        if not resolver.speaks_for_many(draft.source):  # "we" are more than who says it; else nobody passes on himself
            via = tuple(one for one in via if speaker is None or one.name != speaker.name)
        told[id(draft)] = (speaker, via or resolver.passed_on_by(draft.content[0].start, speaker))
    return told


def _place(draft: Draft) -> int:
    """Where a draft stands among the others: where its content begins, but not before its holder's."""
    start = draft.content[0].start
    return start if draft.holder is None else max(start, _place(draft.holder))


def _fills(inner: Draft, holder: Draft) -> bool:
    """Whether more than half of what the holder tells is the inner statement, its source and cue included."""
    told = sum(s.end - s.start for s in holder.content)
    return 2 * sum(overlap(holder.content, spans) for spans in (inner.source, inner.cue, inner.content)) > told


def _text_of(text: str, spans: Sequence[Span]) -> str:
    return " ".join(text[s.start : s.end] for s in spans)


def kind_of(text: str, content: Sequence[Span], quotations: Sequence[Quotation]) -> StatementKind:
    """Direct if all letters and digits of the content stand in quotation marks, indirect if none does."""
    inside = outside = False
    for span in content:
        position = span.start
        for quotation in quotations_near(quotations, span.start, span.end):
            start, end = max(quotation.start, span.start), min(quotation.end, span.end)
            outside = outside or _has_letters(text[position:start])
            inside = inside or _has_letters(text[start:end])
            position = end
        outside = outside or _has_letters(text[position : span.end])
    if inside and outside:
        return StatementKind.MIXED
    return StatementKind.DIRECT if inside else StatementKind.INDIRECT


def _has_letters(text: str) -> bool:
    return any(sign.isalnum() for sign in text)
