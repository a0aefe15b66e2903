"""Text as the reader's encoder sees it: words, word pieces, input features and windows. Training uses the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

__all__ = ["BREAKS", "QUOTES", "SHAPES", "Window", "Words", "lay_windows", "split_words"]

Ints = NDArray[np.int32]

SHAPES = ("lower", "title", "upper", "mixed", "digit", "punctuation")
BREAKS = ("none", "line", "paragraph")  # what stands before the word
QUOTES = ("outside", "inside", "opens", "closes")


class Words(NamedTuple):
    """All words of one text; arrays of length W (words) or P (pieces), in text order."""

    starts: Ints  # W, code points
    ends: Ints  # W
    first_piece: Ints  # W + 1; the pieces of word w are first_piece[w] .. first_piece[w + 1]
    pieces: Ints  # P, ids of the vocabulary
    shapes: Ints  # W, index into SHAPES
    breaks: Ints  # W, index into BREAKS
    quotes: Ints  # W, index into QUOTES

    def __len__(self) -> int:
        return len(self.starts)


class Window(NamedTuple):
    """Words `start` to `end` are run together; only those from `own` on are read from this window."""

    start: int
    own: int
    end: int


def split_words(text: str, tokenizer: Tokenizer, quotations: Sequence[tuple[int, int]]) -> Words:
    """Words of `text` with their features; `quotations` are half-open code-point spans, marks included."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    owners = np.array([-1 if w is None else w for w in encoding.word_ids], dtype=np.int32)
    offsets = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)
    pieces = np.array(encoding.ids, dtype=np.int32)
    keep = (owners >= 0) & (offsets[:, 1] > offsets[:, 0])
    owners, offsets, pieces = owners[keep], offsets[keep], pieces[keep]
    heads = np.flatnonzero(np.diff(owners, prepend=-1))
    first_piece = np.append(heads, len(pieces)).astype(np.int32)
    starts = offsets[heads, 0] if len(heads) else np.zeros(0, np.int32)
    ends = offsets[first_piece[1:] - 1, 1] if len(heads) else np.zeros(0, np.int32)
    words = [text[s:e] for s, e in zip(starts.tolist(), ends.tolist(), strict=True)]
    return Words(
        starts=starts,
        ends=ends,
        first_piece=first_piece,
        pieces=pieces,
        shapes=np.array([_shape(word) for word in words], dtype=np.int32),
        breaks=_breaks(text, starts, ends),
        quotes=_quote_states(starts, ends, quotations),
    )


def _shape(word: str) -> int:
    if not any(c.isalnum() for c in word):
        return 5
    if any(c.isdigit() for c in word):
        return 4
    if word.islower():
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 1
    return 1 if word[0].isupper() and word[1:].islower() else 3


def _breaks(text: str, starts: Ints, ends: Ints) -> Ints:
    breaks = np.zeros(len(starts), np.int32)
    before = 0
    for index, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if index == 0 or start - before > 0:
            gap = text[before:start]
            lines = gap.count("\n")
            breaks[index] = 2 if index == 0 or lines > 1 else lines
        before = end
    return breaks


def _quote_states(starts: Ints, ends: Ints, quotations: Sequence[tuple[int, int]]) -> Ints:
    states = np.zeros(len(starts), np.int32)
    for start, end in quotations:
        first, last = np.searchsorted(ends, start, "right"), np.searchsorted(starts, end, "left")
        if first >= last:
            continue
        states[first:last] = 1
        states[first] = 2
        if last - 1 > first and ends[last - 1] <= end:
            states[last - 1] = 3
    return states


def lay_windows(words: Words, *, size: int = 254, context: int = 32) -> list[Window]:
    """Windows of whole paragraphs that own every word once; each but the first opens with some words before its own.

    Args:
        size: most pieces a window holds.
        context: most pieces of it that may be repeated from the window before.
    """
    return list(_windows(words, size, context))


def _windows(words: Words, size: int, context: int) -> Iterator[Window]:
    cumulative = words.first_piece
    paragraphs = np.append(np.flatnonzero(words.breaks > 0), len(words))
    own = 0
    while own < len(words):
        start = own
        if own:
            start = int(np.searchsorted(cumulative, cumulative[own] - context, "left"))
            whole = paragraphs[(paragraphs >= start) & (paragraphs < own)]
            start = int(whole[0]) if len(whole) else start
        room = int(np.searchsorted(cumulative, cumulative[start] + size, "right")) - 1
        ends = paragraphs[(paragraphs > own) & (paragraphs <= room)]
        end = int(ends[-1]) if len(ends) else max(room, own + 1)
        yield Window(start, own, min(end, len(words)))
        own = min(end, len(words))
