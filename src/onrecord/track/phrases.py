"""Phrases of two to five words, each with its place. Single words are none: they say what is spoken of, not how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from onrecord.records import Span
from onrecord.spans import split_sentences

__all__ = ["LONGEST", "Passage", "Phrase", "Sentence", "phrases_of", "sentences_of"]

LONGEST = 5  # words; formulas of state media such as "the ever-victorious ... party" are longer, but hold shorter ones

_WORD = re.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_STOPS = re.compile(r"[,;:()\[\]“”\"«»—–]|--")  # no phrase runs over one of these

# Words that carry no meaning of their own: a phrase neither begins nor ends with one.
_FUNCTION_WORDS = frozenset(
    word
    for words in (
        "a an the this that these those and or but nor so yet if as at by for from in into of off on onto out over",
        "to up upon with within without about after against before between during through under until than then there",
        "here is are was were be been being am do does did has have had having will would shall should can could",
        "may might must it its he she his her him you your they them their we us our i me my who whom whose which what",
        "when where why how not no s t said says also very more most such some any all both each other",
    )
    for word in words.split()
)


class Passage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Text of an article that is compared: all of it, or the words of one speaker in it."""

    article: str
    text: str
    spans: tuple[Span, ...] = ()  # code points of `text`; none: all of it


class Sentence(NamedTuple):
    """A sentence of a passage in lower case, and where it begins in the passage's text."""

    article: str
    text: str
    start: int


class Phrase(NamedTuple):
    """A phrase as it is counted, and where it stands."""

    words: str  # lower case, a blank between the words
    span: Span


def sentences_of(passages: Iterable[Passage]) -> Iterator[Sentence]:
    """The sentences of all passages, in order."""
    for passage in passages:
        for span in passage.spans or (Span(0, len(passage.text)),):
            piece = passage.text[span.start : span.end]
            for inner in split_sentences(piece):
                yield Sentence(passage.article, _lower(piece[inner.start : inner.end]), span.start + inner.start)


def phrases_of(sentence: Sentence, *, longest: int = LONGEST) -> Iterator[Phrase]:
    """Every phrase of a sentence: it begins and ends with a word of meaning and runs over no comma or quotation mark.

    >>> [p.words for p in phrases_of(Sentence("a", "the dam of the north, says he, will hold", 0))]
    ['dam of the north']
    """
    text, at = sentence.text, 0
    for stop in (*_STOPS.finditer(text), None):
        end = stop.start() if stop else len(text)
        words = list(_WORD.finditer(text, at, end))
        yield from _phrases_among(words, sentence.start, longest)
        at = stop.end() if stop else end


def _phrases_among(words: Sequence[re.Match[str]], shift: int, longest: int) -> Iterator[Phrase]:
    carries = [word.group() not in _FUNCTION_WORDS for word in words]
    for first, word in enumerate(words):
        if not carries[first]:
            continue
        for last in range(first + 1, min(first + longest, len(words))):
            if carries[last]:
                span = Span(shift + word.start(), shift + words[last].end())
                yield Phrase(" ".join(one.group() for one in words[first : last + 1]), span)


def _lower(text: str) -> str:
    """In lower case, every character in its place, curly apostrophes straight."""
    lower = text.lower()
    if len(lower) != len(text):  # "İ" becomes two characters
        lower = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)
    return lower.replace("’", "'")
