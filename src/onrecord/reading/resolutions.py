"""The operative paragraphs of resolutions: "The Security Council, ... 1. Demands that ...; 2. Calls upon ...".

Each is a statement of the body that is named once, before all of them. The network has seen news, and does not look for
a source pages before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from onrecord.lexicon.resolutions import ResolutionWords
from onrecord.reading.statements import Draft
from onrecord.records import Act, Span

__all__ = ["Operative", "find_operative", "without_repeated"]

_CONFIDENCE = 0.95
_END = re.compile(r";|[.:]?[ \t]*\n[ \t]*\n|\.[ \t]*\n(?=[A-Z])")
_HEADING_REACH = 4_000  # characters of preamble between the body and the first verb, at most
_LEAST_LETTERS = 3


class Operative(NamedTuple):
    """One paragraph, and what it does."""

    draft: Draft
    act: Act


def find_operative(text: str, words: ResolutionWords) -> list[Operative]:
    """The operative paragraphs of all resolutions of a text, in its order; none where no body enacts any.

    A paragraph goes to its semicolon, or to the empty line behind it; of a list in it ("(a) ...; (b) ...") it has the
    first item.
    """
    bodies = list(words.enacting.finditer(text))
    found: list[Operative] = []
    for body, following in pairwise([*bodies, None]):
        assert body is not None
        until = following.start() if following else len(text)
        verbs = list(words.operative.finditer(text, body.end(), until))
        if not verbs or verbs[0].start() - body.end() > _HEADING_REACH:
            continue
        source = Span(*body.span(1))
        for verb, after in pairwise([*verbs, None]):
            assert verb is not None
            end = after.start() if after else until
            if made := _operative(text, source, Span(*verb.span("cue")), end, words):
                found.append(made)
    return found


def without_repeated(drafts: Sequence[Draft], told: Sequence[Draft]) -> list[Draft]:
    """The drafts less those that tell an operative paragraph once more: their cue is its verb, or they hold that."""
    cues = [span for own in told for span in own.cue]
    return [draft for draft in drafts if not any(_touches(draft, cue) for cue in cues)]


def _touches(draft: Draft, cue: Span) -> bool:
    return any(span.start < cue.end and cue.start < span.end for span in (*draft.cue, *draft.content, *draft.source))


def _operative(text: str, source: Span, cue: Span, end: int, words: ResolutionWords) -> Operative | None:
    closing = _END.search(text, cue.end, end)
    start = cue.end
    while start < end and not text[start].isalnum() and text[start] not in "“\"'(":
        start += 1
    stop = closing.start() if closing and closing.start() > start else end
    content = Span(start, start + len(text[start:stop].rstrip(" \t\n.,:;")))
    if sum(letter.isalpha() for letter in text[content.start : content.end]) < _LEAST_LETTERS:
        return None
    act = words.act_of(" ".join(text[cue.start : cue.end].split()), text[content.start : content.end])
    return Operative(Draft(source=(source,), cue=(cue,), content=(content,), confidence=_CONFIDENCE), act)
