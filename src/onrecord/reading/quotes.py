"""Quotation marks over the whole article: which characters stand inside quotation marks.

Handles straight, curly, low and angle double marks, single marks told apart from apostrophes, quotations left
unclosed at the end of a paragraph, and the habit of reopening a long quotation at the head of each paragraph.
Only outermost quotations are given; marks inside a quotation belong to its text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Quotation", "find_quotations", "quotations_near"]

_CLOSERS = {
    "“": '”"',
    '"': '"”',
    "„": '“”"',
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "‘": "’'",
    "'": "'’",
    "‚": "‘’",
}
_SINGLE = "‘'‚"
_OPENS_AFTER = '([{—–-“"‘/'
_CLOSES_BEFORE = '.,;:!?)]}—–-”"’…'
# "'90s", "'em": a lone mark that stands for left-out letters.
_ELISION = re.compile(r"['’‘](?:\d0s|\d\d\b|em\b|til\b|cause\b|tis\b|twas\b|n\b|round\b|bout\b)", re.IGNORECASE)


_SINGLE_REACH = 1_500  # characters; without a limit a page of apostrophes takes the square of its length


class Quotation(NamedTuple):
    """Half-open code-point span, marks included.

    `closed` is False where the paragraph ended first; `resumes` is True where the quotation goes on from an
    unclosed one in the paragraph before.
    """

    start: int
    end: int
    closed: bool
    resumes: bool


def find_quotations(text: str) -> list[Quotation]:
    """Outermost quotations in text order, none crossing a line break.

    >>> [text[q.start:q.end] for text in ["He said ‘it’s over’ and left."] for q in find_quotations(text)]
    ['‘it’s over’']
    """
    found: list[Quotation] = []
    position, open_before = 0, False
    for line in text.split("\n"):
        quotations = _quotations_in(line, position)
        if quotations and open_before and not text[position : quotations[0].start].strip():
            quotations[0] = quotations[0]._replace(resumes=True)
        found += quotations
        if line.strip():
            open_before = bool(quotations) and not quotations[-1].closed
        position += len(line) + 1
    return found


def quotations_near(quotations: Sequence[Quotation], start: int, end: int) -> Sequence[Quotation]:
    """Those of an article's quotations that overlap the half-open span or touch it."""
    first = bisect_left(quotations, start, key=lambda q: q.end)
    return quotations[first : bisect_right(quotations, end, key=lambda q: q.start)]


def _quotations_in(line: str, offset: int) -> list[Quotation]:
    found, index = [], 0
    while index < len(line):
        mark = line[index]
        if mark not in _CLOSERS or not _opens(line, index):
            index += 1
            continue
        end = _closing(line, index)
        if end is None and mark in _SINGLE + "»":
            index += 1
            continue
        stop = len(line.rstrip()) if end is None else end + 1
        stop = max(stop, index + 1)
        found.append(Quotation(offset + index, offset + stop, closed=end is not None, resumes=False))
        index = stop
    return found


def _opens(line: str, index: int) -> bool:
    mark = line[index]
    before = line[index - 1] if index else " "
    after = line[index + 1] if index + 1 < len(line) else " "
    if mark == "»":
        return (before.isspace() or before == "(") and not after.isspace()
    if mark in _SINGLE:
        free = before.isspace() or before in _OPENS_AFTER
        return free and not after.isspace() and not _ELISION.match(line, index)
    # A straight mark that hugs the word before it and nothing after it is a stray closing mark (or an inch sign).
    return not (
        mark == '"' and not before.isspace() and before not in _OPENS_AFTER and (after.isspace() or before.isdigit())
    )


def _closing(line: str, start: int) -> int | None:
    closers = _CLOSERS[line[start]]
    if line[start] in _SINGLE:
        return _closing_single(line, start, closers)
    depth = 0
    for index in range(start + 1, len(line)):
        mark = line[index]
        if mark == line[start] and mark not in closers:
            depth += 1
        elif mark in closers and depth == 0:
            return index
        elif mark in closers:
            depth -= 1
    # More openers than closers: a nested opener was never closed, so the first closer counts.
    return next((i for i in range(start + 1, len(line)) if line[i] in closers), None)


def _closing_single(line: str, start: int, closers: str) -> int | None:
    candidate = None
    for index in range(start + 2, min(len(line), start + _SINGLE_REACH)):
        if line[index] not in closers:
            continue
        before = line[index - 1]
        after = line[index + 1] if index + 1 < len(line) else " "
        if before.isspace() or not (after.isspace() or after in _CLOSES_BEFORE):
            continue
        if before != "s" or not after.isspace():
            return index
        candidate = index if candidate is None else candidate  # "the boys' plan": perhaps a possessive
    return candidate
