"""Which categories of the user's own a statement belongs to: by words that tell them, or by likeness to an example.

A statement is like an example as far as each word of the example has one in the statement that is near to it in
meaning; rare words count more. Nothing is trained. Weights of words after Arora et al. 2017, "A simple but
tough-to-beat baseline for sentence embeddings"; the nearest word for each after Zhang et al. 2020, "BERTScore".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from onrecord.lexicon.categories import Categories, Category
from onrecord.records import Judged, Reason, Span, Statement

__all__ = ["Categorizer", "Rarity", "WordVectors"]

_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_COMMON = 1e-3  # of all texts: a word that stands in so many counts half
_NEAREST = (
    2  # examples whose likeness counts: one alone is right of 51 % of statements, two of 57 (benchmarks.categories)
)
_MOST_WORDS = 200  # of a statement that are compared

Floats = NDArray[np.float32]


class WordVectors(Protocol):
    """Rows of length 1; the product of two tells how alike the words are."""

    def vectors(self, words: Sequence[str]) -> Floats:
        """[words, sizes]."""


class Rarity(Protocol):
    """How common words are."""

    def share_of(self, word: str) -> float:
        """Of all texts, how many have the word."""


class _Example(NamedTuple):
    vectors: Floats  # [words, sizes]
    weights: Floats  # [words], together 1


class Categorizer:
    """Judges statements by categories; words are looked up once."""

    def __init__(self, categories: Categories, vectors: WordVectors, rarity: Rarity) -> None:
        self._all, self._vectors, self._rarity = categories.all, vectors, rarity
        self.version = categories.version
        self._examples = {one.name: [self._example(words) for words in one.examples] for one in self._all}

    def tell(self, text: str, statements: Sequence[Statement]) -> tuple[Statement, ...]:
        """The statements with their `categories`, the best first, and the words that tell one among the reasons."""
        return tuple(self._tell(text, said) for said in statements)

    def likeness(self, category: Category, words: str) -> float:
        """How much words are like the two examples that they are most like; from -1 to 1, 0 without any."""
        vectors = self._vectors.vectors(_WORD.findall(words.lower())[:_MOST_WORDS])
        return self._likeness(self._examples[category.name], vectors)

    def _tell(self, text: str, said: Statement) -> Statement:
        vectors = self._vectors.vectors(_WORD.findall(_content(text, said).lower())[:_MOST_WORDS])
        found: list[tuple[float, str]] = []
        reasons: list[Reason] = []
        for one in self._all:
            if one.acts and said.act not in one.acts:
                continue
            shown = _shown(text, said, one)
            score = 1.0 if shown else self._likeness(self._examples[one.name], vectors)
            if score >= one.least:
                found.append((-score, one.name))
                reasons += [Reason(of=Judged.CATEGORY, span=span) for span in shown]
        if not found:
            return said
        ordered = sorted(found, key=lambda pair: pair[0])  # of equal ones that which the file has first
        kept = tuple(sorted({*said.reasons, *reasons}, key=lambda reason: (reason.span, reason.of)))
        return replace(said, categories=tuple(name for _, name in ordered), reasons=kept)

    def _likeness(self, examples: Sequence[_Example], vectors: Floats) -> float:
        if not len(vectors):
            return 0.0
        nearest = [float(one.weights @ (one.vectors @ vectors.T).max(axis=1)) for one in examples if len(one.weights)]
        best = sorted(nearest)[-_NEAREST:]
        return sum(best) / max(len(best), 1)

    def _example(self, words: str) -> _Example:
        listed = _WORD.findall(words.lower())
        weights = np.array([_COMMON / (_COMMON + self._rarity.share_of(word)) for word in listed], np.float32)
        return _Example(self._vectors.vectors(listed), weights / max(float(weights.sum()), 1e-9))


def _content(text: str, said: Statement) -> str:
    return " ".join(text[span.start : span.end] for span in said.content)


def _shown(text: str, said: Statement, one: Category) -> list[Span]:
    """Where words that tell a category stand in a statement: in its cue or content."""
    if one.words is None:
        return []
    return [
        Span(match.start(), match.end())
        for span in (*said.cue, *said.content)
        for match in one.words.finditer(text, span.start, span.end)
    ]
