"""Commitments as records of their own: who binds itself, to what, towards whom, by when, under which condition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.records import Act, Commitment, Span, Statement, Strength

__all__ = ["BINDING", "commitment_of", "find_commitments", "is_commitment"]

BINDING = (Act.COMMIT, Act.GOAL, Act.OFFER)
_USUAL = {Act.COMMIT: Strength.PLAN, Act.GOAL: Strength.AIM, Act.OFFER: Strength.CONSIDER}
_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE_END = re.compile(r"[,;:—–]|[.!?](?=\s|[\"”’]|$)|\n")
_MARKS = " ,;:—–\"“”'‘’\n"


def find_commitments(text: str, statements: Sequence[Statement], *, lexicon: SpeechLexicon) -> tuple[Commitment, ...]:
    """One commitment for each statement that binds its speaker, aims at something or offers it; in their order.

    What is reported as not promised or not planned is no commitment. A threat is none either: who threatens wants
    something else to be done.

    Args:
        text: that of the article.
    """
    return tuple(one for said in statements if (one := commitment_of(text, said, lexicon=lexicon)))


def is_commitment(said: Statement) -> bool:
    """Whether a statement binds its speaker, aims at something or offers it."""
    return said.act in BINDING and not said.negated


def commitment_of(text: str, said: Statement, *, lexicon: SpeechLexicon) -> Commitment | None:
    """The commitment that a statement makes, if it makes one."""
    if not is_commitment(said):
        return None
    condition = _condition(text, said, lexicon) if said.conditional else None
    return Commitment(
        statement=said.id,
        who=said.speaker,
        what=tuple(part for span in said.content for part in _without(text, span, condition)),
        towards=said.targets,
        by=said.deadline,
        condition=condition,
        sector=said.sector,
        strength=_strength(text, said, lexicon),
        made_on=said.made_on,
    )


def _strength(text: str, said: Statement, lexicon: SpeechLexicon) -> Strength:
    """By the firmest word of the cue, else that which is usual for the act."""
    cue = {word.lower() for span in said.cue for word in _WORD.findall(text[span.start : span.end])}
    told = next((strength for words, strength in lexicon.strength if cue & words), None)
    return told or _USUAL[said.act]


def _condition(text: str, said: Statement, lexicon: SpeechLexicon) -> Span | None:
    """The clause that "if" opens, up to the comma that closes it or the end of the sentence."""
    for span in said.content:
        opened = lexicon.conditional.search(text[span.start : span.end].lower())
        if opened:
            start = span.start + opened.start()
            closed = _CLAUSE_END.search(text, start, span.end)
            return Span(start, closed.start() if closed else span.end)
    return None


def _without(text: str, span: Span, condition: Span | None) -> list[Span]:
    """The span without the condition in it, and without marks at the new ends."""
    if condition is None or not span.start <= condition.start < span.end:
        return [span]
    before = Span(span.start, span.start + len(text[span.start : condition.start].rstrip(_MARKS)))
    rest = text[condition.end : span.end]
    after = Span(span.end - len(rest.lstrip(_MARKS)), span.end)
    return [part for part in (before, after) if part.end > part.start] or [span]
