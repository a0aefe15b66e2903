"""Statements that the layout tells, without a word of reporting: “...” — NAME, and the turns of a transcript.

In "MOREN: We will stay." and the paragraphs up to the next name, every word is hers.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from onrecord.reading.quotes import Quotation
from onrecord.reading.statements import Draft
from onrecord.records import Span

__all__ = ["add_laid_out", "find_signed_quotations", "find_turns"]

_CONFIDENCE = 0.9  # of 11 turns in PolNeAR's train part all are annotated; few were counted
_SIGNED_BY = re.compile(
    r"\s{0,3}(?P<cue>[—―–]|--?)[ \u00a0]?(?P<source>[A-Z][^\n.!?:;“”\"—―–]{2,80}?)[ \u00a0]*(?:\n|$)"
)
_LEAST_SIGNED_WORDS = 4  # shorter ones are titles and mottos

_WORD = r"(?:[^\W\d_a-z][\w.’'-]*)"
_LABEL = re.compile(
    rf"^[ \t]*(?P<source>{_WORD}(?: (?:(?:of|for|the|de|da|del|al|bin|van|von|der|and) )?{_WORD}){{0,5}}"
    r"(?:, [^\n:,]{2,60})?)"
    r"(?: ?[(\[][^)\]\n]{1,60}[)\]]){0,2}(?P<cue>:)[ \t]*(?=\S)",
    re.MULTILINE,
)
# Labels of things that stand before a colon, in one word or the first of several.
_NO_SPEAKER = re.compile(
    r"(?:also|author|by|caption|contact|credit|date|e-?mail|file|follow|from|image|location|more|note|photo|picture|place|"
    r"read|related|see|sources?|subject|tags?|time|title|topics?|update|video|watch|where|when|who|what|why|how)\b",
    re.IGNORECASE,
)
_STAGE_DIRECTION = re.compile(r"[(\[][^)\]\n]{1,80}[)\]][.\s]*")
_LEAST_TURNS = 3
_LEAST_WORDS = 4  # in half of the turns; lists of figures and dates have fewer
_DENSE = 0.25  # turns a paragraph, from which on the paragraphs between two turns belong to the first of them
_PARAGRAPH = re.compile(r"\S[^\n]*")


def find_signed_quotations(text: str, quotations: Sequence[Quotation]) -> list[Draft]:
    """A statement for each quotation that is signed by a dash and a name ("“We won the day.” — Ilka Moren")."""
    return [draft for quotation in quotations if (draft := _signed_quotation(text, quotation)) is not None]


def _signed_quotation(text: str, quotation: Quotation) -> Draft | None:
    """A quotation that opens a line and is followed by nothing but a dash and a name, on this line or the next."""
    line = text.rfind("\n", 0, quotation.start) + 1
    found = _SIGNED_BY.match(text, quotation.end)
    if found is None or not quotation.closed or text[line : quotation.start].strip():
        return None
    if len(text[quotation.start : quotation.end].split()) < _LEAST_SIGNED_WORDS:
        return None
    return _draft(found, [Span(quotation.start, quotation.end)])


def find_turns(text: str) -> list[Draft]:
    """The turns of a transcript or an interview, in text order; empty for other texts.

    Lines that begin with a name and a colon are turns where at least three do, two names return or are in capitals,
    and most go on with a sentence. What no name opens belongs to the turn before, if the text is turns for the most.
    """
    labels = [m for m in _LABEL.finditer(text) if not _NO_SPEAKER.match(m["source"])]
    if len(labels) < _LEAST_TURNS or not _is_conversation([m["source"] for m in labels]):
        return []
    paragraphs = [Span(*m.span()) for m in _PARAGRAPH.finditer(text, labels[0].start(), labels[-1].end())]
    words = sorted(len(text[m.end() : _line_end(text, m.end())].split()) for m in labels)
    if words[len(words) // 2] < _LEAST_WORDS:
        return []
    is_dense = len(labels) >= _DENSE * len(paragraphs)
    turns = []
    for label, following in pairwise([*labels, None]):
        assert label is not None
        line_end = _line_end(text, label.end())
        until = following.start() if following and is_dense else line_end
        first, last = (bisect_left(paragraphs, at, key=lambda p: p.start) for at in (line_end, until))
        content = [Span(label.end(), line_end), *paragraphs[first : max(first, last)]]
        said = [_trimmed(text, span) for span in content if not _STAGE_DIRECTION.fullmatch(text, span.start, span.end)]
        if said:
            turns.append(_draft(label, said))
    return turns


def _is_conversation(names: Sequence[str]) -> bool:
    counted = Counter(names)
    returning = sum(count > 1 for count in counted.values())
    shouted = sum(name.isupper() for name in counted)
    return returning >= 2 or (shouted >= 2 and returning >= 1)


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _trimmed(text: str, span: Span) -> Span:
    return Span(span.start, span.start + len(text[span.start : span.end].rstrip()))


def _draft(found: re.Match[str], content: Sequence[Span]) -> Draft:
    source, cue = (Span(*found.span(role)) for role in ("source", "cue"))
    return Draft(source=(source,), cue=(cue,), content=tuple(content), confidence=_CONFIDENCE)


def add_laid_out(drafts: Sequence[Draft], told: Sequence[Draft], *, flat: bool) -> list[Draft]:
    """The drafts with those that the layout tells, which go first.

    What else was found in the words of one lies in it; `flat` has no place for it.

    Args:
        told: in text order, none touching another.
    """
    pieces = [(span, own) for own in told for span in own.content]
    kept = [draft for draft in drafts if _keeps_a_place(draft, pieces, flat=flat)]
    ids = {id(draft) for draft in (*kept, *told)}
    for draft in kept:
        while draft.holder is not None and id(draft.holder) not in ids:
            draft.holder = draft.holder.holder
        within = _piece_at(draft.content[0], pieces)
        if within and draft.holder is None and not _reaches_beyond(draft.content[0], within[0]):
            draft.holder = within[1]
    return [*kept, *told]


def _keeps_a_place(draft: Draft, pieces: Sequence[tuple[Span, Draft]], *, flat: bool) -> bool:
    """False for what only repeats what the layout tells; what says more elsewhere is cut to that."""
    touched = [_piece_at(span, pieces) for span in draft.content]
    inside = [(span, *own) for span, own in zip(draft.content, touched, strict=True) if own is not None]
    if not inside:
        return True
    if any(_is_same(draft, own) for _, _, own in inside):
        return False
    if any(_reaches_beyond(span, piece) for span, piece, _ in inside):
        return True
    rest = tuple(span for span, own in zip(draft.content, touched, strict=True) if own is None)
    if rest:
        draft.content = rest
    return bool(rest) or (not flat and bool(draft.source and draft.cue))


def _piece_at(span: Span, pieces: Sequence[tuple[Span, Draft]]) -> tuple[Span, Draft] | None:
    """The first piece that shares a character with the span."""
    at = bisect_right(pieces, span.start, key=lambda piece: piece[0].end)
    return pieces[at] if at < len(pieces) and pieces[at][0].start < span.end else None


def _is_same(draft: Draft, own: Draft) -> bool:
    """Whether its source is the one that the layout tells."""
    return any(s.start < o.end and o.start < s.end for s in draft.source for o in own.source)


def _reaches_beyond(span: Span, piece: Span) -> bool:
    """Whether it holds more than the piece and its marks."""
    return span.start <= piece.start - 3 or span.end >= piece.end + 3
