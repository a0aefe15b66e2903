"""The lines of a page, and what can be seen of a line without knowing its language: input of the block model.

A line is described by its own form (length, case, punctuation, marks), by its place on the page, and by the page as a
whole; the model adds the neighbours. Word lists (`PressLexicon`) give a few more hints where the language is known.
All lines of a page are described at once, in numpy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.clean import glyphs as kind
from onrecord.clean.glyphs import Glyphs, is_of, kinds_of
from onrecord.lexicon.press import PhraseBook, PressLexicon

__all__ = ["FEATURES", "Line", "LinesView", "Words", "describe_lines", "split_lines", "view_lines", "wrap_width"]

_CLOSERS, _TERMINATORS = "\"'”’»)]*_", frozenset(".!?。！？؟।…")
_INNER_END = re.compile(r"[.!?。！？؟।](?:[\"'”’»)\]*_]*[^\S\n]+\S|(?<=[。！？]))")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s")
_ADDRESS = re.compile(r"https?:|www\.")
_LINK = re.compile(r"\]\(|https?:|www\.|!\[")
_OPENING_MARKS, _CLOSING_MARKS = "#>*•·▪◦‣|_-–+ \t\xa0", "*_| \t\xa0"
_LOOK = 2_000  # characters of a line that are looked at; the form of a longer line does not change any more
_LONG_WORD = 5  # characters

Column = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.bool_]  # a value a line


class Line(NamedTuple):
    """A line of a page without the white space around it; offsets are code points of the page."""

    start: int
    end: int
    text: str
    indent: int  # white space before it
    blanks: int  # empty lines before it


class LinesView(NamedTuple):
    """Lines of a page as the block model sees them, and what was worked out on the way."""

    features: NDArray[np.float32]  # (lines, FEATURES), each roughly between 0 and 3
    words: Words  # of the part of each line that is looked at


FEATURES = 58


def split_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank, in order."""
    lines: list[Line] = []
    at = last_end = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            indent = raw.index(stripped[0])
            breaks = _count_breaks(text, last_end, at) if lines else 1
            start, last_end = at + indent, at + indent + len(stripped)
            lines.append(Line(start, last_end, stripped, indent, breaks - 1))
        at += len(raw)
    return lines


def _count_breaks(text: str, start: int, end: int) -> int:
    if end - start == 1:
        return 1
    return text.count("\n", start, end) or max(1, len(text[start:end].strip(" \t").splitlines()))


def wrap_width(lines: Sequence[Line]) -> int | None:
    """The width that a page's text was wrapped at, or None where lines are as long as their paragraphs.

    Wrapped prose shows a cliff: many lines shortly under the width, none over it (links aside), and a good part of
    them in the middle of a sentence.
    """
    long = [line.text for line in lines if len(line.text) >= 40 and not _LINK.search(line.text[:_LOOK])]
    if len(long) < 5:
        return None
    width = sorted(map(len, long))[min(len(long) - 1, int(len(long) * 0.98))]
    near = [text for text in long if width - 16 <= len(text) <= width]
    unfinished = sum(not _ends_sentence(text[-12:]) for text in near)
    return width if width <= 120 and len(near) >= 0.5 * len(long) and unfinished >= 0.3 * len(near) else None


def describe_lines(lines: Sequence[Line], lexicon: PressLexicon) -> NDArray[np.float32]:
    """One row of `FEATURES` numbers a line, each roughly between 0 and 3."""
    return view_lines(lines, lexicon).features


def view_lines(lines: Sequence[Line], lexicon: PressLexicon) -> LinesView:
    """The lines of a page with what `describe_lines` tells of them."""
    if not lines:
        return LinesView(np.zeros((0, FEATURES), dtype=np.float32), Words(""))
    raws = [line.text[:_LOOK].replace("\n", " ") for line in lines]
    texts = [raw.lstrip(_OPENING_MARKS).rstrip(_CLOSING_MARKS) or raw for raw in raws]
    glyphs = Glyphs(texts)
    words = Words(glyphs.joined)
    form = _measure_form(lines, texts, glyphs, words)
    columns = (
        *form.sizes,
        *_measure_space(lines),
        *_measure_case(glyphs),
        *_measure_marks(raws, glyphs, form.counts),
        *form.ends,
        *_measure_phrases(words, lexicon),
        *_place_lines(lines, form, words),
    )
    features = np.empty((FEATURES, len(lines)), dtype=np.float32)
    for number, column in enumerate(columns):
        features[number] = column
    return LinesView(np.ascontiguousarray(features.T), words)


