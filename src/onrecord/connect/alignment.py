"""Words of a quotation laid beside the words of a text it may come from: what is the same, left out, put in, replaced.

The whole quotation against the best stretch of the text (semi-global alignment with affine gaps; Gotoh 1982, "An
improved algorithm for matching biological sequences"). Words that say little ("the", "of") weigh little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from onrecord.connect.words import Words

__all__ = ["Aligned", "align_words", "plain_words", "weight_of"]

_LIGHT_WORDS = """
    a an the of to in on at for by with from as and or but that this these those it its is are was were be been being am
    has have had do does did will would shall should can could may might must i you he she we they them him her us our
    your their his my me who which what there here so if than then up out into about over also very just
"""
_LIGHT = frozenset(_LIGHT_WORDS.split())
_LIGHT_WEIGHT = 0.25
_REPLACED = 0.5  # cost, in weights of the quotation's word
_SIMILAR = 0.5  # worth of a word of the same stem: "strike" for "strikes"
_PUT_IN = 0.6  # cost of a word that the text has not
_OPEN, _ONWARD = (
    0.4,
    0.02,
)  # cost of leaving words of the text out: once, and a word; fifty left out cost as much as one

_CONTRACTED = (("can't", "can not"), ("won't", "will not"), ("shan't", "shall not"))
_ENDINGS = (("n't", "not"), ("'re", "are"), ("'ll", "will"), ("'ve", "have"), ("'m", "am"))
# One spelling for both sides of the Atlantic; both are brought to the same form, which need not be a word.
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{3})is(?=e[ds]?$|ing$|ation)"), "iz"),
    (re.compile(r"ys(?=e[ds]?$|ing$)"), "yz"),
    (re.compile(r"(?<=[a-z]{2})our(?=$|s$|ed$|ing|ly|able|ite)"), "or"),
    (re.compile(r"(?<=[a-z]{3})ence(?=s?$)"), "ense"),
    (re.compile(r"(?<=[a-z]{2}[bct])re(?=s?$)"), "er"),
    (re.compile(r"ll(?=ed$|ing$|er$)"), "l"),
    (re.compile(r"(?<=[a-z]{3})ogue(?=s?$)"), "og"),
    (re.compile(r"(?<=progra)mme(?=s?$)"), "m"),
)
_COUNTED = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)  # "one" is often none
_NUMBERS = {word: str(number) for number, word in enumerate(_COUNTED, 2)}


class Plain(NamedTuple):
    """Words brought to one spelling; `at` says which word of the text each came from ("don't" gives two)."""

    keys: tuple[str, ...]
    at: tuple[int, ...]


class Aligned(NamedTuple):
    """One step along the alignment: half-open ranges of the quotation's and the text's plain words.

    `same` is True where the words are equal; else either range may be empty.
    """

    same: bool
    quote: tuple[int, int]
    text: tuple[int, int]


def plain_words(words: Words) -> Plain:
    """Contractions opened, numbers as figures, one spelling."""
    keys: list[str] = []
    at: list[int] = []
    for number, word in enumerate(words.keys):
        parts = _opened(word)
        keys += [_spelled(part) for part in parts]
        at += [number] * len(parts)
    return Plain(tuple(keys), tuple(at))


def _opened(word: str) -> list[str]:
    for short, full in _CONTRACTED:
        if word == short:
            return full.split()
    for ending, full in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return [word.removesuffix(ending), full]
    return ["can", "not"] if word == "cannot" else [word]


def _spelled(word: str) -> str:
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word[0].isdigit():
        return word.replace(",", "")
    if len(word) > 4:
        for pattern, put in _SPELLINGS:
            word = pattern.sub(put, word)
    return word.replace("-", "")


def weight_of(key: str) -> float:
    """How much a word tells, from 0.25 to 1."""
    return _LIGHT_WEIGHT if key in _LIGHT else 1.0


def align_words(quote: Sequence[str], text: Sequence[str]) -> list[Aligned]:
    """The best way to lay a quotation beside a text, from the first to the last word that it shares with it.

    Time and memory grow with the product of both lengths: 100 by 10,000 words take some 10 ms and 10 MB.
    """
    if not quote or not text:
        return []
    worth = _worth(quote, text)
    across, best, steps = _fill(worth, np.array([weight_of(key) for key in quote], np.float32))
    path = _trace(across, best, steps)
    return _joined([(row, column, row >= 0 <= column and quote[row] == text[column]) for row, column in path])


def _worth(quote: Sequence[str], text: Sequence[str]) -> NDArray[np.float32]:
    """[quote words, text words]: gain of laying one beside the other."""
    numbers: dict[str, int] = {}
    column = np.array([numbers.setdefault(key, len(numbers)) for key in text])
    rows = []
    for key in quote:
        weight = weight_of(key)
        row = np.full(len(numbers), -_REPLACED * weight, np.float32)
        if len(key) > 3:
            for other, at in numbers.items():
                if other[:3] == key[:3] and len(other) > 3 and Indel.normalized_similarity(key, other) > 0.72:
                    row[at] = _SIMILAR * weight
        if key in numbers:
            row[numbers[key]] = weight
        rows.append(row[column])
    return np.stack(rows)


_BESIDE, _ABOVE = 0, 1


def _fill(
    worth: NDArray[np.float32], weights: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int8]]:
    """The tables: best score before leaving words out, best score, and which step led to the former."""
    count, length = worth.shape
    onward = _ONWARD * np.arange(length + 1, dtype=np.float32)
    above = np.zeros(length + 1, np.float32)
    across = np.zeros((count + 1, length + 1), np.float32)
    best = np.zeros((count + 1, length + 1), np.float32)
    steps = np.full((count + 1, length + 1), _ABOVE, np.int8)
    for at in range(count):
        beside = np.concatenate([[-1e9], above[:-1] + worth[at]]).astype(np.float32)
        put_in = above - _PUT_IN * weights[at]
        row = np.maximum(beside, put_in)
        steps[at + 1] = np.where(beside >= put_in, _BESIDE, _ABOVE)
        skipped = np.maximum.accumulate(row + onward) - onward - _OPEN
        across[at + 1], best[at + 1] = row, np.maximum(row, skipped)
        above = best[at + 1]
    return across, best, steps


def _trace(across: NDArray[np.float32], best: NDArray[np.float32], steps: NDArray[np.int8]) -> list[tuple[int, int]]:
    """(quotation word, text word) in order; -1 where there is none."""
    row, column = len(across) - 1, int(across[-1].argmax())
    path: list[tuple[int, int]] = []
    while row:
        if best[row, column] > across[row, column]:  # words of the text were left out before this
            gains = across[row, :column] - _OPEN - _ONWARD * np.arange(column, 0, -1, dtype=np.float32)
            back = int(len(gains) - 1 - gains[::-1].argmax())
            path += [(-1, at) for at in range(column - 1, back - 1, -1)]
            column = back
        if steps[row, column] == _BESIDE:
            path.append((row - 1, column - 1))
            row, column = row - 1, column - 1
        else:
            path.append((row - 1, -1))
            row -= 1
    return path[::-1]


def _joined(path: Sequence[tuple[int, int, bool]]) -> list[Aligned]:
    """Steps of one kind after each other as one."""
    parts: list[Aligned] = []
    row, column = 0, next((column for _, column, _ in path if column >= 0), 0)
    for same, run in groupby(path, key=lambda step: step[2]):
        steps = list(run)
        down = row + sum(step[0] >= 0 for step in steps)
        right = column + sum(step[1] >= 0 for step in steps)
        parts.append(Aligned(same, (row, down), (column, right)))
        row, column = down, right
    return parts
