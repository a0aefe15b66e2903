"""What changed between two versions of an article: word by word, with places in both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from msgspec import Struct

from onrecord.records import Span

__all__ = ["Change", "compare_texts"]

# Words, blanks and marks apart; scripts that write no blanks letter by letter.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|\s+|[^\w\s]"
)
_LINE = re.compile(r"[^\n]+")
_MOST_TOKENS = 10_000  # of one changed stretch; comparing takes time by the square, and nobody reads that as words


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch that differs. One of the two is empty where words only went or only came."""

    old: Span  # code points of the older text
    new: Span  # of the newer


class _Part(NamedTuple):
    """A piece of a text and where it begins."""

    text: str
    start: int


def compare_texts(old: str, new: str) -> tuple[Change, ...]:
    """The changes that make `new` of `old`, in order, not overlapping: first by lines, within these by words.

    >>> compare_texts("It will stay open.", "It may stay open until May.")
    (Change(old=Span(start=3, end=7), new=Span(start=3, end=6)),
     Change(old=Span(start=17, end=17), new=Span(start=16, end=26)))
    """
    changes: list[Change] = []
    for one in _compare(_parts(_LINE, old, 0), _parts(_LINE, new, 0), len(old), len(new)):
        changes += _compare_words(old, new, one)
    return tuple(changes)


def _compare_words(old: str, new: str, within: Change) -> Iterator[Change]:
    before = _parts(_TOKEN, old[within.old.start : within.old.end], within.old.start)
    after = _parts(_TOKEN, new[within.new.start : within.new.end], within.new.start)
    if not before or not after or max(len(before), len(after)) > _MOST_TOKENS:
        yield within
    else:
        yield from _compare(before, after, within.old.end, within.new.end)


def _compare(old: Sequence[_Part], new: Sequence[_Part], old_end: int, new_end: int) -> Iterator[Change]:
    matcher = SequenceMatcher(None, [part.text for part in old], [part.text for part in new])
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal":
            yield Change(old=_span(old, i, j, old_end), new=_span(new, k, m, new_end))


def _span(parts: Sequence[_Part], first: int, last: int, end: int) -> Span:
    start = parts[first].start if first < len(parts) else end
    return Span(start, parts[last - 1].start + len(parts[last - 1].text) if last > first else start)


def _parts(pattern: re.Pattern[str], text: str, start: int) -> list[_Part]:
    return [_Part(found.group(), start + found.start()) for found in pattern.finditer(text)]
