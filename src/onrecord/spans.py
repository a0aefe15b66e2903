"""Where sentences begin and end, and how spans lie to each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.records import Span

__all__ = ["dateline_end", "overlap", "split_sentences"]

_BREAK = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=[^\Wa-z_]|[“\"‘'(\[«„])|(?<!\s)\s*\n\s*")
_DATELINE = re.compile(r"\s*[A-Z][^\n–—]{1,70}?\s?(?:--|[–—]| - )\s*(?=\S)")
_DATELINE_SIGN = re.compile(
    r"^\s*[A-Z][A-Z.’' -]+(?:,|\(|--|[–—]| - )|\([A-Z][^)]*\)"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z.]* \d"
)
# A full stop after one of these ends no sentence: titles, months, initials.
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Sen|Rep|Gov|Rev|Hon|St|No|vs|etc|cf|Jr|Sr|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\b[A-Z](?:\.[A-Z])*)\.$"
)
_CAN_END = re.compile(r"\b(?:[A-Z]\.){2,}$")  # "in the U.S. The ..." does end one
_OPENS_SENTENCE = re.compile(r"(?:The|A|An|He|She|It|They|We|In|On|But|And|This|That|These|Those)\b")


def split_sentences(text: str) -> list[Span]:
    """Sentences of `text` in order, without the white space between them; none crosses a line break.

    >>> [text[s.start:s.end] for text in ["Mr. Kim came. He left."] for s in split_sentences(text)]
    ['Mr. Kim came.', 'He left.']
    """
    found: list[Span] = []
    start = 0
    for gap in _BREAK.finditer(text):
        if "\n" not in gap.group() and _is_abbreviation(text, gap):
            continue
        end = gap.start() + len(gap.group().rstrip())
        _add(found, text, start, end)
        start = gap.end()
    _add(found, text, start, len(text))
    return found


def dateline_end(text: str) -> int:
    """Where the dateline ends that opens a news text: after "SEOUL, Jan. 6 (Yonhap) -- "; 0 without one.

    A place in capitals, an agency in brackets or a day is asked for: "Kim - the leader - spoke" opens with none.

    >>> dateline_end("SEOUL – North Korea vowed")
    8
    """
    found = _DATELINE.match(text)
    return found.end() if found and _DATELINE_SIGN.search(found.group()) else 0


def _is_abbreviation(text: str, gap: re.Match[str]) -> bool:
    before = text[max(0, gap.start() - 12) : gap.start()]
    if not _ABBREVIATED.search(before):
        return False
    return not (_CAN_END.search(before) and _OPENS_SENTENCE.match(text, gap.end()))


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    stripped = text[start:end]
    start += len(stripped) - len(stripped.lstrip())
    end = start + len(stripped.strip())
    if end > start:
        found.append(Span(start, end))


def overlap(some: Sequence[Span], others: Sequence[Span]) -> int:
    """Characters that lie in both sets of spans; the spans of one set do not overlap each other."""
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in some for b in others)
