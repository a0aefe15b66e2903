"""Quotation marks over the whole article: which characters stand inside quotation marks.

Handles straight, curly, low and angle double marks, single marks told apart from apostrophes, quotations left
unclosed at the end of a paragraph, and the habit of reopening a long quotation at the head of each paragraph.
Only outermost quotations are given; marks inside a quotation belong to its text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
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
    found, index, closing = [], 0, _ClosingMarks(line)
    while index < len(line):
        mark = line[index]
        if mark not in _CLOSERS or not _opens(line, index):
            index += 1
            continue
        end = closing.of(index)
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


class _ClosingMarks:
    """Where the quotations of one line close. Each kind of mark is gone through once, however many there are."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._partners: dict[str, dict[int, int]] = {}
        self._closers: dict[str, list[int]] = {}

    def of(self, start: int) -> int | None:
        """The mark that closes the quotation opened at `start`; None where nothing does."""
        mark = self._line[start]
        if mark in _SINGLE:
            return self._single(start)
        if mark not in self._partners:
            self._partners[mark] = _pair_up(self._line, mark)
            self._closers[mark] = [i for i, c in enumerate(self._line) if c in _CLOSERS[mark]]
        # More openers than closers: a nested opener was never closed, so the first closer counts.
        return self._partners[mark].get(start, _next(self._closers[mark], start + 1))

    def _single(self, start: int) -> int | None:
        low = self._line[start] == "‚"
        sure, unsure = self._low_singles if low else self._high_singles
        end = _next(sure, start + 2)
        return _next(unsure, start + 2) if end is None else end

    @cached_property
    def _high_singles(self) -> tuple[list[int], list[int]]:
        return _closing_singles(self._line, _CLOSERS["‘"])

    @cached_property
    def _low_singles(self) -> tuple[list[int], list[int]]:
        return _closing_singles(self._line, _CLOSERS["‚"])


def _pair_up(line: str, mark: str) -> dict[int, int]:
    """Openers of this kind by position, each with the closer that stands at its own depth."""
    waiting: list[int] = []
    partners: dict[int, int] = {}
    if mark in _CLOSERS[mark]:
        return partners
    for index, sign in enumerate(line):
        if sign == mark:
            waiting.append(index)
        elif sign in _CLOSERS[mark] and waiting:
            partners[waiting.pop()] = index
    return partners


def _closing_singles(line: str, closers: str) -> tuple[list[int], list[int]]:
    """Marks that close a quotation, and those that may be the possessive of "the boys' plan"."""
    sure: list[int] = []
    unsure: list[int] = []
    for index in range(1, len(line)):
        if line[index] not in closers:
            continue
        before = line[index - 1]
        after = line[index + 1] if index + 1 < len(line) else " "
        if before.isspace() or not (after.isspace() or after in _CLOSES_BEFORE):
            continue
        (unsure if before == "s" and after.isspace() else sure).append(index)
    return sure, unsure


def _next(positions: list[int], start: int) -> int | None:
    at = bisect_left(positions, start)
    return positions[at] if at < len(positions) else None