class Words:
    """The folded words of a page by line, and all of them in order with a line break behind each line."""

    def __init__(self, joined: str) -> None:
        codes = np.frombuffer(joined.lower().encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        is_kept = is_of(kinds_of(codes), kind.WORD) | (codes == ord("\n"))
        spaced = np.where(is_kept, codes, np.uint32(ord(" "))).tobytes().decode("utf-32-le")
        self.by_line = [line.split() for line in spaced.split("\n")]
        self.counts = np.array([len(words) for words in self.by_line], dtype=np.int64)
        self.all = [*chain.from_iterable([*words, "\n"] for words in self.by_line)]
        self.lines = np.repeat(np.arange(len(self.by_line)), self.counts + 1)

    def openings(self, book: PhraseBook) -> NDArray[np.int64]:
        """How many words of each line's beginning are one of the phrases."""
        first = book.by_first
        return np.array([book.opens(words) if words and words[0] in first else 0 for words in self.by_line])

    def wholes(self, book: PhraseBook) -> Column:
        """Which lines are one of the phrases and nothing else."""
        first = book.by_first
        return _flags(bool(words) and words[0] in first and book.is_whole(words) for words in self.by_line)

    def endings(self, book: PhraseBook) -> NDArray[np.bool_]:
        """Which lines end with one of the phrases."""
        lasts = {phrase[-1] for phrases in book.by_first.values() for phrase in phrases}
        return _flags(bool(words) and words[-1] in lasts and book.ends(words) for words in self.by_line)

    def count(self, book: PhraseBook) -> Column:
        """How many of the phrases stand in each line."""
        first = book.by_first
        found = [at for at, word in enumerate(self.all) if word in first and book.length_at(self.all, at)]
        return np.bincount(self.lines[found], minlength=len(self.by_line))

    def share(self, known: AbstractSet[str]) -> NDArray[np.float64]:
        """The share of each line's longer words that are among these."""
        lengths = np.fromiter(map(len, self.all), dtype=np.int64, count=len(self.all))
        is_known = np.fromiter(map(known.__contains__, self.all), dtype=np.bool_, count=len(self.all))
        is_long = lengths >= _LONG_WORD
        long, found = (np.bincount(self.lines[at], minlength=len(self.by_line)) for at in (is_long, is_long & is_known))
        return np.asarray(found / np.maximum(long, 1), dtype=np.float64)


class _Form(NamedTuple):
    """What lines show of themselves, a value a line."""

    sizes: tuple[Column, ...]  # columns of the description
    ends: tuple[Column, ...]  # more of them
    counts: Column  # words; two signs of a script without spaces are one
    size: Column  # characters of an alphabet
    is_prose: NDArray[np.bool_]


def _measure_form(lines: Sequence[Line], texts: Sequence[str], glyphs: Glyphs, words: Words) -> _Form:
    wide = glyphs.count(kind.WIDE)
    counts = words.counts + wide / 2
    size = np.array([len(line.text) for line in lines]) + wide
    ends = _flags(_ends_sentence(text) for text in texts)
    inner = glyphs.count_places([match.start() for match in _INNER_END.finditer(glyphs.joined)])
    is_prose = (ends & (counts >= 8)) | ((inner >= 1) & (counts >= 12))
    sizes = (
        np.log1p(size) / 3,
        np.log1p(counts) / 2,
        np.minimum(glyphs.lengths / np.where(counts > 0, counts, 1), 20) / 8,
    )
    return _Form(sizes, (ends, np.minimum(inner, 8) / 2, is_prose), counts, size, is_prose)


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSERS)[-1:] in _TERMINATORS


def _flags(values: Iterable[bool]) -> NDArray[np.bool_]:
    return np.array([*values], dtype=np.bool_)


def _measure_space(lines: Sequence[Line]) -> tuple[Column, ...]:
    indents = np.array([line.indent for line in lines])
    blanks = np.array([line.blanks for line in lines])
    return np.log1p(indents) / 2, np.minimum(blanks, 3) / 2, blanks == 0


