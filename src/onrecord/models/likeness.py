"""How near words are in meaning, from the table of word pieces that the reader's network begins with.

Fit to tell whether two sentences say the same in other words; see `connect.quotations`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

__all__ = ["Likeness", "VocabularyRarity", "load_likeness", "load_rarity"]

_WORDS_BEGIN, _WORDS_END = 1996, 30_522  # rows of whole words, the commonest first
_RARE = 60 / (_WORDS_END - _WORDS_BEGIN)
_COMMON = 1000  # rows before it are marks and single letters, which would draw the middle of the table aside


class Likeness:
    """Vectors of words, made from their pieces; the rows of one vocabulary table, moved to its middle."""

    def __init__(self, table: NDArray[np.float32], tokenizer: Tokenizer) -> None:
        self._table, self._tokenizer = table - table[_COMMON:].mean(axis=0), tokenizer
        self._vector = lru_cache(maxsize=50_000)(self._make)

    def vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """[words, sizes]: one row of length 1 a word; the product of two is from -1 to 1, as they are alike."""
        rows = [self._vector(word) for word in words]
        return np.stack(rows) if rows else np.zeros((0, self._table.shape[1]), np.float32)

    def _make(self, word: str) -> NDArray[np.float32]:
        pieces = self._tokenizer.encode(word, add_special_tokens=False).ids
        row = self._table[pieces].sum(axis=0) if pieces else np.zeros(self._table.shape[1], np.float32)
        return np.asarray(row / (np.linalg.norm(row) + 1e-9), dtype=np.float32)


@cache
def load_likeness() -> Likeness:
    """From the weights that come with the package."""
    folder = files("onrecord.data") / "reader"
    with np.load(BytesIO((folder / "embeddings.npz").read_bytes())) as tables:
        table = tables["word"].astype(np.float32) * tables["word_scale"][:, None]
    return Likeness(table, Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8")))


class VocabularyRarity:
    """How common words are, by their place in the vocabulary of the reader's tokenizer, which is ordered by frequency.

    A word at place r stands in about 60 / r of all texts, after Zipf's law; one that is no piece of its own in few.
    """

    def __init__(self, places: Mapping[str, int]) -> None:
        self._shares = {word: self._share(place) for word, place in places.items()}

    @staticmethod
    def _share(place: int) -> float:
        return min(0.5, 60 / max(1, place - _WORDS_BEGIN))

    def share_of(self, word: str) -> float:
        """Of all texts, how many have the word."""
        return self._shares.get(word, _RARE)


@cache
def load_rarity() -> VocabularyRarity:
    """From the tokenizer that comes with the package."""
    text = (files("onrecord.data") / "reader" / "tokenizer.json").read_text(encoding="utf-8")
    return VocabularyRarity(Tokenizer.from_str(text).get_vocab())
