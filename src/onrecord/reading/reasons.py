"""The words that decided what a statement does and how: evidence for act, hedge, condition and negation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.reading.acts import act_words
from onrecord.records import Judged, Reason, Span, Statement

__all__ = ["find_reasons"]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NOT = re.compile(r"n['’]t$")


def find_reasons(text: str, said: Statement, lexicon: SpeechLexicon) -> Iterator[Reason]:
    """Spans of the words that speak for the act, and for each flag that is set.

    Where the network judged by more than single words, the whole cue is what it saw; a statement without a cue may
    have no such words.
    """
    yield from (Reason(of=Judged.ACT, span=span) for span in _act_spans(text, said, lexicon))
    if said.hedged:
        yield from _reasons(Judged.HEDGED, _matches(text, said.content, lexicon.hedged))
        yield from _reasons(Judged.HEDGED, _words(text, said.cue, lexicon.hedged_cue))
    if said.conditional:
        yield from _reasons(Judged.CONDITIONAL, _matches(text, said.content, lexicon.conditional))
    if said.negated:
        yield from _reasons(Judged.NEGATED, _words(text, said.cue, lexicon.negated_cue))


def _reasons(judged: Judged, spans: Iterator[Span]) -> Iterator[Reason]:
    return (Reason(of=judged, span=span) for span in spans)


def _act_spans(text: str, said: Statement, lexicon: SpeechLexicon) -> Sequence[Span]:
    """Words of the cue that the lists know for this act, else signs in the content, else the whole cue."""
    for span in said.cue:
        words = act_words(text[span.start : span.end], said.act, lexicon)
        if words:
            return [Span(span.start + start, span.start + end) for start, end in words]
    if not said.cue:
        signs = [pattern for pattern, act in lexicon.content if act is said.act]
        return [found for pattern in signs for found in _matches(text, said.content, pattern)][:1]
    return said.cue


def _matches(text: str, spans: Sequence[Span], pattern: re.Pattern[str]) -> Iterator[Span]:
    for span in spans:
        for found in pattern.finditer(text[span.start : span.end].lower()):
            yield Span(span.start + found.start(), span.start + found.end())


def _words(text: str, spans: Sequence[Span], wanted: frozenset[str]) -> Iterator[Span]:
    """Words of a list; of "didn't" its "n't"."""
    for span in spans:
        for found in _WORD.finditer(text, span.start, span.end):
            word = found.group().lower()
            if word in wanted or (_NOT.search(word) and "n't" in wanted):
                yield Span(found.start(), found.end())