def _measure_case(glyphs: Glyphs) -> tuple[Column, ...]:
    is_letter = is_of(glyphs.kinds, kind.LETTER)
    edges = np.flatnonzero(np.diff(is_letter, prepend=False, append=False))
    firsts, sizes = edges[::2], edges[1::2] - edges[::2]
    runs = glyphs.count_places(firsts)
    total = np.maximum(runs, 1)
    letters = np.maximum(glyphs.count(kind.LETTER), 1)
    capitals = np.flatnonzero(is_of(glyphs.kinds, kind.UPPER))
    upper = glyphs.count_places(capitals[is_letter[capitals]])
    return (
        letters / glyphs.lengths,
        glyphs.count(kind.DIGIT) / glyphs.lengths,
        upper / letters,
        glyphs.count_places(firsts[glyphs.has(firsts, kind.UPPER)]) / total,
        glyphs.count_places(firsts[_is_short_lower(glyphs, firsts, sizes)]) / total,
        glyphs.first_is(kind.LOWER),
        glyphs.first_is(kind.UPPER),
        (runs > 0) & (upper == letters) & (letters > 3),
    )


def _is_short_lower(glyphs: Glyphs, firsts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Runs of three letters at most, small ones among them and no capital."""
    seen = glyphs.kinds[firsts]
    for step in (1, 2):
        seen = seen | glyphs.kinds[firsts + np.minimum(sizes - 1, step)]
    return (sizes <= 3) & is_of(seen, kind.LOWER) & (~is_of(seen, kind.CAPITAL))


def _measure_marks(raws: Sequence[str], glyphs: Glyphs, counts: Column) -> tuple[Column, ...]:
    heads = np.array([ord(raw[0]) for raw in raws], dtype=np.uint32)
    head_kinds = kinds_of(heads)
    return (
        np.minimum(glyphs.count(kind.COMMA) / np.where(counts > 0, counts, 1) * 5, 3),
        glyphs.last_is(kind.COLON),
        glyphs.last_is(kind.MORE) | _end_with(glyphs, "..."),
        glyphs.last_is(kind.ASK),
        glyphs.last_is(kind.GOES_ON),
        glyphs.first_is(kind.TRAILING),
        glyphs.count(kind.QUOTE) > 0,
        _find_bullets(raws, head_kinds),
        heads == ord("#"),
        (is_of(head_kinds, kind.LINK_MARK)) | _start_with(raws, heads, "!["),
        np.minimum(_count_links(glyphs), 6) / 2,
        np.minimum(glyphs.count(kind.BAR), 4) / 2,
        glyphs.count_places(_find_years(glyphs)) > 0,
        glyphs.count_places(_find_times(glyphs)) > 0,
        (glyphs.count(kind.COPYRIGHT) > 0) | (glyphs.count_places(_find_copyright(glyphs)) > 0),
        glyphs.count(kind.AT) > 0,
        counts == 0,
    )


def _end_with(glyphs: Glyphs, marks: str) -> NDArray[np.bool_]:
    """Which lines end with these marks."""
    found = glyphs.lengths >= len(marks)
    for back, mark in enumerate(reversed(marks), 1):
        found &= glyphs.codes[np.maximum(glyphs.ends - back, 0)] == ord(mark)
    return found


def _start_with(raws: Sequence[str], heads: NDArray[np.uint32], marks: str) -> NDArray[np.bool_]:
    found = np.asarray(heads == ord(marks[0]), dtype=np.bool_)
    for at in np.flatnonzero(found).tolist():
        found[at] = raws[at].startswith(marks)
    return found


def _find_bullets(raws: Sequence[str], head_kinds: NDArray[np.uint32]) -> NDArray[np.bool_]:
    found = np.zeros(len(raws), dtype=np.bool_)
    for at in np.flatnonzero(is_of(head_kinds, kind.BULLET)).tolist():
        found[at] = raws[at][1:2].isspace()
    for at in np.flatnonzero(is_of(head_kinds, kind.DECIMAL)).tolist():
        found[at] = _NUMBERED.match(raws[at]) is not None
    return found


def _count_links(glyphs: Glyphs) -> NDArray[np.int64]:
    found = glyphs.count_places(glyphs.find_pair("]", "(")) + glyphs.count_places(glyphs.find_pair("!", "["))
    if "http" in glyphs.joined or "www." in glyphs.joined:
        found += glyphs.count_places([match.start() for match in _ADDRESS.finditer(glyphs.joined)])
    return found


def _find_copyright(glyphs: Glyphs) -> NDArray[np.int64]:
    """Where a c in brackets stands."""
    return np.sort([*_find_all(glyphs.joined, "(c)"), *_find_all(glyphs.joined, "(C)")]).astype(np.int64)


def _find_all(text: str, part: str) -> Iterable[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _find_years(glyphs: Glyphs) -> NDArray[np.int64]:
    r"""Where \b(19|20)\d\d\b stands."""
    at = np.flatnonzero((glyphs.codes == ord("1")) | (glyphs.codes == ord("2")))
    at = at[glyphs.has(at + 3, kind.DECIMAL) & glyphs.has(at + 2, kind.DECIMAL) & glyphs.has(at + 1, kind.DECIMAL)]
    pairs = 10 * glyphs.codes[at] + glyphs.codes[at + 1]
    is_year = np.isin(pairs, (_pair("19"), _pair("20")))
    at = at[is_year]
    return at[~glyphs.has(at - 1, kind.WORD) & ~glyphs.has(at + 4, kind.WORD)]


def _pair(digits: str) -> int:
    return 10 * ord(digits[0]) + ord(digits[1])


def _find_times(glyphs: Glyphs) -> NDArray[np.int64]:
    r"""Where \b\d{1,2}[:.]\d\d\b has its colon or point."""
    at = np.flatnonzero((glyphs.codes == ord(":")) | (glyphs.codes == ord(".")))
    at = at[glyphs.has(at - 1, kind.DECIMAL) & glyphs.has(at + 1, kind.DECIMAL)]
    is_one = ~glyphs.has(at - 2, kind.WORD)
    is_two = glyphs.has(at - 2, kind.DECIMAL) & ~glyphs.has(at - 3, kind.WORD)
    return at[(is_one | is_two) & glyphs.has(at + 2, kind.DECIMAL) & ~glyphs.has(at + 3, kind.WORD)]


def _measure_phrases(words: Words, lexicon: PressLexicon) -> tuple[Column, ...]:
    terms = words.count(lexicon.chrome_terms)
    return (
        words.wholes(lexicon.chrome_lines),
        words.openings(lexicon.chrome_starts) > 0,
        np.log1p(terms),
        np.minimum(terms * 5 / np.maximum(words.counts, 1), 3),
        (words.openings(lexicon.bylines) > 0) & (words.counts <= 14),
        (words.openings(lexicon.dated) > 0) & (words.counts <= 20),
        (words.openings(lexicon.credits) > 0) | words.endings(lexicon.credit_houses),
    )


def _place_lines(lines: Sequence[Line], form: _Form, words: Words) -> tuple[Column, ...]:
    count = len(lines)
    at = np.arange(count)
    texts = [line.text for line in lines]
    repeats = Counter(texts)
    masses = np.where(form.is_prose, form.size, 0.0)
    prose = float(masses.sum()) or 1.0
    before = np.cumsum(masses) - masses
    width = wrap_width(lines)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=count)
    return (
        at / count,
        np.log1p(at) / 3,
        np.log1p(count - at) / 3,
        np.log1p(np.array([repeats[text] for text in texts]) - 1),
        before / prose,
        1 - (before + masses) / prose,
        np.log1p(_smooth(masses, 2)) / 4,
        np.log1p(_smooth(masses, 8)) / 4,
        np.log1p(masses) / 4,
        words.share(_topic_words(words.by_line, form.is_prose)),
        _start_as_before(texts),
        _continue(lines),
        (width is not None) & (lengths >= (width or 0) - 16) & (lengths <= (width or 0)),
        np.full(count, np.log1p(count) / 4),
        np.full(count, min(prose / (float(form.size.sum()) or 1.0), 1.0)),
        np.full(count, form.is_prose.mean()),
        np.full(count, width is not None),
    )


def _topic_words(by_line: Sequence[Sequence[str]], is_prose: NDArray[np.bool_]) -> frozenset[str]:
    """Longer words that stand in two lines of running text at least: what the page is about."""
    seen: set[str] = set()
    twice: set[str] = set()
    for at in np.flatnonzero(is_prose).tolist():
        long = {word for word in by_line[at] if len(word) >= _LONG_WORD}
        twice |= long & seen
        seen |= long
    return frozenset(twice)


def _smooth(masses: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    sums = np.concatenate([[0.0], np.cumsum(masses)])
    at = np.arange(len(masses))
    high = np.minimum(at + reach + 1, len(masses))
    low = np.maximum(at - reach, 0)
    means: NDArray[np.float64] = (sums[high] - sums[low]) / (2 * reach + 1)
    return means


def _start_as_before(texts: Sequence[str]) -> NDArray[np.bool_]:
    heads = [text[:6] for text in texts]
    return _flags(head == before for head, before in zip(heads, ["", *heads], strict=False))


def _continue(lines: Sequence[Line]) -> NDArray[np.bool_]:
    """Do lines go on where the one before left off in the middle of a sentence?"""
    going = (
        not line.blanks and not line.text[:1].isupper() and not _ends_sentence(before.text[-12:])
        for before, line in pairwise(lines)
    )
    return _flags(chain([False], going))
