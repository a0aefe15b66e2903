"""Finds the lines of an extracted text again among the blocks of the page that it was extracted from.

Both sides are reduced to their letters and digits, so that markup, entities and white space do not matter. Work is
bounded: lines are looked for near the place where the one before was found, and only a few times anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from onrecord.clean.scan import VisibleBlock

__all__ = ["cover_blocks", "cover_texts", "reduce_to_letters"]

_NO_LETTER = re.compile(r"[\W_]+")
_NEAR = 30_000  # letters ahead of the last find in which a line is looked for first
_BACK = 3_000  # and behind it: extractors sometimes change the order
_CHUNK = 16  # letters that a run of a line must have, when the line was not found as a whole
_STEP = 4  # letters left out before the next try
_CLOSE = 200  # letters ahead of the last find in which the short rest of a line may stand
_SHORT = 25  # letters; a shorter line must fill its block, or it could be part of any text
_FAR_SEARCHES = 60  # lines of a page that are looked for in all of it
_TRIES = 60  # finds of a line that are looked at
_CANDIDATES = 12  # places at which a line is tried


def cover_blocks(blocks: Sequence[VisibleBlock], lines: Iterable[str]) -> list[float]:
    """For each block the share of its letters that the lines hold; 0 for a block without letters."""
    return cover_texts([block.text for block in blocks], lines)


def cover_texts(texts: Iterable[str], lines: Iterable[str]) -> list[float]:
    """The same for the texts of blocks."""
    search = _Search([reduce_to_letters(text) for text in texts])
    wanted = [found for found in map(reduce_to_letters, lines) if found]
    for number, line in enumerate(wanted):
        search.place(line, wanted[number + 1] if number + 1 < len(wanted) else "")
    return search.shares()


def reduce_to_letters(text: str) -> str:
    """Letters and digits only, without their accents: extractors compose what the page may have decomposed."""
    return _NO_LETTER.sub("", text if text.isascii() else unicodedata.normalize("NFD", text))


class _Search:
    """The letters of a page, which of them are found, and where the search stands."""

    def __init__(self, letters: Sequence[str]) -> None:
        self.stream = "".join(letters)
        self.found = bytearray(len(self.stream))
        self.starts: list[int] = []
        at = 0
        for run in letters:
            self.starts.append(at)
            at += len(run)
        self.edges = {*self.starts, len(self.stream)}
        self.cursor = 0
        self.far_searches = _FAR_SEARCHES

    def place(self, line: str, following: str) -> None:
        at = self.locate(line, following)
        if at is not None:
            self.mark(at, len(line))
            return
        self.place_parts(line)

    def place_parts(self, line: str) -> None:
        """Find a line whose text on the page is interrupted, run by run."""
        done = 0
        while done < len(line):
            chunk = line[done : done + _CHUNK]
            ahead = _NEAR if len(chunk) == _CHUNK else _CLOSE
            at = self.stream.find(chunk, max(0, self.cursor - _BACK) if done == 0 else self.cursor, self.cursor + ahead)
            if at < 0:
                done += _STEP
                continue
            length = self.common_length(line, done, at)
            self.mark(at, length)
            done += length

    def common_length(self, line: str, start: int, at: int) -> int:
        length = 0
        while start + length < len(line) and line[start + length] == self.stream[at + length : at + length + 1]:
            length += 1
        return length

    def mark(self, at: int, length: int) -> None:
        self.found[at : at + length] = b"\x01" * length
        self.cursor = at + length

    def locate(self, line: str, following: str) -> int | None:
        near = self.candidates(line, self.cursor, self.cursor + _NEAR)
        if not near and self.far_searches > 0:
            self.far_searches -= 1
            near = self.candidates(line, 0, len(self.stream))
        if not near:
            return None
        return next((at for at in near if self.is_followed(at + len(line), following)), near[0])

    def candidates(self, line: str, start: int, end: int) -> list[int]:
        places: list[int] = []
        at = self.stream.find(line, start, end)
        for _ in range(_TRIES):
            if at < 0 or len(places) >= _CANDIDATES:
                break
            if not self.found[at] and self.may_stand(at, len(line)):
                places.append(at)
            at = self.stream.find(line, at + len(line), end)
        return places

    def may_stand(self, at: int, length: int) -> bool:
        """A short line must open a block or follow the last find, and likewise end."""
        if length >= _SHORT:
            return True
        return (at in self.edges or at == self.cursor) and (at + length in self.edges or length > 8)

    def is_followed(self, at: int, following: str) -> bool:
        head = following[: 2 * _SHORT]
        return not head or self.stream.find(head, at, at + _BACK) >= 0

    def shares(self) -> list[float]:
        ends = [*self.starts, len(self.stream)][1:]
        return [
            self.found.count(1, start, end) / (end - start) if end > start else 0.0
            for start, end in zip(self.starts, ends, strict=True)
        ]
