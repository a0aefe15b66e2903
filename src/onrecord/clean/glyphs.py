"""The characters of a page's lines as numpy arrays: what kind each one is, and how many of a kind a line holds.

One pass over the whole page costs a fraction of what regular expressions for every line would.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ASK",
    "AT",
    "BAR",
    "BULLET",
    "CAPITAL",
    "COLON",
    "COMMA",
    "COPYRIGHT",
    "DECIMAL",
    "DIGIT",
    "GOES_ON",
    "LETTER",
    "LINK_MARK",
    "LOWER",
    "MORE",
    "QUOTE",
    "TRAILING",
    "UPPER",
    "WIDE",
    "WORD",
    "Glyphs",
    "is_of",
    "kinds_of",
]

# Kinds of characters, a bit each; the first seven as `str` and `re` tell them.
WORD, DECIMAL, LETTER, UPPER, LOWER, CAPITAL, DIGIT, WIDE = (1 << bit for bit in range(8))
COMMA, QUOTE, BAR, COPYRIGHT, AT, COLON, MORE, ASK, GOES_ON, TRAILING, BULLET, LINK_MARK = (
    1 << bit for bit in range(8, 20)
)
_KNOWN = 1 << 31
_MARKS = {
    COMMA: ",、،",
    QUOTE: '"“”„«»「」',
    BAR: "|•·",
    COPYRIGHT: "©",
    AT: "@",
    COLON: ":：",
    MORE: "…»>→",
    ASK: "?？؟",
    GOES_ON: ",;-(",
    TRAILING: ",.;:)’”",
    BULLET: "*•·▪◦‣-–+",
    LINK_MARK: "|[",
}
_WIDE_RANGES = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"))  # scripts without spaces
_PAD = 4  # places beyond both ends that may be asked for
_kinds = np.zeros(0x110000, dtype=np.uint32)  # filled as characters are met; 0 is not met yet

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Glyphs:
    """The characters of texts laid end to end with a line break between them.

    Args:
        texts: not empty each, without line breaks.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.joined = "\n".join(texts)
        self.codes = np.frombuffer(self.joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        self.kinds = kinds_of(self.codes)
        self.lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self.ends = np.cumsum(self.lengths + 1) - 1
        self.starts = self.ends - self.lengths
        self._padded = np.pad(self.kinds, _PAD)

    def count(self, kind: int) -> Places:
        """How many characters of a kind each line holds."""
        found = is_of(self.kinds, kind)
        return np.asarray(np.add.reduceat(found.view(np.uint8), self.starts, dtype=np.int64))

    def count_places(self, places: Places | Sequence[int]) -> Places:
        """How many of these places, which are in order, each line holds."""
        return np.diff(np.searchsorted(places, self.starts), append=len(places))

    def first_is(self, kind: int) -> Flags:
        """Is the first character of each line of a kind?"""
        return is_of(self.kinds[self.starts], kind)

    def last_is(self, kind: int) -> Flags:
        """Is the last one?"""
        return is_of(self.kinds[self.ends - 1], kind)

    def has(self, at: Places, kind: int) -> Flags:
        """Is there a character of a kind at each place, which may lie a little outside?"""
        return is_of(self._padded[at + _PAD], kind)

    def find_pair(self, first: str, second: str) -> Places:
        """Where one character follows another, in order."""
        return np.flatnonzero((self.codes[:-1] == ord(first)) & (self.codes[1:] == ord(second)))


def is_of(kinds: NDArray[np.uint32], kind: int) -> Flags:
    """Which of these are of a kind?"""
    return np.asarray((kinds & np.uint32(kind)) != 0, dtype=np.bool_)


def kinds_of(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The kinds of characters, given by their numbers."""
    kinds = _kinds[codes]
    if kinds.all():
        return kinds
    for code in np.unique(codes[kinds == 0]).tolist():
        _kinds[code] = _kind_of(chr(code))
    return _kinds[codes]


def _kind_of(char: str) -> int:
    holds = {
        WORD: char.isalnum() or char == "_",  # \w
        DECIMAL: char.isdecimal(),  # \d
        LETTER: char.isalnum() and not char.isdecimal(),
        UPPER: char.isupper(),
        LOWER: char.islower(),
        CAPITAL: char.istitle(),
        DIGIT: char.isdigit(),
        WIDE: any(first <= char <= last for first, last in _WIDE_RANGES),
        **{kind: char in marks for kind, marks in _MARKS.items()},
    }
    return _KNOWN | sum(kind for kind, is_so in holds.items() if is_so)
